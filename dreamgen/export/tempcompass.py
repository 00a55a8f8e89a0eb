"""TempCompass's files: questions/<form>.json and meta_info.json, as its eval_*.py read them (Liu et al. 2024).

Questions are kept by video and aspect, their options are lines of their text, and the answer is one of these lines.
meta_info.json knows one fine-grained aspect of each aspect of a video: where a clip is asked of two of them (a body and
the camera move), it is there twice, under two names of one file. Twin clips are the benchmark's conflicting videos.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.export.benchmarks import (
    Bench,
    choices,
    dimension,
    hold_out,
    items_of,
    key,
    letter,
    spoken,
    write_about,
    write_scoring,
)
from dreamgen.export.many_files import MAP, ManyFiles
from dreamgen.export.version_mark import Mark

ASPECTS: Final = {
    "fine-grained action": "action",
    "coarse-grained action": "action",
    "object motion": "direction",
    "camera motion": "direction",
    "absolute speed": "speed",
    "relative speed": "speed",
    "order": "order",
    "color & light change": "attribute_change",
    "size & shape change": "attribute_change",
    "combined change": "attribute_change",
    "other change": "attribute_change",
}
"""Fine-grained aspect to the aspect that it is of."""
_ORDER: Final = tuple(dict.fromkeys(ASPECTS.values()))
FORMS: Final = ("multi-choice", "yes_no", "caption_matching", "captioning")
MOST_OPTIONS: Final = 4
"""The benchmark's scoring reads A to D."""
_MATCHING: Final = "TempCompass/caption matching"
_CAPTION: Final = (
    "One of these pieces of information fits the video, and the others do not. Find the one that fits, and write a"
    " caption of the video in one sentence that agrees with it."
)

Item = dict[str, str]


class _Asked(NamedTuple):
    """The items of one name of a clip."""

    name: str
    """Of the video, without its ending."""
    video: str
    """The file of the clip."""
    kinds: dict[str, str]
    """Aspect to the fine-grained aspect that is asked of it."""
    pairs: dict[str, list[InstructionPair]]
    """Aspect to the pairs."""


class TempcompassExporter(Record):
    """Writes `questions/`, meta_info.json, score.py, README.md, version.json and `videos/`."""

    def carries(self, dataset: Dataset) -> Dataset:
        """What is asked."""
        return items_of(dataset, _against)

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The folder.

        Raises:
            NothingToWrite: when no pair that was held out is of an aspect of TempCompass.
        """
        bench = hold_out(dataset, into, "tempcompass", _against, place="videos")
        mark = Mark()
        names, contrasts = _ask(bench, into, mark)
        rivals = _rivals(contrasts)
        with ManyFiles(into, MAP) as meta:
            for name, kinds in names:
                meta.add("meta_info.json", _entry(name, _facts(kinds, rivals.get(name, ()))))
        (into / "score.py").write_bytes(files("dreamgen.export").joinpath("tempcompass_score.txt").read_bytes())
        write_scoring(into / "scoring.py")
        there = {kind for _, kinds in names for kind in kinds.values()}
        write_about(
            bench, into, mark, "tempcompass.md.jinja",
            forms=[(form, mark.items[form]) for form in FORMS if form in mark.items],
            lacking=[kind for kind in ASPECTS if kind not in there],
        )  # fmt: skip
        return into


def kind_of(pair: InstructionPair) -> str:
    """The fine-grained aspect that a pair asks of; empty for none."""
    return dimension(pair, "TempCompass", tuple(ASPECTS))


def form_of(pair: InstructionPair) -> str:
    """The form of the benchmark in which a pair asks."""
    if pair.form == "yes_no":
        return "yes_no"
    return "caption_matching" if _MATCHING in pair.benchmarks else "multi-choice"


def _against(pair: InstructionPair) -> str:
    if pair.form not in ("choice", "yes_no"):
        return "not_a_choice"
    if not kind_of(pair):
        return "no_dimension"
    return "too_many_options" if len(pair.options) > MOST_OPTIONS else ""


def _named(bench: Bench) -> Iterator[_Asked]:
    """Every clip under as many names as it takes for each to have one fine-grained aspect of an aspect."""
    for _, video, pairs in bench.asked():
        names: list[_Asked] = []
        for pair in pairs:
            kind = kind_of(pair)
            aspect = ASPECTS[kind]
            fit = next((one for one in names if one.kinds.get(aspect, kind) == kind), None)
            if fit is None:
                stem = PurePosixPath(video).stem
                fit = _Asked(f"{stem}-{len(names) + 1}" if names else stem, video, {}, {})
                names.append(fit)
            fit.kinds[aspect] = kind
            fit.pairs.setdefault(aspect, []).append(pair)
        yield from names


def _ask(bench: Bench, into: Path, mark: Mark) -> tuple[list[tuple[str, dict[str, str]]], dict[str, set[str]]]:
    """Writes questions/; every video with what is asked of it, and each contrast with the videos that it is between."""
    names: list[tuple[str, dict[str, str]]] = []
    contrasts: dict[str, set[str]] = {}
    with ManyFiles(into / "questions", MAP) as questions:
        for one in _named(bench):
            _another(into / one.video, one.name)
            names.append((one.name, one.kinds))
            for form in FORMS:
                asked = _asked(bench, one, form)
                for item in (item for items in asked.values() for item in items):
                    mark.hear(form, one.name, item["question"], (), item["answer"])
                    if "contrast" in item:
                        contrasts.setdefault(item["contrast"], set()).add(one.name)
                if asked:
                    questions.add(f"{form}.json", _entry(one.name, asked))
    return names, contrasts


def _asked(bench: Bench, one: _Asked, form: str) -> dict[str, list[Item]]:
    """Aspect to what is asked in one form."""
    every = {
        aspect: _captioning(pairs)
        if form == "captioning"
        else [_item(pair, form, bench.contrast(pair)) for pair in pairs if form_of(pair) == form]
        for aspect, pairs in one.pairs.items()
    }
    return {aspect: items for aspect, items in every.items() if items}


def _item(pair: InstructionPair, form: str, contrast: str) -> Item:
    question = _line(spoken(pair))
    if form == "yes_no":
        item = {"question": question, "answer": key(pair).lower()}
    else:
        lines = _lettered(pair, "Caption {}: {}" if form == "caption_matching" else "{}. {}")
        item = {"question": "\n".join((question, *lines)), "answer": lines[LETTERS.index(letter(pair))]}
    item["id"] = pair.id
    return {**item, "contrast": contrast} if contrast else item


def _captioning(pairs: Sequence[InstructionPair]) -> list[Item]:
    """What the benchmark scores by asking a model the first multiple-choice question of the caption that is written."""
    first = next((pair for pair in pairs if form_of(pair) == "multi-choice"), None)
    if first is None:
        return []
    lines = _lettered(first, "Information {}: {}")
    answer = _lettered(first, "{}. {}")[LETTERS.index(letter(first))]
    return [{"question": "\n".join((_CAPTION, *lines, "Generated Caption:")), "answer": answer}]


def _lettered(pair: InstructionPair, words: str) -> list[str]:
    return [words.format(name, _sentence(option)) for name, option in zip(LETTERS, choices(pair), strict=False)]


def _sentence(text: str) -> str:
    """In one line and without a colon and a space, at which the benchmark's code cuts its options apart."""
    return re.sub(r":\s", ", ", _line(text))


def _line(text: str) -> str:
    return " ".join(text.split())


def _rivals(contrasts: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Video to those that have another answer to the same question."""
    found: dict[str, set[str]] = {}
    for both in contrasts.values():
        for name in both:
            found.setdefault(name, set()).update(both - {name})
    return {name: sorted(others) for name, others in found.items()}


def _facts(kinds: Mapping[str, str], rivals: Sequence[str]) -> dict[str, Any]:
    asked = {aspect: {"type": kinds[aspect]} if aspect in kinds else None for aspect in _ORDER}
    return {"eval_dim": asked, "conflicts": list(rivals)}


def _entry(name: str, value: Any) -> str:
    return f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"


def _another(video: Path, name: str) -> None:
    """Puts a file of this name beside the video; it is the same where the disk allows it, else a copy."""
    target = video.with_stem(name)
    if target == video:
        return
    try:
        os.link(video, target)
    except OSError:
        shutil.copyfile(video, target)
