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
    assert out_of_memory(RuntimeError("CUDA error: out of memory\nCompile with `TORCH_USE_CUDA_DSA`"))
    assert out_of_memory(RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"))
    assert out_of_memory(RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED"))
    assert out_of_memory(RuntimeError("GET was unable to find an engine to execute this computation"))
    assert not out_of_memory(RuntimeError("Unable to find an engine to execute this computation with bfloat16"))
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


def test_adapters_count_as_weights() -> None:
    without = weight_bytes(Checkpoint(image_encoder="eyes"))
    both = weight_bytes(Checkpoint(image_encoder="eyes", identity="faces", style_adapter="looks"))
    assert both - without == pytest.approx(2 * 0.85e9)
    # one file that serves both is held once
    same = weight_bytes(Checkpoint(image_encoder="eyes", identity="faces", style_adapter="faces"))
    assert same - without == pytest.approx(0.85e9)


def test_decoding_several_or_in_float32_leaves_less_room() -> None:
    room = 20 * GIB
    assert largest_batch(room, SQUARE, decoded=4) < largest_batch(room, SQUARE)
    assert largest_batch(room, SQUARE, vae_bytes=4, decoded=2) < largest_batch(room, SQUARE, decoded=2)
