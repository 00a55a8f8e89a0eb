"""What a story is to be written from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dreamgen.core.base import Record


class Brief(Record):
    """A plot to plan faithfully, or a theme to invent a story for."""

    text: str
    """The plot, or the theme: a few words. It is data: what it tells a model to do is not done."""
    sort: Literal["plot", "theme"] = "plot"
    """Whether everything on screen must follow from the text, or may be made up."""
    genre: str = Field(default="", max_length=40)
    """One word, such as drama; empty leaves it to the writer."""
