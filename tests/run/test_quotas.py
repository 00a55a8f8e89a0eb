"""Found clips in categories: by whoever reads, or by words; quotas keep so many of each and count the rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dreamgen.annotate.categories import Sorted
from dreamgen.core.base import Record
from dreamgen.engines.video import read_frames, write_video
from dreamgen.run.annotating import annotate
from dreamgen.run.journal import read_lines
from dreamgen.run.measuring_footage import measure_footage
from dreamgen.run.opened import Run
from dreamgen.run.quotas import CATEGORIES
from dreamgen.run.recipe import read_recipe
from dreamgen.run.watch import SILENT, Watch

Floats = NDArray[np.float32]
COLOURS = {"red": (200, 40, 40), "blue": (40, 40, 200)}
SMALL = ("export=[]", "screen=[]", "coreset.near=0", "cut.workers=1", "cut.shortest=0.5")


class ColourReader(Record):
    """Puts clips where their mean colour is, and texts where the colour is that they name."""

    @property
    def reads(self) -> bool:
        return True

    def ready(self) -> None:
        pass

    def embed(self, video: Path, moments: Sequence[float]) -> Floats:
        mean = np.mean([picture.mean(axis=(0, 1)) for _, picture in read_frames(video)], axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def read(self, texts: Sequence[str]) -> Floats:
        told = [COLOURS[next(name for name in COLOURS if name in text)] for text in texts]
        rows: Floats = np.asarray(told, np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four red videos and two blue ones with titles, each darker from its middle on, and with something that moves."""
    folder = tmp_path_factory.mktemp("videos")
    rows = []
    for number, name in enumerate(["red"] * 4 + ["blue"] * 2):
        shades = np.array([COLOURS[name]] * 8 + [[value // 3 for value in COLOURS[name]]] * 8, np.uint8)
        pictures = [np.full((64, 96, 3), shade, np.uint8) for shade in shades]
        for at, picture in enumerate(pictures):
            picture[10 + 6 * number : 20 + 6 * number, 4 * at : 4 * at + 20] = 20 + 30 * number
        write_video(iter(pictures), folder / f"{number}.mp4", 8, (96, 64))
        rows.append({"file": f"{number}.mp4", "title": "Juggling" if number < 3 else "Baking"})
    (folder / "metadata.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "own.txt").write_text("A video about red things.\nA video about blue things.\n", "utf-8")
    return folder


def sorted_clips(out: Path) -> tuple[Sorted, ...]:
    return read_lines(out / "videos" / CATEGORIES, Sorted)


class Notes(Watch):
    """Hears what is said."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def says(self, words: str) -> None:
        self.told.append(words)


def run(videos: Path, out: Path, *changes: str, until: str = "claims", watch: Watch = SILENT) -> tuple[Sorted, ...]:
    films = sorted(videos.glob("*.mp4"))
    recipe = read_recipe("annotate", (*SMALL, *changes))
    annotate(films, recipe, out, until, watch, about=[videos / "metadata.jsonl"])  # type: ignore[arg-type]
    return sorted_clips(out)


def test_H1_a_network_that_reads_sorts_and_quotas_are_kept(videos: Path, tmp_path: Path) -> None:
    changes = (
        "embed=tests.run.test_quotas:ColourReader", f"categories.file={videos / 'own.txt'}", "categories.quota=2",
        "categories.extra=1",
    )  # fmt: skip
    heard = Notes()
    found = run(videos, tmp_path, *changes, watch=heard)
    assert not any("categor" in words for words in heard.told)
    assert Counter((one.category, one.by) for one in found) == {
        ("red_things", "similarity"): 4, ("blue_things", "similarity"): 2
    }  # fmt: skip
    assert Counter(one.kept for one in found) == {"quota": 4, "extra": 1, "": 1}
    assert run(videos, tmp_path, *changes) == found


@pytest.mark.slow
def test_H1_without_one_words_sort_and_what_is_over_is_counted(videos: Path, tmp_path: Path) -> None:
    found = run(videos, tmp_path, "categories.quota=1", until="all")
    assert Counter((one.category, one.by, one.kept) for one in found) == {
        ("acrobatics", "words", "quota"): 1, ("acrobatics", "words", ""): 2,
        ("cooking", "words", "quota"): 1, ("cooking", "words", ""): 2,
    }  # fmt: skip
    part = Run(tmp_path).found
    assert part is not None and part.receipt is not None
    clips = next(tally for tally in part.receipt.tallies if tally.what == "clips")
    assert dict(clips.dropped)["over_quota"] == 4 and clips.made == 6 and clips.kept == 2
    assert len(part.clips) == 2
    told = measure_footage(Run(tmp_path))
    assert [(share.name, share.clips) for share in told.categories] == [("acrobatics", 1), ("cooking", 1)]


def test_whoever_wants_quotas_is_told_how_clips_were_sorted_and_what_is_short(videos: Path, tmp_path: Path) -> None:
    heard = Notes()
    run(videos, tmp_path, "categories.quota=3", watch=heard)
    told = " ".join(heard.told)
    assert "words of titles and labels" in told and "0 of 6 have no such word" in told
    assert "27 of 29 categories have fewer than 3 clips: writing 0, travel 0" in told and "22 more" in told


def test_videos_are_counted_where_the_recipe_says_so(videos: Path, tmp_path: Path) -> None:
    found = run(videos, tmp_path, "categories.quota=2", "categories.count=videos", "cut.unit=shots")
    videos_of = [one.what.rpartition("-")[0] for one in found]
    assert len(found) > len(set(videos_of)) == 6
    kept = {video: {one.kept for one, of in zip(found, videos_of, strict=True) if of == video} for video in videos_of}
    assert all(len(why) == 1 for why in kept.values())
    assert sum(why == {"quota"} for why in kept.values()) == 4


@pytest.mark.slow
def test_H1_a_network_of_transformers_own_classes_reads_all_29_and_a_rerun_gives_the_same(
    videos: Path, tmp_path: Path
) -> None:
    pytest.importorskip("transformers")
    pytest.importorskip("torch").set_num_threads(1)
    from tests.engines.test_clipsight import write

    write("clip", tmp_path / "clip")
    changes = ("embed.backend=network", f"embed.model={tmp_path / 'clip'}", "embed.device=cpu")
    found = run(videos, tmp_path / "run", *changes)
    assert {one.by for one in found} == {"similarity"} and len({one.score for one in found}) > 1
    assert run(videos, tmp_path / "run", *changes, "coreset.near=1") == found
    # without it words sort again, and nothing of the network is left
    assert {one.by for one in run(videos, tmp_path / "run")} == {"words"}
    assert not list((tmp_path / "run" / "videos" / ".store").glob("categories/*.json"))
