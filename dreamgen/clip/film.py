"""The film: a title card, then every scene, joined without encoding anything twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dreamgen.clip.joining import join_synthetic
from dreamgen.clip.truth import join_masklets
from dreamgen.core.media import Clip, Span, Style
from dreamgen.engines.editing import write_preview
from dreamgen.engines.files import refer
from dreamgen.engines.marking import Pictures
from dreamgen.engines.video import encode_segment
from dreamgen.illustrator import title_card

TITLE_SECONDS = 2
"""How long the title card stands."""


def make_film(title: str, style: Style, clips: Sequence[Clip], into: Path) -> Clip:
    """Joins the clips of all scenes to `film.mp4` in the story's folder.

    Args:
        title: for the title card.
        style: how the card is painted.
        clips: of one size and rate, in order, at least one.
        into: the story's folder, which holds the clips' files.

    Returns:
        The clip `film`, with the spans of every shot; frames outside all spans are the title card.
    """
    fps, size = clips[0].whole_fps, clips[0].size
    card = title_card(title, "", size, style)
    opening = fps * TITLE_SECONDS
    scenes = [into / clip.video.path for clip in clips]
    segments: list[Path | bytes] = [encode_segment((card for _ in range(opening)), fps, size), *scenes]
    video = into / "film.mp4"
    pictures: Pictures = "generated" if any(clip.pictures == "generated" for clip in clips) else "drawn"
    frames = join_synthetic(segments, video, pictures)
    starts = [opening + sum(clip.frames for clip in clips[:index]) for index in range(len(clips))]
    truth = _join_truth(clips, starts, into)
    return Clip(
        id="film",
        video=refer(video, into),
        fps=fps,
        size=size,
        frames=frames,
        spans=tuple(_spans(clips, starts)),
        portraits=clips[0].portraits,
        masklets=truth and refer(truth, into),
        motion=clips[0].motion,
        pictures=pictures,
        strained="; ".join(clip.strained for clip in clips if clip.strained),
    )


def _spans(clips: Sequence[Clip], starts: Sequence[int]) -> Iterator[Span]:
    for clip, start in zip(clips, starts, strict=True):
        for span in clip.spans:
            yield Span(shot=span.shot, first=span.first + start, stop=span.stop + start)


def _join_truth(clips: Sequence[Clip], starts: Sequence[int], into: Path) -> Path | None:
    known = [clip.masklets for clip in clips]
    if None in known:
        return None
    path = into / "film.masklets.jsonl.gz"
    join_masklets([(into / ref.path, start) for ref, start in zip(known, starts, strict=True) if ref], path)
    return path


def make_previews(clip: Clip, into: Path) -> tuple[Path, ...]:
    """A small GIF and a small WebP of a clip, for pages that can't play a video, under previews/."""
    paths = tuple(into / "previews" / f"{clip.id}.{kind}" for kind in ("gif", "webp"))
    for path in paths:
        write_preview(into / clip.video.path, path)
    return paths
