"""What every renderer must do."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dreamgen.core.contracts import Renderer
from dreamgen.core.media import Style
from dreamgen.core.story import Story
from dreamgen.engines.pictures import read_map
from dreamgen.render.renderers.diffusion import DiffusionRenderer
from dreamgen.render.renderers.storyboard import StoryboardRenderer

SIZE = (256, 144)


@pytest.fixture(params=[StoryboardRenderer, DiffusionRenderer], ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> Any:
    """A renderer with all that it needs; the model draws small."""
    if request.param is StoryboardRenderer:
        return partial(StoryboardRenderer, size=SIZE)
    checkpoint = request.getfixturevalue("checkpoint")
    return partial(DiffusionRenderer, size=SIZE, canvas=(128, 96), diffusion=checkpoint, steps=2, likeness=-1.0)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_shot_gets_a_keyframe(kind: Any, story: Story, style: Style, tmp_path: Path) -> None:
    renderer: Renderer = kind(workers=1)
    list(renderer.introduce(story, style, tmp_path))

    keyframes = list(renderer.render(story, style, tmp_path))

    assert [keyframe.shot for keyframe in keyframes] == ["shot-1", "shot-2"]
    for keyframe, shot in zip(keyframes, story.shots, strict=True):
        assert keyframe.image.path == f"keyframes/{shot.id}.png"
        assert hashlib.sha256((tmp_path / keyframe.image.path).read_bytes()).hexdigest() == keyframe.image.sha256
        assert 0 <= keyframe.t < shot.seconds
        assert keyframe.layout == shot.layout
        with Image.open(tmp_path / keyframe.image.path) as image:
            assert (image.format, image.size, image.mode) == ("PNG", (256, 144), "RGB")
            assert np.asarray(image).std() > 5, "something is drawn"


def test_everybody_gets_a_portrait(kind: Any, story: Story, style: Style, tmp_path: Path) -> None:
    portraits = list(kind(workers=1).introduce(story, style, tmp_path))

    assert [portrait.entity for portrait in portraits] == ["mara", "tomi"]
    assert sorted(path.name for path in (tmp_path / "portraits").iterdir()) == ["mara.png", "tomi.png"]


def test_the_storyboards_portraits_are_on_grey(story: Story, style: Style, tmp_path: Path) -> None:
    list(StoryboardRenderer(size=SIZE, workers=1).introduce(story, style, tmp_path))

    with Image.open(tmp_path / "portraits" / "mara.png") as image:
        corners = np.asarray(image)[[0, 0], [0, -1]].astype(int)
        assert np.abs(corners - 0x8F).max() <= 2


@pytest.mark.slow
def test_neither_time_nor_workers_change_a_byte(kind: Any, story: Story, style: Style, tmp_path: Path) -> None:
    outcomes = []
    for run, workers in enumerate((1, 2, 2)):
        folder = tmp_path / str(run)
        renderer = kind(workers=workers)
        list(renderer.introduce(story, style, folder))
        keyframes = list(renderer.render(story, style, folder))
        outcomes.append((keyframes, files(folder)))

    assert outcomes[0] == outcomes[1] == outcomes[2]


@pytest.mark.parametrize("options", [{"size": (0, 144)}, {"workers": -1}, {"sise": (2, 2)}])
def test_options_that_cannot_be_are_refused(kind: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        kind(**options)


def test_the_map_says_who_is_where(kind: Any, story: Story, style: Style, tmp_path: Path) -> None:
    renderer = kind(workers=1)
    list(renderer.introduce(story, style, tmp_path))

    for keyframe in renderer.render(story, style, tmp_path):
        assert keyframe.map is not None
        numbers = dict(keyframe.map.numbers)
        shown = set(np.unique(read_map(tmp_path / keyframe.map.image.path)).tolist())
        assert {numbers["mara"], numbers["tomi"]} <= shown <= {0, 255, *numbers.values()}
