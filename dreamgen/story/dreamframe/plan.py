"""How many acts and scenes a story has: DreamFrame's own sizes where the counts fit, else by places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from dreamgen.core.story import DraftQuestion
from dreamgen.story.expansion.ids import act_id, scene_id

FACTOR: Final = 11
"""DreamFrame's acts in a story, scenes in an act and frames in a scene (arXiv 2403.01422, 3)."""

Sizes = tuple[tuple[int, ...], ...]
"""Frames of each scene, scene by scene, act by act."""


def sizes_of(places: Sequence[str], questions: int) -> Sizes:
    """Where scenes and acts begin.

    Args:
        places: of the frames, in order.
        questions: how many the file has; one a scene tells that the frames are a cube.
    """
    side = round(math.cbrt(len(places)))
    cube = side > 1 and side**3 == len(places)
    if cube and (side == FACTOR or _levels(questions, side, side * side)):
        return ((side,) * side,) * side
    scenes = _runs(places)
    if len(scenes) < 3:
        return (tuple(scenes),)
    size, more = divmod(len(scenes), 3)
    first, second = size + (more > 0), 2 * size + (more > 0) + (more > 1)
    return tuple(scenes[:first]), tuple(scenes[first:second]), tuple(scenes[second:])


def questions_of(story: str, pairs: Sequence[tuple[str, str]], sizes: Sizes) -> tuple[DraftQuestion, ...]:
    """The questions with what each is about, as far as their number tells; else they are about the story."""
    acts = [act_id(act) for act in range(1, len(sizes) + 1)]
    scenes = [scene_id(act, scene) for act, inner in enumerate(sizes, start=1) for scene in range(1, len(inner) + 1)]
    rounds, each = _levels(len(pairs), len(acts), len(scenes)) or (0, 0)
    about: list[tuple[str, str]] = [("story", story)]
    about += [("act", act) for _ in range(rounds) for act in acts]
    about += [("scene", scene) for scene in scenes for _ in range(each)]
    about += [("story", story)] * (len(pairs) - len(about))
    return tuple(
        DraftQuestion.model_validate({"node": node, "level": level, "question": question, "answer": answer})
        for (level, node), (question, answer) in zip(about, pairs, strict=False)
    )


def _levels(questions: int, acts: int, scenes: int) -> tuple[int, int] | None:
    """How many questions each act and each scene has, after the story's one; None where no numbers fit.

    DreamFrame asks for one about each act twice (with the premise and with the act's scenes) and for two about each
    scene; the published story kept one of the two.
    """
    for rounds in (2, 1):
        for each in (1, 2):
            if questions == 1 + rounds * acts + each * scenes:
                return rounds, each
    return None


def _runs(places: Sequence[str]) -> list[int]:
    """Frames of each scene: a run in one place, a long one cut as evenly as can be."""
    runs: list[int] = []
    for at, place in enumerate(places):
        if at and place == places[at - 1]:
            runs[-1] += 1
        else:
            runs.append(1)
    found: list[int] = []
    for run in runs:
        parts = -(-run // FACTOR)
        size, more = divmod(run, parts)
        found += [size + (part < more) for part in range(parts)]
    return found
