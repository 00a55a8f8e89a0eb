from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.captioning.looking import looks, moments, shown
from dreamgen.engines.sharing import Opened
from dreamgen.engines.video import write_video
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import open_vision
from tests.scripted import Asked, ScriptedServer, Told


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Four seconds that get brighter."""
    frames = (np.full((48, 64, 3), 4 * number, np.uint8) for number in range(48))
    write_video(frames, tmp_path / "clip.mp4", 12, (64, 48))
    return tmp_path / "clip.mp4"


def test_frames_are_taken_at_keyframes_or_else_evenly() -> None:
    assert moments((0.0, 1.5, 3.0), 4.0, 6) == (0.0, 1.5, 3.0)
    assert moments(tuple(map(float, range(10))), 10.0, 2) == (2.0, 7.0)
    assert moments((), 12.0, 6) == (2.0, 6.0, 10.0)
    assert moments((), 4.0, 6) == (2.0,)
    assert moments((1.0,), 4.0, 0) == ()


def test_a_frame_is_shown_by_itself_with_its_time(video: Path) -> None:
    whole, first, second = shown(video, VisionModel(frames=4, side=64), (0.5, 3.0), 6)
    assert whole.at is None and len(whole.frames.times) == 4
    assert (first.at, second.at) == (0.5, 3.0)
    assert first.frames.pixels.shape[0] == 1
    assert second.frames.pixels.mean() > first.frames.pixels.mean() + 50


def test_G1_captions_come_from_any_server_several_at_once(video: Path, tmp_path: Path) -> None:
    def reply(asked: Asked) -> Told:
        return Told(f"A grey wall of the shade {round(float(asked.pictures[0].mean()))} is shown in the picture.")

    with ScriptedServer(reply=reply, crowd=2) as server:
        model = VisionModel(model="eye", base_url=server.url, frames=2, side=64)
        some = shown(video, model, (0.5, 1.5, 3.0), 6)
        found = list(looks(open_vision(model, tmp_path), model, some, "c1", Opened()))
    assert [look.where for look in found] == ["video", "frame at 0.5 s", "frame at 1.5 s", "frame at 3.0 s"]
    assert len({look.text for look in found}) == 4 and not any(look.fault for look in found)
    assert server.peak > 1


def test_what_can_not_be_used_is_told_by_frame(video: Path, tmp_path: Path) -> None:
    told = {"0.5": "I'm sorry, I can't view pictures.", "1.5": "", "3.0": "words " * 60}

    def reply(asked: Asked) -> Told:
        return Told(next((text for when, text in told.items() if f"{when} seconds after" in asked.text), "A wall."))

    with ScriptedServer(reply=reply) as server:
        model = VisionModel(model="eye", base_url=server.url, frames=2, side=64, max_output_tokens=50)
        found = list(
            looks(open_vision(model, tmp_path), model, shown(video, model, (0.5, 1.5, 3.0), 6), "c1", Opened())
        )
    assert [look.fault.reason if look.fault else "" for look in found] == ["", "refused", "empty", "cut_off"]
    assert [look.text for look in found] == ["A wall.", "", "", ""]
