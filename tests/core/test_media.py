from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dreamgen.core.layout import Box, Layout
from dreamgen.core.media import Clip, Keyframe, MaskFrame, Masklet, MediaRef, Portrait, Span, Style

VIDEO = MediaRef(path="clips/scene-01.mp4", sha256="0" * 64)
CLIP = Clip(
    id="scene-01",
    video=VIDEO,
    fps=24,
    size=(1024, 576),
    frames=60,
    spans=(Span(shot="shot-01", first=0, stop=36), Span(shot="shot-02", first=36, stop=60)),
    portraits=(Portrait(entity="mara", image=MediaRef(path="portraits/mara.png", sha256="1" * 64)),),
)


def test_media_records_survive_a_trip_through_json() -> None:
    still = Keyframe(shot="shot-01", t=1.5, image=VIDEO, layout=Layout(), made_by="storyboard")
    style = Style(name="noir", words="ink", palette=("#000000",), painter="noir")
    for record in (CLIP, still, style):
        assert type(record).model_validate_json(record.model_dump_json()) == record


def test_a_clip_knows_its_length() -> None:
    assert CLIP.seconds == 2.5


def test_a_verifier_gets_the_video_and_the_portraits_and_nothing_else() -> None:
    footage = CLIP.footage(Path("story"))
    assert footage.video == Path("story/clips/scene-01.mp4")
    assert footage.portraits == {"mara": Path("story/portraits/mara.png")}
    assert set(vars(footage)) == {"clip", "video", "portraits", "cast"}


@given(st.sets(st.integers(0, 30), max_size=8))
def test_a_masklet_knows_the_frames_in_which_something_is_visible(frames: set[int]) -> None:
    box = Box(x0=0, y0=0, x1=0.5, y1=0.5)
    seen = tuple(MaskFrame(frame=frame, rle="04", box=box, visible=1.0) for frame in sorted(frames))
    masklet = Masklet(entity="mara", size=(8, 8), frames=seen)
    assert Masklet.model_validate_json(masklet.model_dump_json()) == masklet
    assert {frame for frame in range(31) if masklet.at(frame)} == frames
