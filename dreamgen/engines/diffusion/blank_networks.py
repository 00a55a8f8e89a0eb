"""Networks with random weights in the published configurations, built in memory: on the device if need be.

Whoever wants the same weights twice seeds torch first: its layers take their first weights from its global
generator, on the device where they are built. Under `torch.device("meta")` they are built without any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

Scale = Literal["tiny", "full"]

WORDS = (
    "a", "an", "the", "of", "in", "and", "is", "at", "on", "with", "photo", "picture", "style", "image", "woman", "man",
    "red", "blue", "green", "coat", "dog", "forest", "street", "night", "day", "standing", "walking", "dramatic",
)  # fmt: skip
"""Words that the tiny tokenizer knows as one token each; others are spelt."""

WIDTHS: dict[Scale, dict[str, Any]] = {
    "tiny": {"text": 32, "text_2": 32, "projection": 32, "cross": 64, "blocks": (32, 64, 64), "depth": (1, 1, 2)},
    "full": {
        "text": 768, "text_2": 1280, "projection": 1280, "cross": 2048, "blocks": (320, 640, 1280), "depth": (1, 2, 10)
    },
}  # fmt: skip
"""Channels of the two text encoders, of the pooled text, of the text in cross-attention, of the U-Net's three levels,
and transformer blocks a level: Podell et al. 2023, table 1, and the published config.json files."""


_SEEING: dict[Scale, dict[str, int]] = {
    "tiny": {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 3, "num_attention_heads": 4,
             "projection_dim": 32, "image_size": 32, "patch_size": 8},
    "full": {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 16,
             "projection_dim": 1024, "image_size": 224, "patch_size": 14},
}  # fmt: skip

Random = Callable[..., Any]
"""A shape to a tensor of that shape."""


def blank_unet(scale: Scale) -> Any:
    """SDXL's U-Net with the weights that the generator of torch gives."""
    from diffusers import UNet2DConditionModel

    width = WIDTHS[scale]
    return UNet2DConditionModel(
        block_out_channels=width["blocks"],
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=width["depth"],
        attention_head_dim=(5, 10, 20) if scale == "full" else (2, 4, 4),
        cross_attention_dim=width["cross"],
        addition_time_embed_dim=_time_dim(scale),
        projection_class_embeddings_input_dim=_time_dim(scale) * 6 + width["projection"],
        **_unet_shape(scale),
    )


def blank_refiner_unet(scale: Scale) -> Any:
    """The U-Net of SDXL's refiner."""
    from diffusers import UNet2DConditionModel

    width = WIDTHS[scale]
    return UNet2DConditionModel(
        block_out_channels=(384, 768, 1536, 1536) if scale == "full" else (32, 64, 64, 64),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=4 if scale == "full" else 1,
        attention_head_dim=(6, 12, 24, 24) if scale == "full" else (2, 4, 4, 4),
        cross_attention_dim=width["text_2"],
        addition_time_embed_dim=_time_dim(scale),
        projection_class_embeddings_input_dim=_time_dim(scale) * 5 + width["projection"],
        **_unet_shape(scale),
    )


def blank_vae(scale: Scale) -> Any:
    """SDXL's VAE."""
    from diffusers import AutoencoderKL

    channels = (128, 256, 512, 512) if scale == "full" else (16, 16, 32, 32)
    return AutoencoderKL(
        block_out_channels=channels,
        down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4,
        layers_per_block=2 if scale == "full" else 1,
        norm_num_groups=32 if scale == "full" else 8,
        sample_size=1024 if scale == "full" else 128,
        latent_channels=4,
        scaling_factor=0.13025,
        force_upcast=scale == "full",
    )


def blank_text_encoder(vocabulary: int, scale: Scale, pooled: bool) -> Any:
    """One of SDXL's text encoders: the first, or the second one, which also pools."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    full = scale == "full"
    width = WIDTHS[scale]["text_2" if pooled else "text"]
    depth, heads = ((32, 20) if pooled else (12, 12)) if full else (3, 4)
    config = CLIPTextConfig(
        vocab_size=49408 if full else vocabulary,
        hidden_size=width,
        intermediate_size=width * 4 if full else 37,
        projection_dim=WIDTHS[scale]["projection"] if pooled else width,
        num_hidden_layers=depth,
        num_attention_heads=heads,
        hidden_act="gelu" if pooled else "quick_gelu",
        bos_token_id=vocabulary - 2,
        eos_token_id=vocabulary - 1,
        pad_token_id=vocabulary - 1,
    )
    return CLIPTextModelWithProjection(config) if pooled else CLIPTextModel(config)


def blank_tokenizer(padding: str) -> Any:
    """A byte-level tokenizer that knows every byte and `WORDS`: CLIP's own vocabulary can't be made in code."""
    from transformers import CLIPTokenizer

    letters = list(_byte_letters())
    vocabulary = [*letters, *(letter + "</w>" for letter in letters)]
    merges: list[tuple[str, str]] = []
    for word in WORDS:
        parts = [*word[:-1], word[-1] + "</w>"]
        while len(parts) > 1:
            if (parts[0], parts[1]) not in merges:
                merges.append((parts[0], parts[1]))
            parts = [parts[0] + parts[1], *parts[2:]]
            if parts[0] not in vocabulary:
                vocabulary.append(parts[0])
    vocabulary += ["<|startoftext|>", "<|endoftext|>"]
    numbers = {token: number for number, token in enumerate(vocabulary)}
    return CLIPTokenizer(
        vocab=numbers,
        merges=merges,
        bos_token="<|startoftext|>",
        eos_token="<|endoftext|>",
        unk_token="<|endoftext|>",
        pad_token=padding,
        model_max_length=77,
    )


def blank_image_encoder(scale: Scale) -> Any:
    """A CLIP image encoder (full: ViT-H/14, which the adapters named vit-h were trained with)."""
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    return CLIPVisionModelWithProjection(CLIPVisionConfig(**_SEEING[scale]))


def blank_image_processor(scale: Scale) -> Any:
    """What makes a picture ready for `blank_image_encoder`."""
    from transformers import CLIPImageProcessor

    side = _SEEING[scale]["image_size"]
    return CLIPImageProcessor(size={"shortest_edge": side}, crop_size={"height": side, "width": side})


def blank_controlnet(scale: Scale, spread: float = 0.05) -> Any:
    """A ControlNet for `blank_unet`.

    Args:
        scale: of the model that it is for.
        spread: standard deviation of its zero convolutions, which are random so that something can be seen.
    """
    import torch
    from diffusers import ControlNetModel

    channels = (16, 32, 96, 256) if scale == "full" else (16, 16, 32, 32)
    network = ControlNetModel.from_unet(blank_unet(scale), conditioning_embedding_out_channels=channels)
    zeros = (*network.controlnet_down_blocks, network.controlnet_mid_block, network.controlnet_cond_embedding.conv_out)
    with torch.no_grad():
        for layer in zeros:
            layer.weight.normal_(0.0, spread)
    return network


def blank_ip_adapter(scale: Scale, kind: Literal["base", "plus"], random: Random) -> dict[str, Any]:
    """The weights of an IP-Adapter by their published names.

    Args:
        scale: of the model that it is for.
        kind: `base` projects the pooled embedding to 4 tokens, `plus` resamples the patches to 16.
        random: gets a shape, gives a tensor.
    """
    cross = WIDTHS[scale]["cross"]
    weights = _pooled_projection(scale, cross, random) if kind == "base" else _resampler(scale, cross, random)
    for number, channels in _cross_layers(scale):
        weights[f"ip_adapter.{number}.to_k_ip.weight"] = random(channels, cross)
        weights[f"ip_adapter.{number}.to_v_ip.weight"] = random(channels, cross)
    return weights


def blank_lora(scale: Scale, rank: int, random: Random) -> dict[str, Any]:
    """The weights of a LoRA of the U-Net's attention, by the names that diffusers gives them.

    Args:
        scale: of the model that it is for.
        rank: of the change.
        random: gets a shape, gives a tensor.
    """
    import torch

    weights = {}
    with torch.device("meta"):
        unet = blank_unet(scale)
    for name, module in unet.named_modules():
        if isinstance(module, torch.nn.Linear) and name.endswith(("to_q", "to_k", "to_v", "to_out.0")):
            weights[f"unet.{name}.lora_A.weight"] = random(rank, module.in_features)
            weights[f"unet.{name}.lora_B.weight"] = random(module.out_features, rank)
    return weights


def _time_dim(scale: Scale) -> int:
    return 256 if scale == "full" else 8


def _unet_shape(scale: Scale) -> dict[str, Any]:
    return {
        "sample_size": 128 if scale == "full" else 16,
        "layers_per_block": 2 if scale == "full" else 1,
        "norm_num_groups": 32 if scale == "full" else 8,
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
    }


def _byte_letters() -> Iterator[str]:
    """GPT-2's letter for every byte: itself where it can be printed, else one from beyond the bytes."""
    printable = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)}
    beyond = iter(range(256, 512))
    for byte in range(256):
        yield chr(byte if byte in printable else next(beyond))


def _cross_layers(scale: Scale) -> Iterator[tuple[int, int]]:
    """Number and channels of every cross-attention, in the order of the U-Net's attention processors."""
    import torch

    with torch.device("meta"):
        unet = blank_unet(scale)
    processors = [name for name in unet.attn_processors if not name.endswith("attn1.processor")]
    for place, name in enumerate(processors):
        attention = unet.get_submodule(name.removesuffix(".processor"))
        yield 2 * place + 1, attention.to_k.out_features


def _pooled_projection(scale: Scale, cross: int, random: Random, tokens: int = 4) -> dict[str, Any]:
    import torch

    width = 1024 if scale == "full" else 32
    return {
        "image_proj.proj.weight": random(tokens * cross, width),
        "image_proj.proj.bias": random(tokens * cross),
        "image_proj.norm.weight": torch.ones(cross),
        "image_proj.norm.bias": torch.zeros(cross),
    }


def _resampler(scale: Scale, cross: int, random: Random) -> dict[str, Any]:
    import torch

    hidden, heads, tokens, seen = (1280, 20, 16, 1280) if scale == "full" else (32, 1, 16, 32)
    inner = heads * 64
    weights = {
        "image_proj.latents": random(1, tokens, hidden),
        "image_proj.proj_in.weight": random(hidden, seen),
        "image_proj.proj_in.bias": random(hidden),
        "image_proj.proj_out.weight": random(cross, hidden),
        "image_proj.proj_out.bias": random(cross),
        "image_proj.norm_out.weight": torch.ones(cross),
        "image_proj.norm_out.bias": torch.zeros(cross),
    }
    for layer in range(4):
        at = f"image_proj.layers.{layer}."
        for norm in ("0.norm1", "0.norm2", "1.0"):
            weights[f"{at}{norm}.weight"], weights[f"{at}{norm}.bias"] = torch.ones(hidden), torch.zeros(hidden)
        weights[f"{at}0.to_q.weight"] = random(inner, hidden)
        weights[f"{at}0.to_kv.weight"] = random(2 * inner, hidden)
        weights[f"{at}0.to_out.weight"] = random(hidden, inner)
        weights[f"{at}1.1.weight"] = random(4 * hidden, hidden)
        weights[f"{at}1.3.weight"] = random(hidden, 4 * hidden)
    return weights
