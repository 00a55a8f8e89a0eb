"""What every animator must do."""

import hashlib
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from dreamgen.clip.animators.kenburns import KenburnsAnimator
from dreamgen.clip.animators.storyboard import StoryboardAnimator
from dreamgen.core.contracts import Animator
from dreamgen.core.media import Clip, Keyframe, Style
from dreamgen.core.story import Story
from dreamgen.engines.video import probe, read_frames
from dreamgen.errors import DreamgenError

SIZE = (192, 108)
FPS = 8
ANIMATORS = [StoryboardAnimator, KenburnsAnimator]

Rendered = tuple[Path, tuple[Keyframe, ...]]


@pytest.fixture(params=ANIMATORS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def folder(rendered: Rendered, tmp_path: Path) -> Path:
    return Path(shutil.copytree(rendered[0], tmp_path / "lantern"))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_scene_becomes_a_clip(kind: Any, story: Story, style: Style, rendered: Rendered, folder: Path) -> None:
    animator: Animator = kind(size=SIZE, fps=FPS, workers=1)
    before = set(files(folder))

    clips = list(animator.animate(story, style, rendered[1], folder))

    assert [clip.id for clip in clips] == ["scene-1", "scene-2"]
    for clip, scene in zip(clips, story.scenes, strict=True):
        assert (clip.fps, clip.size, clip.frames) == (FPS, SIZE, 12)
        assert probe(folder / clip.video.path) == (Fraction(FPS), SIZE, 12)
        assert [(span.shot, span.first, span.stop) for span in clip.spans] == [
            (scene.shots[0].id, 0, 6),
            (scene.shots[1].id, 6, 12),
        ]
        assert [portrait.entity for portrait in clip.portraits] == ["mara", "tomi"]
        for reference in filter(None, (clip.video, clip.masklets, *(p.image for p in clip.portraits))):
            assert hashlib.sha256((folder / reference.path).read_bytes()).hexdigest() == reference.sha256
    made = {reference.path for clip in clips for reference in (clip.video, clip.masklets) if reference}
    assert set(files(folder)) - before == made, "nothing else is left behind"


def test_every_shot_begins_with_a_frame_that_stands_alone(
    kind: Any, story: Story, style: Style, rendered: Rendered, folder: Path
) -> None:
    clip = next(kind(size=SIZE, fps=FPS, workers=1).animate(story, style, rendered[1], folder))

    with av.open(str(folder / clip.video.path)) as container:
        keys = {
            round(float((packet.pts or 0) * packet.time_base) * FPS)
            for packet in container.demux(video=0)
            if packet.is_keyframe
        }
    assert {span.first for span in clip.spans} <= keys


def test_the_camera_is_seen_to_move(kind: Any, story: Story, style: Style, rendered: Rendered, folder: Path) -> None:
    clip = next(kind(size=SIZE, fps=FPS, workers=1).animate(story, style, rendered[1], folder))

    pictures = [picture.astype(int) for _, picture in read_frames(folder / clip.video.path)]
    assert abs(pictures[0] - pictures[5]).mean() > 1, "within a shot"


@pytest.mark.slow
def test_neither_time_nor_workers_change_a_byte(
    kind: Any, story: Story, style: Style, rendered: Rendered, tmp_path: Path
) -> None:
    outcomes = []
    for run, workers in enumerate((1, 2, 2)):
        folder = Path(shutil.copytree(rendered[0], tmp_path / str(run)))
        outcomes.append(
            (tuple(kind(size=SIZE, fps=FPS, workers=workers).animate(story, style, rendered[1], folder)), files(folder))
        )

    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_a_scene_alone_is_the_same_as_in_the_whole_story(
    kind: Any, story: Story, style: Style, rendered: Rendered, tmp_path: Path
) -> None:
    animator = kind(size=SIZE, fps=FPS, workers=1)
    whole, part = (Path(shutil.copytree(rendered[0], tmp_path / name)) for name in ("whole", "part"))

    clips: list[Clip] = list(animator.animate(story, style, rendered[1], whole))
    alone: list[Clip] = list(animator.animate(story.only(["scene-2"]), style, rendered[1], part))

    assert alone == clips[1:]
    assert files(part).items() <= files(whole).items()


def test_a_clip_is_there_before_the_next_is_begun(
    kind: Any, story: Story, style: Style, rendered: Rendered, folder: Path
) -> None:
    clips = kind(size=SIZE, fps=FPS, workers=1).animate(story, style, rendered[1], folder)

    first = next(clips)

    assert (folder / first.video.path).is_file()
    assert not (folder / "clips" / "scene-2.mp4").exists()


def test_portraits_must_be_there(kind: Any, story: Story, style: Style, rendered: Rendered, folder: Path) -> None:
    (folder / "portraits" / "tomi.png").unlink()

    with pytest.raises(DreamgenError, match=r"tomi\.png is missing"):
        list(kind(size=SIZE, fps=FPS, workers=1).animate(story, style, rendered[1], folder))


@pytest.mark.parametrize(
    "options", [{"size": (191, 108)}, {"size": (4, 4)}, {"fps": 0}, {"workers": -1}, {"sise": (2, 2)}]
)
def test_options_that_cannot_be_are_refused(kind: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        kind(**options)


def test_options_survive_a_file(kind: Any) -> None:
    animator = kind(size=(320, 180), fps=12, workers=3)

    assert kind.model_validate_json(animator.model_dump_json()) == animator
