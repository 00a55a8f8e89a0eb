"""Reads a plot from a file, whatever editor wrote it."""

from __future__ import annotations

import codecs
from pathlib import Path

from pydantic import ValidationError

from dreamgen.core.brief import Brief
from dreamgen.core.story import Story
from dreamgen.errors import UsageError

LARGEST = 4_000_000
"""Bytes; a long novel has about 1,500,000."""
LARGEST_PLAN = 100_000_000
"""Bytes of a planned story; one of 1,331 shots has about 4,000,000."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


class UnreadablePlot(UsageError):
    """A file that can't be read as a plot."""


def read_source(path: Path) -> Brief | Story:
    """What a file holds: a planned story, where it is the JSON of one, or else a plot.

    Raises:
        UnreadablePlot: as `read_plot`, and for JSON that is no story.
    """
    if path.suffix.lower() != ".json":
        return Brief(text=read_plot(path))
    try:
        return Story.model_validate_json(_decoded(path, _bytes(path, LARGEST_PLAN)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        told = ": ".join(filter(None, (".".join(str(part) for part in first["loc"]), first["msg"])))
        raise UnreadablePlot(
            f"{path} is no planned story: {told}",
            "A plan is the story.json of a run; DreamFrame's story files come in with `dreamgen import dreamframe`.",
        ) from None


def read_plot(path: Path) -> str:
    """The text of a plot file.

    Raises:
        UnreadablePlot: as `read_text`, for a file larger than `LARGEST`.
    """
    return read_text(path, LARGEST)


def read_text(path: Path, largest: int) -> str:
    """The text of a file: UTF-8, UTF-16 and UTF-32 with their marks, or else Western European.

    Raises:
        UnreadablePlot: for a file that is missing, a folder, empty, binary or larger than `largest` bytes.
    """
    text = _decoded(path, _bytes(path, largest))
    if not text.strip():
        raise UnreadablePlot(f"{path} is empty", "Write a few sentences about what happens, who does it and where.")
    return text


def _bytes(path: Path, largest: int) -> bytes:
    if path.is_dir():
        raise UnreadablePlot(f"{path} is a folder", "Name one text file, such as plot.txt in it.")
    if not path.exists():
        raise UnreadablePlot(f"{path} does not exist", "Check the name, or make the file: one plot as plain text.")
    if not path.is_file():
        raise UnreadablePlot(f"{path} is not a regular file", "Save the plot as a plain text file first.")
    try:
        if path.stat().st_size > largest:
            size = path.stat().st_size / 1e6
            raise UnreadablePlot(
                f"{path} has {size:.1f} MB; it may have {largest / 1e6:.0f} at most", "Cut it into parts."
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadablePlot(f"{path} can't be read: {error.strerror}", "Check the permissions of the file.") from error


def _decoded(path: Path, data: bytes) -> str:
    binary = UnreadablePlot(
        f"{path} is not a text file", "Save the plot as plain text (UTF-8), not as a document or a picture."
    )
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise binary from error
    if b"\0" in data:
        raise binary
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    odd = sum(ch == "�" or (ord(ch) < 32 and ch not in "\t\n\r\f") for ch in text)
    if odd > 0.02 * len(text):
        raise binary
    return text
