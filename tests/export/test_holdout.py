from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dreamgen.core.found import Excerpt, Source
from dreamgen.core.media import Clip, MediaRef
from dreamgen.export.holdout import Holdout, families, family_of_plot


def source(id: str, **fields: Any) -> Source:
    told = {"name": f"{id}.mp4", "sha256": id, "seconds": 9.0, "size": (64, 64), "fps": 25.0, **fields}
    return Source.model_validate({"id": id, **told})


def clip(of: str, sha256: str) -> Clip:
    video = MediaRef(path=f"clips/{of}-{sha256}.mp4", sha256=sha256)
    excerpt = Excerpt(source=of, start=0.0, end=2.0)
    return Clip(id=f"{of}-{sha256}", video=video, fps=8, size=(64, 64), frames=16, excerpt=excerpt)


def test_shares_leave_something_to_train_on() -> None:
    with pytest.raises(ValidationError, match="leave nothing to train on"):
        Holdout(validation=0.5, test=0.5)
    assert Holdout().asked == ("train",) and Holdout(test=0.1).asked == ("train", "test")


def test_the_lot_comes_near_to_the_shares_and_moves_nobody() -> None:
    holdout = Holdout(validation=0.2, test=0.1)
    many = {f"story-{n}": f"plot-{n}" for n in range(1000)}
    splits = holdout.splits_of(many, seed=7)
    counts = [sum(split == name for split in splits.values()) for name in ("train", "validation", "test")]
    assert counts[0] == pytest.approx(700, abs=50) and counts[1] == pytest.approx(200, abs=45) and counts[2] > 50
    few = {name: family for name, family in many.items() if name.endswith("7")}
    assert holdout.splits_of(few, seed=7) == {name: splits[name] for name in few}
    assert holdout.splits_of(many, seed=8) != splits and holdout.splits_of({"": ""}, seed=7) == {"": "train"}


def test_stories_of_one_plot_are_one_family() -> None:
    plot = "Mara walks into\n a forest."
    assert family_of_plot("a", plot) == family_of_plot("b", "mara walks into a FOREST.")
    assert family_of_plot("a", plot) != family_of_plot("a", "Tom sleeps.")
    assert family_of_plot("a", " ") == "a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"url": "https://www.youtube.com/watch?v=abc&t=12s"}, {"url": "http://youtube.com/watch?t=90s&v=abc#x"}),
        ({"url": "https://youtu.be/abc?si=x1"}, {"url": "https://m.youtube.com/watch?index=3&list=PL1&v=abc"}),
        ({"url": "https://www.youtube.com/shorts/abc"}, {"url": "https://www.youtube-nocookie.com/embed/abc?start=4"}),
        ({"url": "http://[no address"}, {"url": "http://[no address "}),
        ({"title": "A Lantern  in fog", "seconds": 61.2}, {"title": "a lantern in Fog", "seconds": 60.9}),
        ({"name": "k400/dQw4w9WgXcQ_000010_000020.mp4"}, {"name": "k400/dQw4w9WgXcQ_000300_000310.mp4"}),
        ({"sha256": "same"}, {"sha256": "same"}),
    ],
)
def test_videos_of_one_film_are_one_family(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = families([source("b", **one), source("a", **other), source("c")], [])
    assert found == {"a": "a", "b": "a", "c": "c"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"url": "https://youtube.com/watch?v=abc"}, {"url": "https://youtube.com/watch?v=xyz"}),
        ({"url": "https://youtu.be/abc"}, {"url": "https://youtu.be/xyz"}),
        ({"url": "https://youtube.com/playlist?list=abc"}, {"url": "https://youtube.com/playlist?list=xyz"}),
        ({"title": "Cooking", "seconds": 60}, {"title": "Cooking", "seconds": 300}),
        ({"name": "clip_000010_000020.mp4"}, {"name": "clip_000030_000040.mp4"}),
        ({"title": ""}, {"title": ""}),
    ],
)
def test_videos_that_only_sound_alike_are_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert families([source("a", **one), source("b", **other)], []) == {"a": "a", "b": "b"}


def test_videos_that_share_a_clip_are_one_family_whoever_found_out() -> None:
    every = [source(name) for name in "abcde"]
    clips = [clip("a", "1"), clip("d", "2"), clip("c", "1"), clip("e", "3")]
    assert families(every, clips, [("d", "c")]) == {"a": "a", "b": "b", "c": "a", "d": "a", "e": "e"}
