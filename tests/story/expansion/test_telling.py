"""Tests of how a plot is dealt out: nothing of it may be lost, whatever the numbers."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from dreamgen.core.brief import Brief
from dreamgen.errors import UsageError
from dreamgen.story.expansion.factors import Factors
from dreamgen.story.expansion.telling import Division, divided, sentences_of, untold

PLOT = """# The Lantern

## The Storm

Mara lit the lantern. The wind blew it out. She ran to the harbour, and she looked for her brother in the dark.

## The Morning

Tom rowed home at sunrise. Mara hugged him. They walked up the hill together and hung the lantern back on its hook.
"""


def plot_of(sentences: int) -> Brief:
    lot = random.Random(sentences)
    text = [f"Mara walks to the house {'and on ' * lot.randrange(12)}number {at}." for at in range(sentences)]
    return Brief(text="".join(one + (" " if lot.random() < 0.8 else "\n\n") for one in text))


def told(division: Division) -> list[tuple[int, int]]:
    return [scene.told for act in division.acts for scene in act.scenes if scene.told]


def test_sentences_are_numbered_from_one() -> None:
    division = divided(Brief(text=PLOT), None)
    assert division.sentences[0] == "Mara lit the lantern."
    assert division.lines((2, 3)).splitlines()[0] == "2. The wind blew it out."
    assert sentences_of(PLOT) == division.sentences


def test_acts_are_the_plots_own_sections() -> None:
    division = divided(Brief(text=PLOT), None)
    assert [(act.heading, act.told) for act in division.acts] == [("The Storm", (1, 3)), ("The Morning", (4, 6))]


def test_asked_for_as_many_acts_as_there_are_sections_cuts_at_these() -> None:
    division = divided(Brief(text=PLOT), Factors(acts=2, scenes=2, shots=3))
    assert [act.told for act in division.acts] == [(1, 3), (4, 6)]
    assert division.shots == 12


@pytest.mark.parametrize("sentences", [1, 2, 5, 60, 300])
@pytest.mark.parametrize("factors", [None, Factors(acts=3, scenes=3, shots=5), Factors(acts=11, scenes=11, shots=11)])
def test_every_sentence_is_told_in_order_and_without_gaps(sentences: int, factors: Factors | None) -> None:
    division = divided(plot_of(sentences), factors)
    assert len(division.sentences) == sentences
    runs = told(division)
    assert runs[0][0] == 1 and runs[-1][1] == sentences
    for (first, last), (following, _) in pairwise(runs):
        assert first <= last
        # a new run begins after the one before, or goes on with its one sentence
        assert following == last + 1 or (following == last == first)


def test_factors_that_are_asked_for_are_kept_exactly() -> None:
    division = divided(plot_of(40), Factors(acts=11, scenes=11, shots=11))
    assert (len(division.acts), division.scenes, division.shots, division.calls) == (11, 121, 1331, 134)


def test_a_plot_gets_a_shot_for_some_eleven_words_and_at_least_one_for_each_sentence() -> None:
    for sentences in (4, 40, 200):
        brief = plot_of(sentences)
        division = divided(brief, None)
        assert max(sentences, len(brief.text.split()) / 14) <= division.shots <= sentences + len(brief.text.split()) / 9
        assert all(scene.shots <= 12 for act in division.acts for scene in act.scenes)


def test_runs_are_of_about_the_same_length() -> None:
    acts = divided(plot_of(300), Factors(acts=5, scenes=4, shots=6)).acts
    assert all(45 <= act.told[1] - act.told[0] + 1 <= 75 for act in acts if act.told)


def test_a_cut_moves_to_the_paragraph_that_is_near() -> None:
    text = "Mara walks. Mara sits. Mara stands. Mara looks. Mara waits.\n\nTom walks. Tom sits. Tom waits."
    acts = divided(Brief(text=text), Factors(acts=2, scenes=1, shots=6)).acts
    assert [act.told for act in acts] == [(1, 5), (6, 8)]


def test_scripts_without_blanks_are_split_too() -> None:
    assert sentences_of("玛拉点亮了灯。风把它吹灭了。她跑向港口。") == (
        "玛拉点亮了灯。",
        "风把它吹灭了。",
        "她跑向港口。",
    )


def test_a_theme_has_the_default_numbers() -> None:
    division = divided(Brief(text="a promise", sort="theme"), None)
    assert (division.shots, division.calls, division.sentences) == (45, 14, ())
    assert all(act.told is None for act in division.acts)


@pytest.mark.parametrize("sort", ["plot", "theme"])
def test_a_brief_without_words_is_refused(sort: str) -> None:
    with pytest.raises(UsageError, match=f"the {sort} is empty"):
        divided(Brief.model_validate({"text": " \n -- ", "sort": sort}), None)


def test_a_plot_of_headings_alone_still_has_a_sentence() -> None:
    assert sentences_of("## The Storm\n\n## The Morning") == ("## The Storm ## The Morning",)


def test_a_novel_is_dealt_out_at_once() -> None:
    division = divided(plot_of(2000), None)
    assert sum(last - first + 1 for first, last in told(division)) == 2000
    assert max(len(act.scenes) for act in division.acts) <= 60


def test_what_no_shot_tells_is_found() -> None:
    assert untold((3, 6), [3, None, 5]) == (4, 6)
