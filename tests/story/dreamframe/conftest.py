from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.story import Story
from dreamgen.story.dreamframe.file import StoryInfo, parse, read_info, written
from dreamgen.story.dreamframe.importing import story_of

DARIUS = "a man looks like Gerard Butler in brown"
ROSE = "a woman looks like Natalie Portman in royal blue"
RIGBY = "a man looks like Sean Bean in dark green"
AS = "generate an image in Dramatic style: "
LONG = (
    "walking slowly through the enormous, unbelievably overcrowded marketplace, looking at countless "
    "extraordinarily colourful stalls, their embroidered tapestries, magnificent glassware, incomprehensible "
    "inscriptions, counterfeit jewellery, and the approaching thunderstorm, "
    "with an uncomfortable, disappointed expression"
)

PIECES = [
    ["frame", f"{AS}In the blacksmith's shop, {DARIUS} is standing at his workbench, holding a freshly mended sword."],
    ["dialogue", "This is the last piece... It must be perfect."],
    ["frame", f"generate an image on Dramatic style: In the blacksmith\u2019s shop, {DARIUS} is talking to a guard."],
    ["dialogue", "It\u2019s stronger than before."],
    ["dialogue", "Amazing work, Darius. As always."],
    ["frame", f"{AS}At the Town Square, {ROSE} is {LONG}."],
    ["frame", f"{AS}At the gate of the Town Square, {ROSE}, with a worried face, is hugging a boy, holding a rose."],
    ["dialogue", "Be brave, little one."],
    ["frame", f"{AS}In the Guard Tower, Rigby is sitting on a chair, reading Rigby\u2019s own letter by night."],
    ["frame", f"{AS}In the guard tower, {RIGBY} is walking to the door, his face filled with anger."],
    ["dialogue", "They will not pass."],
    ["frame", f"{AS}In the guard tower, {DARIUS} and {ROSE} are talking, {ROSE} looking happy."],
    ["frame", f"{AS}A strange and nameless stillness over everything"],
]  # fmt: skip

DATA: dict[str, Any] = {
    "character": {"Darius": DARIUS, "Rose": ROSE, "Baron Rigby": RIGBY},
    "img_diag": PIECES,
    "QA": [{"Question": f"Why {number}?", "Answer": f"Because {number}."} for number in range(9)],
    "overview": "'The Crucible' unfolds in a city under siege. Darius and Rose prevail.",
}
"""Two acts of two scenes of two frames, with every defect of the published file."""


@pytest.fixture(scope="session")
def info() -> StoryInfo:
    return parse(json.dumps(DATA, indent=4).encode(), "story.json")


@pytest.fixture(scope="session")
def story(info: StoryInfo) -> Story:
    return story_of(info, "untitled")


@pytest.fixture
def file(info: StoryInfo, tmp_path: Path) -> Path:
    path = tmp_path / "story_info_0.json"
    path.write_bytes(written(info))
    return path


@pytest.fixture(scope="session")
def published() -> Path:
    """The story that DreamFrame's authors published, where the checkout has it beside it."""
    path = Path(__file__).parents[4] / "shared" / "dreamframe_story_info_0.json"
    if not path.is_file():
        pytest.skip("the published story is not here")
    return path


@pytest.fixture(scope="session")
def published_story(published: Path) -> Story:
    return story_of(read_info(published), "untitled")
