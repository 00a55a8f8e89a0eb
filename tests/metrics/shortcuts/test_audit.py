from __future__ import annotations

import pytest

from dreamgen.metrics.shortcuts.audit import Audit, audit, enough
from tests.metrics.shortcuts.planted import Shortcut, dataset

pytest.importorskip("sklearn")


def found_in(audit: Audit) -> set[tuple[str, str, str]]:
    return {(row.task, row.form, row.by) for row in audit.found}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shortcut", "form", "by"),
    [
        ("length", "choice", "longest"),
        ("length", "choice", "text"),
        ("letter", "choice", "letter"),
        ("answer", "choice", "answer"),
        ("answer", "choice", "text"),
        ("word", "yes_no", "text"),
        ("yes", "yes_no", "yes"),
    ],
)
def test_a_planted_shortcut_is_found_in_its_task(shortcut: Shortcut, form: str, by: str) -> None:
    found = found_in(audit(dataset(shortcut, 1), seed=0))
    assert ("colour", form, by) in found
    assert not {row for row in found if row[0] == "place"}


@pytest.mark.slow
def test_a_clean_dataset_has_none() -> None:
    alarms = [found_in(audit(dataset("none", seed), seed=0)) for seed in range(5)]
    assert sum(map(bool, alarms)) == 0
    rows = [audit(dataset("none", seed), seed=0).whole("choice", "text") for seed in range(2)]
    assert all(row is not None and row.interval[0] < row.chance < row.interval[1] for row in rows)


def test_the_questions_that_the_text_gives_away_are_listed_first() -> None:
    pairs = dataset("answer", 1, clips=12)
    worst = audit(pairs, seed=0).worst
    assert {leak.answer.split()[-1] for leak in worst[:5]} == {"amber"}
    assert [leak.bias for leak in worst] == sorted((leak.bias for leak in worst), reverse=True)


def test_the_same_pairs_and_seed_give_the_same_audit() -> None:
    pairs = dataset("none", 3, clips=6)
    assert audit(pairs, seed=5) == audit(pairs, seed=5)


def test_too_few_questions_are_not_judged() -> None:
    few = dataset("none", 1, clips=3)
    assert not enough(few)
    assert audit(few, seed=0).rows == ()


def test_a_model_that_answers_is_a_row_of_its_own_and_its_silence_is_no_answer() -> None:
    pairs = [pair for pair in dataset("none", 1, clips=6) if pair.form == "yes_no"]
    right = {pair.id: (1.0, 0.0) if pair.turns[-1].text == "Yes." else (0.0, 1.0) for pair in pairs}
    heard = dict(list(right.items())[:10])
    found = audit(pairs, seed=0, seen={"video": right, "blind": heard}, model="somebody")
    video, blind = found.whole("yes_no", "video"), found.whole("yes_no", "blind")
    assert video is not None and video.share == 1.0 and not video.found
    assert blind is not None and blind.right == 10 and blind.n == 30
