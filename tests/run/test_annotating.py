"""Videos become a dataset: nothing is lost, nothing is made twice, and two runs give the same bytes."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from dreamgen.core.found import Source
from dreamgen.engines.video import Picture, write_video
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run.annotating import annotate
from dreamgen.run.opened import FoundRun, open_run
from dreamgen.run.recipe import Recipe, read_recipe
from dreamgen.run.trust_told import told
from dreamgen.run.watch import Watch

SIZE, FPS = (160, 96), 12


class Heard(Watch):
    """Notes what is made."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def made(self, stage: str, item: str) -> None:
        self.items.append(f"{stage} {item}")


def plain(colour: tuple[int, int, int], seconds: float) -> Iterator[Picture]:
    for _ in range(round(seconds * FPS)):
        yield np.full((SIZE[1], SIZE[0], 3), colour, np.uint8)


def footage(folder: Path) -> Path:
    """Two videos, one of them with a cut, and a file that is none."""
    folder.mkdir()
    write_video([*plain((200, 40, 20), 3), *plain((20, 30, 220), 3)], folder / "blue then red.mp4", FPS, SIZE)
    write_video(list(plain((8, 8, 8), 4)), folder / "night.mp4", FPS, SIZE)
    (folder / "broken.mp4").write_bytes(b"no video at all")
    return folder


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return read_recipe("annotate")


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return footage(tmp_path_factory.mktemp("videos") / "found")


@pytest.fixture(scope="module")
def made(videos: Path, recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("annotated") / "run"
    annotate([videos], recipe, out)
    return out


def found_in(out: Path) -> FoundRun:
    found = open_run(out).found
    assert found is not None
    return found


def digests(folder: Path) -> dict[str, str]:
    """Every file that must be the same in two runs: receipts tell seconds, and hashes.json when files were changed."""
    telling = {"receipt.json", "hashes.json"}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in telling)
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def test_videos_become_clips_claims_and_pairs(made: Path) -> None:
    found = found_in(made)
    assert {source.name for source in found.sources} == {"blue then red.mp4", "night.mp4"}
    assert {claim.kind for claim in found.claims.values()} >= {"cut", "light", "tint"}
    assert found.pairs
    assert all(clip.origin == "found" and clip.excerpt for clip in found.clips.values())
    assert (made / "dataset" / "llava" / "train.json").is_file()


def test_what_can_not_be_used_is_told_and_the_books_add_up(made: Path) -> None:
    found = found_in(made)
    assert [line.what for line in found.rejects if line.kind == "video"] == ["broken.mp4"]
    assert found.receipt is not None
    tallies = {tally.what: tally for tally in found.receipt.tallies}
    assert tallies["videos"].made == 3
    assert all(tally.made == tally.kept + sum(n for _, n in tally.dropped) for tally in tallies.values())
    assert tallies["clips"].kept == len(found.clips)
    assert tallies["pairs"].kept == len(found.pairs)


def test_a_claim_that_no_verifier_bears_out_is_in_no_pair(made: Path) -> None:
    found = found_in(made)
    alone = {"order", "duration", "cause"}
    for pair in found.pairs:
        for name in pair.claims:
            verdict = found.verdicts[pair.clip, name]
            assert verdict.outcome == "supported" or found.claims[pair.clip, name].kind in alone


def test_the_estimate_says_what_it_supposes(made: Path) -> None:
    trusted = found_in(made).trusted
    assert trusted.pairs is not None
    assert trusted.provided in next(iter(told(trusted)))
    assert "synthetic" in trusted.provided


def test_a_second_run_makes_nothing_and_another_folder_gets_the_same_bytes(
    made: Path, videos: Path, recipe: Recipe, tmp_path: Path
) -> None:
    before, heard = digests(made), Heard()
    annotate([videos], recipe, made, watch=heard)
    assert heard.items == []
    assert digests(made) == before
    other = tmp_path / "other"
    annotate([videos], recipe, other)
    assert digests(other) == before


def test_a_new_video_leaves_the_others_as_they_are(videos: Path, recipe: Recipe, tmp_path: Path) -> None:
    folder, out = tmp_path / "found", tmp_path / "run"
    shutil.copytree(videos, folder)
    annotate([folder], recipe, out, "claims")
    write_video(list(plain((40, 200, 60), 3)), folder / "green.mp4", FPS, SIZE)
    heard = Heard()
    annotate([folder], recipe, out, "claims", heard)
    assert heard.items
    assert all(item.partition(" ")[2].startswith("green") for item in heard.items if item.startswith("cut "))
    assert {source.name for source in found_in(out).sources} == {"blue then red.mp4", "night.mp4", "green.mp4"}


def test_the_run_of_videos_holds_no_story(made: Path) -> None:
    run = open_run(made)
    assert run.parts == (run.found,)
    with pytest.raises(UsageError, match="is of videos"):
        _ = run.story


def test_a_records_source_says_where_it_comes_from(videos: Path, recipe: Recipe, tmp_path: Path) -> None:
    about = tmp_path / "about.jsonl"
    about.write_text(json.dumps({"file": "night.mp4", "licence": "CC0-1.0", "title": "A night"}) + "\n", "utf-8")
    annotate([videos], recipe, tmp_path / "run", "ingest", about=[about])
    said: dict[str, Source] = {source.name: source for source in found_in(tmp_path / "run").sources}
    assert (said["night.mp4"].licence, said["night.mp4"].title) == ("CC0-1.0", "A night")
    assert said["blue then red.mp4"].licence == ""


def test_a_disk_that_was_full_is_not_remembered_as_a_broken_video(
    videos: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DreamgenError("a.mp4 can't be written: No space left on device") from OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as now:
        now.setattr("dreamgen.run.found_clips.cut", full)
        with pytest.raises(DreamgenError, match="No space left"):
            annotate([videos], recipe, tmp_path / "run", until="cut")
    annotate([videos], recipe, tmp_path / "run", until="cut")
    made = (tmp_path / "run" / "videos" / "clips").glob("*.mp4")
    assert len(list(made)) == 2
