"""Files of answers that models gave, as people and evaluators write them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from dreamgen.errors import UsageError
from dreamgen.metrics.parsing import read_letter

ENDINGS: Final = (".jsonl", ".json", ".tsv", ".csv")
"""Of files that are read."""
_TABLES: Final = {".tsv": "\t", ".csv": ","}
_SHAPE: Final = 'Write one object a line: {"id": "the pair\'s id", "answer": "what the model said"}.'
_SHEET: Final = "VLMEvalKit writes TSV with PRED_FORMAT=tsv; a spreadsheet can be saved as CSV."
_YES_NO: Final = ("Yes", "No")
_WIDEST: Final = 1 << 24
"""Characters of the longest cell of a table."""


class Predicted(NamedTuple):
    """One row of a file."""

    where: str
    """The file and the line, from 1."""
    about: str
    """The id of the pair."""
    turn: int | None
    """Which of the pair's questions, from 0; None where the row answers all of them."""
    answers: tuple[str, ...]
    """What was answered to each."""


def read_predictions(path: Path) -> Iterator[Predicted]:
    """The rows of a file of answers.

    Read are JSON lines or a JSON list of objects with `id` and `answer` (or `answers`, one a question of a dialogue; or
    `turn`, from 0, beside `answer`); the samples that lmms-eval logs; and VLMEvalKit's tables or lists with `id` or
    `index` and `prediction`. Where a row has a `prediction`, its `answer` is the key, and nobody's answer.

    Raises:
        UsageError: for a file that is none of these, with the number of the line.
    """
    if path.suffix.lower() not in ENDINGS:
        hint = _SHEET if path.suffix.lower() in (".xlsx", ".xls") else f"Choices: {', '.join(ENDINGS)}"
        raise UsageError(f"{path} can't be read: {path.suffix or 'no ending'} is no file of answers", hint)
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}", "Name the file with the model's answers.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}", "Save it as UTF-8.") from None
    for line, row in _rows(path, text):
        yield from _read(path, line, row)


def _rows(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    if path.suffix.lower() in _TABLES:
        yield from _table(path, text)
    elif path.suffix.lower() == ".json":
        yield from enumerate(_list(path, text), start=1)
    else:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield number, _json(path, number, line)


def _json(path: Path, line: int, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}, line {line} is not JSON: {error}", _SHAPE) from None


def _list(path: Path, text: str) -> list[Any]:
    found = _json(path, 1, text)
    if not isinstance(found, list):
        raise UsageError(f"{path} holds no list of answers", "Write a list of objects, or one object a line (.jsonl).")
    return found


def _table(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    csv.field_size_limit(_WIDEST)
    lines = csv.DictReader(text.splitlines(keepends=True), delimiter=_TABLES[path.suffix.lower()])
    names = lines.fieldnames or ()
    if "prediction" not in names or not {"id", "index"} & set(names):
        raise UsageError(
            f"{path} has no columns `id` and `prediction`: it has {', '.join(map(str, names)) or 'none'}",
            "A column `answer` is the key there, and nobody's answer.",
        )
    try:
        for row in lines:
            yield lines.line_num, row
    except csv.Error as error:
        raise UsageError(f"{path}, line {lines.line_num} is no row of a table: {error}") from None


def _read(path: Path, line: int, row: Any) -> Iterator[Predicted]:
    """What a row answers; nothing where its answer is null, as evaluators write where a model was not asked."""
    where = f"{path}, line {line}"
    if not isinstance(row, Mapping):
        raise UsageError(f"{where} holds no object", _SHAPE)
    about = _id(row)
    if not about:
        raise UsageError(f"{where} names no pair: it has {', '.join(map(str, row)) or 'nothing'}", _SHAPE)
    said = _said(row)
    if said is None:
        return
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise UsageError(f"{where} answers {about} with what is not text: {said!r:.80}", _SHAPE)
    turn = row.get("turn")
    if turn is not None and (not isinstance(turn, int) or isinstance(turn, bool) or turn < 0 or len(said) != 1):
        raise UsageError(f"{where} has the turn {turn!r:.40}", "Count the pair's questions from 0, one answer a row.")
    yield Predicted(where, about, turn, tuple(map(_whole, said)))


def _id(row: Mapping[str, Any]) -> str:
    """The pair that a row is about: lmms-eval logs its own number, and the pair's id in what was scored."""
    inner = (value for value in row.values() if isinstance(value, Mapping))
    found = row.get("id") or next((one["id"] for one in inner if one.get("id")), None) or row.get("index")
    return _whole(str(found).strip()) if isinstance(found, str | int) else ""


def _said(row: Mapping[str, Any]) -> Any:
    """The answers as a list; None where there is none."""
    for name in ("filtered_resps", "resps", "answers"):
        if name in row:
            return _flat(row[name])
    for name in ("prediction", "answer"):
        if name in row:
            return None if row[name] is None else [_in_words(row, row[name])]
    return []


def _in_words(row: Mapping[str, Any], said: Any) -> Any:
    """`Yes` for `A`, where a table asks yes/no questions as choices; all else as it is."""
    if isinstance(said, str) and str(row.get("candidates")) == str([*_YES_NO]):
        place = read_letter(said, _YES_NO)
        return said if place is None else _YES_NO[place]
    return said


def _flat(value: Any) -> Any:
    """lmms-eval nests answers, one list a request and one a try: [["B"]]."""
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return [value] if isinstance(value, str) else value


def _whole(text: str) -> str:
    """A text that can be written: half of a surrogate pair can be by nobody."""
    return text.encode("utf-8", "replace").decode("utf-8")
