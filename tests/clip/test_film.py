import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dreamgen.clip.animators.kenburns import KenburnsAnimator
from dreamgen.clip.animators.storyboard import StoryboardAnimator
from dreamgen.clip.film import make_film, make_previews
from dreamgen.clip.truth import read_masklets
from dreamgen.core.media import Clip, Style
from dreamgen.core.story import Story
from dreamgen.engines.video import read_frames

SIZE = (192, 108)
FPS = 8

Filmed = Callable[[Any], tuple[Path, tuple[Clip, ...]]]


@pytest.fixture
def scenes(filmed: Filmed, tmp_path: Path) -> tuple[Path, tuple[Clip, ...]]:
    folder, clips = filmed(StoryboardAnimator)
    return Path(shutil.copytree(folder, tmp_path / "lantern")), clips


def test_the_film_is_a_title_and_every_scene(story: Story, style: Style, scenes: tuple[Path, tuple[Clip, ...]]) -> None:
    folder, clips = scenes

    film = make_film(story.title, style, clips, folder)

    assert (film.id, film.fps, film.size, film.frames) == ("film", FPS, SIZE, 16 + 24)
    assert [(span.shot, span.first, span.stop) for span in film.spans] == [
        ("shot-1", 16, 22), ("shot-2", 22, 28), ("shot-3", 28, 34), ("shot-4", 34, 40)
    ]  # fmt: skip
    assert film.portraits == clips[0].portraits
    shown = [picture for _, picture in read_frames(folder / film.video.path)]
    scene = [picture for _, picture in read_frames(folder / clips[1].video.path)]
    assert all(np.array_equal(one, other) for one, other in zip(shown[28:], scene, strict=True)), "not encoded again"
    assert shown[0].std() > 3, "the title can be seen"


def test_the_masks_of_the_film_are_those_of_its_scenes(
    story: Story, style: Style, scenes: tuple[Path, tuple[Clip, ...]]
) -> None:
    folder, clips = scenes

    film = make_film(story.title, style, clips, folder)

    assert film.masklets is not None and clips[1].masklets is not None
    mara = read_masklets(folder / film.masklets.path)[0]
    assert mara.entity == "mara"
    assert [mask.frame for mask in mara.frames] == list(range(16, 40))
    in_scene = read_masklets(folder / clips[1].masklets.path)[0]
    assert [mask.rle for mask in mara.frames[12:]] == [mask.rle for mask in in_scene.frames]


def test_a_film_without_known_masks_says_so(story: Story, style: Style, filmed: Filmed, tmp_path: Path) -> None:
    folder, clips = filmed(KenburnsAnimator)
    mine = Path(shutil.copytree(folder, tmp_path / "lantern"))

    film = make_film(story.title, style, (clips[0], clips[1].model_copy(update={"masklets": None})), mine)

    assert (film.masklets, film.motion) == (None, "still")


def test_previews_move(scenes: tuple[Path, tuple[Clip, ...]]) -> None:
    folder, clips = scenes

    paths = make_previews(clips[0], folder)

    assert [path.name for path in paths] == ["scene-1.gif", "scene-1.webp"]
    for path in paths:
        with Image.open(path) as image:
            image.load()
            assert (getattr(image, "n_frames", 1), image.size) == (12, (320, 180))
            assert image.info["duration"] in (120, 125)
            assert image.info["loop"] == 0
