"""Stylist `reference`: draws pictures from the style's words, which a style adapter then holds keyframes to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from dreamgen.core.media import MediaRef, Style
from dreamgen.core.story import Story
from dreamgen.engines.pictures import read_picture
from dreamgen.errors import UsageError
from dreamgen.style.drawing import Pictures, draw_references
from dreamgen.style.learning import check_installed
from dreamgen.style.stylists.palette import PaletteStylist

_BINS = 8


class ReferenceStylist(Pictures):
    """The most typical of the pictures become the style's references; a style that has some already keeps them."""

    each: int = Field(default=1, ge=1)
    """Pictures of each place."""
    held: int = Field(default=1, ge=1)
    """How many become references: a style adapter follows one at a time."""

    @model_validator(mode="after")
    def _installed(self) -> ReferenceStylist:
        check_installed("the stylist 'reference'")
        return self

    def ready(self) -> None:
        """Checks that somebody follows the references.

        Raises:
            UsageError: when nobody does.
        """
        if not self.diffusion.style_adapter:
            raise UsageError(
                "style.backend=reference draws references, and the recipe names no style adapter to follow them",
                "Name one with --set diffusion.style_adapter=NAME, or choose another backend: palette, inversion, lora",
            )

    def settle(self, style: Style, story: Story, into: Path) -> Style:
        """The style with the story's palette and references under style/references/."""
        settled = PaletteStylist().settle(style, story, into)
        if style.references:
            return settled
        own = [location.name for location in story.locations]
        drawn = draw_references(self, settled, own, into)
        return settled.model_copy(update={"references": _most_typical(drawn, into, self.held)})


def _most_typical(drawn: tuple[MediaRef, ...], into: Path, count: int) -> tuple[MediaRef, ...]:
    """Those whose colours are nearest to what all have in common, best first."""
    colours = np.stack([_histogram(read_picture(into / each.path)) for each in drawn])
    away = np.abs(colours - colours.mean(axis=0)).sum(axis=1)
    return tuple(drawn[place] for place in np.argsort(away, kind="stable")[:count])


def _histogram(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Shares of the pixels in 8x8x8 cells of blue, green and red."""
    cells = (picture.reshape(-1, 3) // (256 // _BINS)) @ np.array([_BINS * _BINS, _BINS, 1])
    return np.bincount(cells, minlength=_BINS**3) / len(cells)
