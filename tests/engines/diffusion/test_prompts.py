from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.loading import Loaded, quiet
from dreamgen.engines.diffusion.orders import Order
from dreamgen.engines.diffusion.prompts import PIECE, Reader, side_by_side
from dreamgen.engines.diffusion.studio import open_studio
from dreamgen.errors import UsageError

PLAIN = Order("", seed=0)


@pytest.fixture(scope="module")
def loaded(weights: Path) -> Loaded:
    return open_studio(Checkpoint(model=str(weights / "sdxl"))).loaded


@pytest.fixture
def reader(loaded: Loaded) -> Reader:
    return Reader(loaded, loaded)


def words(count: int) -> str:
    return " ".join(["dog", "red", "night", "photo", "day"][number % 5] for number in range(count))


def test_a_prompt_is_read_as_diffusers_reads_it(reader: Reader, weights: Path) -> None:
    import diffusers

    with quiet():
        pipe = diffusers.StableDiffusionXLPipeline.from_pretrained(weights / "sdxl", add_watermarker=False)
        with torch.no_grad():
            hidden, _, pooled, _ = pipe.encode_prompt("a red dog, of 3 €", device="cpu")
    said = reader.read("a red dog, of 3 €", PLAIN)
    assert torch.equal(said.words, hidden)
    assert torch.equal(said.pooled, pooled)


@pytest.mark.parametrize(("count", "pieces"), [(0, 1), (75, 1), (76, 2), (150, 2), (151, 4), (301, 8)])
def test_long_prompts_are_read_in_pieces_that_are_a_power_of_two(reader: Reader, count: int, pieces: int) -> None:
    assert reader.read(words(count), PLAIN).words.shape[1] == pieces * (PIECE + 2)


def test_each_piece_is_what_it_would_be_alone(reader: Reader) -> None:
    said = reader.read(words(75) + " " + words(20), PLAIN)
    first, second = reader.read(words(75), PLAIN), reader.read(words(20), PLAIN)
    torch.testing.assert_close(said.words, torch.cat([first.words, second.words], dim=1))
    torch.testing.assert_close(said.pooled, first.pooled)


def test_a_long_prompt_is_parted_after_a_comma(reader: Reader) -> None:
    beginning = words(60) + " ,"
    said = reader.read(f"{beginning} {words(40)}", PLAIN)
    torch.testing.assert_close(said.words[:, : PIECE + 2], reader.read(beginning, PLAIN).words)


def test_no_word_is_broken(reader: Reader) -> None:
    said = reader.read(words(73) + " unbreakable dog", PLAIN)
    torch.testing.assert_close(said.words[:, : PIECE + 2], reader.read(words(73), PLAIN).words)
    torch.testing.assert_close(said.words[:, PIECE + 2 :], reader.read("unbreakable dog", PLAIN).words)


def test_beside_a_longer_text_a_shorter_one_is_repeated(reader: Reader) -> None:
    short, long = reader.read("a dog", PLAIN), reader.read(words(100), PLAIN)
    rows, pooled = side_by_side([short, long])
    assert rows.shape[:2] == (2, 2 * (PIECE + 2))
    assert torch.equal(rows[0, : PIECE + 2], rows[0, PIECE + 2 :])
    query = torch.randn(1, 5, rows.shape[-1], generator=torch.Generator().manual_seed(0))
    attend = torch.nn.functional.scaled_dot_product_attention
    torch.testing.assert_close(attend(query, rows[:1], rows[:1]), attend(query, short.words, short.words))
    assert torch.equal(pooled[1:], long.pooled)


def test_a_steady_reader_never_goes_back_to_shorter_batches(loaded: Loaded) -> None:
    steady = Reader(loaded, loaded, steady=True)
    lengths = [steady.together([steady.read(words(count), PLAIN)])[0].shape[1] for count in (5, 200, 5)]
    assert lengths == [2 * (PIECE + 2), 4 * (PIECE + 2), 4 * (PIECE + 2)]
    loose = Reader(loaded, loaded)
    assert [loose.together([loose.read(words(count), PLAIN)])[0].shape[1] for count in (100, 5)][1] == PIECE + 2


def test_no_negative_prompt_is_zeros_where_the_model_was_trained_so(reader: Reader) -> None:
    assert not reader.read("", PLAIN, negative=True).words.any()
    assert reader.read("", PLAIN).words.any()
    assert reader.read("blue", PLAIN, negative=True).words.any()


def test_each_text_is_read_once(reader: Reader) -> None:
    for _ in range(3):
        reader.read("a dog", PLAIN)
        reader.read("blue", PLAIN, negative=True)
    assert reader.runs == 2


def test_words_for_a_part_of_a_picture_fit_in_one_piece(reader: Reader) -> None:
    assert reader.region("a red coat", PLAIN).shape[:2] == (1, PIECE + 2)
    with pytest.raises(UsageError, match="too long"):
        reader.region(words(80), PLAIN)


def test_learned_words_are_read_as_their_vectors(reader: Reader, loaded: Loaded, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    from dreamgen.engines.diffusion.orders import WordUse

    generator = torch.Generator().manual_seed(1)
    vectors = {name: torch.randn(2, 32, generator=generator) for name in ("clip_l", "clip_g")}
    save_file(vectors, tmp_path / "inkwash.safetensors")
    order = Order("", seed=0, words=(WordUse("inkwash", tmp_path / "inkwash.safetensors"),))
    plain = reader.read("a dog, inkwash", PLAIN)
    learned = reader.read("a dog, inkwash", order)
    assert not torch.equal(learned.words, plain.words)
    assert torch.equal(reader.read("a dog, inkwash", PLAIN).words, plain.words)
    assert torch.equal(Reader(loaded, loaded).read("a dog, inkwash", order).words, learned.words)
    assert not torch.equal(learned.words, reader.read("a dog, something", order).words)


def test_the_refiner_reads_with_the_second_encoder_alone(weights: Path) -> None:
    checkpoint = Checkpoint(model=str(weights / "sdxl"), refiner=str(weights / "refiner"))
    refiner = open_studio(checkpoint).loaded.refiner
    assert refiner is not None
    said = Reader(refiner, None).read(words(80), PLAIN)
    assert said.words.shape == (1, 2 * (PIECE + 2), 32)
    # the published one was not trained with zeros for an empty negative prompt
    assert Reader(replace(refiner, zero_negative=False), None).read("", PLAIN, negative=True).words.any()
