"""Stylist `palette`: settles the colours of a story without learning anything."""

from __future__ import annotations

from pathlib import Path

from dreamgen.core.base import Record
from dreamgen.core.colours import COLOURS
from dreamgen.core.media import Style
from dreamgen.core.story import Story


class PaletteStylist(Record):
    """The style's own colours come first, then those that the cast wears and the props have, each once."""

    def settle(self, style: Style, story: Story, into: Path) -> Style:
        """The style with the story's palette; nothing is written."""
        worn = (trait.colour for character in story.cast for trait in character.traits)
        owned = (prop.colour for prop in story.props)
        named = ("#{:02x}{:02x}{:02x}".format(*COLOURS[colour]) for colour in (*worn, *owned) if colour)
        return style.model_copy(update={"palette": tuple(dict.fromkeys((*style.palette, *named)))})
