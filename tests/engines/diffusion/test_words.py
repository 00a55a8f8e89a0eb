import os
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from dreamgen.engines.diffusion.blank import write_sdxl
from dreamgen.engines.diffusion.orders import WordUse
from dreamgen.engines.diffusion.word_files import Vectors, read_vectors, write_vectors
from dreamgen.engines.diffusion.words import installed, taught, token_of
from dreamgen.errors import ModelError, UsageError


@dataclass(frozen=True)
class Speaker:
    tokenizers: Sequence[Any]
    text_encoders: Sequence[Any]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Speaker:
    from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

    folder = write_sdxl(tmp_path_factory.mktemp("sdxl"))
    return Speaker(
        [CLIPTokenizer.from_pretrained(folder / name) for name in ("tokenizer", "tokenizer_2")],
        [
            CLIPTextModel.from_pretrained(folder / "text_encoder").eval(),
            CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder_2").eval(),
        ],
    )


def vectors(count: int = 1, width: int = 32, second: int = 32) -> Vectors:
    generator = torch.Generator().manual_seed(count)
    return Vectors(torch.randn(count, width, generator=generator), torch.randn(count, second, generator=generator))


def said(speaker: Speaker, prompt: str, tokenizers: Sequence[Any] = ()) -> list[torch.Tensor]:
    """What both encoders make of a prompt: hidden states, and the pooled text."""
    found = []
    with torch.no_grad():
        for tokenizer, encoder in zip(tokenizers or speaker.tokenizers, speaker.text_encoders, strict=True):
            numbers = tokenizer(prompt, padding="max_length", max_length=77, truncation=True, return_tensors="pt")
            found += encoder(numbers.input_ids, output_hidden_states=True)[:2]
    return found


def state(speaker: Speaker) -> list[torch.Tensor]:
    return [weight.clone() for encoder in speaker.text_encoders for weight in encoder.state_dict().values()]


def equal(some: Sequence[torch.Tensor], others: Sequence[torch.Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(some, others, strict=True))


def test_a_word_that_is_one_token_means_something_else_for_a_while(speaker: Speaker) -> None:
    before, weights = said(speaker, "a red coat"), state(speaker)
    other = said(speaker, "a blue coat")

    with taught(speaker, {"Red": vectors()}) as spelling:
        assert spelling.tokenizers == tuple(speaker.tokenizers)
        assert not equal(said(speaker, "a red coat"), before)
        assert equal(said(speaker, "a blue coat"), other)

    assert equal(said(speaker, "a red coat"), before)
    assert equal(state(speaker), weights)


def test_the_word_s_vectors_are_what_its_row_of_the_table_was(speaker: Speaker) -> None:
    rows = [
        encoder.get_input_embeddings().weight[token_of(tokenizer, "blue")][None].detach()
        for tokenizer, encoder in zip(speaker.tokenizers, speaker.text_encoders, strict=True)
    ]

    with taught(speaker, {"red": Vectors(*rows)}):
        assert equal(said(speaker, "a red coat"), said(speaker, "a blue coat"))


def test_a_new_word_gets_a_token_of_its_own(speaker: Speaker) -> None:
    before, sizes = said(speaker, "an inkwash dog"), [len(tokenizer) for tokenizer in speaker.tokenizers]

    with taught(speaker, {"inkwash": vectors()}) as spelling:
        first = spelling.tokenizers[0]
        assert token_of(first, "inkwash") == sizes[0]
        assert first("inkwashed").input_ids == speaker.tokenizers[0]("inkwashed").input_ids
        assert not equal(said(speaker, "an inkwash dog", spelling.tokenizers), before)
        # a model that does not know the word, and a tokenizer that does not either
        assert equal(said(speaker, "an inkwash dog"), before)

    assert [len(tokenizer) for tokenizer in speaker.tokenizers] == sizes
    assert equal(said(speaker, "an inkwash dog"), before)


def test_a_new_word_does_not_end_the_prompt_in_encoders_as_they_were_published(
    speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for encoder in speaker.text_encoders:
        part = next(part for part in encoder.modules() if hasattr(part, "eos_token_id"))
        monkeypatch.setattr(part, "eos_token_id", 2)
    with taught(speaker, {"inkwash": vectors()}) as spelling:
        here, there = (said(speaker, f"inkwash {rest}", spelling.tokenizers) for rest in ("dog", "coat"))

    # the pooled text is that of the end, which has seen the whole prompt
    assert not torch.equal(here[1], there[1])
    assert [part.eos_token_id for part in speaker.text_encoders[0].modules() if hasattr(part, "eos_token_id")] == [2]


def test_a_word_of_several_vectors_is_written_out(speaker: Speaker) -> None:
    with taught(speaker, {"inkwash": vectors(3)}) as spelling:
        prompt = spelling.spelt("an Inkwash, inkwashed dog")

        assert prompt == "an inkwash inkwash_1 inkwash_2, inkwashed dog"
        numbers = spelling.tokenizers[1](prompt).input_ids
        size = len(speaker.tokenizers[1])
        assert [number for number in numbers if number >= size] == [size, size + 1, size + 2]
        assert all(torch.isfinite(tensor).all() for tensor in said(speaker, prompt, spelling.tokenizers))


def test_two_words_at_once(speaker: Speaker) -> None:
    with taught(speaker, {"red": vectors(), "inkwash": vectors(2)}) as spelling:
        both = said(speaker, spelling.spelt("red inkwash"), spelling.tokenizers)
        assert spelling.spelt("a red inkwash") == "a red inkwash inkwash_1"
    with taught(speaker, {"inkwash": vectors(2)}) as spelling:
        assert not equal(said(speaker, spelling.spelt("red inkwash"), spelling.tokenizers), both)


def test_gradients_reach_the_vectors_and_nothing_else(speaker: Speaker) -> None:
    for encoder in speaker.text_encoders:
        encoder.requires_grad_(False)
    wanted = vectors()
    wanted.first.requires_grad_()

    with taught(speaker, {"red": wanted}):
        numbers = speaker.tokenizers[0]("a red coat", return_tensors="pt").input_ids
        speaker.text_encoders[0](numbers)[0].sum().backward()

    assert wanted.first.grad is not None and wanted.first.grad.abs().sum() > 0


def test_an_error_inside_leaves_the_encoders_as_they_were(speaker: Speaker) -> None:
    before = said(speaker, "a red coat")

    with pytest.raises(ZeroDivisionError), taught(speaker, {"red": vectors()}):
        raise ZeroDivisionError

    assert equal(said(speaker, "a red coat"), before)


@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_a_word_s_file_reads_back_as_it_was_written(suffix: str, tmp_path: Path) -> None:
    written = vectors(1, 768, 1280)
    path = tmp_path / f"word{suffix}"
    write_vectors(written, path)
    again = path.read_bytes()
    write_vectors(written, path)

    found = read_vectors(path)

    assert torch.equal(found.first, written.first) and torch.equal(found.second, written.second)
    assert path.read_bytes() == again
    if suffix == ".pt":
        plain = torch.load(path, weights_only=True)
        assert {name: tuple(tensor.shape) for name, tensor in plain.items()} == {"emb": (768,), "emb2": (1280,)}


def test_dreamframe_s_list_of_intermediates_gives_its_last(tmp_path: Path) -> None:
    steps = [{"emb": torch.full((768,), step), "emb2": torch.full((1280,), step)} for step in (0.0, 1.0, 2.0)]
    torch.save(steps, tmp_path / "allDramatic.pt")

    assert read_vectors(tmp_path / "allDramatic.pt").first.mean().item() == 2.0


def test_dreamframe_s_form_has_no_room_for_several_vectors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one vector a word, and this one has 2"):
        write_vectors(vectors(2), tmp_path / "word.pt")

    assert list(tmp_path.iterdir()) == []


def test_a_word_from_a_file_is_installed(speaker: Speaker, tmp_path: Path) -> None:
    write_vectors(vectors(), tmp_path / "red.safetensors")
    before = said(speaker, "a red coat")

    with installed(speaker, [WordUse("red", tmp_path / "red.safetensors")]):
        assert not equal(said(speaker, "a red coat"), before)
    with installed(speaker, []) as spelling:
        assert equal(said(speaker, "a red coat", spelling.tokenizers), before)


def test_a_word_can_t_have_two_meanings_at_once(speaker: Speaker, tmp_path: Path) -> None:
    uses = [WordUse("red", tmp_path / f"{name}.safetensors") for name in ("one", "two")]
    write_vectors(vectors(), uses[0].file)

    with pytest.raises(UsageError, match="as learned in"), installed(speaker, uses):
        pass


class Evil:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, ("hacked",)


def test_a_file_that_would_run_a_program_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"emb": Evil()}, tmp_path / "evil.pt")
    (tmp_path / "old.pt").write_bytes(pickle.dumps(Evil()))

    for name in ("evil.pt", "old.pt"):
        with pytest.raises(ModelError):
            read_vectors(tmp_path / name)

    with pytest.raises(ModelError, match="refused, since reading it could run a program"):
        read_vectors(tmp_path / "evil.pt")
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"emb_params": torch.zeros(2, 768)}, "was learned for Stable Diffusion 1"),
        ({"<word>": torch.zeros(1024)}, "was learned for Stable Diffusion 2"),
        ({"lora": torch.zeros(4, 4)}, "holds no learned word, but lora"),
        ({"clip_l": torch.zeros(2, 768), "clip_g": torch.zeros(1, 1280)}, "2 vectors for one text encoder and 1"),
        ({"clip_l": torch.full((1, 768), torch.nan), "clip_g": torch.zeros(1, 1280)}, "broken numbers"),
    ],
)
def test_a_file_that_is_no_word_for_this_model_says_why(
    tensors: dict[str, torch.Tensor], message: str, tmp_path: Path
) -> None:
    save_file(tensors, tmp_path / "word.safetensors")

    with pytest.raises(ModelError, match=message):
        read_vectors(tmp_path / "word.safetensors")


@pytest.mark.parametrize(
    ("name", "message"),
    [("a.safetensors", "not a safetensors file"), ("a.pt", "not a file of plain tensors")],
)
def test_a_broken_file_says_so(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"broken")

    with pytest.raises(ModelError, match=message):
        read_vectors(tmp_path / name)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no learned word at"):
        read_vectors(tmp_path / "nothing.safetensors")


def test_a_word_of_another_width_is_refused(speaker: Speaker) -> None:
    with (
        pytest.raises(ModelError, match="'red' has 768 numbers; this model's text encoder takes 32"),
        taught(speaker, {"red": vectors(1, 768, 1280)}),
    ):
        pass
