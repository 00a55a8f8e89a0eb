"""Portraits of random people with the place of the head in each, from the illustrator's own anchors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from verifier_world import PEOPLE, random_story

from dreamgen.core.media import Style
from dreamgen.illustrator import portrait
from dreamgen.illustrator.display import Recorder
from dreamgen.illustrator.figures import Actor, FigureState, draw_person
from dreamgen.illustrator.painters import Inked
from dreamgen.verify.sight.heads import portrait_measures
from dreamgen.verify.sight.likeness import cut_out

PAINTERS = ("watercolor", "flat", "cutout", "noir")


def head_rows(first: int, stories: int) -> Iterator[tuple[np.ndarray, str, bool]]:
    """Measurements of a portrait, `y radius` of its head in body heights (rounded), and whether it is held out."""
    for seed in range(first, first + stories):
        story = random_story(seed, 1)
        style = Style(name="any", words="", painter=PAINTERS[seed % len(PAINTERS)])
        for character in story.cast:
            if character.kind not in PEOPLE:
                continue
            recorder = Recorder()
            anchors = draw_person(recorder, Actor(character=character, number=1), FigureState(x=0.0, y=0.0), 0.0)
            inked = Inked(recorder.items)
            top, bottom = float(np.min(inked.low, axis=0)[1]), float(np.max(inked.high, axis=0)[1])
            cut = cut_out(portrait(story, character.id, style))
            if cut is None:
                continue
            y, radius = (anchors.head[1] - top) / (bottom - top), anchors.head_radius / (bottom - top)
            label = f"{round(y / 0.02) * 0.02:.2f} {round(radius / 0.015) * 0.015:.3f}"
            yield portrait_measures(*cut), label, seed // 4 % 4 == 0
