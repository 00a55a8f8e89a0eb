from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.media import bring, used


def test_clips_that_nobody_asks_about_are_not_used(pairs: tuple[InstructionPair, ...], clip: Clip) -> None:
    other = clip.model_copy(update={"id": "scene-02"})
    assert used(pairs, [other, clip]) == [clip]


def test_a_clip_is_a_second_name_of_its_file(clip: Clip, media: Path, into: Path) -> None:
    places = bring([clip], lambda _: media, into)
    assert places == {"scene-01": "clips/scene-01.mp4"}
    assert (into / "clips" / "scene-01.mp4").samefile(media / clip.video.path)


def test_where_the_disk_has_no_second_names_it_is_a_copy(
    clip: Clip, media: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr("os.link", refuse)
    (place,) = bring([clip], lambda _: media, into).values()
    assert (into / place).read_bytes() == (media / clip.video.path).read_bytes()
    assert not (into / place).samefile(media / clip.video.path)


def test_files_of_one_name_are_called_like_their_clips(clip: Clip, media: Path, into: Path) -> None:
    many = [clip.model_copy(update={"id": f"story-{number}-scene-01"}) for number in range(2)]
    places = bring(many, lambda _: media, into, within=lambda clip: "test" if "-1-" in clip.id else "")
    assert [*places.values()] == ["clips/story-0-scene-01.mp4", "test/clips/story-1-scene-01.mp4"]
