"""What is done in each part of a clip; whoever looks is a server that answers by script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dreamgen.annotate.annotators.actions import ActionsAnnotator, parts
from dreamgen.core.claims import Description
from dreamgen.core.found import Notes
from dreamgen.core.media import Footage
from dreamgen.core.receipts import Reject
from dreamgen.engines.video import write_video
from dreamgen.engines.vision.model import VisionModel
from dreamgen.errors import UsageError
from tests.scripted import Asked, Behave, ScriptedServer, Told


@pytest.fixture
def footage(tmp_path: Path) -> Footage:
    """A clip of three seconds."""
    frames = (np.full((48, 64, 3), 5 * number, np.uint8) for number in range(36))
    write_video(frames, tmp_path / "clip.mp4", 12, (64, 48))
    return Footage(clip="c1", video=tmp_path / "clip.mp4", portraits={})


def seen(
    reply: Callable[[Asked], Any], footage: Footage, kept: Path, behaviours: Sequence[Behave] = (), **options: Any
) -> tuple[list[Description], list[Reject], list[Asked]]:
    with ScriptedServer(behaviours, reply=reply) as server:
        vision = VisionModel(model="eye", base_url=server.url, frames=2, side=64, tries=2)
        annotator = ActionsAnnotator(vision=vision, **{"seconds": 1.5, **options})
        found = list(annotator.annotate(footage, Notes(), (), kept))
    claims = [one for one in found if isinstance(one, Description)]
    return claims, [one for one in found if isinstance(one, Reject)], server.asked


def test_each_part_has_its_action_and_its_times(footage: Footage, tmp_path: Path) -> None:
    def reply(asked: Asked) -> Told:
        return Told("A man cuts a carrot. A man opens a door." if "from 0.0 to" in asked.user else "A dog runs away.")

    claims, rejects, asked = seen(reply, footage, tmp_path)
    assert rejects == [] and [len(one.pictures) for one in asked] == [2, 2]
    assert [(one.text, one.start, one.end, one.nth) for one in claims] == [
        ("A man cuts a carrot.", 0.0, 1.5, 0), ("A man opens a door.", 0.0, 1.5, 1), ("A dog runs away.", 1.5, 3.0, 2)
    ]  # fmt: skip
    assert all(one.by[0].startswith("eye annotate/actions@") for one in claims)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Nothing.", "no_action"),
        ("I'm sorry, but I can't help with that.", "refused"),
        ("Мужчина режет морковь.", "not_english"),
        ("He picks up the ball and throws it.", "leans_on_another"),
    ],
)
def test_what_is_no_action_leaves_a_line(footage: Footage, tmp_path: Path, text: str, reason: str) -> None:
    claims, rejects, _ = seen(lambda asked: Told(text), footage, tmp_path, seconds=3.0)
    assert claims == [] and [one.reason for one in rejects] == [reason]


def test_a_film_that_can_not_be_read_leaves_a_line(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    broken = Footage(clip="c1", video=tmp_path / "broken.mp4", portraits={})
    claims, rejects, asked = seen(lambda asked: Told("A man waves."), broken, tmp_path)
    assert claims == [] and asked == [] and [one.reason for one in rejects] == ["unreadable"]


@pytest.mark.parametrize(
    ("seconds", "keyframes", "borders"),
    [
        (9.8, (), [9.8]),
        (30.0, (), [10.0, 20.0, 30.0]),
        (30.0, (9.2, 10.9, 21.5), [9.2, 20.0, 30.0]),
        (0.5, (0.25,), [0.5]),
    ],
)
def test_parts_are_about_ten_seconds_and_end_where_something_new_is_to_be_seen(
    seconds: float, keyframes: tuple[float, ...], borders: list[float]
) -> None:
    found = parts(seconds, 10.0, keyframes, 1.0)
    assert [end for _, end in found] == borders
    assert [start for start, _ in found] == [0.0, *borders[:-1]]


def test_a_model_must_be_named() -> None:
    with pytest.raises(UsageError, match="model"):
        ActionsAnnotator().ready()
