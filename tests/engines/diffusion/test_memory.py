from __future__ import annotations

from collections.abc import Sequence

import pytest

from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.memory import (
    Portions,
    decoded_at_once,
    decoding_bytes,
    largest_batch,
    out_of_memory,
    weight_bytes,
)
from dreamgen.engines.diffusion.orders import Sampling
from dreamgen.errors import ModelError

GIB = 1 << 30
SQUARE, WIDE = Sampling(size=(1024, 1024)), Sampling(size=(1024, 576))


@pytest.mark.parametrize(("card", "refined"), [(24, 8), (40, 16), (80, 32), (141, 32)])
def test_larger_cards_draw_more_at_once(card: int, refined: int) -> None:
    checkpoint = Checkpoint(refiner="refiner", image_encoder="eyes")
    assert largest_batch(card * GIB - weight_bytes(checkpoint), SQUARE) == refined


def test_smaller_pictures_and_no_guidance_leave_room_for_more() -> None:
    room = 12 * GIB
    assert largest_batch(room, WIDE) == 2 * largest_batch(room, SQUARE)
    assert largest_batch(room, SQUARE.model_copy(update={"guidance": 1.0})) == 2 * largest_batch(room, SQUARE)
    assert largest_batch(room, SQUARE, number_bytes=4) < largest_batch(room, SQUARE)
    assert largest_batch(20 * GIB, SQUARE, controlled=True) < largest_batch(20 * GIB, SQUARE)


def test_one_is_always_tried() -> None:
    assert largest_batch(0, SQUARE) == 1


def test_decoding_needs_more_than_denoising_and_goes_by_few() -> None:
    assert decoding_bytes(SQUARE) > 2 * GIB
    assert [decoded_at_once(gigabytes * 10**9) for gigabytes in (0, 24, 40, 80, 141)] == [1, 1, 2, 4, 4]


def test_only_some_errors_are_about_memory() -> None:
    assert out_of_memory(MemoryError())
    assert out_of_memory(RuntimeError("CUDA out of memory. Tried to allocate 20.00 MiB"))
    assert out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"))
    assert not out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not out_of_memory(ValueError("out of memory"))


def test_portions_are_halved_and_stay_so() -> None:
    tidied = []

    def once(things: Sequence[int]) -> list[int]:
        if len(things) > 2:
            raise MemoryError
        return [-thing for thing in things]

    portions = Portions(8)
    made = [list(part) for part, _ in portions.make(range(7), once, lambda: tidied.append(1))]
    assert made == [[0, 1], [2, 3], [4, 5], [6]]
    assert portions.strained == "batch 8 halved to 2 (out of memory)"
    assert len(tidied) == 2


def test_what_is_not_about_memory_is_not_swallowed() -> None:
    def once(_: Sequence[int]) -> None:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        list(Portions(4).make([1, 2], once, lambda: None))


def test_one_that_does_not_fit_is_an_error() -> None:
    def once(_: Sequence[int]) -> None:
        raise MemoryError

    with pytest.raises(ModelError, match="one picture alone"):
        list(Portions(4).make([1, 2], once, lambda: None))
