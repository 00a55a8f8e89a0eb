from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.verify.screeners.guessable import guessable
from dreamgen.verify.screeners.priors import PriorsScreener
from dreamgen.verify.screeners.rules import RULES, hit
from tests.metrics.shortcuts.planted import Shortcut, dataset


def screened(shortcut: Shortcut, luck: float = 0.05) -> tuple[list[InstructionPair], list[Verdict]]:
    pairs = dataset(shortcut, 1)
    verdicts = list(PriorsScreener(luck=luck).screen(pairs, {}, Path()))
    gone = {verdict.about for verdict in verdicts}
    return [pair for pair in pairs if pair.id not in gone], verdicts


def share(name: str, pairs: list[InstructionPair], form: str) -> float:
    some = guessable(pairs)
    hits = [hit(one, scores) for one, scores in zip(some, RULES[name](some), strict=True) if one.pair.form == form]
    return sum(hits) / len(hits)


def test_right_options_that_are_longer_go_until_they_are_not() -> None:
    left, verdicts = screened("length")
    assert Counter(verdict.reason for verdict in verdicts).most_common(1)[0][0] == "longest_is_right"
    assert share("longest", list(dataset("length", 1)), "choice") > 0.5 > 0.35 > share("longest", left, "choice")


def test_an_answer_that_is_nearly_always_right_goes_until_it_is_not() -> None:
    left, verdicts = screened("answer")
    assert {verdict.reason for verdict in verdicts} >= {"usual_answer"}
    assert share("usual", list(dataset("answer", 1)), "choice") > 0.5 > 0.4 > share("usual", left, "choice")


def test_a_word_that_gives_yes_away_goes() -> None:
    left, _ = screened("word")
    assert share("usual", list(dataset("word", 1)), "yes_no") > 0.6 > share("usual", left, "yes_no")


def test_of_a_clean_set_hardly_anything_goes() -> None:
    pairs = dataset("none", 4)
    assert len(list(PriorsScreener(luck=0.05).screen(pairs, {}, Path()))) < len(pairs) * 0.02


def test_more_may_pass_where_less_luck_is_called_for() -> None:
    dropped = [len(list(PriorsScreener(luck=luck).screen(dataset("none", 4), {}, Path()))) for luck in (0.05, 0.5)]
    assert dropped[0] < dropped[1]


def test_the_least_trusted_go_first() -> None:
    lot = Random(1)
    pairs = [pair.model_copy(update={"weight": lot.choice((0.5, 1.0))}) for pair in dataset("length", 1)]
    verdicts = PriorsScreener(luck=0.05).screen([p for p in pairs if p.form == "choice"], {}, Path())
    weights = {pair.id: pair.weight for pair in pairs}
    dropped = [weights[verdict.about] for verdict in verdicts]
    assert dropped[0] == 0.5 and dropped.count(0.5) > dropped.count(1.0)


def test_nothing_to_guess_is_nothing_to_drop() -> None:
    assert not list(PriorsScreener().screen((), {}, Path()))
