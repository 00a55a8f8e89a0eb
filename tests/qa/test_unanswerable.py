"""Questions that the video leaves open, and those beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from dreamgen.core.claims import Absence, Claim, Speech
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking
from dreamgen.qa.choosing import answered as ready_of
from dreamgen.qa.choosing import options_of
from dreamgen.qa.habits import Habits
from dreamgen.qa.leaving_open import with_untold
from dreamgen.qa.programs import ask, rerun
from dreamgen.qa.programs.unanswerable import TELLINGS
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe
from dreamgen.run.watch import Watch
from tests.qa.test_any_world import MANY, final_answer, worlds
from tests.qa.test_any_world import World as AnyWorld

FEW = settings(MANY, max_examples=4)


def pairs_of(clip: Clip, claims: tuple[Claim, ...], seed: int = 7, **options: object) -> list[InstructionPair]:
    made = ProgramsSynthesizer.model_validate({"pairs_per_minute": 10_000, **options})
    return list(made.synthesize(clip, claims, seed, Path()))


def open_ones(clip: Clip, claims: tuple[Claim, ...]) -> list[InstructionPair]:
    return [pair for pair in pairs_of(clip, claims, tasks="unanswerable") if not pair.answerable]


def answered(name: str, claims: tuple[Claim, ...], **arguments: str) -> str | None:
    return rerun(Program(name=name, arguments=tuple({**arguments, "telling": "0", "say": "{answer}."}.items())), claims)


CANNOT = "It can't be told from the video."
NO_CAT = Absence(entity="puss", what="cat", category="animal", start=0.0, end=8.0)


def test_whom_the_film_knows_and_the_clip_does_not_show(small_world: tuple[Claim, ...]) -> None:
    assert answered("nobody_such", (*small_world, NO_CAT), what="cat") == CANNOT
    assert answered("nobody_such", small_world, what="boy") is None
    assert answered("nobody_such", small_world, what="cat") is None, "of cats nothing is claimed"
    assert answered("nobody_such", small_world, what="old man") is None, "the boy is a man to some eyes"


def test_of_a_second_one_nothing_may_be_known(small_world: tuple[Claim, ...]) -> None:
    other = NO_CAT.model_copy(update={"entity": "tib", "end": 4.0})
    assert answered("nobody_such", (*small_world, NO_CAT, other), what="cat") is None


def test_somebody_who_is_away_for_a_time(small_world: tuple[Claim, ...]) -> None:
    assert answered("away_then", small_world, entity="tom", start="4", end="8") == CANNOT
    assert answered("away_then", small_world, entity="tom", start="0", end="8") is None
    hazy = tuple(c for c in small_world if not (isinstance(c, Absence) and c.entity == "tom"))
    assert answered("away_then", hazy, entity="tom", start="4", end="8") is None


def test_what_comes_after_the_end(small_world: tuple[Claim, ...]) -> None:
    assert answered("past_end", small_world, at="20") == CANNOT
    assert answered("past_end", small_world, at="8") is None


def test_a_name_that_somebody_says_is_told(small_world: tuple[Claim, ...]) -> None:
    assert answered("name_untold", small_world, entity="mara") == CANNOT
    called = Speech(entity="tom", words="Wait, Mara!", start=0.5, end=3.0)
    assert answered("name_untold", (*small_world, called), entity="mara") is None


def test_a_caption_tells_a_name_without_its_accents(small_world: tuple[Claim, ...]) -> None:
    zoe = tuple(c.model_copy(update={"name": "Zoë"}) if getattr(c, "name", "") == "Mara" else c for c in small_world)
    called = Speech(entity="tom", words="Wait, Zoe!", start=0.5, end=3.0)
    assert answered("name_untold", zoe, entity="mara") == CANNOT
    assert answered("name_untold", (*zoe, called), entity="mara") is None


def test_an_open_answer_says_why(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    said = [pair.turns[1].text for pair in open_ones(clip, (*small_world, NO_CAT)) if pair.form == "open"]
    assert any(text.startswith(("No cat", "The video shows no cat", "There is no cat")) for text in said)
    assert any("the boy can't be seen" in text or "The boy is out of the picture" in text for text in said)
    assert all(any(telling in text for telling in TELLINGS) for text in said)


def test_they_are_a_share_of_all_pairs(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    for share in (0.0, 0.1):
        counts = [0, 0]
        for seed in range(6):
            for pair in pairs_of(clip, small_world, seed, pairs_per_minute=200, unanswerable=share):
                counts[pair.answerable] += pair.form != "dialogue"
        assert counts[0] / sum(counts) == pytest.approx(share, abs=0.02)


def test_of_four_choices_with_the_option_it_is_right_in_one(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    tellings = {telling.casefold() for telling in TELLINGS}
    right = wrong = 0
    for seed in range(4):
        asking = Asking(World.of(clip, small_world), seed, Habits())
        ready = ready_of(asking, list(ask(asking)))
        told = [one for one in ready if one.draft.answerable]
        for one in with_untold(asking, told, [one for one in ready if not one.draft.answerable], 0.2):
            if one.draft.form == "choice" and tellings & {option.casefold() for option in options_of(one)}:
                assert one.draft.task == "unanswerable" and len(one.draft.wrong) == 3
                assert (one.answer.casefold() in tellings) == (not one.draft.answerable)
                right, wrong = right + (not one.draft.answerable), wrong + one.draft.answerable
    assert right > 0 and wrong == 3 * right


def test_a_choice_that_reads_like_none_with_an_answer_is_not_asked(clip: Clip, small_world: tuple[Claim, ...]) -> None:
    for seed in range(4):
        asking = Asking(World.of(clip, small_world), seed, Habits())
        choices = [draft for draft in ask(asking) if not draft.answerable and draft.form == "choice"]
        assert choices and not any(draft.wording in {"untold_name", "untold_way"} for draft in choices)
        assert not any(draft.program.name == "past_end" for draft in choices)


def test_a_share_that_teaches_to_give_up_is_warned_of(tmp_path: Path) -> None:
    class Heard(Watch):
        def __init__(self) -> None:
            self.words: list[str] = []

        def says(self, words: str) -> None:
            self.words.append(words)

    assert ProgramsSynthesizer().warnings() == ()
    plot, heard = tmp_path / "plot.txt", Heard()
    plot.write_text("A woman walks in a forest. A boy waves.")
    dream(plot, read_recipe("storyboard", ["qa.unanswerable=0.2"]), tmp_path / "out", until="plan", watch=heard)
    assert any("20% of the questions will have no answer" in words for words in heard.words)


@given(worlds())
@FEW
def test_answers_can_be_computed_again_and_rest_on_claims(world: AnyWorld) -> None:
    clip, claims = world
    for pair in open_ones(clip, claims):
        assert rerun(pair.program, claims) == final_answer(pair)
        assert set(pair.claims) <= {claim.id for claim in claims}
