"""Croissant: what a dataset is, as JSON-LD that search engines, hubs and loaders read; croissant.json beside its card.

Croissant 1.1 with the responsible-AI vocabulary (http://mlcommons.org/croissant/RAI/1.0) and PROV-O for where it comes
from. The fields that NeurIPS's track for datasets asked for in 2026 are all here: limitations, biases, sensitive
information, use cases, social impact, whether it is synthetic, what it was derived from and what generated it.
`mlcroissant` reads it (engines/croissant.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from dreamgen.core.amounts import amount
from dreamgen.core.dataset import About
from dreamgen.engines.files import refer
from dreamgen.engines.marking import SOURCE_TYPES
from dreamgen.engines.parquet import Column, Kind
from dreamgen.export.card import Told
from dreamgen.export.counts import Counts
from dreamgen.export.limits import biases, impact, limitations, sensitive, uses
from dreamgen.export.lineage import derived_from, generated_by

CROISSANT: Final = "croissant.json"
"""Its name, beside README.md."""
MP4: Final = "video/mp4"
TAR: Final = "application/x-tar"
FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {".jsonl": "application/jsonlines", ".parquet": "application/x-parquet", ".tar": TAR, ".mp4": MP4}
)
"""How a file ends to what Croissant calls its format."""

CONTEXT: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "@language": "en", "@vocab": "https://schema.org/", "arrayShape": "cr:arrayShape", "citeAs": "cr:citeAs",
        "column": "cr:column", "conformsTo": "dct:conformsTo", "containedIn": "cr:containedIn",
        "cr": "http://mlcommons.org/croissant/", "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",
        "description": {"@container": "@language"}, "equivalentProperty": "cr:equivalentProperty",
        "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
        "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes", "isArray": "cr:isArray", "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "name": {"@container": "@language"},
        "parentField": "cr:parentField", "path": "cr:path", "prov": "http://www.w3.org/ns/prov#",
        "rai": "http://mlcommons.org/croissant/RAI/", "recordSet": "cr:recordSet", "references": "cr:references",
        "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField",
        "transform": "cr:transform",
    }
)  # fmt: skip
"""As Croissant 1.1 prints it in its appendix, and `prov` beside it."""

_TYPES: Final[Mapping[Kind, str]] = MappingProxyType(
    {"text": "sc:Text", "texts": "sc:Text", "number": "sc:Float", "whole": "sc:Integer", "yes_no": "sc:Boolean"}
)
_PARTS: Final[Mapping[Kind, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "messages": (("role", "sc:Text"), ("content", "sc:Text")),
        "segments": (("start", "sc:Float"), ("end", "sc:Float"), ("text", "sc:Text")),
    }
)
"""Kinds of columns that hold lists of records, to the parts of these."""


class DataFile(NamedTuple):
    """A file of the dataset."""

    path: str
    """Below the folder of croissant.json."""
    sha256: str
    """Of its bytes, in hex."""
    bytes: int
    """Its size."""


class Rows(NamedTuple):
    """Rows of one shape, as Croissant calls it a record set."""

    name: str
    """train, pairs."""
    source: DataFile | str
    """Their file, or a pattern of the names of their files."""
    columns: Sequence[Column]
    """What is in each."""


class Publishing(NamedTuple):
    """What only whoever publishes it knows; empty where nobody said."""

    license: str = ""
    """Its own licence, of the hub: cc-by-4.0."""
    date: str = ""
    """2026-11-22."""
    url: str = ""
    """Of its page."""


UNTOLD: Final = Publishing()


def data_file(path: Path, folder: Path) -> DataFile:
    """A file as it is data_file."""
    ref = refer(path, folder)
    return DataFile(ref.path, ref.sha256, path.stat().st_size)


def croissant(told: Told, rows: Sequence[Rows], clips: Iterable[DataFile] | str, publishing: Publishing) -> str:
    """The text of croissant.json.

    Args:
        told: what it tells.
        rows: the dataset's tables.
        clips: the files with the clips, or a pattern of their names.
        publishing: what only whoever publishes it knows.
    """
    name, counts, about = told.name, told.counts, told.about
    tree: dict[str, Any] = {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "name": name,
        "description": (
            f"{amount(counts.pairs, 'question-answer pair')} about {amount(counts.clips, 'video clip')} "
            f"({counts.seconds:.0f} seconds), "
            "each answer resting on claims that were looked for in the pixels."
        ),
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "citeAs": f"{name}. Made with dreamgen {about.version}.",
        "creator": {"@type": "sc:Organization", "name": "dreamgen"},
        "inLanguage": "en",
        "keywords": [*(["synthetic"] if counts.dreamed else []), "video", "visual question answering", "dreamgen"],
        "version": "1.0.0",
        "isLiveDataset": False,
        **({"license": licence_url(publishing.license)} if publishing.license else {}),
        **({"datePublished": publishing.date} if publishing.date else {}),
        **({"url": publishing.url} if publishing.url else {}),
        **({"digitalSourceType": _source_types(counts)} if counts.dreamed else {}),
        **responsible(told),
        "prov:wasDerivedFrom": derived_from(counts, about),
        "prov:wasGeneratedBy": generated_by(about),
        "distribution": [*_distribution(rows, clips)],
        "recordSet": [_record_set(one) for one in rows],
    }
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def responsible(told: Told) -> dict[str, Any]:
    """The fields of the responsible-AI vocabulary."""
    counts, about = told.counts, told.about
    verifiers = [name for one in about.stages if one.stage == "verify" for name in one.backends]
    return {
        "rai:dataCollection": _collection(counts),
        "rai:dataCollectionType": [
            *(["Software Collection"] if counts.dreamed else []),
            *(["Secondary Data Analysis"] if "found" in counts.origins else []),
        ],
        "rai:dataPreprocessingProtocol": [
            f"Of {tally.made} {tally.what} {tally.kept} were kept; dropped: "
            f"{', '.join(f'{count} {why}' for why, count in tally.dropped) or 'none'}."
            for tally in about.tallies
        ],
        "rai:dataAnnotationProtocol": (
            "What a video shows was written down as claims. Verifiers that saw the video file and the text of the "
            "claim, and nothing else, looked for each; claims that the pixels refute were dropped with every pair that "
            f"rests on them. {_audited(counts)}"
        ),
        "rai:dataAnnotationPlatform": ["dreamgen review"] if counts.audited else [],
        "rai:annotationsPerItem": "1" if counts.audited == counts.pairs else "0 or 1" if counts.audited else "0",
        "rai:machineAnnotationTools": [
            *(f"dreamgen {about.version}: {stage.stage} by {', '.join(stage.backends)}" for stage in about.stages),
            *(f"{model.name}: {'; '.join(model.roles)}" for model in about.models),
        ],
        "rai:dataAnnotationAnalysis": _analysis(about, verifiers),
        "rai:dataLimitations": list(limitations(counts, about)),
        "rai:dataBiases": list(biases(counts, about)),
        "rai:personalSensitiveInformation": list(sensitive(counts, about)),
        "rai:dataUseCases": list(uses(told.splits)),
        "rai:dataSocialImpact": impact(counts),
        "rai:hasSyntheticData": bool(counts.dreamed),
    }


def licence_url(name: str) -> str:
    """A licence as Croissant wants it: the page of SPDX where that has one of this name, else the name as it is."""
    spdx = {
        "apache-2.0": "Apache-2.0", "mit": "MIT", "cc0-1.0": "CC0-1.0", "cc-by-4.0": "CC-BY-4.0",
        "cc-by-sa-4.0": "CC-BY-SA-4.0", "cc-by-nc-4.0": "CC-BY-NC-4.0", "cc-by-nc-sa-4.0": "CC-BY-NC-SA-4.0",
        "cc-by-nd-4.0": "CC-BY-ND-4.0", "cc-by-nc-nd-4.0": "CC-BY-NC-ND-4.0", "odc-by": "ODC-By-1.0",
        "odbl": "ODbL-1.0", "pddl": "PDDL-1.0",
    }  # fmt: skip
    return f"https://spdx.org/licenses/{spdx[name.lower()]}.html" if name.lower() in spdx else name


def _collection(counts: Counts) -> str:
    made = "dreamgen planned stories as structured scenes, drew and animated them."
    found = "Clips were cut from footage that dreamgen did not make."
    return " ".join([*([made] if counts.dreamed else []), *([found] if "found" in counts.origins else [])])


def _audited(counts: Counts) -> str:
    """What people did; a number of none would read as if they had looked."""
    if not counts.audited:
        return "No person has looked at the pairs."
    return f"A person found {counts.audited} of {counts.pairs} pairs right after watching the clip."


def _analysis(about: About, verifiers: Sequence[str]) -> list[str]:
    """How far the verifiers were believed."""
    trusted = about.trusted
    told = [f"Claims were verified by {', '.join(verifiers)}."] if verifiers else []
    for row in trusted.vote:
        told.append(
            f"{row.kind}: of {row.true.n} true claims {row.true.supported} were supported and {row.true.refuted} "
            f"refuted, of {row.false.n} false ones {row.false.supported} and {row.false.refuted}."
        )
    return told


def _source_types(counts: Counts) -> list[str]:
    """IPTC's words for how the clips came about that were made here."""
    drawn = [SOURCE_TYPES["drawn"]] if counts.dreamed > counts.generated else []
    return [*drawn, *([SOURCE_TYPES["generated"]] if counts.generated else [])]


def _distribution(rows: Sequence[Rows], clips: Iterable[DataFile] | str) -> Iterable[dict[str, Any]]:
    for one in rows:
        yield _file(one.source) if isinstance(one.source, DataFile) else _files(f"{one.name}-files", one.source)
    if isinstance(clips, str):
        yield _files("clips", clips)
    else:
        yield from map(_file, clips)


def _file(file: DataFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject", "@id": file.path, "name": file.path, "contentUrl": file.path,
        "contentSize": f"{file.bytes} B", "encodingFormat": FORMATS[Path(file.path).suffix], "sha256": file.sha256,
    }  # fmt: skip


def _files(name: str, pattern: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet", "@id": name, "name": name, "includes": pattern,
        "encodingFormat": FORMATS[Path(pattern).suffix],
    }  # fmt: skip


def _record_set(rows: Rows) -> dict[str, Any]:
    where = (
        {"fileObject": {"@id": rows.source.path}}
        if isinstance(rows.source, DataFile)
        else {"fileSet": {"@id": f"{rows.name}-files"}}
    )
    return {
        "@type": "cr:RecordSet", "@id": rows.name, "name": rows.name,
        "field": [_field(rows.name, column, where) for column in rows.columns],
    }  # fmt: skip


def _field(rows: str, column: Column, where: dict[str, Any]) -> dict[str, Any]:
    name = f"{rows}/{column.name}"
    told: dict[str, Any] = {
        "@type": "cr:Field", "@id": name, "name": column.name, "description": column.meaning
    }  # fmt: skip
    extract = {"extract": {"column": column.name}}
    if column.kind in _PARTS:
        parts = [
            {
                "@type": "cr:Field", "@id": f"{name}/{part}", "name": part, "dataType": kind,
                "source": {**where, **extract, "transform": {"jsonPath": part}},
            }
            for part, kind in _PARTS[column.kind]
        ]  # fmt: skip
        return {**told, "isArray": True, "arrayShape": "-1", "subField": parts}
    many = {"isArray": True, "arrayShape": "-1"} if column.kind == "texts" else {}
    return {**told, "dataType": _TYPES[column.kind], **many, "source": {**where, **extract}}
