"""Stylist `inversion`: teaches a text-to-image model a word that stands for the style, as DreamFrame does."""

from __future__ import annotations

from pathlib import Path

from pydantic import model_validator

from dreamgen.core.media import LearnedWord, Style
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.training.inversion import Inversion
from dreamgen.style.learning import Source, check_folder, check_installed, learn, word_for, worded
from dreamgen.style.stylists.palette import PaletteStylist


class InversionStylist(Inversion, Source):
    """The word's vectors under style/, and the word among the style's words.

    A style that has a learned word already keeps it.
    """

    @model_validator(mode="after")
    def _installed(self) -> InversionStylist:
        check_installed("the stylist 'inversion'")
        return self

    def ready(self) -> None:
        """Checks the folder of pictures, where one is named, before anything is made."""
        check_folder(self)

    def settle(self, style: Style, story: Story, into: Path) -> Style:
        """The style with the story's palette and a learned word."""
        settled = PaletteStylist().settle(style, story, into)
        if style.learned is not None:
            return settled
        word, file = word_for(self, style), learn(self, self, settled, [place.name for place in story.locations], into)
        learned = LearnedWord(word=word, file=file)
        return settled.model_copy(update={"learned": learned, "words": worded(word, style.words)})
