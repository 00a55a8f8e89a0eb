"""Which clips of found footage are annotated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dreamgen.annotate.embedding import read_vectors
from dreamgen.core.found import Excerpt
from dreamgen.core.media import Clip
from dreamgen.engines.files import refer
from dreamgen.engines.video import write_video
from dreamgen.run import choosing
from dreamgen.run.choosing import Chosen, choose_clips
from dreamgen.run.filming import Desk
from dreamgen.run.recipe import read_recipe
from dreamgen.run.store import Store, entries
from dreamgen.run.watch import Watch


class Heard(Watch):
    """Notes what is made."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def made(self, stage: str, item: str) -> None:
        self.items.append(f"{stage} {item}")


def film(folder: Path, name: str, seed: int, size: tuple[int, int] = (96, 64), seconds: int = 2) -> Clip:
    """A clip of coloured blocks."""
    path, (wide, high) = folder / "clips" / f"{name}.mp4", size
    path.parent.mkdir(exist_ok=True)
    lot = np.random.default_rng(seed)
    blocks = np.clip(lot.integers(30, 220, 3) + lot.normal(size=(4, 6, 3)) * 35, 0, 255).astype(np.uint8)
    still = np.kron(blocks, np.ones((high // 4, wide // 6, 1), np.uint8))
    frames = write_video((still for _ in range(8 * seconds)), path, 8, size)
    return Clip(
        id=name, video=refer(path, folder), fps=8, size=size, frames=frames, motion="found", pictures="found",
        origin="found", excerpt=Excerpt(source=name, start=0, end=seconds, keyframes=(0.5,)),
    )  # fmt: skip


def desk(folder: Path, *changes: str, watch: Watch | None = None) -> Desk:
    return Desk(Store(folder, watch or Watch()), read_recipe("annotate", ["embed.workers=1", *changes]), folder)


@pytest.fixture
def clips(tmp_path: Path) -> tuple[Clip, ...]:
    """Five scenes, one of them twice: once small, once large."""
    small, large = film(tmp_path, "a-small", 0), film(tmp_path, "b-large", 0, (192, 128))
    return (small, large, *(film(tmp_path, f"c-{seed}", seed) for seed in range(1, 5)))


def ids(clips: Sequence[Clip]) -> list[str]:
    return [clip.id for clip in clips]


def test_of_near_duplicates_the_larger_picture_stays_and_the_other_is_counted(
    tmp_path: Path, clips: tuple[Clip, ...]
) -> None:
    kept, rejects = choose_clips(desk(tmp_path, "coreset.near=0.97"), clips)
    assert ids(kept) == ["b-large", "c-1", "c-2", "c-3", "c-4"]
    assert [(one.what, one.kind, one.stage, one.reason) for one in rejects] == [
        ("a-small", "clip", "choose", "near_duplicate")
    ]
    assert "like b-large" in rejects[0].detail
    (entry,) = entries(tmp_path, "choose")
    told = Chosen.model_validate(entry.value, strict=False)
    assert told.alike == (("a-small", "b-large"),)  # these videos are held out together


def test_by_default_everything_else_stays_and_no_core_set_is_written(tmp_path: Path, clips: tuple[Clip, ...]) -> None:
    kept, rejects = choose_clips(desk(tmp_path), clips)
    assert len(kept) + len(rejects) == len(clips)
    assert {"c-1", "c-2", "c-3", "c-4"} <= set(ids(kept))
    assert not (tmp_path / "coresets").exists()


def test_G3_core_sets_are_lists_of_clips_and_the_page_shows_their_keyframes(
    tmp_path: Path, clips: tuple[Clip, ...]
) -> None:
    pytest.importorskip("sklearn")
    kept, _ = choose_clips(desk(tmp_path, "coreset.near=0", "coreset.sizes=[2, 4]"), clips)
    assert ids(kept) == ids(clips)
    small, large = ((tmp_path / "coresets" / f"core-{size}.txt").read_text().splitlines() for size in (2, 4))
    assert large[:2] == small
    assert set(large) < set(ids(clips))
    assert (tmp_path / "coresets" / "clusters.html").read_text().count("data:image/jpeg") == 6
    lines = [json.loads(line) for line in (tmp_path / "coresets" / "order.jsonl").read_text().splitlines()]
    assert {line["id"]: line["core"] for line in lines}[small[0]] == 2
    # and they are gone when nobody asks for them any more
    choose_clips(desk(tmp_path, "coreset.near=0"), clips)
    assert not (tmp_path / "coresets").exists()


def test_only_a_core_set_is_annotated_where_that_is_asked_for(tmp_path: Path, clips: tuple[Clip, ...]) -> None:
    pytest.importorskip("sklearn")
    kept, rejects = choose_clips(desk(tmp_path, "coreset.near=0.97", "coreset.only=3"), clips)
    assert ids(kept) == sorted((tmp_path / "coresets" / "core-3.txt").read_text().splitlines())
    assert sorted(one.reason for one in rejects) == ["near_duplicate", "outside_coreset", "outside_coreset"]
    assert {*ids(kept), *(one.what for one in rejects)} == set(ids(clips))


def test_nothing_is_looked_at_twice(tmp_path: Path, clips: tuple[Clip, ...]) -> None:
    first, again, more = Heard(), Heard(), Heard()
    choose_clips(desk(tmp_path, watch=first), clips[:4])
    choose_clips(desk(tmp_path, watch=again), clips[:4])
    choose_clips(desk(tmp_path, watch=more), clips)
    assert first.items == [*(f"embed {clip.id}" for clip in clips[:4]), "choose choose"]
    assert again.items == []
    assert more.items == ["embed c-3", "embed c-4", "choose choose"]


def test_the_vectors_of_all_clips_lie_beside_them(tmp_path: Path, clips: tuple[Clip, ...]) -> None:
    choose_clips(desk(tmp_path, "coreset.near=0.97"), clips)
    found = read_vectors(tmp_path)
    assert list(found) == ids(clips)
    assert found["a-small"] @ found["b-large"] > 0.97 > found["c-1"] @ found["c-2"]


def test_a_clip_that_can_t_be_decoded_is_dropped_with_its_reason(tmp_path: Path, clips: tuple[Clip, ...]) -> None:
    broken = tmp_path / "clips" / "broken.mp4"
    broken.write_bytes(b"no video")
    bad = clips[2].model_copy(update={"id": "broken", "video": refer(broken, tmp_path)})
    kept, rejects = choose_clips(desk(tmp_path, "coreset.near=0.999"), (*clips[2:], bad))
    assert ids(kept) == ids(clips[2:])
    assert [(one.what, one.reason) for one in rejects] == [("broken", "no_embedding")]


def test_many_clips_are_looked_at_by_several_processes_with_the_same_result(
    tmp_path: Path, clips: tuple[Clip, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = choosing.embed(desk(tmp_path), clips)
    monkeypatch.setattr(choosing, "_FEW", 2)
    other = tmp_path / "other"
    other.mkdir()
    (other / "clips").symlink_to(tmp_path / "clips")
    assert choosing.embed(desk(other, "embed.workers=2"), clips) == alone


def test_no_clips_need_no_choice(tmp_path: Path) -> None:
    assert choose_clips(desk(tmp_path), ()) == ((), ())


def test_clips_that_only_share_their_colours_are_no_near_duplicates(tmp_path: Path) -> None:
    def dots(name: str, seed: int) -> Clip:
        lot = np.random.default_rng(seed)
        still = np.full((72, 128, 3), 250, np.uint8)
        for down, across in lot.permutation(9 * 16)[:60, None] // np.array([16, 1]) % np.array([9, 16]):
            still[8 * down + 2 : 8 * down + 6, 8 * across + 2 : 8 * across + 6] = 20
        path = tmp_path / "clips" / f"{name}.mp4"
        path.parent.mkdir(exist_ok=True)
        frames = write_video((still for _ in range(16)), path, 8, (128, 72))
        return film(tmp_path, f"{name}-x", 1).model_copy(
            update={"id": name, "video": refer(path, tmp_path), "size": (128, 72), "frames": frames}
        )

    kept, rejects = choose_clips(desk(tmp_path, "coreset.near=0.97"), (dots("a", 1), dots("b", 2), dots("c", 1)))
    assert ids(kept) == ["a", "b"]
    assert [(one.what, one.reason) for one in rejects] == [("c", "near_duplicate")]
