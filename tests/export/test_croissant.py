from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.lineage import ModelUsed, StageUsed
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.receipts import Tally
from dreamgen.engines.croissant import issues_of, records
from dreamgen.engines.parquet import read_table
from dreamgen.export.croissant import CROISSANT
from dreamgen.export.huggingface import HuggingfaceExporter
from tests.datasets import dataset

ASKED_BY_NEURIPS = (
    "rai:dataLimitations", "rai:dataBiases", "rai:personalSensitiveInformation", "rai:dataUseCases",
    "rai:dataSocialImpact", "rai:hasSyntheticData", "prov:wasDerivedFrom", "prov:wasGeneratedBy",
)  # fmt: skip
"""The fields of a track for datasets, as it listed them in 2026."""
OTHERS = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated", "ignore:The inplace keyword")
"""What mlcroissant has rdflib and pandas do."""


@pytest.fixture(params=[".jsonl", ".parquet"])
def held_out(
    request: pytest.FixtureRequest, pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> Path:
    """A dataset with a clip to train on and one to test on, and all that its card tells; as either kind of table."""
    (media / "clips" / "scene-02.mp4").write_bytes((media / "clips" / "scene-01.mp4").read_bytes())
    video = clip.video.model_copy(update={"path": "clips/scene-02.mp4"})
    other = clip.model_copy(update={"id": "scene-02", "video": video, "pictures": "generated"})
    of = pairs[0] if request.param == ".jsonl" else pairs[1]  # tables are Parquet where a split has no choices
    last = of.model_copy(update={"id": "p5", "clip": "scene-02", "span": None})
    every = dataset(
        (*pairs, last), [clip, other], media, splits={"scene-02": "test"}, version="0.1.0",
        stages=(StageUsed(stage="story", backends=("rules",)), StageUsed(stage="verify", backends=("pixels", "sight"))),
        models=(ModelUsed(name="owner/model", roles=("drew the pictures",), licence="MIT"),),
        tallies=(Tally(what="pairs", made=7, kept=5, dropped=(("repeated_text", 2),)),),
    )  # fmt: skip
    return HuggingfaceExporter(license="cc-by-4.0").export(every, into)


def rows_of(folder: Path, split: str) -> list[dict[str, Any]]:
    if (table := folder / split / "metadata.jsonl").is_file():
        return [json.loads(line) for line in table.read_text("utf-8").splitlines()]
    return list(read_table(folder / split / "metadata.parquet"))


def read(folder: Path) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads((folder / CROISSANT).read_text("utf-8"))
    return tree


def fields(record_set: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for field in record_set["field"]:
        yield from field.get("subField", [field])


def test_every_table_is_a_file_with_its_sum_and_every_field_a_column_of_it(held_out: Path) -> None:
    tree = read(held_out)
    files = {one["@id"]: one for one in tree["distribution"]}
    assert [one["@id"] for one in tree["recordSet"]] == ["train", "test"]
    for record_set in tree["recordSet"]:
        [table] = held_out.glob(f"{record_set['@id']}/metadata.*")
        file = files[table.relative_to(held_out).as_posix()]
        assert (held_out / file["contentUrl"]) == table
        assert file["sha256"] == sha256(table.read_bytes()).hexdigest()
        assert file["contentSize"] == f"{table.stat().st_size} B"
        for row in rows_of(held_out, record_set["@id"]):
            assert [field["name"] for field in record_set["field"]] == list(row)
        for field in fields(record_set):
            assert field["source"]["fileObject"]["@id"] == file["@id"]
    shown = {path.relative_to(held_out).as_posix() for path in held_out.glob(files["clips"]["includes"])}
    assert shown == {"train/clips/scene-01.mp4", "test/clips/scene-02.mp4"}


def test_the_types_of_fields_are_those_of_the_values(held_out: Path) -> None:
    expected = {"sc:Text": str, "sc:Float": float, "sc:Integer": int, "sc:Boolean": bool}
    row = rows_of(held_out, "train")[0]
    for field in read(held_out)["recordSet"][0]["field"]:
        value = row[field["name"]]
        values = value if field.get("isArray") else [value]
        assert values, "the first row has a value of every kind"
        for part in field.get("subField", [field]):
            kind = expected[part["dataType"]]
            for one in values:
                assert isinstance(one[part["name"]] if "subField" in field else one, kind), field["name"]


def test_it_says_all_that_a_track_for_datasets_asks(held_out: Path) -> None:
    tree = read(held_out)
    assert all(tree[field] not in ("", []) for field in ASKED_BY_NEURIPS)
    assert tree["conformsTo"] == ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
    assert tree["rai:hasSyntheticData"] is True and tree["license"] == "https://spdx.org/licenses/CC-BY-4.0.html"
    assert tree["digitalSourceType"] == [
        "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    ]
    assert "dropped: 2 repeated_text" in tree["rai:dataPreprocessingProtocol"][0]
    assert "Evaluation and validation on what is held out: test (1 pair)." in tree["rai:dataUseCases"]
    labels = [one["prov:label"] for one in tree["prov:wasGeneratedBy"]]
    assert labels == ["story: rules", "verify: pixels, sight", "drew the pictures"]
    assert tree["prov:wasGeneratedBy"][2]["prov:used"]["prov:label"] == "owner/model, licence: MIT"


def test_what_nobody_knows_is_not_made_up(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, into: Path
) -> None:
    found = clip.model_copy(update={"origin": "found", "pictures": "found", "motion": "found"})
    tree = read(HuggingfaceExporter().export(dataset(pairs, [found], media), into))
    assert not {"license", "datePublished", "url", "digitalSourceType"} & tree.keys()
    assert tree["rai:hasSyntheticData"] is False
    assert "nobody told their licences" in tree["prov:wasDerivedFrom"][0]["prov:label"]
    assert "real persons" in tree["rai:personalSensitiveInformation"][0]
    assert tree["rai:dataAnnotationProtocol"].endswith("No person has looked at the pairs.")


def test_the_same_dataset_has_the_same_bytes(
    pairs: tuple[InstructionPair, ...], clip: Clip, media: Path, tmp_path: Path
) -> None:
    texts = []
    for name in ("one", "two"):
        (folder := tmp_path / name).mkdir()
        HuggingfaceExporter().export(dataset(pairs, [clip], media), folder)
        texts.append((folder / CROISSANT).read_bytes())
    assert texts[0] == texts[1]


@OTHERS
def test_the_real_library_finds_it_valid_and_reads_every_record(held_out: Path) -> None:
    pytest.importorskip("mlcroissant", reason="reads with a real library: pip install 'dreamgen[croissant]'")
    issues = issues_of(held_out / CROISSANT)
    assert issues.errors == ()
    assert ["datePublished" in one for one in issues.warnings] == [True], "which only whoever publishes it knows"
    for split in ("train", "test"):
        assert list(records(held_out / CROISSANT, split)) == rows_of(held_out, split)


@OTHERS
def test_the_real_library_notices_a_table_that_was_changed(held_out: Path) -> None:
    pytest.importorskip("mlcroissant", reason="reads with a real library: pip install 'dreamgen[croissant]'")
    [table] = held_out.glob("train/metadata.*")
    table.write_bytes(table.read_bytes() + b"\n")
    with pytest.raises(Exception, match=r"Download\(train/metadata"):
        next(records(held_out / CROISSANT, "train"))
