from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dreamgen.clip.animators.storyboard import StoryboardAnimator
from dreamgen.clip.truth import read_masklets
from dreamgen.core.media import Clip, Masklet, Style
from dreamgen.core.story import Story
from dreamgen.engines.masks import pixels_of
from dreamgen.engines.video import read_frames
from dreamgen.illustrator import Picture

SIZE = (192, 108)
FPS = 8

Filmed = Callable[[Any], tuple[Path, tuple[Clip, ...]]]


def masklets_of(clip: Clip, folder: Path) -> dict[str, Masklet]:
    assert clip.masklets is not None
    return {masklet.entity: masklet for masklet in read_masklets(folder / clip.masklets.path)}


def test_masks_in_the_file_are_the_entity_map(story: Story, style: Style, filmed: Filmed) -> None:
    folder, (clip, _) = filmed(StoryboardAnimator)
    masklets = masklets_of(clip, folder)
    assert list(masklets) == ["mara", "tomi"], "a book that is nowhere has no masklet"

    for span, shot in zip(clip.spans, story.scenes[0].shots, strict=True):
        picture = Picture(story, shot, style, SIZE)
        for frame in range(span.first, span.stop):
            drawn = picture.frame((frame - span.first) / FPS).entities
            assert drawn is not None
            for entity, masklet in masklets.items():
                mask = masklet.at(frame)
                own = drawn == picture.numbers[entity]
                assert mask is not None and np.array_equal(own, pixels_of(mask.rle, masklet.size))
                rows, columns = np.nonzero(own)
                edges = (mask.box.x0 * 192, mask.box.y0 * 108, mask.box.x1 * 192, mask.box.y1 * 108)
                around = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
                assert np.allclose(edges, around, atol=0.01)


def test_the_visible_share_says_who_stands_in_front(filmed: Filmed) -> None:
    folder, (clip, _) = filmed(StoryboardAnimator)
    masks = masklets_of(clip, folder)["tomi"]

    begin, end = masks.at(0), masks.at(5)

    assert begin is not None and end is not None
    assert begin.visible == 1.0
    assert 0.2 < end.visible < 0.98, "Mara has walked in front of him"


def test_the_video_shows_what_the_illustrator_drew(story: Story, style: Style, filmed: Filmed) -> None:
    folder, (clip, _) = filmed(StoryboardAnimator)
    picture = Picture(story, story.scenes[0].shots[1], style, SIZE)

    for frame, seen in read_frames(folder / clip.video.path, 6):
        drawn = picture.frame((frame - 6) / FPS, truth=False).image
        assert abs(seen.astype(int) - drawn).mean() < 6
