"""SAM 2 follows things through a clip of any length (Ravi et al. 2024, "SAM 2: Segment Anything in Images and Videos").

Pictures are prepared here, by the numbers of the network's own preprocessor: transformers' processor for it wants
torchvision. Every thing has a session of its own, since the network looks at each by itself anyway; what it sees in a
frame is worked out once for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dreamgen.engines.accelerators import installed
from dreamgen.engines.device import Machine, machine
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.exactness import exactly
from dreamgen.engines.imaging import resized
from dreamgen.engines.masks import region_of, without_specks
from dreamgen.engines.segmenting.reels import Picture, Reel
from dreamgen.engines.segmenting.sessions import Thread, Way, Window
from dreamgen.engines.segmenting.things import Glimpse, Hint
from dreamgen.errors import MissingExtra, ModelError, first_line

if TYPE_CHECKING:
    import torch

FAMILIES: Final = ("sam2_video",)
"""As config.json calls them."""
_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's pictures; what SAM 2 was trained with."""
_WANTED_BY: Final = "following things through a video"


class Segmenter:
    """A promptable video segmenter, loaded; see `open_segmenter`."""

    def __init__(self, name: str, device: str, dtype: str, offline: bool) -> None:
        self.name = name
        """As it was asked for."""
        self._place = machine(device, dtype, ready)
        self._model, self._mean, self._spread = _load(name, self._place, offline)
        self._side = int(self._model.config.image_size)
        self._fit: list[float] = []
        # the network's own guess of its masks' quality leaves the decoder and goes no further
        self._model.mask_decoder.register_forward_hook(self._listen)

    def follow(
        self, reel: Reel, things: Sequence[Sequence[Hint]], within: Sequence[tuple[int, int]] = ()
    ) -> list[tuple[Glimpse, ...]]:
        """One row of glimpses a thing, one for every annotated frame in which it is followed. See `Follows`.

        Raises:
            DreamgenError: when the clip can't be read.
        """
        if not things:
            return []
        with quiet(), exactly(self._place):
            window = Window(reel.count)
            spans = within or [(0, reel.frames)] * len(things)
            threads = [self._thread(reel, *one, window) for one in zip(things, spans, strict=True)]
            for place in sorted({place for thread in threads for place in thread.hinted}):
                here = [thread for thread in threads if place in thread.hinted]
                self._look(reel, window, place, reel.at(place), here, "hinted")
            for place, picture in reel.forwards(min(thread.first for thread in threads)):
                here = [thread for thread in threads if thread.first <= place < thread.stop]
                self._look(reel, window, place, picture, here, "forwards")
            for place, picture in reel.backwards(max(thread.first for thread in threads) - 1):
                here = [thread for thread in threads if thread.start <= place < thread.first]
                self._look(reel, window, place, picture, here, "backwards")
        return [thread.told() for thread in threads]

    def _thread(self, reel: Reel, hints: Sequence[Hint], span: tuple[int, int], window: Window) -> Thread:
        clicks = {reel.place(hint.frame): self._clicks(hint) for hint in hints}
        places = tuple(-(-frame // reel.step) for frame in span)
        return Thread(self._model, window, reel.size, clicks, self._place, (places[0], places[1]))

    def _clicks(self, hint: Hint) -> list[tuple[float, float, int]]:
        """A hint as the network takes it: x and y in pixels of its own picture, and a label.

        1 is for here, 0 for not here, 2 and 3 for the corners of a box.
        """
        box, side = hint.box, self._side
        corners = [(box.x0, box.y0, 2), (box.x1, box.y1, 3)] if box is not None else []
        clicks = [(x, y, int(there)) for x, y, there in hint.points]
        return [(x * side, y * side, label) for x, y, label in (*corners, *clicks)]

    def _look(
        self, reel: Reel, window: Window, place: int, picture: Picture, threads: Sequence[Thread], way: Way
    ) -> None:
        if not threads:
            return
        window.show(place, self._prepared(picture))
        for thread in threads:
            self._fit.clear()
            logits, there = thread.look(place, way)
            if self._fit:  # a frame in which it was pointed out is not worked out again
                thread.note(place, self._glimpse(reel, place, logits, there))

    def _prepared(self, picture: Picture) -> torch.Tensor:
        """(3, side, side), as the network takes it."""
        import torch

        mean, spread = (np.array(numbers, np.float32) for numbers in (self._mean, self._spread))
        small = resized(picture[..., ::-1], self._side, self._side).astype(np.float32) / 255
        planes = ((small - mean) / spread).transpose(2, 0, 1)
        return torch.from_numpy(np.ascontiguousarray(planes)).to(self._place.device, self._place.dtype)

    def _glimpse(self, reel: Reel, place: int, logits: torch.Tensor, there: float) -> Glimpse:
        import torch

        width, height = reel.size
        whole = torch.nn.functional.interpolate(logits.float(), (height, width), mode="bilinear", align_corners=False)
        mask = without_specks((whole[0, 0] > 0).cpu().numpy())
        return Glimpse(place * reel.step, region_of(mask), round(min(1.0, max(0.0, self._fit[-1])), 4), round(there, 4))

    def _listen(self, _decoder: Any, _given: Any, told: Any) -> None:
        # the mask that it believes in most is the one that is taken
        self._fit.append(float(told[1].float().max()))


@lru_cache(maxsize=1)
def open_segmenter(name: str, device: str = "auto", dtype: str = "auto", offline: bool = False) -> Segmenter:
    """The segmenter of that name; the same one every time.

    Args:
        name: a folder, or a name on the hub: facebook/sam2.1-hiera-large.
        device: auto, cpu, cuda, cuda:1, mps.
        dtype: auto, bfloat16, float16, float32.
        offline: whether the hub is not asked.

    Raises:
        MissingExtra: without torch or transformers.
        UsageError: for a device that is not there.
        ModelError: when there is no such network, or it is of no family that is known here.
    """
    return Segmenter(name, device, dtype, offline)


def ready() -> None:
    """Makes sure that the libraries are there; nothing is imported.

    Raises:
        MissingExtra: for the first one that is not.
    """
    for library in ("torch", "transformers", "safetensors"):
        if not installed(library):
            raise MissingExtra(library, "vlm", _WANTED_BY)


def _load(name: str, place: Machine, offline: bool) -> tuple[Any, tuple[float, ...], tuple[float, ...]]:
    from transformers import AutoConfig, Sam2VideoModel

    given: dict[str, Any] = {"local_files_only": offline, "trust_remote_code": False}
    try:
        with quiet():
            config = AutoConfig.from_pretrained(name, **given)
            if config.model_type not in FAMILIES:
                raise ModelError(
                    f"{name} is no video segmenter that is known here, but {config.model_type}",
                    f"Known families: {', '.join(FAMILIES)}",
                )
            model = Sam2VideoModel.from_pretrained(name, use_safetensors=True, dtype=place.dtype, **given)
            mean, spread = _preparation(name, offline)
    except (OSError, ValueError) as error:
        first = first_line(error)
        raise ModelError(f"the segmenter {name!r} can't be loaded: {first}", "Only safetensors are read.") from None
    return model.to(place.device).eval().requires_grad_(False), mean, spread


def _preparation(name: str, offline: bool) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and spread of the pictures that it was trained with, from the preprocessor's file where there is one."""
    for said in _files(name, offline):
        if "image_mean" in said:
            return tuple(map(float, said["image_mean"])), tuple(map(float, said["image_std"]))
    return _MEAN, _SPREAD


def _files(name: str, offline: bool) -> Iterator[dict[str, Any]]:
    from transformers.utils import cached_file

    for file in ("video_preprocessor_config.json", "preprocessor_config.json"):
        path = cached_file(name, file, local_files_only=offline, _raise_exceptions_for_missing_entries=False)
        if path is not None:
            with open(path, encoding="utf-8") as opened:
                yield json.load(opened)
