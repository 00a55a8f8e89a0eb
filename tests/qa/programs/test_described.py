from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.claims import Attribute, Claim, Description, Presence
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import InstructionPair
from dreamgen.language.world import World
from dreamgen.qa.programs import rerun
from dreamgen.qa.programs.described import described, described_span
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

BY = ("eye annotate/video_caption@1", "pen annotate/fuse@2")
FIRST = "A man in a red shirt stands in a kitchen."
SECOND = "The man in the red shirt walks to the left."
THIRD = "A woman in a blue dress sits down at a table"


def said(nth: int, text: str, start: float = 0.0, end: float = 10.0, by: tuple[str, ...] = BY) -> Description:
    return Description(start=start, end=end, text=text, by=by, nth=nth)


# in no order, as a file has them
CLAIMS: tuple[Claim, ...] = (said(2, THIRD, 5.0, 9.0), said(0, FIRST), said(1, SECOND, 1.0, 4.0))


def world(*claims: Claim) -> World:
    return World("c1", 10.0, claims, ())


@pytest.fixture
def found() -> Clip:
    video = MediaRef(path="clips/c1.mp4", sha256="0")
    return Clip(
        id="c1", video=video, fps=24, size=(64, 64), frames=240, origin="found", pictures="found", motion="found"
    )


def asked(clip: Clip, *claims: Claim) -> list[InstructionPair]:
    return list(ProgramsSynthesizer(pairs_per_minute=1000, unanswerable=0).synthesize(clip, claims, 1, Path()))


def test_a_caption_is_the_sentences_that_stand_in_their_order() -> None:
    assert described(world(*CLAIMS), "; ".join(BY)) == f"{FIRST} {SECOND} {THIRD}."


def test_sentences_that_fell_are_left_out_and_too_few_are_no_caption() -> None:
    by = "; ".join(BY)
    assert described(world(*CLAIMS[:2]), by) == f"{FIRST} {THIRD}."
    assert described(world(*CLAIMS[1:2]), by) is None
    # half of the clip is told of
    assert described(world(CLAIMS[0], said(1, SECOND, 8.0, 10.0)), by) is None


def test_what_two_say_is_not_mixed_and_nothing_is_said_twice() -> None:
    again, other = said(3, FIRST.replace("stands", "stand")), said(0, "A dog runs.", by=("other x@1",))
    assert described(world(*CLAIMS, again, other), "; ".join(BY)) == f"{FIRST} {SECOND} {THIRD}."
    assert described(world(*CLAIMS, other), "other x@1") is None


def test_a_stretch_is_told_by_its_own_sentences() -> None:
    assert described_span(world(*CLAIMS), "; ".join(BY), "1.000", "4.000") == SECOND
    assert described_span(world(*CLAIMS), "; ".join(BY), "2.000", "4.000") is None


def test_pairs_rest_on_the_sentences_that_they_tell_and_can_be_computed_again(found: Clip) -> None:
    pairs = asked(found, *CLAIMS)
    texts = {claim.id: claim.text for claim in CLAIMS if isinstance(claim, Description)}
    captions = [pair for pair in pairs if pair.form == "caption"]
    assert {pair.task for pair in captions} == {"scene_caption", "shot_caption"}
    for pair in captions:
        assert all(texts[name].rstrip(".") in pair.turns[-1].text for name in pair.claims)
        assert rerun(pair.program, World.of(found, CLAIMS)) == pair.turns[-1].text
    (whole,) = (pair for pair in captions if pair.task == "scene_caption")
    assert set(whole.claims) == set(texts)


def test_every_yes_has_its_no_which_changes_one_word_of_a_sentence(found: Clip) -> None:
    polar = [pair for pair in asked(found, *CLAIMS) if pair.form == "yes_no" and pair.task == "caption_matching"]
    assert sorted(pair.turns[-1].text for pair in polar) == ["No."] * (len(polar) // 2) + ["Yes."] * (len(polar) // 2)
    known = {text.rstrip(".") for text in (FIRST, SECOND, THIRD)}
    for pair in polar:
        told = pair.turns[0].text.split("“")[1].split("”")[0].rstrip(".")
        assert (told in known) == (pair.turns[-1].text == "Yes.")


def test_of_several_sentences_one_is_right_and_no_detail_gives_it_away(found: Clip) -> None:
    choices = [pair for pair in asked(found, *CLAIMS) if pair.form == "choice"]
    assert choices
    for pair in choices:
        right, changed = pair.options[pair.answer_index or 0].split(), [option.split() for option in pair.options]
        # each detail is right in two of the four
        for place, word in enumerate(right):
            assert sum(option[place] == word for option in changed) in (2, 4)


def test_what_is_said_of_one_person_is_no_caption_of_the_clip(found: Clip) -> None:
    about = [claim.model_copy(update={"entity": "who-1"}) for claim in CLAIMS]
    assert not any(pair.program.name.startswith("described") for pair in asked(found, *about))


def test_who_walks_to_the_left_and_then_to_the_right_is_told_to_do_both() -> None:
    back = said(2, SECOND.replace("left", "right"), 4.0, 7.0)
    assert described(world(CLAIMS[1], CLAIMS[2], back), "; ".join(BY)) == f"{FIRST} {SECOND} {back.text}"


def test_no_wrong_sentence_says_what_is_so_of_somebody_else(found: Clip) -> None:
    span = {"start": 0.0, "end": 10.0}
    seen: tuple[Claim, ...] = (
        Presence(entity="w", what="woman", category="person", **span),
        Attribute(entity="w", slot="top", value="coat", colour="blue", **span),
    )
    pairs = [pair for pair in asked(found, said(0, FIRST), *seen) if pair.task == "caption_matching"]
    told = [text for pair in pairs for text in (*pair.options, pair.turns[0].text)]
    assert pairs and not [text for text in told for word in ("woman", "blue") if word in text]
