from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.clip.animators.kenburns import KenburnsAnimator, middle, pan, pick, prepare
from dreamgen.clip.truth import read_masklets
from dreamgen.core.layout import Box, Camera
from dreamgen.core.media import Alignment, Clip, Keyframe, Masklet, Style
from dreamgen.core.story import Story
from dreamgen.engines.masks import pixels_of
from dreamgen.engines.pictures import read_map, write_png
from dreamgen.engines.video import read_frame_at
from dreamgen.illustrator import OCCLUDER

SIZE, FPS = (192, 108), 8

Filmed = Callable[[Any], tuple[Path, tuple[Clip, ...]]]
Rendered = tuple[Path, tuple[Keyframe, ...]]

WHOLE = Box(x0=0, y0=0, x1=1, y1=1)


def centroid(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """Where the bright spot is, in pixels; the middle of the first pixel is 0.5."""
    light = picture[..., 0].astype(float)
    rows, columns = np.mgrid[0 : light.shape[0], 0 : light.shape[1]] + 0.5
    return float((light * columns).sum() / light.sum()), float((light * rows).sum() / light.sum())


def spot(width: int, height: int, x: float, y: float, radius: float) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * radius**2)) * 255
    return np.repeat(light.round().astype(np.uint8)[..., None], 3, axis=2)


def test_a_slow_zoom_does_not_tremble() -> None:
    still = spot(672, 384, 500, 110, 12)
    camera = Camera(move="zoom_in", start=WHOLE, end=Box(x0=0.03, y0=0.03, x1=0.97, y1=0.97))
    ready = prepare(still, 1.0, (512, 292))
    seen, expected = [], []
    for frame in range(96):
        window = camera.over_still(frame / 96)
        seen.append(centroid(pan(ready, window, (512, 292))))
        scale = 512 / (window.width * ready.shape[1])
        top = (384 - ready.shape[0]) // 2
        expected.append(((500 - window.x0 * 672) * scale, (110 - top - window.y0 * ready.shape[0]) * scale))
    error = np.array(seen) - np.array(expected)

    # The still itself is rounded to 256 levels: a constant offset is no trembling.
    trembling = error - error.mean(axis=0)
    assert np.sqrt((trembling**2).sum(axis=1).mean()) <= 0.015
    assert np.abs(np.diff(error, axis=0)).max() <= 0.06
    assert np.abs(error.mean(axis=0)).max() <= 0.05, "and it is where it should be"


@pytest.mark.parametrize(
    ("move", "start", "end"),
    [
        ("pan_right", Box(x0=0.0, y0=0.1, x1=0.8, y1=0.9), Box(x0=0.2, y0=0.1, x1=1.0, y1=0.9)),
        ("pan_left", Box(x0=0.3, y0=0.2, x1=0.7, y1=0.6), Box(x0=0.1, y0=0.2, x1=0.5, y1=0.6)),
        ("zoom_in", WHOLE, Box(x0=0.2, y0=0.2, x1=0.8, y1=0.8)),
        ("zoom_out", Box(x0=0.4, y0=0.3, x1=0.9, y1=0.8), Box(x0=0.3, y0=0.2, x1=1.0, y1=0.9)),
        ("static", Box(x0=0.4, y0=0.3, x1=0.9, y1=0.8), Box(x0=0.4, y0=0.3, x1=0.9, y1=0.8)),
    ],
)
def test_the_move_over_the_still_is_the_cameras_own(move: str, start: Box, end: Box) -> None:
    camera = Camera.model_validate({"move": move, "start": start, "end": end})

    first, last = camera.over_still(0.0), camera.over_still(1.0)

    for window in (first, camera.over_still(0.4), last):
        assert -1e-9 <= window.x0 < window.x1 <= 1 + 1e-9
        assert -1e-9 <= window.y0 < window.y1 <= 1 + 1e-9
        assert window.width == pytest.approx(window.height), "nothing is stretched"
    assert last.width / first.width == pytest.approx(end.width / start.width)
    travel = (last.centre[0] - first.centre[0]) / first.width
    assert travel == pytest.approx((end.centre[0] - start.centre[0]) / start.width)


def test_a_still_of_another_shape_is_cut_not_stretched() -> None:
    ready = prepare(spot(400, 400, 200, 200, 10), 1.0, (320, 180))

    assert ready.shape == (225, 400, 3)
    assert centroid(pan(ready, WHOLE, (320, 180))) == pytest.approx((160, 90), abs=0.5)


def test_a_large_still_is_averaged_and_does_not_glitter() -> None:
    board = (np.indices((576, 1024)).sum(axis=0) % 2 * 255).astype(np.uint8)
    still = np.repeat(board[..., None], 3, axis=2)

    frame = pan(prepare(still, 1.0, (256, 144)), WHOLE, (256, 144))

    assert frame.std() < 4, "a fine chequer pattern is grey from afar"


def masklets_of(clip: Clip, folder: Path) -> dict[str, Masklet]:
    assert clip.masklets is not None
    return {masklet.entity: masklet for masklet in read_masklets(folder / clip.masklets.path)}


@pytest.mark.parametrize("size", [(256, 144), (512, 288)])
def test_the_map_goes_the_way_of_the_picture(size: tuple[int, int]) -> None:
    camera = Camera(move="zoom_in", start=WHOLE, end=Box(x0=0.12, y0=0.31, x1=0.52, y1=0.71))
    entities = np.zeros((288, 512), np.uint8)
    entities[130:210, 100:230] = 3
    ready = prepare(np.repeat((entities // 3 * 255)[..., None], 3, axis=2), 1.0, size)
    for frame in range(24):
        window = camera.over_still(frame / 24)
        seen = pan(ready, window, size)[..., 0] > 127
        picked = pick(middle(entities, size), window, size) == 3
        outline = 2 * (picked.any(axis=0).sum() + picked.any(axis=1).sum())
        assert (seen ^ picked).sum() <= outline / 2, "never off by more than half a pixel"


def test_masks_are_those_of_the_keyframe(rendered: Rendered, filmed: Filmed) -> None:
    folder, (_, clip) = filmed(KenburnsAnimator)
    masklets, keyframe = masklets_of(clip, folder), rendered[1][2]
    assert (clip.motion, clip.pictures) == ("still", "drawn")
    assert keyframe.map is not None

    entities = read_map(rendered[0] / keyframe.map.image.path)
    numbers = dict(keyframe.map.numbers)
    assert keyframe.shot == "shot-3", "whose camera stands"
    for who, masklet in masklets.items():
        (mask,) = (mask for mask in masklet.frames if mask.frame == 0)
        seen = pixels_of(mask.rle, masklet.size)
        rows, columns = np.arange(108)[:, None] * 144 // 108, np.arange(192) * 256 // 192
        share = (entities == numbers[who]).mean()
        assert seen.mean() == pytest.approx(share, rel=0.03)
        assert (seen ^ (entities[rows, columns] == numbers[who])).mean() < 0.25 * share + 0.002
        assert masklet.intended == ()


def test_what_stands_before_somebody_is_told(story: Story, style: Style, folder: Path, rendered: Rendered) -> None:
    keyframe = rendered[1][2]
    assert keyframe.map is not None
    path, number = folder / keyframe.map.image.path, dict(keyframe.map.numbers)["tomi"]
    entities = read_map(path)
    rows, columns = np.nonzero(entities == number)
    entities[rows[rows > np.median(rows)], columns[rows > np.median(rows)]] = OCCLUDER
    write_png(entities, path)

    _, clip = KenburnsAnimator(size=SIZE, fps=FPS, workers=1).animate(story, style, rendered[1], folder)

    known = masklets_of(clip, folder)
    assert {mask.visible for mask in known["mara"].frames if mask.frame < 2} == {1.0}, "nobody is nearer"
    assert all(0.42 < mask.visible < 0.54 for mask in known["tomi"].frames if mask.frame < 6)


def test_captions_are_burned_in_their_time_and_hide_what_is_below(story: Story, filmed: Filmed) -> None:
    folder, (_, clip) = filmed(KenburnsAnimator)
    shot = story.scenes[1].shots[1]
    assert (shot.events[1].start, shot.events[1].end) == (0.25, 0.75)

    frames = [read_frame_at(folder / clip.video.path, clip.spans[1].first + index) for index in range(6)]
    dark = [frame[-8:].mean() for frame in frames]
    assert max(dark[2:]) < min(dark[:2]) - 10
    for masklet in masklets_of(clip, folder).values():
        for mask in masklet.frames:
            if mask.frame % 6 >= 2:
                assert not pixels_of(mask.rle, masklet.size)[-4:].any()


def test_of_a_models_picture_only_what_was_found_in_its_place_is_exact(
    story: Story, style: Style, folder: Path, rendered: Rendered
) -> None:
    mara = Alignment(entity="mara", found=WHOLE, iou=0.8, aligned=True, by="eye")
    tomi = Alignment(entity="tomi", found=None)
    painted = [frame.model_copy(update={"alignments": (mara, tomi), "made_by": "model"}) for frame in rendered[1]]

    clips = tuple(KenburnsAnimator(size=SIZE, fps=FPS, workers=1).animate(story, style, painted, folder))

    for clip in clips:
        known = masklets_of(clip, folder)
        assert (clip.motion, clip.pictures) == ("still", "generated")
        assert {who: masklet.intended for who, masklet in known.items()} == {"mara": (), "tomi": ((0, 12),)}


def test_a_still_without_a_map_has_no_masks(story: Story, style: Style, folder: Path, rendered: Rendered) -> None:
    plain = [frame.model_copy(update={"map": None, "made_by": "somebody"}) for frame in rendered[1]]

    clips = tuple(KenburnsAnimator(size=SIZE, fps=FPS, workers=1).animate(story, style, plain, folder))

    assert [(clip.masklets, clip.pictures) for clip in clips] == [(None, "generated")] * 2


def test_a_body_that_a_model_drew_smaller_is_not_hidden_for_that(
    story: Story, style: Style, folder: Path, rendered: Rendered
) -> None:
    keyframe = rendered[1][2]
    assert keyframe.map is not None
    path, number = folder / keyframe.map.image.path, dict(keyframe.map.numbers)["mara"]
    entities = read_map(path)
    rows = np.nonzero((entities == number).any(axis=1))[0]
    entities[: rows[len(rows) // 4]][entities[: rows[len(rows) // 4]] == number] = 0
    write_png(entities, path)
    mara = Alignment(entity="mara", found=WHOLE, iou=0.8, aligned=True, by="eye")
    painted = [frame.model_copy(update={"alignments": (mara,), "made_by": "model"}) for frame in rendered[1]]

    _, clip = KenburnsAnimator(size=SIZE, fps=FPS, workers=1).animate(story, style, painted, folder)

    frames = masklets_of(clip, folder)["mara"].frames
    assert {mask.visible for mask in frames if mask.frame < 2} == {1.0}
