from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.files import refer
from dreamgen.engines.tarring import DamagedFile
from dreamgen.export.columns import sample_key
from dreamgen.export.webdataset import WebdatasetExporter
from tests.datasets import dataset

Pairs = tuple[InstructionPair, ...]


def with_masks(clip: Clip, media: Path) -> Clip:
    path = media / "clips" / "scene-01.masklets.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"entity": "mara"}\n', mtime=0))
    return clip.model_copy(update={"masklets": refer(path, media)})


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]


def test_the_hub_reads_a_sample_a_clip(pairs: Pairs, clip: Clip, media: Path, into: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    WebdatasetExporter().export(dataset(pairs, [clip], media), into)
    files = str(into / "train-00000.tar")
    rows = datasets.load_dataset("webdataset", data_files=files, split="train", cache_dir=str(tmp_path / "cache"))
    (row,) = rows.cast_column("mp4", datasets.Video(decode=False))
    assert row["__key__"] == "scene-01" and row["mp4"]["bytes"] == (media / clip.video.path).read_bytes()
    assert [pair["id"] for pair in row["json"]["pairs"]] == ["p1", "p2", "p3", "p4"]
    assert row["json"]["pairs"][0]["conversations"][-1] == {"role": "assistant", "content": "B"}


def test_masks_come_along_where_a_pair_needs_them(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    masked = with_masks(clip, media)
    WebdatasetExporter().export(dataset(pairs, [masked], media), into)
    assert gzip.decompress(members(into / "train-00000.tar")["scene-01.masklets.jsonl.gz"]) == b""
    needs = pairs[0].model_copy(update={"masklets": ("mara",)})
    WebdatasetExporter().export(dataset([needs], [masked], media), into)
    assert b"mara" in gzip.decompress(members(into / "train-00000.tar")["scene-01.masklets.jsonl.gz"])


def test_what_a_loader_guesses_types_from_is_never_null_or_empty(
    pairs: Pairs, clip: Clip, media: Path, into: Path
) -> None:
    WebdatasetExporter().export(dataset(pairs, [clip], media), into)
    facts = json.loads(members(into / "train-00000.tar")["scene-01.json"])

    def sound(value: object) -> bool:
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return value is not None and value != [] and all(map(sound, inside))

    assert sound(facts)


def test_the_same_pairs_give_the_same_bytes(pairs: Pairs, clip: Clip, media: Path, into: Path, tmp_path: Path) -> None:
    (again := tmp_path / "again").mkdir()
    masked = dataset([pairs[0].model_copy(update={"masklets": ("mara",)})], [with_masks(clip, media)], media)
    for place in (into, again):
        WebdatasetExporter().export(masked, place)
    assert (into / "train-00000.tar").read_bytes() == (again / "train-00000.tar").read_bytes()


def test_a_full_tar_is_followed_by_another(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    other = clip.model_copy(update={"id": "scene-02"})
    path = media / clip.video.path
    path.write_bytes(path.read_bytes() + bytes(900_000))  # what stands behind the film no player reads
    clips = [one.model_copy(update={"video": refer(path, media)}) for one in (clip, other)]
    both = [*pairs, pairs[0].model_copy(update={"id": "p5", "clip": "scene-02"})]
    WebdatasetExporter(megabytes=1).export(dataset(both, clips, media), into)
    assert sorted(path.name for path in into.iterdir()) == ["train-00000.tar", "train-00001.tar"]


def test_a_damaged_clip_is_refused(pairs: Pairs, clip: Clip, media: Path, into: Path) -> None:
    path = media / clip.video.path
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(DamagedFile):
        WebdatasetExporter().export(dataset(pairs, [clip], media), into)


@pytest.mark.parametrize("name", ["a.b", "a/b", "ä", "x" * 200])
def test_a_key_has_nothing_that_loaders_take_for_a_path_and_stays_unique(name: str) -> None:
    key = sample_key(name)
    assert len(key) <= 80 and key.isascii() and not set("./") & set(key)
    assert key != sample_key(name + "!") and sample_key("story-1-scene-01") == "story-1-scene-01"
