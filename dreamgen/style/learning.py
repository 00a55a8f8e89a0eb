"""A style is learned: where its pictures come from, where the training lives, and what a style gains by it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from dreamgen.core.media import MediaRef, Style
from dreamgen.engines.diffusion.training.course import Course, Method
from dreamgen.engines.diffusion.training.images import Picture, Skipped, choose, gather, listed
from dreamgen.engines.diffusion.training.study import study
from dreamgen.engines.files import refer
from dreamgen.engines.waiting import turn
from dreamgen.errors import MissingExtra, UsageError
from dreamgen.style.drawing import Pictures, draw_references, located, workshop
from dreamgen.style.prompts import learning_prompts


class Source(Pictures):
    """Where pictures to learn from come from: a folder, else the style's own references, else they are drawn."""

    images: str = ""
    """A folder of PNG, JPEG or WebP files; empty for none."""
    word: str = ""
    """The word that stands for the style in prompts; empty for its name in pointed brackets: <watercolor>."""


def check_installed(wanted_by: str, *more: str) -> None:
    """Checks that the libraries are there.

    Raises:
        MissingExtra: for the first one that is not.
    """
    for library in ("torch", "diffusers", "transformers", "safetensors", *more):
        if find_spec(library) is None:
            raise MissingExtra(library, "diffusion", wanted_by)


def check_folder(source: Source) -> None:
    """Checks the folder of pictures, where one is named, without looking at them.

    Raises:
        UsageError: when it is missing or holds none.
    """
    if source.images:
        listed(Path(source.images).expanduser())


def word_for(source: Source, style: Style) -> str:
    """The word that shall stand for a style.

    Raises:
        UsageError: when it is none.
    """
    word = source.word or f"<{re.sub(r'[^a-z0-9]+', '-', style.name.lower()).strip('-') or 'style'}>"
    if not re.fullmatch(r"\S+", word):
        raise UsageError(f"{word!r} can't stand for a style", "Give one word, without spaces.")
    return word


def learn(source: Source, method: Method, style: Style, own: Sequence[str], into: Path) -> MediaRef:
    """Learns a style for a story; returns the file, under style/ in `into`.

    Args:
        source: of the pictures.
        method: how it is learned.
        style: as it is so far.
        own: the story's places.
        into: the story's folder.

    Raises:
        UsageError: for pictures that won't do.
        ModelError: for a model that is missing, or whose losses are not numbers.
    """
    course = course_of(source, method, style, own, into)
    folder = workshop(source.work, into) / course.key
    with turn(folder):
        learned = study(course, folder)
    file = into / "style" / learned.file.name
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(learned.file, file)
    return refer(file, into)


def course_of(source: Source, method: Method, style: Style, own: Sequence[str], into: Path) -> Course:
    """What is to be learned of a style, and what from; pictures are drawn where none are given. See `learn`."""
    pictures, skipped = _pictures(source, style, own, into, method.side)
    return Course(
        word=word_for(source, style), prompts=learning_prompts(), pictures=pictures, skipped=skipped,
        checkpoint=source.diffusion, method=method,
    )  # fmt: skip


def worded(word: str, words: str) -> str:
    """A style's words with its learned word among them, as DreamFrame puts it: in WORD style."""
    there = re.search(rf"(?<![\w<>]){re.escape(word)}(?![\w<>])", words)
    return words if there else f"in {word} style, {words}"


def _pictures(
    source: Source, style: Style, own: Sequence[str], into: Path, side: int
) -> tuple[tuple[Picture, ...], tuple[Skipped, ...]]:
    if source.images:
        return gather(Path(source.images).expanduser(), side)
    files = style.references or draw_references(source, style, own, into)
    paths = [located(file, into, source.diffusion.offline) for file in files]
    return choose([(path.name, path) for path in paths], side, "the style")
