"""TempCompass: its eval_*.py and `print_result` of utils/eval_utils.py.

They cut options out of the question's lines, and look up in meta_info.json what a video is asked of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from dreamgen.export.rules.files import keyed
from dreamgen.export.rules.findings import Findings
from dreamgen.export.rules.held_out import choice_defects, hear, look_at_version, telling, text_defect
from dreamgen.export.rules.leaks import look_beside
from dreamgen.export.rules.videos import Videos
from dreamgen.export.version_mark import Mark

KINDS: Final = {
    "action": ("fine-grained action", "coarse-grained action"),
    "direction": ("object motion", "camera motion"),
    "speed": ("absolute speed", "relative speed"),
    "order": ("order",),
    "attribute_change": ("color & light change", "size & shape change", "combined change", "other change"),
}
"""What `print_result` counts by: aspects, and the fine-grained ones of each."""
FORMS: Final = ("multi-choice", "yes_no", "caption_matching", "captioning")
MOST_OPTIONS: Final = 4
_LETTERED: Final = {
    "multi-choice": re.compile(r"([A-Z])\. (.*)"),
    "caption_matching": re.compile(r"(?:Caption|Sentence|Option) ([A-Z]|\d): (.*)"),
    "captioning": re.compile(r"Information ([A-Z]): (.*)"),
}


class _Item(NamedTuple):
    """One question and where it stands."""

    where: str
    form: str
    video: str
    aspect: str
    question: str
    answer: str
    contrast: str


def look(folder: Path) -> Findings:
    """Reads questions/*.json and meta_info.json; every video is videos/<its key>.mp4."""
    found = Findings()
    videos, mark = Videos(folder), Mark()
    kinds = keyed(folder / "meta_info.json", found)
    first: dict[tuple[str, str], str] = {}
    contrasts: dict[str, list[_Item]] = {}
    for form in FORMS:
        path = folder / "questions" / f"{form}.json"
        for item in _items(path, form, found) if path.is_file() else ():
            if form == "multi-choice":
                first.setdefault((item.video, item.aspect), item.answer)
            if item.contrast:
                contrasts.setdefault(item.contrast, []).append(item)
            for what in (*_defects(item, kinds, first), videos.defect(f"videos/{item.video}.mp4")):
                if what:
                    found.wrong(item.where, what)
            hear(mark, form, item.video, item.question, (), item.answer)
    for name, items in contrasts.items():
        for what in _contrast_defects(items):
            found.wrong(items[0].where, f"is contrasted as {name}, {what}")
    if not found.rows:
        found.wrong("questions", "has no question")
    look_at_version(folder, mark, found)
    look_beside(folder, found)
    return found


def _items(path: Path, form: str, found: Findings) -> Iterator[_Item]:
    for video, aspects in keyed(path, found).items():
        for aspect, items in aspects.items() if isinstance(aspects, dict) else ():
            for number, item in enumerate(items if isinstance(items, list) else (), start=1):
                found.rows += 1
                where = f"{path.name}:{video}:{aspect}:{number}"
                if not isinstance(item, dict):
                    found.wrong(where, f"is a {type(item).__name__} and no object")
                    continue
                if "id" in item:
                    found.pairs[str(item["id"])] += 1
                texts = (str(item.get(key) or "") for key in ("question", "answer", "contrast"))
                yield _Item(where, form, video, aspect, *texts)


def _defects(item: _Item, kinds: dict[str, Any], first: dict[tuple[str, str], str]) -> Iterator[str]:
    yield telling(item.video)
    yield text_defect(item.question, "question")
    yield _kind_defect(item, kinds)
    if item.form == "yes_no":
        if item.answer not in ("yes", "no"):
            yield f"is answered by {item.answer!r}: only yes and no in small letters are compared"
        return
    yield from _option_defects(item)
    if item.form == "captioning" and first.get((item.video, item.aspect)) != item.answer:
        yield "has no multiple-choice question first of its aspect with this answer, by which the caption is judged"


def _kind_defect(item: _Item, kinds: dict[str, Any]) -> str:
    if item.aspect not in KINDS:
        return f"is of {item.aspect!r}, at which the scoring stops; it counts {', '.join(KINDS)}"
    known = kinds.get(item.video)
    asked = known.get("eval_dim") if isinstance(known, dict) else None
    kind = asked.get(item.aspect) if isinstance(asked, dict) else None
    told = kind.get("type") if isinstance(kind, dict) else None
    if told not in KINDS[item.aspect]:
        return f"is of a video that meta_info.json does not know to be asked of {item.aspect}: the scoring stops"
    return ""


def _option_defects(item: _Item) -> Iterator[str]:
    _, *lines = item.question.split("\n")
    if item.form == "captioning" and (not lines or lines.pop() != "Generated Caption:"):
        yield "does not end in Generated Caption:"
    cut = [_LETTERED[item.form].fullmatch(line) for line in lines]
    if not all(cut):
        yield "has a line behind the question that is no option: the scoring would take it for one"
        return
    options = [found[2] for found in cut if found]
    if item.form == "caption_matching" and any(": " in option for option in options):
        yield "has a colon in a caption, at which the scoring cuts it off"
    names = [found[1] for found in cut if found]
    if names != [*"ABCDEFGH"][: len(names)] and names != [*"12345678"][: len(names)]:
        yield f"has options named {', '.join(names)}"
    right = item.answer
    if item.form == "captioning":
        lines = [f"{name}. {option}" for name, option in zip(names, options, strict=True)]
    if right not in lines:
        yield f"has the answer {right!r}, which is none of its lines: nothing would be right"
        return
    yield from choice_defects(options, options[lines.index(right)], MOST_OPTIONS)


def _contrast_defects(items: list[_Item]) -> Iterator[str]:
    videos = len({item.video for item in items})
    if len(items) < 2 or videos < len(items):
        yield f"as {len(items)} questions about {videos} videos, and not one each about several"
    elif len({item.question.split("\n")[0] for item in items}) > 1:
        yield "and the others ask something else"
    elif len({re.sub(r"^(?:Caption )?[A-H][.:] ", "", item.answer) for item in items}) < 2:
        yield "and all have the same answer"
