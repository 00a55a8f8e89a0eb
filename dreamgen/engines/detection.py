"""Finds what words name in a picture: zero-shot detection with OWLv2, OWL-ViT or Grounding DINO.

Pictures are prepared here, by the numbers of the detector's own preprocessor: transformers' processors for them want
torchvision or SciPy.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dreamgen.core.layout import Box
from dreamgen.engines.accelerators import installed
from dreamgen.engines.device import machine
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.imaging import resized
from dreamgen.engines.staying import loading
from dreamgen.errors import MissingExtra, ModelError, first_line

if TYPE_CHECKING:
    import torch

Pixels = NDArray[np.uint8]

_LEAST = {"owlv2": 0.2, "owlvit": 0.2, "grounding-dino": 0.35}
"""Score from which a thing counts as found, by family, where nobody says. Grounding DINO's is that of its authors'
demonstration; OWL's is twice theirs, which is meant to miss nothing. Neither was calibrated on pictures of a model."""
_WANTED_BY = "the check of who is where"
_OPENING = threading.Lock()
_GREY = 0.5
"""OWLv2 makes pictures square with it (Minderer et al. 2023)."""


@dataclass(frozen=True)
class Found:
    """One thing in a picture."""

    words: str
    """Which of the words it was found by."""
    box: Box
    """Where, in frame fractions, cut off at the frame."""
    score: float
    """How sure the detector is, 0-1."""


@dataclass(frozen=True)
class _Seen:
    """What a network made of a picture."""

    scores: torch.Tensor
    """(boxes, words), 0-1."""
    boxes: torch.Tensor
    """(boxes, 4): middle, width and height, as shares of the picture."""


class Detector:
    """A zero-shot detector, loaded; see `open_detector`."""

    def __init__(self, name: str, device: str, offline: bool) -> None:
        self.name = name
        """As it was asked for."""
        place = machine(device, check=ready).device
        self._family, self._model, self._tokens, self._prepared = _load(name, place, offline)
        self._busy = threading.Lock()

    def find(self, image: Pixels, words: Sequence[str], least: float = 0.0) -> list[Found]:
        """Everything in a picture that one of `words` fits, the surest first; one thing may be found many times.

        Args:
            image: uint8 (h, w, 3), BGR.
            words: what to look for: `a woman`, `a brown dog`.
            least: the least score, 0-1; 0 for the family's own.
        """
        import torch

        if not words:
            return []
        with self._busy, torch.inference_mode(), quiet():
            seen = self._grounded(image, words) if self._family == "grounding-dino" else self._owl(image, words)
        scores, boxes = seen.scores.float().cpu().numpy(), seen.boxes.float().cpu().numpy()
        found = []
        for number, best in zip(*np.nonzero(scores >= (least or _LEAST[self._family])), strict=True):
            box = _cut(*boxes[number].tolist())
            if box is not None:
                found.append(Found(words[int(best)], box, round(float(scores[number, best]), 4)))
        return sorted(found, key=lambda one: (-one.score, words.index(one.words), one.box.x0, one.box.y0))

    def _owl(self, image: Pixels, words: Sequence[str]) -> _Seen:
        import torch

        side = self._prepared["side"]
        high, wide = image.shape[:2]
        # OWLv2's boxes are shares of the padded square, OWL-ViT's of the picture, squeezed into a square
        longest = max(high, wide) if self._family == "owlv2" else 0
        canvas = np.full((longest or high, longest or wide, 3), round(_GREY * 255), np.uint8)
        canvas[:high, :wide] = image[..., ::-1]
        pixels = self._normalised(resized(canvas, side, side))
        length = self._model.config.text_config.max_position_embeddings
        text = self._tokens(
            list(words), padding="max_length", truncation=True, max_length=length, return_tensors="pt"
        ).to(self._model.device)
        out = self._model(
            input_ids=text["input_ids"], attention_mask=text["attention_mask"], pixel_values=pixels, return_dict=True
        )
        boxes = out.pred_boxes[0]
        if longest:
            boxes = boxes * torch.tensor([longest / wide, longest / high] * 2, device=boxes.device)
        return _Seen(out.logits[0].sigmoid(), boxes)

    def _grounded(self, image: Pixels, words: Sequence[str]) -> _Seen:
        import torch

        high, wide = image.shape[:2]
        shortest, longest = self._prepared["shortest"], self._prepared["longest"]
        scale = min(shortest / min(high, wide), longest / max(high, wide))
        pixels = self._normalised(resized(image[..., ::-1], round(wide * scale), round(high * scale)))
        phrase, spans = _joined(words)
        text = self._tokens(phrase, return_tensors="pt", return_offsets_mapping=True)
        offsets = text.pop("offset_mapping")[0].tolist()
        text = text.to(self._model.device)
        mask = torch.ones((1, *pixels.shape[-2:]), dtype=torch.long, device=pixels.device)
        out = self._model(pixel_values=pixels, pixel_mask=mask, **text)
        likely = out.logits[0].sigmoid()
        scores = torch.stack([likely[:, _inside(span, offsets)].amax(dim=1) for span in spans], dim=1)
        return _Seen(scores, out.pred_boxes[0])

    def _normalised(self, rgb: Pixels) -> torch.Tensor:
        """(1, 3, h, w)."""
        import torch

        mean, spread = (np.array(self._prepared[key], np.float32) for key in ("mean", "spread"))
        planes = ((rgb.astype(np.float32) / 255 - mean) / spread).transpose(2, 0, 1)
        return torch.from_numpy(np.ascontiguousarray(planes))[None].to(self._model.device, self._model.dtype)


def open_detector(name: str, device: str = "auto", offline: bool = False) -> Detector:
    """The detector of that name; the same one every time.

    Args:
        name: a folder, or a name on the hub: google/owlv2-base-patch16-ensemble, IDEA-Research/grounding-dino-tiny.
        device: auto, cpu, cuda, cuda:1, mps.
        offline: whether the hub is not asked.

    Raises:
        MissingExtra: without torch or transformers.
        UsageError: for a device that is not there.
        ModelError: when there is no such detector, or it is of no family that is known here.
    """
    with _OPENING:
        return _opened(name, device, offline)


@lru_cache(maxsize=2)
def _opened(name: str, device: str, offline: bool) -> Detector:
    with loading("detector"):
        return Detector(name, device, offline)


def ready() -> None:
    """Makes sure that the libraries are there; nothing is imported.

    Raises:
        MissingExtra: for the first one that is not.
    """
    for library in ("torch", "transformers", "safetensors"):
        if not installed(library):
            raise MissingExtra(library, "diffusion", _WANTED_BY)


def _load(name: str, device: torch.device, offline: bool) -> tuple[str, Any, Any, dict[str, Any]]:
    from transformers import AutoConfig, AutoModelForZeroShotObjectDetection, AutoTokenizer

    given: dict[str, Any] = {"local_files_only": offline, "trust_remote_code": False}
    try:
        with quiet():
            config = AutoConfig.from_pretrained(name, **given)
            if config.model_type not in _LEAST:
                raise ModelError(
                    f"{name} is no detector that is known here, but {config.model_type}",
                    f"Known families: {', '.join(sorted(_LEAST))}",
                )
            model = AutoModelForZeroShotObjectDetection.from_pretrained(name, use_safetensors=True, **given)
            tokens = AutoTokenizer.from_pretrained(name, **given)
            prepared = _preparation(name, config.model_type, given)
    except (OSError, ValueError) as error:
        first = first_line(error)
        raise ModelError(f"the detector {name!r} can't be loaded: {first}", "Only safetensors are read.") from None
    return config.model_type, model.to(device).eval().requires_grad_(False), tokens, prepared


def _preparation(name: str, family: str, given: dict[str, Any]) -> dict[str, Any]:
    """Size, mean and spread of the pictures that a detector was trained with, from its preprocessor_config.json."""
    from transformers.utils import cached_file

    path = cached_file(name, "preprocessor_config.json", local_files_only=given["local_files_only"])
    with open(path, encoding="utf-8") as file:
        said = json.load(file)
    size = said.get("size", {})
    edges = {"shortest": size.get("shortest_edge", 800), "longest": size.get("longest_edge", 1333)}
    side = {"side": size.get("height", 960 if family == "owlv2" else 768)}
    return {"mean": said["image_mean"], "spread": said["image_std"], **(edges if family == "grounding-dino" else side)}


def _joined(words: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Grounding DINO's prompt, small letters with a stop after each, and where in it each of `words` stands.

    The article in front is left out of the place: it fits everything.
    """
    text, spans = "", []
    for phrase in (word.lower().strip(" .") for word in words):
        article = re.match(r"(an?|the) ", phrase)
        spans.append((len(text) + (article.end() if article else 0), len(text) + len(phrase)))
        text += f"{phrase}. "
    return text.strip(), spans


def _inside(span: tuple[int, int], offsets: Sequence[Sequence[int]]) -> list[int]:
    """The tokens that lie in a span of the text."""
    return [n for n, (start, stop) in enumerate(offsets) if stop > start and start >= span[0] and stop <= span[1]]


def _cut(x: float, y: float, width: float, height: float) -> Box | None:
    """What of a box lies in the frame; None where nothing does."""
    x0, y0, x1, y1 = (
        min(1.0, max(0.0, value)) for value in (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    )
    if not all(map(math.isfinite, (x, y, width, height))) or x1 - x0 < 1e-4 or y1 - y0 < 1e-4:
        return None
    return Box(x0=round(x0, 5), y0=round(y0, 5), x1=round(x1, 5), y1=round(y1, 5))
