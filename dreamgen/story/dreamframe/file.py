"""The file as it lies on the disk: four keys, checked, and written back byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, Literal

from dreamgen.core.base import Record
from dreamgen.errors import UsageError

LARGEST: Final = 50_000_000
"""Bytes; the published story of 1,331 frames has 445,855."""

KEYS: Final = ("character", "img_diag", "QA", "overview")
"""All of them, in order."""

_SHAPE: Final = "A DreamFrame story has the keys character, img_diag, QA and overview, as its story_info_0.json."


class Piece(Record):
    """One entry of `img_diag`."""

    sort: Literal["frame", "dialogue"]
    """A picture, or what is said after the last one."""
    text: str
    """Its words, as they stand in the file."""


class StoryInfo(Record):
    """A whole file."""

    looks: tuple[tuple[str, str], ...]
    """Name, and how the pictures are asked to show it: Darius, `a man looks like ... in brown`."""
    pieces: tuple[Piece, ...]
    """Frames and dialogues, in order."""
    questions: tuple[tuple[str, str], ...]
    """Question and answer, in order."""
    overview: str
    """The whole story in a few sentences."""

    @property
    def frames(self) -> tuple[str, ...]:
        """The words of the frames alone."""
        return tuple(piece.text for piece in self.pieces if piece.sort == "frame")


def read_info(path: Path) -> StoryInfo:
    """A DreamFrame story file.

    Raises:
        UsageError: for a file that is missing, too large, no JSON or no such story, with the place.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist" if not path.exists() else "is not a regular file"
        raise UsageError(f"{path} {what}", "Name a DreamFrame story file, such as story_info_0.json.")
    size = path.stat().st_size
    if size > LARGEST:
        raise UsageError(f"{path} has {size / 1e6:.1f} MB; it may have {LARGEST / 1e6:.0f} at most", _SHAPE)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "Check the permissions of the file.") from None
    return parse(data, str(path))


def parse(data: bytes, where: str) -> StoryInfo:
    """The story in the bytes of a file.

    Raises:
        UsageError: when it is no JSON, or has not the shape of a story; with the place in the file.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} is not UTF-8: byte {error.start}", _SHAPE) from None
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{where} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}", _SHAPE
        ) from None
    except (RecursionError, ValueError):  # nested a thousand deep, a number of ten thousand digits
        raise UsageError(f"{where} is not JSON that can be read", _SHAPE) from None
    return _Checker(where).info(found)


def written(info: StoryInfo) -> bytes:
    """The file of a story, as DreamFrame writes it."""
    data = {
        "character": dict(info.looks),
        "img_diag": [[piece.sort, piece.text] for piece in info.pieces],
        "QA": [{"Question": question, "Answer": answer} for question, answer in info.questions],
        "overview": info.overview,
    }
    return json.dumps(data, indent=4).encode()


class _Checker:
    """Takes a file's JSON apart, and tells where it is no story."""

    def __init__(self, where: str) -> None:
        self.where = where

    def info(self, found: Any) -> StoryInfo:
        """The story."""
        top = self._is(dict, found, "the file")
        missing = [key for key in KEYS if key not in top]
        strange = [key for key in top if key not in KEYS]
        if missing or strange:
            told = (
                f"lacks {', '.join(missing)}" if missing else f"has a key that no story has: {str(strange[0])[:40]!r}"
            )
            raise UsageError(f"{self.where} {told}", _SHAPE)
        looks = self._is(dict, top["character"], "character")
        pieces = self._is(list, top["img_diag"], "img_diag")
        questions = self._is(list, top["QA"], "QA")
        read = StoryInfo(
            looks=tuple((name, self._words(look, f"character.{name}")) for name, look in looks.items()),
            pieces=tuple(self._piece(piece, f"img_diag[{at}]") for at, piece in enumerate(pieces)),
            questions=tuple(self._question(pair, f"QA[{at}]") for at, pair in enumerate(questions)),
            overview=self._is(str, top["overview"], "overview"),
        )
        if not read.frames:
            raise UsageError(f"{self.where}: img_diag has no frame", _SHAPE)
        if "" in dict(read.looks):
            raise UsageError(f"{self.where}: character has an entry without a name", _SHAPE)
        return read

    def _piece(self, found: Any, place: str) -> Piece:
        row = self._is(list, found, place)
        if len(row) != 2 or row[0] not in ("frame", "dialogue"):
            raise UsageError(f'{self.where}: {place} is not ["frame", text] nor ["dialogue", text]', _SHAPE)
        return Piece(sort=row[0], text=self._words(row[1], f"{place}[1]"))

    def _question(self, found: Any, place: str) -> tuple[str, str]:
        pair = self._is(dict, found, place)
        if list(pair) != ["Question", "Answer"]:
            raise UsageError(f"{self.where}: {place} has not the keys Question and Answer", _SHAPE)
        return self._words(pair["Question"], f"{place}.Question"), self._words(pair["Answer"], f"{place}.Answer")

    def _words(self, found: Any, place: str) -> str:
        text: str = self._is(str, found, place)
        if not text.strip():
            raise UsageError(f"{self.where}: {place} is empty", _SHAPE)
        return text

    def _is(self, kind: type, found: Any, place: str) -> Any:
        """The value, when it is of this kind."""
        if not isinstance(found, kind) or (isinstance(found, str) and not _sound(found)):
            wanted = {"dict": "an object", "list": "a list"}.get(kind.__name__, "a text")
            raise UsageError(f"{self.where}: {place} is not {wanted}", _SHAPE)
        return found


def _sound(text: str) -> bool:
    """Whether it can be written at all: half a surrogate pair can't."""
    return not any("\ud800" <= ch <= "\udfff" for ch in text)
