from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from dreamgen.engines.diffusion.adapters.bank import LoraBank, text_encoders_with
from dreamgen.engines.diffusion.adapters.lora_files import read_lora
from dreamgen.engines.diffusion.blank import write_lora
from dreamgen.engines.diffusion.orders import LoraUse, Order
from dreamgen.errors import ModelError

SIZE = (64, 64)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four LoRAs of different ranks."""
    folder = tmp_path_factory.mktemp("loras")
    return [write_lora(folder / f"{rank}.safetensors", seed=rank, rank=rank) for rank in (2, 4, 8, 3)]


def order(*uses: tuple[Path, float]) -> Order:
    return Order("", 1, loras=tuple(LoraUse(file, weight) for file, weight in uses))


def worn(
    bench: Any, unet: Any, bank: LoraBank, orders: Sequence[Order], rows: Sequence[int] = range(4)
) -> torch.Tensor:
    bank.dress(bench.batch(*orders))
    seen: torch.Tensor = bench.call(unet, rows)
    bank.undress()
    return seen


def pipeline(weights: Path) -> Any:
    from diffusers import StableDiffusionXLPipeline

    return StableDiffusionXLPipeline.from_pretrained(weights / "sdxl", use_safetensors=True)


@pytest.mark.filterwarnings("ignore:Already found a .peft_config")
def test_every_row_wears_its_own_loras_as_diffusers_does_one_by_one(
    bench: Any, weights: Path, files: list[Path]
) -> None:
    unet = bench.network()
    bank = LoraBank(unet)
    orders = [order((files[0], 0.8), (files[1], 0.5)), order((files[2], 0.7))]
    together = worn(bench, unet, bank, orders)

    stock = pipeline(weights)
    for file in files:
        stock.load_lora_weights(file.parent, weight_name=file.name, adapter_name=file.stem)
    stock.set_adapters(["2", "4"], [0.8, 0.5])
    assert torch.allclose(together[[0, 2]], bench.call(stock.unet, [0, 2]), atol=1e-5)
    stock.set_adapters(["8"], [0.7])
    assert torch.allclose(together[[1, 3]], bench.call(stock.unet, [1, 3]), atol=1e-5)
    stock.delete_adapters(["2", "4", "3"])
    stock.fuse_lora()
    assert torch.allclose(together[[1, 3]], bench.call(stock.unet, [1, 3]), atol=1e-4)


def test_weight_zero_and_taking_off_leave_the_same_bytes(bench: Any, unet: Any, files: list[Path]) -> None:
    dressed = bench.network()
    bank = LoraBank(dressed)
    plain = bench.call(unet)
    assert torch.equal(worn(bench, dressed, bank, [order((files[0], 0.0)), order()]), plain)
    mixed = worn(bench, dressed, bank, [order((files[0], 1.0)), order()])
    assert (mixed - plain)[[0, 2]].abs().max() > 1e-2
    assert torch.allclose(mixed[[1, 3]], plain[[1, 3]], atol=1e-5)
    assert torch.equal(bench.call(dressed), plain)


def test_a_slot_is_overwritten_by_what_is_wanted_now(bench: Any, files: list[Path]) -> None:
    unet = bench.network()
    bank = LoraBank(unet, slots=2)
    first = [worn(bench, unet, bank, [order((file, 1.0))] * 2) for file in files]
    assert bank.slots == 2 and bank.loads >= 4
    bank.loads = 0
    again = [worn(bench, unet, bank, [order((file, 1.0))] * 2) for file in reversed(files)]
    assert bank.loads == 2, "the last two were still there"
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(first, reversed(again), strict=True))


def test_a_slot_of_a_larger_lora_leaves_nothing_behind(bench: Any, files: list[Path]) -> None:
    unet = bench.network()
    bank = LoraBank(unet, slots=1)
    worn(bench, unet, bank, [order((files[2], 1.0))] * 2)
    small = worn(bench, unet, bank, [order((files[0], 1.0))] * 2)
    other = bench.network()
    assert torch.allclose(small, worn(bench, other, LoraBank(other), [order((files[0], 1.0))] * 2), atol=1e-6)


def test_hot_swap_equals_diffusers(bench: Any, weights: Path, files: list[Path]) -> None:
    unet = bench.network()
    bank = LoraBank(unet, slots=1, rank=8)
    stock = pipeline(weights)
    stock.enable_lora_hotswap(target_rank=8)
    stock.load_lora_weights(files[0].parent, weight_name=files[0].name, adapter_name="one")
    ours = worn(bench, unet, bank, [order((files[0], 1.0))] * 2)
    assert torch.allclose(ours, bench.call(stock.unet), atol=1e-5)
    stock.load_lora_weights(files[1].parent, weight_name=files[1].name, adapter_name="one", hotswap=True)
    ours = worn(bench, unet, bank, [order((files[1], 1.0))] * 2)
    assert torch.allclose(ours, bench.call(stock.unet), atol=1e-5)


def test_more_loras_than_slots_in_one_batch_are_made_room_for(bench: Any, files: list[Path]) -> None:
    unet = bench.network()
    bank = LoraBank(unet, slots=1)
    everything = tuple((file, 0.3) for file in files)
    together = worn(bench, unet, bank, [order(*everything), order(everything[0])])
    assert bank.slots == 4
    roomy = bench.network()
    assert torch.allclose(
        together, worn(bench, roomy, LoraBank(roomy), [order(*everything), order(everything[0])]), atol=1e-5
    )


def test_a_lora_of_all_rows_can_be_added_to_the_weights_and_taken_out_to_the_bit(
    bench: Any, unet: Any, files: list[Path]
) -> None:
    fused, kept = bench.network(), bench.network()
    orders = [order((files[0], 0.8), (files[1], -0.5))] * 2
    bank = LoraBank(fused, fuse=True)
    ours = worn(bench, fused, bank, orders)
    assert torch.allclose(ours, worn(bench, kept, LoraBank(kept), orders), atol=1e-5)
    assert torch.equal(bench.call(fused), bench.call(unet))
    mixed = [order((files[0], 0.8)), order()]
    assert torch.equal(worn(bench, fused, bank, mixed), worn(bench, kept, LoraBank(kept), mixed)), (
        "rows that differ go by slots"
    )


def test_batches_that_wear_the_same_leave_the_weights_alone(bench: Any, unet: Any, files: list[Path]) -> None:
    fused = bench.network()
    bank = LoraBank(fused, fuse=True)
    layer = fused.get_submodule("mid_block.attentions.0.transformer_blocks.0.attn2.to_k").weight
    seen, changed = [], []
    for weight in (0.8, 0.8, 0.8, 0.5):
        seen.append(worn(bench, fused, bank, [order((files[0], weight))] * 2))
        changed.append(layer._version)
    assert changed[0] == changed[1] == changed[2] < changed[3]
    assert torch.equal(seen[0], seen[2]) and not torch.equal(seen[2], seen[3])
    assert torch.equal(worn(bench, fused, bank, [order()] * 2), bench.call(unet))
    assert torch.equal(layer, unet.get_submodule("mid_block.attentions.0.transformer_blocks.0.attn2.to_k").weight)
    assert torch.equal(worn(bench, fused, bank, [order((files[0], 0.8))] * 2), seen[0])


def test_a_lora_that_fails_halfway_leaves_nothing_in_the_weights(
    bench: Any, unet: Any, files: list[Path], tmp_path: Path
) -> None:
    fused = bench.network()
    bank = LoraBank(fused, fuse=True)
    with pytest.raises(ModelError):
        bank.dress(bench.batch(order((files[0], 1.0), (tmp_path / "none.safetensors", 1.0))))
    assert torch.equal(worn(bench, fused, bank, [order()] * 2), bench.call(unet))


def test_filled_slots_are_always_worn_where_a_network_is_compiled(bench: Any, unet: Any, files: list[Path]) -> None:
    dressed = bench.network()
    bank = LoraBank(dressed, always=True)
    assert torch.equal(worn(bench, dressed, bank, [order(), order()]), bench.call(unet)) and not bank.worn
    worn(bench, dressed, bank, [order((files[0], 1.0)), order()])
    bank.dress(bench.batch(order(), order()))
    assert bank.worn
    assert torch.allclose(bench.call(dressed), bench.call(unet), atol=1e-6)
    bank.undress()
    assert torch.equal(bench.call(dressed), bench.call(unet))


def test_convolutions_and_every_other_layer_can_change(bench: Any, weights: Path, unet: Any, tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(1)
    state = {}
    for name, module in unet.named_modules():
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d):
            shape = module.weight.shape
            ones = [1] * (len(shape) - 2)
            state[f"unet.{name}.lora_A.weight"] = torch.randn(3, *shape[1:], generator=generator) * 0.1
            state[f"unet.{name}.lora_B.weight"] = torch.randn(shape[0], 3, *ones, generator=generator) * 0.1
    save_file(state, tmp_path / "all.safetensors")

    dressed = bench.network()
    ours = worn(bench, dressed, LoraBank(dressed), [order((tmp_path / "all.safetensors", 0.5))] * 2)
    stock = pipeline(weights)
    stock.load_lora_weights(tmp_path, weight_name="all.safetensors", adapter_name="all")
    stock.set_adapters(["all"], [0.5])
    assert torch.allclose(ours, bench.call(stock.unet), atol=1e-5)


def kohya(path: Path, alpha: float = 2.0) -> Path:
    """The LoRA in the form of kohya's scripts, with an alpha, for the U-Net and both text encoders."""
    generator = torch.Generator().manual_seed(3)
    state = {}
    unet = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_"
    layers = {f"{unet}attn1_to_q": (64, 64), f"{unet}attn2_to_k": (64, 64), f"{unet}ff_net_2": (256, 64)}
    for number in (1, 2):
        text = f"lora_te{number}_text_model_encoder_layers_0_"
        layers |= {f"{text}self_attn_q_proj": (32, 32), f"{text}mlp_fc1": (32, 37)}
    for name, (inputs_, outputs) in layers.items():
        state[f"{name}.lora_down.weight"] = torch.randn(4, inputs_, generator=generator) * 0.3
        state[f"{name}.lora_up.weight"] = torch.randn(outputs, 4, generator=generator) * 0.3
        state[f"{name}.alpha"] = torch.tensor(alpha)
    save_file(state, path)
    return path


def test_kohyas_form_with_its_alphas_equals_diffusers(bench: Any, weights: Path, tmp_path: Path) -> None:
    file = kohya(tmp_path / "kohya.safetensors")
    unet = bench.network()
    stock = pipeline(weights)
    stock.load_lora_weights(tmp_path, weight_name=file.name)
    assert torch.allclose(
        worn(bench, unet, LoraBank(unet), [order((file, 1.0))] * 2), bench.call(stock.unet), atol=1e-5
    )


def test_kohyas_names_for_the_layers_of_sdxl_are_understood(weights: Path, tmp_path: Path) -> None:
    from diffusers import UNet2DConditionModel

    config = UNet2DConditionModel.load_config(weights / "sdxl" / "unet")
    unet = UNet2DConditionModel.from_config({**config, "layers_per_block": 2})
    block = "transformer_blocks.0."
    names = {
        "input_blocks_1_0_in_layers_2": "down_blocks.0.resnets.0.conv1",
        "input_blocks_1_0_emb_layers_1": "down_blocks.0.resnets.0.time_emb_proj",
        "input_blocks_3_0_op": "down_blocks.0.downsamplers.0.conv",
        "input_blocks_4_0_skip_connection": "down_blocks.1.resnets.0.conv_shortcut",
        "input_blocks_4_1_transformer_blocks_0_attn2_to_k": f"down_blocks.1.attentions.0.{block}attn2.to_k",
        "middle_block_1_transformer_blocks_0_ff_net_0_proj": f"mid_block.attentions.0.{block}ff.net.0.proj",
        "output_blocks_2_2_conv": "up_blocks.0.upsamplers.0.conv",
        "output_blocks_5_1_proj_in": "up_blocks.1.attentions.2.proj_in",
        "time_embed_0": "time_embedding.linear_1",
        "out_2": "conv_out",
    }
    state = {}
    for theirs, ours in names.items():
        shape = unet.get_submodule(ours).weight.shape
        state[f"lora_unet_{theirs}.lora_down.weight"] = torch.zeros(2, *shape[1:])
        state[f"lora_unet_{theirs}.lora_up.weight"] = torch.zeros(shape[0], 2, *[1] * (len(shape) - 2))
        state[f"lora_unet_{theirs}.alpha"] = torch.tensor(1.0)
    save_file(state, tmp_path / "sgm.safetensors")
    lora = read_lora(tmp_path / "sgm.safetensors", unet)
    assert set(lora.unet) == set(names.values())
    assert {factors.scale for factors in lora.unet.values()} == {0.5}


class Speaker:
    def __init__(self, stock: Any) -> None:
        self.text_encoders = (stock.text_encoder, stock.text_encoder_2)
        self.unet = stock.unet

    def says(self) -> list[torch.Tensor]:
        numbers = torch.arange(77)[None]
        with torch.no_grad():
            return [encoder(numbers, output_hidden_states=True).hidden_states[-2] for encoder in self.text_encoders]


def test_text_encoders_wear_their_part_and_are_then_what_they_were(weights: Path, tmp_path: Path) -> None:
    file = kohya(tmp_path / "kohya.safetensors")
    speaker = Speaker(pipeline(weights))
    before = speaker.says()
    with text_encoders_with(speaker, [LoraUse(file, 0.6)]):
        ours = speaker.says()
    assert all(torch.equal(one, other) for one, other in zip(speaker.says(), before, strict=True))
    with text_encoders_with(speaker, [LoraUse(file, 0.0)]):
        assert all(torch.equal(one, other) for one, other in zip(speaker.says(), before, strict=True))

    stock = pipeline(weights)
    stock.load_lora_weights(tmp_path, weight_name=file.name, adapter_name="it")
    stock.set_adapters(["it"], [0.6])
    for one, theirs, plain in zip(ours, Speaker(stock).says(), before, strict=True):
        assert torch.allclose(one, theirs, atol=1e-5)
        assert (one - plain).abs().max() > 1e-2


def test_a_lora_of_the_text_encoders_alone_leaves_the_network_as_it_is(bench: Any, unet: Any, tmp_path: Path) -> None:
    state = {key: value for key, value in load_file(kohya(tmp_path / "kohya.safetensors")).items() if "_te" in key}
    save_file(state, tmp_path / "words.safetensors")
    dressed = bench.network()
    mixed = [order((tmp_path / "words.safetensors", 1.0)), order()]
    assert torch.equal(worn(bench, dressed, LoraBank(dressed), mixed), bench.call(unet))


def test_alphas_in_pefts_metadata_count(bench: Any, weights: Path, tmp_path: Path) -> None:
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    stock = pipeline(weights)
    config = LoraConfig(
        r=4, lora_alpha=16, target_modules=["to_q", "to_v"], init_lora_weights=False, alpha_pattern={"attn2.to_q": 2}
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        stock.unet.add_adapter(config, adapter_name="it")
    layers = get_peft_model_state_dict(stock.unet, adapter_name="it")
    type(stock).save_lora_weights(tmp_path, unet_lora_layers=layers, unet_lora_adapter_metadata=config.to_dict())
    unet = bench.network()
    file = tmp_path / "pytorch_lora_weights.safetensors"
    assert torch.allclose(
        worn(bench, unet, LoraBank(unet), [order((file, 0.2))] * 2), scaled(bench, stock, 0.2), atol=1e-5
    )


def scaled(bench: Any, stock: Any, weight: float) -> torch.Tensor:
    stock.set_adapters(["it"], [weight])
    seen: torch.Tensor = bench.call(stock.unet)
    return seen


def test_other_bytes_under_the_same_name_are_another_lora(bench: Any, tmp_path: Path) -> None:
    unet = bench.network()
    bank = LoraBank(unet)
    file = write_lora(tmp_path / "it.safetensors", seed=1)
    before = worn(bench, unet, bank, [order((file, 1.0))] * 2)
    write_lora(file, seed=2, rank=6)
    assert not torch.allclose(worn(bench, unet, bank, [order((file, 1.0))] * 2), before, atol=1e-3)


def test_a_few_step_lora_stays(bench: Any, files: list[Path]) -> None:
    fused, unet = bench.network(), bench.network()
    bank = LoraBank(fused)
    bank.fuse_for_good(files[0])
    bank.undress()
    assert torch.allclose(bench.call(fused), worn(bench, unet, LoraBank(unet), [order((files[0], 1.0))] * 2), atol=1e-5)


def test_wrong_files_are_refused_in_words(unet: Any, tmp_path: Path, files: list[Path]) -> None:
    def refused(message: str, state: dict[str, torch.Tensor] | None = None) -> None:
        path = tmp_path / "it.safetensors"
        if state is not None:
            save_file(state, path)
        with pytest.raises(ModelError, match=message):
            read_lora(path, unet)

    refused("there is no LoRA at")
    (tmp_path / "it.safetensors").write_bytes(b"PK pickled")
    refused("is no safetensors file")
    refused("is empty", {})
    one = torch.zeros(4, 4)
    refused("seems to be for FLUX", {"transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight": one})
    refused("seems to be for FLUX", {"lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight": one})
    refused("is LyCORIS", {"lora_unet_mid_block_attentions_0_proj_in.hada_w1_a": one})
    refused("is DoRA", {"lora_unet_mid_block_attentions_0_proj_in.dora_scale": one})
    refused("is no plain LoRA", {"model.weight": one})
    refused("which the loaded model lacks", {f"unet.nowhere.to_q.lora_{half}.weight": one.clone() for half in "AB"})

    name = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k"
    stable = {f"{name}.lora_A.weight": torch.zeros(4, 768), f"{name}.lora_B.weight": torch.zeros(64, 4)}
    refused(r"is for another model \(it seems to be for Stable Diffusion 1\)", stable)


def test_ranks_that_differ_from_layer_to_layer_are_read(unet: Any, tmp_path: Path, files: list[Path]) -> None:
    state = load_file(files[0])
    layer = next(key for key in state if "lora_A" in key)
    state[layer] = torch.cat([state[layer]] * 2)
    up = layer.replace("lora_A", "lora_B")
    state[up] = torch.cat([state[up]] * 2, dim=1)
    save_file(state, tmp_path / "it.safetensors")
    lora = read_lora(tmp_path / "it.safetensors", unet)
    assert lora.rank == 4 and {factors.down.shape[0] for factors in lora.unet.values()} == {2, 4}
