"""What a run tells whoever watches it; a bar, a log and a test all listen in the same way."""

from __future__ import annotations


class Watch:
    """Hears what happens. This one says nothing; subclasses override what they show."""

    def begins(self, stage: str, items: int, kept: int) -> None:
        """A stage starts with `items` things to have, of which `kept` are there from an earlier run."""

    def made(self, stage: str, item: str) -> None:
        """One thing is made and safe on the disk."""

    def goes(self, stage: str, done: int, of: int) -> None:
        """How far one thing is that takes long: `done` of about `of` calls of a language model."""

    def ends(self, stage: str) -> None:
        """A stage has everything, or has failed."""

    def says(self, words: str) -> None:
        """A sentence for people."""


SILENT = Watch()
"""Hears everything, says nothing."""
