"""What every animator must do."""

import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from dreamgen.clip.animators.diffusion import DiffusionAnimator
from dreamgen.clip.animators.kenburns import KenburnsAnimator
from dreamgen.clip.animators.storyboard import StoryboardAnimator
from dreamgen.core.media import Clip, Keyframe, Style
from dreamgen.core.story import Story
from dreamgen.engines.video import probe, read_frames
from dreamgen.errors import DreamgenError

SIZE = (192, 108)
FPS = 8
ANIMATORS = [StoryboardAnimator, KenburnsAnimator, DiffusionAnimator]

Rendered = tuple[Path, tuple[Keyframe, ...]]
Filmed = Callable[[Any], tuple[Path, tuple[Clip, ...]]]


@pytest.fixture(params=ANIMATORS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue("moving") if request.param is DiffusionAnimator else request.param


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_scene_becomes_a_clip(kind: Any, story: Story, rendered: Rendered, filmed: Filmed) -> None:
    folder, clips = filmed(kind)

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
    assert set(files(folder)) - set(files(rendered[0])) == made, "nothing else is left behind"


def test_every_shot_begins_with_a_frame_that_stands_alone(kind: Any, filmed: Filmed) -> None:
    folder, (clip, _) = filmed(kind)

    with av.open(str(folder / clip.video.path)) as container:
        keys = {
            round(float((packet.pts or 0) * packet.time_base) * FPS)
            for packet in container.demux(video=0)
            if packet.is_keyframe
        }
    assert {span.first for span in clip.spans} <= keys


def test_the_camera_is_seen_to_move(kind: Any, filmed: Filmed) -> None:
    folder, (clip, _) = filmed(kind)

    pictures = [picture.astype(int) for _, picture in read_frames(folder / clip.video.path)]
    assert abs(pictures[0] - pictures[5]).mean() > 1, "within a shot"


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_neither_time_nor_workers_change_a_byte(
    kind: Any, workers: int, story: Story, style: Style, rendered: Rendered, filmed: Filmed, folder: Path
) -> None:
    again = tuple(kind(size=SIZE, fps=FPS, workers=workers).animate(story, style, rendered[1], folder))

    assert (files(folder), again) == (files(filmed(kind)[0]), filmed(kind)[1])


def test_a_scene_alone_is_the_same_as_in_the_whole_story(
    kind: Any, story: Story, style: Style, rendered: Rendered, filmed: Filmed, folder: Path
) -> None:
    animator = kind(size=SIZE, fps=FPS, workers=1)

    alone = tuple(animator.animate(story.only(["scene-2"]), style, rendered[1], folder))

    assert alone == filmed(kind)[1][1:]
    assert files(folder).items() <= files(filmed(kind)[0]).items()


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

    assert type(animator).model_validate_json(animator.model_dump_json()).model_dump() == animator.model_dump()
