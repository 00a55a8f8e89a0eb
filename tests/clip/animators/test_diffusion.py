from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.clip.animators import diffusion
from dreamgen.clip.animators.diffusion import DiffusionAnimator, fitted, words_of
from dreamgen.clip.truth import read_masklets
from dreamgen.core.layout import WHOLE
from dreamgen.core.media import Alignment, Clip, Keyframe, Style
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.motion.models import Family
from dreamgen.engines.diffusion.motion.moving import Motion, MotionSampling
from dreamgen.engines.diffusion.studio import open_studio
from dreamgen.engines.masks import pixels_of
from dreamgen.engines.pictures import read_map, read_picture
from dreamgen.engines.video import read_frames
from dreamgen.errors import ModelError

SIZE, FPS = (192, 108), 8

Filmed = Callable[[Any], tuple[Path, tuple[Clip, ...]]]
Rendered = tuple[Path, tuple[Keyframe, ...]]


class Counter:
    """Stands in for a model: its n-th frame is grey of 10 n, and nothing is where it was."""

    def __init__(self, rate: int, broken: bool = False, redrawn: int = 0) -> None:
        self.family = Family("svd", "", rate, 25, 1, 64, 1, 1.0)
        self.asked: list[tuple[str, int, int]] = []
        self._broken, self._redrawn = broken, redrawn

    def size_for(self, asked: tuple[int, int]) -> tuple[int, int]:
        return asked[0] // 64 * 64, asked[1] // 64 * 64

    def move(self, first: NDArray[np.uint8], words: str, seed: int, frames: int, sampling: MotionSampling) -> Motion:
        self.asked.append((words, seed, frames))
        made = tuple(np.full_like(first, 10 * (index + 1)) for index in range(frames))
        return Motion(None if self._broken else made, self._redrawn)


def animated(
    mover: Counter, story: Story, style: Style, keyframes: tuple[Keyframe, ...], folder: Path, fps: int = FPS
) -> tuple[Clip, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diffusion, "open_mover", lambda weights: mover)
        return tuple(DiffusionAnimator(size=SIZE, fps=fps).animate(story, style, keyframes, folder))


def test_a_shot_begins_with_its_keyframe_and_goes_on_at_the_models_speed(
    story: Story, style: Style, folder: Path, rendered: Rendered
) -> None:
    mover = Counter(rate=4)
    clip = animated(mover, story, style, rendered[1], folder)[1]

    frames = [picture for _, picture in read_frames(folder / clip.video.path)][:6]
    still = fitted(fitted(read_picture(folder / rendered[1][2].image.path), (192, 64)), SIZE)
    assert np.abs(frames[0].astype(int) - still).mean() < 4
    greys = [round(float(frame[:60].mean()), -1) for frame in frames[1:]]
    assert greys == [10, 20, 20, 30, 30], "four frames a second stand for two of eight"
    assert [frames for *_, frames in mover.asked] == [3, 3, 3, 3], "no more is made than is shown"
    assert len({seed for _, seed, _ in mover.asked}) == 4


def test_a_faster_model_loses_frames_and_not_its_speed(
    story: Story, style: Style, folder: Path, rendered: Rendered
) -> None:
    mover = Counter(rate=16)
    clip = animated(mover, story, style, rendered[1], folder)[1]

    frames = [picture for _, picture in read_frames(folder / clip.video.path)][:6]
    assert [round(float(frame[:60].mean()), -1) for frame in frames[1:]] == [30, 50, 70, 90, 110]


def test_captions_are_burned_into_what_the_model_made(
    story: Story, style: Style, folder: Path, rendered: Rendered
) -> None:
    clip = animated(Counter(rate=8), story, style, rendered[1], folder)[1]

    letters = [picture[-14:].max() > 200 for _, picture in read_frames(folder / clip.video.path)][1:6]
    assert letters == [False, True, True, True, True], "from a quarter of a second on"


def test_masks_are_known_in_the_first_frame_alone(story: Story, style: Style, folder: Path, rendered: Rendered) -> None:
    clip = animated(Counter(rate=8), story, style, rendered[1], folder)[1]
    keyframe = rendered[1][2]
    assert (clip.motion, clip.pictures) == ("generated", "generated")
    assert clip.masklets is not None and keyframe.map is not None

    mara, tomi = read_masklets(folder / clip.masklets.path)
    for masklet in (mara, tomi):
        assert [mask.frame for mask in masklet.frames] == [0, 6]
        assert masklet.intended == ((1, 6), (7, 12))
    cut = read_map(folder / keyframe.map.image.path)[29:115]  # 256x144, as the model's 192x64 shows it
    share = (cut[:, 52:204] == dict(keyframe.map.numbers)["mara"]).mean()
    assert pixels_of(mara.frames[0].rle, mara.size).mean() == pytest.approx(share, rel=0.05)


def test_who_was_not_found_in_the_keyframe_is_intended_from_the_first_frame_on(
    story: Story, style: Style, folder: Path, rendered: Rendered
) -> None:
    found = Alignment(entity="mara", found=WHOLE, iou=0.8, aligned=True, by="eye")
    painted = tuple(frame.model_copy(update={"alignments": (found,)}) for frame in rendered[1])

    clip = animated(Counter(rate=8), story, style, painted, folder)[0]

    assert clip.masklets is not None
    mara, tomi = read_masklets(folder / clip.masklets.path)
    assert (mara.intended, tomi.intended) == (((1, 6), (7, 12)), ((0, 12),))


def test_a_model_with_broken_numbers_leaves_a_still_and_says_so(
    story: Story, style: Style, folder: Path, rendered: Rendered
) -> None:
    clip = animated(Counter(rate=8, broken=True, redrawn=2), story, style, rendered[1], folder)[0]

    assert clip.strained == "shot-1: still (not_a_number); shot-2: still (not_a_number)"
    assert (clip.motion, clip.pictures, clip.frames) == ("generated", "generated", 12)
    assert clip.masklets is not None
    assert read_masklets(folder / clip.masklets.path)[0].intended == ((1, 6), (7, 12))


def test_what_was_made_twice_is_told(story: Story, style: Style, folder: Path, rendered: Rendered) -> None:
    clip = animated(Counter(rate=8, redrawn=1), story, style, rendered[1], folder)[0]

    assert clip.strained.startswith("shot-1: drawn again 1x (not_a_number); shot-2: ")


def test_a_model_that_reads_hears_what_happens_what_the_camera_does_and_the_style(story: Story) -> None:
    shot, style = story.shots[0], Style(name="ink", words="ink drawing")
    assert words_of(shot, style) == "The camera slowly moves closer. ink drawing"
    told = shot.model_copy(update={"description": "Mara walks through the woods."})
    assert words_of(told, style) == "Mara walks through the woods. The camera slowly moves closer. ink drawing"


def test_a_model_that_is_not_there_is_missed_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there are no weights"):
        DiffusionAnimator(model=str(tmp_path / "nowhere")).ready()


def test_two_shapes_are_cut_and_not_stretched() -> None:
    square = np.zeros((90, 90, 3), np.uint8)
    square[30:60, 30:60] = 255

    wide = fitted(square, (160, 90))[..., 0] > 127

    assert abs(int(wide.any(axis=0).sum()) - int(wide.any(axis=1).sum())) <= 1


def test_what_drew_the_keyframes_makes_room_for_the_model(
    story: Story, style: Style, folder: Path, rendered: Rendered, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("diffusers")
    studio, closed = open_studio(Checkpoint(model="owner/model")), []
    monkeypatch.setattr(studio, "close", lambda: closed.append(studio))
    animated(Counter(rate=8), story, style, rendered[1], folder)
    assert closed == [studio]
