"""What is measured of the picture is asked, and only what everybody would answer alike."""

from __future__ import annotations

from typing import Any

import pytest

from dreamgen.core.claims import Claim
from dreamgen.core.pairs import InstructionPair


@pytest.fixture
def clip(say: Any) -> list[Claim]:
    """A dark still shot of six seconds, a bright one of two, and a bright one of four that zooms in."""
    return [
        say("shots", 0, 12, number=3), say("cut", 6, 6), say("cut", 8, 8), say("light", 0, 6, level="dark"),
        say("light", 6, 12, level="bright"), say("tint", 0, 6, colour="black"), say("tint", 8, 12, colour="green"),
        say("camera_move", 6, 8, move="static"), say("camera_move", 8, 12, move="zoom_in"),
        say("motion", 0, 6, amount="none"), say("motion", 6, 8, amount="much", direction="left"),
    ]  # fmt: skip


def answers(pairs: list[InstructionPair], form: str) -> dict[str, str]:
    return {pair.turns[0].text: pair.turns[1].text for pair in pairs if pair.form == form}


def test_light_and_colour_are_those_of_the_whole_stretch(run: Any, clip: list[Claim]) -> None:
    assert run("level_at", clip, start=0, end=6) == "Dark"
    assert run("level_at", clip, start=3, end=9) is None, "it changes in between"
    assert run("tint_at", clip, start=0, end=6) == "Black"
    assert run("tint_at", clip, start=0, end=8) is None, "of a part of it nothing is known"


def test_the_picture_gets_brighter_and_not_the_other_way_round(run: Any, clip: list[Claim]) -> None:
    dark, bright = (one for one in clip if one.kind == "light")
    assert run("level_change", clip, first=dark.id, second=bright.id) == "Gets brighter"
    assert run("level_change", clip, first=bright.id, second=dark.id) is None


def test_what_the_camera_does_first_and_then(run: Any, clip: list[Claim]) -> None:
    still, zoom = (one for one in clip if one.kind == "camera_move")
    assert run("camera_then", clip, first=still.id, second=zoom.id) == "First stays still, then zooms in"
    assert run("camera_then", clip, first=zoom.id, second=still.id) is None


def test_whether_anything_moves_and_which_way(run: Any, clip: list[Claim]) -> None:
    assert (run("is_moving", clip, start=0, end=6), run("is_still", clip, start=0, end=6)) == ("No", "Yes")
    assert (run("is_moving", clip, start=6, end=8), run("is_still", clip, start=6, end=8)) == ("Yes", "No")
    assert run("way_at", clip, start=6, end=8) == "To the left"
    assert run("way_at", clip, start=0, end=6) is None


def test_the_longest_and_the_shortest_shot(run: Any, clip: list[Claim], say: Any) -> None:
    assert run("longest_shot", clip) == "The first shot"
    assert run("shortest_shot", clip) == "The second shot"
    assert run("shot_lasts", clip, index=2) == "About four seconds"
    faded = [one for one in clip if one.kind != "shots"]
    assert run("longest_shot", faded) is None, "a fade may hide another shot"
    alike = [say("shots", 0, 12, number=2), say("cut", 6.5, 6.5), say("light", 0, 12, level="dark")]
    assert run("longest_shot", alike) is None, "nobody could tell"


def test_one_shot_and_several(run: Any, clip: list[Claim], say: Any) -> None:
    one = [say("shots", 0, 5, number=1)]
    assert (run("is_uncut", one), run("is_cut", one), run("shots_in_all", one)) == ("Yes", "No", "One")
    assert (run("is_uncut", clip), run("is_cut", clip)) == ("No", "Yes")
    part = [say("shots", 0, 3, number=1), say("light", 0, 5, level="dark")]
    assert run("is_uncut", part) is None, "of the rest nothing is known"


def test_yes_and_no_come_in_pairs_and_options_differ(asked: Any, clip: list[Claim]) -> None:
    pairs = asked(clip, [6, 2, 4], "picture", "motion", "shots", "camera")
    polar = [pair.turns[1].text for pair in pairs if pair.form == "yes_no"]
    assert polar.count("Yes.") == polar.count("No.") > 3
    known = {claim.id for claim in clip}
    for pair in pairs:
        assert set(pair.claims) <= known
        if pair.form == "choice":
            assert 2 <= len(pair.options) <= 4 and len({one.casefold() for one in pair.options}) == len(pair.options)
    assert {pair.task for pair in pairs} == {"picture", "motion", "shots", "camera"}
    assert any("gets brighter" in text for text in answers(pairs, "open").values())


def test_nobody_is_asked_whether_all_is_still(asked: Any, clip: list[Claim]) -> None:
    pairs = asked(clip, [6, 2, 4], "motion")
    texts = [pair.turns[0].text for pair in pairs if pair.program.name in ("is_still", "is_moving")]
    assert texts, "an eye that blinks lies below what is measured"
    assert all(any(word in text for word in ("clearly", "almost", "hardly")) for text in texts)


def test_wrong_colours_are_none_that_could_be_taken_for_the_right_one(asked: Any, say: Any) -> None:
    for pair in asked([say("tint", 0, 6, colour="white")], [6], "picture"):
        if pair.form == "choice":
            assert not {"Grey", "Beige"} & set(pair.options)
    dark = [pair for pair in asked([say("tint", 0, 6, colour="black")], [6], "picture") if pair.form == "choice"]
    assert dark and not any({"Blue", "Brown", "Purple"} & set(pair.options) for pair in dark)


def test_a_clip_that_nobody_measured_is_asked_none_of_it(asked: Any, say: Any) -> None:
    moves = [say("camera_move", 0, 4, move="static"), say("camera_move", 4, 8, move="zoom_in"), say("cut", 4, 4)]
    assert not asked(moves, [4, 4], "picture", "motion", "shots", "sound")
    assert not any(pair.program.name == "camera_then" for pair in asked(moves, [4, 4], "camera"))


def test_questions_read_like_questions(asked: Any, clip: list[Claim]) -> None:
    for pair in asked(clip, [6, 2, 4], "picture", "motion", "shots", "camera"):
        question, answer = (turn.text for turn in pair.turns)
        assert question.endswith(("?", ".")) and "{" not in question + answer and "  " not in question
        assert question[0].isupper() and answer[0].isupper()
