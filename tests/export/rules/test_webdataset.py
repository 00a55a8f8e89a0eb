from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.export.rules.webdataset import look
from dreamgen.export.webdataset import WebdatasetExporter
from tests.datasets import dataset

Members = list[tuple[str, bytes]]


@pytest.fixture
def folder(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path) -> Path:
    other = clip.model_copy(update={"id": "scene-02"})
    last = pairs[0].model_copy(update={"id": "p5", "clip": "scene-02"})
    WebdatasetExporter().export(dataset([*pairs, last], [clip, other], media), into)
    return into


def members(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return [(one.name, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]


def write(path: Path, files: Members) -> None:
    with tarfile.open(path, "w") as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def defects_of(folder: Path) -> list[str]:
    return [one.what for one in look(folder).defects]


def test_what_we_write_is_right(folder: Path) -> None:
    found = look(folder)
    assert found.defects == []
    assert found.rows == 2 and found.pairs == {"p1": 1, "p2": 1, "p3": 1, "p4": 1, "p5": 1}


def torn_apart(files: Members) -> None:
    files.append(files.pop(0))


def without_masks(files: Members) -> None:
    del files[4]


def without_an_ending(files: Members) -> None:
    files.append(("readme", b"x"))


def as_metadata(files: Members) -> None:
    files.append(("__meta__/index.json", b"{}"))


def twice(files: Members) -> None:
    files.insert(2, (files[1][0].upper().replace("SCENE", "scene"), files[1][1]))


def other_bytes(files: Members) -> None:
    files[2] = (files[2][0], files[5][1] + b"x")


def no_video(files: Members) -> None:
    files[2] = (files[2][0], b"nothing to see")


def no_json(files: Members) -> None:
    files[3] = (files[3][0], b"{")


FILES: tuple[tuple[Callable[[Members], None], str], ...] = (
    (torn_apart, "the key scene-01 is there a second time: two clips have it, or its files lie apart"),
    (without_masks, "has json, mp4, where the first sample has json, masklets.jsonl.gz, mp4"),
    (without_an_ending, "is passed over in silence: no plain file with an ending"),
    (as_metadata, "is passed over in silence: no plain file with an ending"),
    (twice, "is a second masklets.jsonl.gz of scene-01: a name may have no dot"),
    (other_bytes, "mp4 has other bytes than its json says"),
    (no_video, "has an mp4, which can't be read"),
    (no_json, "json is none"),
)


def test_every_trap_of_the_files_is_found(folder: Path) -> None:
    whole = members(folder / "train-00000.tar")
    for change, what in FILES:
        files = list(whole)
        change(files)
        write(folder / "train-00000.tar", files)
        found = defects_of(folder)
        assert any(what in one for one in found), (what, found)


def test_a_dot_in_a_name_makes_one_sample_of_two(folder: Path) -> None:
    files = members(folder / "train-00000.tar")
    dotted = [(name.replace("scene-02", "scene-01.b"), data) for name, data in files[3:]]
    write(folder / "train-00000.tar", files[:3] + dotted)
    write(folder / "train-00001.tar", files[:3])
    what = "where the first sample has b.json, b.masklets.jsonl.gz, b.mp4, json, masklets.jsonl.gz, mp4"
    assert look(folder).rows == 2 and any(what in one for one in defects_of(folder))


FACTS: tuple[tuple[Callable[[dict[str, Any]], object], str], ...] = (
    (lambda facts: facts.update(seconds=2), "seconds is a whole number, and a number before"),
    (lambda facts: facts.update(twin_of=None), "twin_of is null, which tells no type"),
    (lambda facts: facts.pop("origin"), "lacks origin"),
    (lambda facts: facts.update(split="test"), "json says that it is of 'test'"),
    (lambda facts: facts.pop("pairs"), "json is no object with id"),
    (lambda facts: facts["pairs"][0].update(id="p1"), "the pair p1 stands here a second time"),
    (lambda facts: facts["pairs"][0]["conversations"].pop(), "p5: ends with a question"),
)


def test_every_trap_of_the_facts_is_found(folder: Path) -> None:
    files = members(folder / "train-00000.tar")
    for change, what in FACTS:
        facts = json.loads(files[3][1])
        change(facts)
        write(folder / "train-00000.tar", [*files[:3], (files[3][0], json.dumps(facts).encode()), *files[4:]])
        (defect,) = look(folder).defects
        assert what in defect.what and defect.where == "train-00000.tar:scene-02"


def test_a_clip_in_two_splits_is_found(folder: Path) -> None:
    files = members(folder / "train-00000.tar")[:3]
    facts = json.loads(files[0][1]) | {"split": "test"}
    write(folder / "test-00000.tar", [(files[0][0], json.dumps(facts).encode()), *files[1:]])
    told = defects_of(folder)
    assert any("scene-01 is in test and in train" in one for one in told), told


def test_a_torn_or_a_strange_shard_is_found(folder: Path) -> None:
    path = folder / "train-00000.tar"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert any("is no whole tar file" in one for one in defects_of(folder))
    path.rename(folder / "shard.tar")
    assert defects_of(folder) == ["is called like no shard of a split: train-00000.tar"]
    (folder / "shard.tar").unlink()
    assert defects_of(folder) == ["has no train-00000.tar"]
    write(path, [])
    assert "has no sample" in defects_of(folder)
