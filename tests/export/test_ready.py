"""Clips that loaders choke on, on their way into a form."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.core.layout import Box
from dreamgen.core.media import Clip, MaskFrame, Masklet, Span
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.files import refer
from dreamgen.engines.masks import read_masklets, region_of, write_masklets
from dreamgen.engines.video import probe, read_frames, write_video
from dreamgen.errors import DreamgenError
from dreamgen.export.llava import LlavaExporter
from dreamgen.export.ready import Ready, make_ready
from tests.datasets import dataset

Pairs = tuple[InstructionPair, ...]


def film(media: Path, name: str, fps: float, frames: int, size: tuple[int, int] = (96, 64), **fields: Any) -> Clip:
    path = media / "clips" / f"{name}.mp4"
    write_video((np.full((*size[::-1], 3), 20 + 20 * n, np.uint8) for n in range(frames)), path, fps, size)
    spans = (Span(shot="a", first=0, stop=frames // 2), Span(shot="b", first=frames // 2, stop=frames))
    return Clip(id=name, video=refer(path, media), fps=fps, size=size, frames=frames, spans=spans, **fields)


def odd_film(media: Path, name: str, size: tuple[int, int]) -> Clip:
    """As only somebody else's program writes one: H.264 with an odd side."""
    import av

    path = media / "clips" / f"{name}.mp4"
    with av.open(str(path), "w") as made:
        stream = made.add_stream("libx264", rate=12)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv444p"
        for n in range(12):
            frame = av.VideoFrame.from_ndarray(np.full((*size[::-1], 3), 20 * n, np.uint8), format="rgb24")
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return Clip(id=name, video=refer(path, media), fps=12, size=size, frames=12)


def about(pair: InstructionPair, clip: Clip) -> InstructionPair:
    return pair.model_copy(update={"id": f"{clip.id}-{pair.id}", "clip": clip.id})


def ready_of(pairs: Pairs, clips: list[Clip], media: Path, into: Path) -> Ready:
    every = [about(pair, clip) for clip in clips for pair in pairs]
    return make_ready(dataset(every, clips, media), into)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_what_every_loader_takes_is_brought_as_it_is(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    ready = ready_of(pairs, [clip], media, into)
    assert (into / ready.videos["scene-01"]).read_bytes() == (media / clip.video.path).read_bytes()
    assert ready.clips["scene-01"] == clip and ready.media_of("scene-01") == media
    assert [path.name for path in into.iterdir()] == ["clips"]


def test_a_rate_that_is_no_whole_number_is_no_wrong_record(pairs: Pairs, media: Path, into: Path) -> None:
    ntsc = film(media, "ntsc", float(Fraction(30000, 1001)), 12)
    assert len([*ready_of(pairs, [ntsc], media, into).rows("train")]) == 4


@pytest.mark.parametrize(
    ("fps", "frames", "times"), [(0.5, 6, 2), (0.25, 3, 4), (24, 5, 2), (2, 7, 2), (1, 1, 8), (0.1, 1, 10)]
)
def test_a_slow_or_short_clip_shows_every_frame_more_often(
    fps: float, frames: int, times: int, pairs: Pairs, media: Path, into: Path
) -> None:
    slow = film(media, "slow", fps, frames)
    ready = ready_of(pairs, [slow], media, into)
    mended, facts = ready.clips["slow"], probe(into / ready.videos["slow"])
    assert (facts.frames, float(facts.fps), facts.size) == (frames * times, fps * times, (96, 64))
    assert (mended.frames, mended.fps) == (facts.frames, float(facts.fps))
    # every moment, in seconds, is where it was
    assert mended.seconds == slow.seconds
    assert [span.first / mended.fps for span in mended.spans] == [span.first / slow.fps for span in slow.spans]
    shades = [round(float(picture.mean())) for _, picture in read_frames(into / ready.videos["slow"])]
    assert shades == pytest.approx([20 + 20 * (n // times) for n in range(frames * times)], abs=2)
    assert lines(into / "mended.jsonl")[0]["did"] == [f"repeated:{times}"]


@pytest.mark.parametrize(
    ("size", "became", "did"),
    [
        ((97, 64), (98, 64), "padded:1x0"), ((97, 65), (98, 66), "padded:1x1"), ((96, 48), (192, 96), "enlarged:2"),
        ((33, 31), (100, 94), "enlarged:3 padded:1x1"),
    ],
)  # fmt: skip
def test_odd_and_small_pictures_are_padded_and_enlarged(
    size: tuple[int, int], became: tuple[int, int], did: str, pairs: Pairs, media: Path, into: Path
) -> None:
    odd = odd_film(media, "odd", size)
    ready = ready_of(pairs, [odd], media, into)
    facts = probe(into / ready.videos["odd"])
    assert facts.size == ready.clips["odd"].size == became and facts.frames == 12
    (told,) = lines(into / "mended.jsonl")
    assert " ".join(told["did"]) == did and told["was"] == odd.video.sha256
    assert told["sha256"] == refer(into / ready.videos["odd"], into).sha256


def test_masks_follow_the_pixels_that_they_mark(pairs: Pairs, media: Path, into: Path) -> None:
    mask = np.zeros((48, 96), np.bool_)
    mask[10:20, 30:50] = True
    region = region_of(mask)
    assert region is not None
    box = Box(x0=30 / 96, y0=10 / 48, x1=50 / 96, y1=20 / 48)
    frames = tuple(MaskFrame(frame=n, rle=region.rle, box=box, visible=0.5) for n in (0, 3))
    masklet = Masklet(entity="mara", size=(96, 48), step=3, frames=frames, intended=((3, 4),))
    every = masklet.model_copy(update={"entity": "tom", "step": 1})
    write_masklets([masklet, every], media / "clips" / "m.jsonl.gz")
    small = film(media, "small", 2, 4, (96, 48), masklets=refer(media / "clips" / "m.jsonl.gz", media))
    ready = ready_of(pairs, [small], media, into)
    told = ready.clips["small"].masklets
    assert told is not None
    mara, tom = read_masklets(ready.media_of("small") / told.path)
    assert mara.size == (192, 96) and mara.intended == ((6, 8),)
    assert (mara.step, [one.frame for one in mara.frames]) == (6, [0, 6])
    assert (tom.step, [one.frame for one in tom.frames]) == (1, [0, 1, 6, 7])
    enlarged = region_of(mask.repeat(2, axis=0).repeat(2, axis=1))
    assert enlarged is not None and {one.rle for one in (*mara.frames, *tom.frames)} == {enlarged.rle}
    assert all(one.box == box and one.visible == 0.5 for one in mara.frames)


def test_what_is_mended_comes_out_the_same_every_time_and_leaves_nothing_behind(
    pairs: Pairs, media: Path, tmp_path: Path
) -> None:
    slow = film(media, "slow", 0.5, 4)
    every = [about(pair, slow) for pair in pairs]
    told = []
    for name in ("one", "two"):
        (tmp_path / name / "form").mkdir(parents=True)
        LlavaExporter().export(dataset(every, [slow], media), tmp_path / name / "form")
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        told.append({path.relative_to(tmp_path / name).as_posix(): path.read_bytes() for path in files})
    assert told[0] == told[1] and {"form/train.json", "form/mended.jsonl", "form/clips/slow.mp4"} <= set(told[0])
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["form"]


def test_the_sound_of_a_mended_clip_stays(pairs: Pairs, media: Path, into: Path) -> None:
    import av

    silent, path = film(media, "silent", 4, 4), media / "clips" / "loud.mp4"
    with av.open(str(media / silent.video.path)) as seen, av.open(str(path), "w") as made:
        video, audio = made.add_stream_from_template(seen.streams.video[0]), made.add_stream("aac", rate=48000)
        for packet in seen.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                made.mux(packet)
        tone = np.sin(np.arange(48000, dtype=np.float32) / 20)[None]
        frame = av.AudioFrame.from_ndarray(np.vstack((tone, tone)), format="fltp", layout="stereo")
        frame.sample_rate = 48000
        made.mux(audio.encode(frame))
        made.mux(audio.encode(None))
    loud = silent.model_copy(update={"id": "loud", "video": refer(path, media)})
    ready = ready_of(pairs, [loud], media, into)
    with av.open(str(into / ready.videos["loud"])) as mended:
        assert len(mended.streams.audio) == 1
        assert sum(frame.samples for frame in mended.decode(audio=0)) / 48000 == pytest.approx(1.0, abs=0.05)
    assert probe(into / ready.videos["loud"]).frames == 8


def test_a_clip_that_no_loader_takes_takes_its_pairs_along(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    wrong = film(media, "wrong", 12, 12).model_copy(update={"frames": 24})
    broken = film(media, "broken", 12, 12)
    (media / broken.video.path).write_bytes(b"no video")
    ready = ready_of(pairs, [wrong, clip, broken], media, into)
    assert {pair.clip for pair, _, _ in ready.rows("train")} == {"scene-01"} == set(ready.videos)
    assert [path.name for path in (into / "clips").iterdir()] == ["scene-01.mp4"]
    told, four = lines(into / "refused.jsonl"), range(1, 5)
    assert [(line["what"], line["reason"]) for line in told] == [
        *((f"wrong-p{n}", "wrong_record") for n in four), *((f"broken-p{n}", "unreadable") for n in four),
    ]  # fmt: skip
    assert {(line["kind"], line["stage"], line["clip"]) for line in told} == {
        ("pair", "export", "wrong"), ("pair", "export", "broken"),
    }  # fmt: skip
    assert "12 frames" in told[0]["detail"]


@pytest.mark.parametrize(("fps", "frames", "size", "reason"), [
    (60, 1, (96, 64), "too_short"), (12, 12, (640, 8), "too_narrow"),
])  # fmt: skip
def test_what_mending_would_blow_up_is_refused(
    fps: float, frames: int, size: tuple[int, int], reason: str, pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    ready_of(pairs, [clip, film(media, "odd", fps, frames, size)], media, into)
    assert {line["reason"] for line in lines(into / "refused.jsonl")} == {reason}


def test_when_nothing_is_left_it_is_told_why(pairs: Pairs, media: Path, into: Path) -> None:
    wrong = film(media, "wrong", 12, 12).model_copy(update={"frames": 24})
    with pytest.raises(DreamgenError, match=r"no loader would take any of its pairs .*the file has 12 frames"):
        ready_of(pairs, [wrong], media, into)
