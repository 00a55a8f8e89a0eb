from __future__ import annotations

import pytest

from dreamgen.metrics.shortcuts.audit import Audit, audit, enough, judged, rows_by
from dreamgen.metrics.shortcuts.items import items_of
from dreamgen.metrics.shortcuts.rules import by_rule
from tests.metrics.shortcuts.planted import dataset, every_shortcut

pytest.importorskip("sklearn")


def found_in(audit: Audit) -> set[tuple[str, str, str]]:
    return {(row.task, row.form, row.by) for row in audit.found}


@pytest.mark.slow
def test_planted_shortcuts_are_found_in_their_tasks_and_nowhere_else() -> None:
    found = found_in(audit(every_shortcut(1), seed=0))
    assert found >= {
        ("length", "choice", "longest"), ("length", "choice", "text"), ("letter", "choice", "letter"),
        ("answer", "choice", "answer"), ("answer", "choice", "text"), ("word", "yes_no", "text"),
        ("yes", "yes_no", "yes"),
    }  # fmt: skip
    assert not {row for row in found if row[0] == "none"}


def test_a_clean_dataset_has_none() -> None:
    found = audit(dataset("none", 2, clips=8), seed=0)
    assert not found.found
    row = found.whole("choice", "text")
    assert row is not None and row.interval[0] < row.chance < row.interval[1]


def test_clean_datasets_are_hardly_ever_called_leaky() -> None:
    alarms = 0
    for seed in range(60):
        items = [item for item in items_of(dataset("none", seed)) if item.form == "choice"]
        for name in ("letter", "longest", "shortest", "answer"):
            rows = judged(rows_by(name, items, by_rule(name, items, 0)))
            alarms += any(row.found for row in rows)
    assert alarms <= 0.05 * 60 * 4


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
