"""What every trainer's loader takes for granted, checked before a line is written.

Loaders are silent: LLaVA-NeXT replaces a sample that it can't read by the next one, LLaMA-Factory skips one whose
turns do not alternate. So a dataset is refused here, where the reason can still be told.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dreamgen.core.dataset import Dataset
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.video import probe
from dreamgen.errors import DreamgenError
from dreamgen.export.conversations import messages

TAGS = ("<video>", "<image>", "<audio>")
"""Words that loaders count and replace."""

_LEAST_FRAMES, _LEAST_SIDE = 8, 64


def check(dataset: Dataset) -> None:
    """Makes sure that any loader takes every pair.

    Raises:
        DreamgenError: with the first defects, when there are any.
    """
    defects = [*pair_defects(dataset.pairs, dataset.clips)]
    if not defects:
        shown = (dataset.by_id[name] for name in dataset.asked)
        defects = [defect for clip in shown for defect in clip_defects(clip, dataset.media)]
    if defects:
        more = f" and {len(defects) - 5} more" if len(defects) > 5 else ""
        raise DreamgenError(
            f"the dataset can't be exported: {'; '.join(defects[:5])}{more}",
            "This is a defect of dreamgen or of a backend; the pairs are in pairs.jsonl.",
        )


def pair_defects(pairs: Sequence[InstructionPair], clips: Sequence[Clip]) -> Iterator[str]:
    """What is wrong with the texts."""
    known = {clip.id for clip in clips}
    for name, times in Counter(pair.id for pair in pairs).items():
        if times > 1:
            yield f"{times} pairs are called {name}"
    for pair in pairs:
        if pair.clip not in known:
            yield f"{pair.id} is about {pair.clip}, which is not among the clips"
        for _, text in messages(pair):
            yield from (f"{pair.id} {defect}" for defect in _text_defects(text))


def _text_defects(text: str) -> Iterator[str]:
    if not text.strip():
        yield "has an empty text"
    if any(tag in text for tag in TAGS):
        yield f"has a media tag in its text: {text!r}"
    if unicodedata.normalize("NFC", text) != text:
        yield f"is not in NFC: {text!r}"


def clip_defects(clip: Clip, media: Path) -> Iterator[str]:
    """What is wrong with a video, or with what its record says of it."""
    path = media / clip.video.path
    if not path.is_file():
        yield f"{clip.id}: {clip.video.path} is missing"
        return
    facts = probe(path)
    if facts.frames != clip.frames or facts.fps != clip.fps or facts.size != clip.size:
        yield (
            f"{clip.id}: the file has {facts.frames} frames of {facts.size} at {facts.fps} a second, "
            f"not {clip.frames} of {clip.size} at {clip.fps}"
        )
    if facts.fps < 1 or facts.frames < _LEAST_FRAMES or min(facts.size) < _LEAST_SIDE or any(n % 2 for n in facts.size):
        least = f"{_LEAST_FRAMES} frames and even sides of {_LEAST_SIDE}"
        yield f"{clip.id}: loaders need at least 1 frame a second, {least}"
