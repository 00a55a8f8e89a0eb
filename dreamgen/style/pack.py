"""A style pack as its file describes it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from dreamgen.core.base import Record
from dreamgen.core.media import Brush, Hex, LearnedWord, Style, StyleLora
from dreamgen.illustrator import catalogue
from dreamgen.style.luggage import PICTURES, VECTORS, WEIGHTS, brought


def _painter(name: str) -> str:
    known = catalogue().painters
    if name not in known:
        raise ValueError(f"the illustrator's painters are {', '.join(known)}")
    return name


Painter = Annotated[str, AfterValidator(_painter)]


class PackLora(Record):
    """A LoRA that a pack brings along."""

    file: str = Field(min_length=1)
    """Safetensors: a path, relative to the pack's own file, or a name on the hub."""
    weight: float = 1.0
    """How strongly it is applied; 0 is not at all."""


class PackWord(Record):
    """A learned word that a pack brings along."""

    word: str = Field(pattern=r"^\S+$")
    """How prompts call it."""
    file: str = Field(min_length=1)
    """Its vectors, safetensors or .pt: a path, relative to the pack's own file, or a name on the hub."""


class StylePack(Record):
    """A style as its file describes it."""

    description: str = Field(min_length=1)
    """For people: what it looks like, in one line."""
    words: str = Field(min_length=1)
    """For a text-to-image model: what the pictures look like."""
    negative: str = ""
    """For a text-to-image model: what they must not look like."""
    palette: tuple[Hex, ...] = ()
    """Hex colours that the style leans on: #rrggbb."""
    painter: Painter = "flat"
    """How the illustrator paints it."""
    brush: Brush = Brush()
    """How the style bends its painter."""
    loras: tuple[PackLora, ...] = ()
    """For a text-to-image model: what was learned of the style."""
    learned: PackWord | None = None
    """For a text-to-image model: the word that stands for the style."""
    references: tuple[str, ...] = ()
    """For a text-to-image model: pictures in the style, as paths, relative to the pack's own file."""
    scheduler: str = ""
    """For a text-to-image model: the scheduler that suits the style."""
    guidance: float | None = Field(default=None, ge=0.0)
    """For a text-to-image model: the guidance that suits the style."""

    def style(self, name: str, pack: Path) -> Style:
        """The style that this pack describes.

        A learned word that `words` does not use is put in front of them as DreamFrame puts it: in WORD style.

        Args:
            name: of the style.
            pack: its file; what it brings along lies relative to it.

        Raises:
            UsageError: for a file that is missing or of a wrong form.
        """
        loras = tuple(
            StyleLora(file=brought(lora.file, pack, f"loras.{number}.file", WEIGHTS), weight=lora.weight)
            for number, lora in enumerate(self.loras)
        )
        learned, words = None, self.words
        if self.learned is not None:
            learned = LearnedWord(
                word=self.learned.word, file=brought(self.learned.file, pack, "learned.file", VECTORS)
            )
            words = _with(learned.word, words)
        references = tuple(
            brought(file, pack, f"references.{number}", PICTURES) for number, file in enumerate(self.references)
        )
        own = {"description", "words", "loras", "learned", "references", "brush"}
        return Style(
            name=name, words=words, loras=loras, learned=learned, references=references, brush=self.brush,
            **self.model_dump(exclude=own),
        )  # fmt: skip

    @staticmethod
    def tables() -> dict[str, type[Record]]:
        """The keys whose values are tables, and what these hold."""
        return {"brush": Brush, "loras": PackLora, "learned": PackWord}


def _with(word: str, words: str) -> str:
    """`words`, in which the learned word stands by itself somewhere."""
    if re.search(rf"(?<![\w<>]){re.escape(word)}(?![\w<>])", words):
        return words
    return f"in {word} style, {words}"
