from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from dreamgen.core.claims import CLAIM
from dreamgen.core.dataset import Dataset, Ground, Told
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.export.sidecar import write_sidecar
from tests.datasets import dataset

COAT = CLAIM.validate_python(
    {"kind": "attribute", "entity": "mara", "slot": "top", "value": "coat", "colour": "red", "start": 0, "end": 2}
)
SEEN = Verdict(about=COAT.id, outcome="supported", confidence=0.9, by="pixels", evidence="91 % red")


def resting(pairs: tuple[InstructionPair, ...], clip: Clip, media: Path) -> Dataset:
    """Every pair rests on the coat, and on a claim that nobody knows any more."""
    known = tuple(pair.model_copy(update={"claims": (COAT.id, "c0"), "weight": 0.75}) for pair in pairs)
    grounds = {clip.id: {COAT.id: Ground(claim=COAT, verdict=SEEN)}}
    return replace(dataset(known, [clip], media, splits={clip.id: "test"}), grounds=grounds)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_every_pair_tells_where_it_comes_from(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    told = lines(write_sidecar(resting(pairs, clip, media), into))
    assert [line["id"] for line in told] == ["p1", "p2", "p3", "p4"]
    first = told[0]
    assert (first["clip"], first["group"], first["split"], first["weight"]) == ("scene-01", "scene-01", "test", 0.75)
    assert first["sha256"] == clip.video.sha256 and first["program"]["name"] == "colour_of"
    assert first["claims"] == [COAT.id, "c0"]
    (ground,) = first["grounds"]
    assert CLAIM.validate_python(ground["claim"]) == COAT and Verdict.model_validate(ground["verdict"]) == SEEN


def test_claims_as_they_lie_in_files_say_the_same(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path, tmp_path: Path
) -> None:
    every = resting(pairs, clip, media)
    filed = Told({COAT.id: COAT.model_dump(mode="json")}, {COAT.id: SEEN.model_dump(mode="json")})
    assert dict(filed) == every.grounds[clip.id] and "c0" not in filed
    read = replace(every, grounds={clip.id: filed})
    assert write_sidecar(read, tmp_path).read_bytes() == write_sidecar(every, into).read_bytes()


def test_a_clip_that_was_mended_has_the_sum_of_its_copy(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    told = lines(write_sidecar(resting(pairs, clip, media), into, {clip.id: "f" * 64}))
    assert {line["sha256"] for line in told} == {"f" * 64}
