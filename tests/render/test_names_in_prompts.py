"""No name of the cast, and no real person, is in any words for a text-to-image model."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from dreamgen.core.media import Style
from dreamgen.core.story import Story
from dreamgen.core.tokens import LIMIT, clip_tokens
from dreamgen.render.phrasing import Phrase, Plan, phrase, phrase_portrait
from dreamgen.story.dreamframe.file import parse, read_info
from dreamgen.story.dreamframe.importing import story_of
from dreamgen.story.staging import stage
from dreamgen.style.book import read_style

FORBIDDEN = re.compile(r"\b(?:Darius|Eleanor|Baron|Rigby|Gerard|Butler|Natalie|Portman|Sean|Bean|Tom|Hardy)\b")
FRAMES = (
    "In Rigby's mansion, a man looks like Gerard Butler in brown is talking to Rigby.",
    "In Rigby\u2019s mansion, Eleanor\u2019s face is sad, Baron Rigby\u2019s too.",
    "Darius",
    "At the gates, a guard who looks like Tom Hardy in grey stops a woman looks like Natalie Portman in blue.",
)
LOOKS = {
    "Darius": "a man looks like Gerard Butler in brown",
    "Eleanor": "a woman looks like Natalie Portman in blue",
    "Baron Rigby": "a man looks like Sean Bean in dark green",
}


def imported(likeness: bool = False) -> Story:
    data = {
        "character": LOOKS,
        "img_diag": [["frame", f"generate an image in Dark style: {frame}"] for frame in FRAMES],
        "QA": [],
        "overview": "Darius and Eleanor.",
    }
    return stage(story_of(parse(json.dumps(data).encode(), "file"), "untitled", likeness))


def phrases(story: Story, plan: Plan) -> list[Phrase]:
    style: Style = read_style("watercolor")
    everybody = [*(one.id for one in story.cast), *(one.id for one in story.props)]
    found = [phrase_portrait(one, style) for one in story.cast]
    for shot in story.shots:
        for regions in (False, True):
            found.append(phrase(story, shot, style, everybody, plan=plan, regions=regions))
    return found


def words(found: Phrase) -> str:
    return " | ".join((found.prompt, found.negative, *(text for _, text in found.regions)))


@pytest.mark.parametrize("plan", get_args(Plan))
def test_no_name_and_no_celebrity_is_in_a_prompt(plan: Plan) -> None:
    told = [words(found) for found in phrases(imported(), plan)]
    assert [text for text in told if FORBIDDEN.search(text)] == []


def test_the_plots_own_words_say_who_by_looks() -> None:
    story = imported()
    first = phrase(story, story.shots[0], read_style("watercolor"), (), plan="plot").prompt
    top = story.cast[0].trait("top")
    assert top is not None and f"a man in a brown {top.value} is talking to the man in a green" in first


@pytest.mark.parametrize("plan", get_args(Plan))
def test_a_likeness_that_was_allowed_is_the_only_name(plan: Plan) -> None:
    told = [words(found) for found in phrases(imported(likeness=True), plan)]
    assert any("who looks like Gerard Butler" in text for text in told)
    assert not re.search(r"\b(?:Darius|Eleanor|Baron|Rigby|Tom|Hardy)\b", " ".join(told))


@pytest.mark.slow
def test_all_frames_of_the_published_story() -> None:
    path = Path(__file__).parents[3] / "shared" / "dreamframe_story_info_0.json"
    if not path.is_file():
        pytest.skip("the published story is not here")
    story, style = story_of(read_info(path), "untitled"), read_style("watercolor")
    everybody = [one.id for one in story.cast]
    told = [phrase(story, shot, style, everybody, plan="plot").prompt for shot in story.shots]
    assert len(told) == 1331
    assert [text for text in told if FORBIDDEN.search(text)] == []
    staged = stage(story.first(121))
    found = [phrase(staged, shot, style, shot.present, regions=True) for shot in staged.shots]
    assert [words(one) for one in found if FORBIDDEN.search(words(one))] == []
    assert max(clip_tokens(text) for one in found for _, text in one.regions) <= LIMIT
