"""A Story as a movie of MovieLLM's long-video benchmark, whose shape its prompt_bench.txt asks for.

A movie has four questions: one for an overview, two about the plot and one for the order of events; the words of the
first and the last are the same for all. Answers are the plan's own words, and nothing has looked for them in the film.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from dreamgen.core.story import Story

OVERVIEW: Final = "Can you provide a brief overview of the movie in just few sentences?"
TEMPORAL: Final = "Can you outline the chronological sequence of events in the movie?"
"""As prompt_bench.txt has them, word for word."""
PLOT: Final = 2
"""Questions about the plot of each movie."""


def benched(story: Story) -> bytes:
    """The file of a movie: `movie_title` and `QA` with overview_qa, plot_qa and temporal_qa."""
    told = " ".join(_told(story))
    data = {
        "movie_title": story.title,
        "QA": {
            "overview_qa": [_pair(OVERVIEW, story.overview or told)],
            "plot_qa": [_pair(*one) for one in _plot(story)],
            "temporal_qa": [_pair(TEMPORAL, told)],
        },
    }
    return json.dumps(data, indent=4, ensure_ascii=False).encode() + b"\n"


def _pair(question: str, answer: str) -> dict[str, str]:
    return {"Question": question, "Answer": answer}


def _plot(story: Story) -> list[tuple[str, str]]:
    """The writer's own questions on the whole story and its acts; where there are too few, what a place has to tell."""
    own = ((one.question, one.answer) for one in story.questions if one.level != "scene")
    chosen = [one for one in own if one[1] != story.overview][:PLOT]
    return [*chosen, *_computed(story)][:PLOT]


def _computed(story: Story) -> Iterator[tuple[str, str]]:
    """How it ends, and what happens in each place from the last to the first."""
    told = [shot.description for shot in story.shots]
    # a sentence may go on from shot to shot
    begins = [at for at, text in enumerate(told) if at == 0 or not text[:1].islower()]
    yield "How does the movie end?", " ".join(told[begins[-1] :])
    for place in reversed(story.locations):
        here = [shot.description for shot in story.shots if shot.location == place.id and shot.description]
        if here:
            yield f"What happens in this place: {place.name}?", " ".join(dict.fromkeys(here))
    yield "How does the movie begin?", " ".join(told[: [*begins, len(told)][1]])


def _told(story: Story) -> Iterator[str]:
    """What happens, shot by shot; what two shots next to each other tell alike stands there once."""
    before = ""
    for shot in story.shots:
        if shot.description and shot.description != before:
            yield shot.description
        before = shot.description
