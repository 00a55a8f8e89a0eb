from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.story import DraftQuestion, Story
from dreamgen.story.dreamframe.exporting import info_of
from dreamgen.story.dreamframe.file import StoryInfo, parse, written
from dreamgen.story.dreamframe.importing import story_of
from dreamgen.story.staging import stage
from dreamgen.story.writers.rules import RulesWriter

PLOT = (
    "Mara, a woman in a red coat, walks along the harbour with a lantern. "
    '"Have you seen Rex?" Mara asks an old man sadly. '
    "Mara's dog Rex runs into the forest."
)


@pytest.fixture
def ours() -> Story:
    return stage(RulesWriter().write(Brief(text=PLOT), 3, Path()))


def test_an_imported_story_comes_out_as_it_came_in(info: StoryInfo, story: Story) -> None:
    assert written(info_of(story)) == written(info)
    saved = Story.model_validate_json(stage(story).model_dump_json())
    assert written(info_of(saved)) == written(info)


def test_a_frame_that_somebody_has_changed_is_put_together_anew(story: Story) -> None:
    second = story.shots[1].model_copy(update={"description": "In the shop, Darius is standing."})
    scene = story.scenes[0].model_copy(update={"shots": (story.shots[0], second)})
    act = story.acts[0].model_copy(update={"scenes": (scene, *story.acts[0].scenes[1:])})
    changed = story.model_copy(update={"acts": (act, *story.acts[1:])})
    assert info_of(changed).frames[1] == (
        "generate an image in Dramatic style: In the shop, a man looks like Gerard Butler in brown is standing."
    )


def test_dialogues_before_the_first_frame_stay_there() -> None:
    pieces = [["dialogue", "Once."], ["dialogue", "Long ago."], ["frame", "generate an image in Old style: A."]]
    for looks in ({}, {"Ann": "a woman in red"}):
        data = {"character": looks, "img_diag": [*pieces, ["dialogue", "End."]], "QA": [], "overview": "It was."}
        info = parse(json.dumps(data).encode(), "file")
        assert info_of(story_of(info, "untitled")) == info


def test_a_story_of_ours_has_frames_in_dreamframes_words(ours: Story) -> None:
    info = info_of(ours)
    assert len(info.frames) == len(ours.shots)
    for frame in info.frames:
        assert re.match(r"generate an image in Dramatic style: At the \S.*\b(?:is|are) \w+ing\b.*\.$", frame), frame
    assert [piece.text for piece in info.pieces if piece.sort == "dialogue"] == ["Have you seen Rex?"]
    assert list(dict(info.looks)) == [character.name for character in ours.cast]


def test_no_name_is_left_in_frames_of_ours(ours: Story) -> None:
    text = " ".join(info_of(ours).frames)
    assert "Mara" not in text and "Rex" not in text
    assert "a woman in a red coat is walking" in text


def test_questions_come_along(ours: Story) -> None:
    asked = DraftQuestion(node="story", level="story", question="Who walks?", answer="A woman.")
    story = ours.model_copy(update={"questions": (asked,), "style_word": "Gentle"})
    assert info_of(story).questions == (("Who walks?", "A woman."),)
    assert info_of(story).frames[0].startswith("generate an image in Gentle style: ")


@pytest.mark.slow
def test_the_published_story_comes_out_byte_for_byte(published: Path, published_story: Story) -> None:
    assert written(info_of(published_story)) == published.read_bytes()


@pytest.mark.parametrize(
    ("plot", "told"),
    [
        ("Mara walked home and a dog trotted behind her.", "trotting beside a "),
        ("A dog sat beside Mara.", "sitting beside a "),
        ("A dog chased Mara.", "chasing a "),
    ],
)
def test_nobody_trots_somebody_in_a_frame(plot: str, told: str) -> None:
    frames = info_of(stage(RulesWriter().write(Brief(text=f"Mara is a girl in a red coat. {plot}"), 3, Path()))).frames
    assert any(told in frame for frame in frames), frames
