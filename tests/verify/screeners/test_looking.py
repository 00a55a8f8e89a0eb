from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from dreamgen.core.media import Footage
from dreamgen.core.pairs import Answer, InstructionPair, Question, View
from dreamgen.engines.vision.model import VisionModel
from dreamgen.errors import UsageError
from dreamgen.verify.screeners import blind, views
from dreamgen.verify.screeners.blind import BlindScreener
from dreamgen.verify.screeners.views import ReversedScreener, ShuffledScreener, SingleFrameScreener, tasks_for
from tests.metrics.shortcuts.planted import dataset

FOOTAGE = {f"clip-{n}": Footage(clip=f"clip-{n}", video=Path("none.mp4"), portraits={}) for n in range(20)}
MODEL = VisionModel(model="somebody")

Mind = Callable[[Question, View], tuple[float, ...]]


class Scripted:
    """Answers by a rule and remembers what it was asked."""

    def __init__(self, mind: Mind) -> None:
        self.mind = mind
        self.asked: list[tuple[str, View]] = []

    def answer(
        self, footage: Footage, questions: Sequence[Question], view: View, seed: int, kept: Path
    ) -> Iterator[Answer]:
        for question in questions:
            self.asked.append((question.about, view))
            yield Answer(about=question.about, chances=self.mind(question, view))


@pytest.fixture
def minded(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mind], Scripted]:
    def put(mind: Mind) -> Scripted:
        scripted = Scripted(mind)
        for module in (blind, views):
            monkeypatch.setattr(module, "answerer_of", lambda vision: scripted)
        return scripted

    return put


def choices(task: str = "colour") -> list[InstructionPair]:
    return [pair.model_copy(update={"task": task}) for pair in dataset("none", 1, clips=3) if pair.form == "choice"]


def knows(pairs: Sequence[InstructionPair], sure: float) -> Mind:
    """Gives the right option of these pairs so much, wherever it stands."""
    keys = {pair.id: pair.options[pair.answer_index or 0] for pair in pairs}

    def mind(question: Question, view: View) -> tuple[float, ...]:
        rest = (1 - sure) / (len(question.options) - 1)
        return tuple(sure if option == keys.get(question.about) else rest for option in question.options)

    return mind


def test_what_a_model_knows_without_seeing_goes(minded: Callable[[Mind], Scripted]) -> None:
    pairs = choices()
    told = minded(
        lambda q, view: knows(pairs[:4], 0.7)(q, view) if q.about in {p.id for p in pairs[:4]} else (0.25,) * 4
    )
    dropped = [(v.about, v.reason) for v in BlindScreener(vision=MODEL).screen(pairs, FOOTAGE, Path())]
    assert dropped == [(pair.id, "answered_blind") for pair in pairs[:4]]
    assert {view for _, view in told.asked} == {"none"}


def test_a_liking_for_one_letter_drops_nothing(minded: Callable[[Mind], Scripted]) -> None:
    minded(lambda question, view: (0.97, 0.01, 0.01, 0.01))
    assert not list(BlindScreener(vision=MODEL).screen(choices(), FOOTAGE, Path()))


def test_a_little_above_chance_stays(minded: Callable[[Mind], Scripted]) -> None:
    pairs = choices()
    minded(knows(pairs, 0.39))
    assert not list(BlindScreener(vision=MODEL).screen(pairs, FOOTAGE, Path()))
    assert len(list(BlindScreener(vision=MODEL, margin=0.1).screen(pairs, FOOTAGE, Path()))) == len(pairs)


def test_an_answer_that_is_none_drops_nothing(minded: Callable[[Mind], Scripted]) -> None:
    minded(lambda question, view: ())
    assert not list(BlindScreener(vision=MODEL).screen(dataset("none", 1, clips=3), FOOTAGE, Path()))


@pytest.mark.parametrize(
    ("screener", "view", "reason"),
    [
        (SingleFrameScreener(vision=MODEL), "frame", "one_frame_is_enough"),
        (ShuffledScreener(vision=MODEL), "shuffled", "order_does_not_matter"),
        (ReversedScreener(vision=MODEL), "reversed", "direction_does_not_matter"),
    ],
)
def test_time_that_is_not_needed(
    minded: Callable[[Mind], Scripted], screener: SingleFrameScreener, view: View, reason: str
) -> None:
    pairs = choices("temporal_order")
    told = minded(knows(pairs, 0.9))
    assert {v.reason for v in screener.screen(pairs, FOOTAGE, Path())} == {reason}
    assert {seen for _, seen in told.asked} == {view, "video"}


def test_what_the_whole_video_tells_better_stays(minded: Callable[[Mind], Scripted]) -> None:
    pairs = choices("temporal_order")
    minded(lambda question, view: knows(pairs, 0.9 if view == "video" else 0.6)(question, view))
    assert not list(SingleFrameScreener(vision=MODEL).screen(pairs, FOOTAGE, Path()))


def test_tasks_without_time_are_not_asked(minded: Callable[[Mind], Scripted]) -> None:
    pairs = choices("attribute")
    told = minded(knows(pairs, 0.9))
    assert not list(ReversedScreener(vision=MODEL).screen(pairs, FOOTAGE, Path()))
    assert not told.asked


def test_a_still_camera_is_as_still_backwards() -> None:
    assert "camera" in tasks_for("frame") and "camera" not in tasks_for("reversed")
    assert "temporal_order" in tasks_for("frame") & tasks_for("shuffled") & tasks_for("reversed")


def test_no_model_is_told_before_anything_is_made() -> None:
    with pytest.raises(UsageError):
        BlindScreener().ready()
