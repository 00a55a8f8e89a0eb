"""Who says what: quotations are given to speakers and cut to what fits under a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dreamgen.story.writers.reading import Sentence

_MOST_WORDS = 16


def speaker_of(
    speakers: Sequence[str], sentence: Sentence, last_paragraph: int, on_stage: Sequence[str], replies: bool = False
) -> str | None:
    """Who speaks a quotation that names nobody.

    In the paragraph of the last speech it is the same speaker going on; in a new paragraph the talk goes to and fro
    between the last two. A quotation that `replies` right after another in the same paragraph goes to whoever is
    spoken to: the first of `on_stage` who isn't the last speaker. With nobody to choose from it is whoever is on stage.
    """
    if speakers and last_paragraph == sentence.paragraph:
        return next((who for who in on_stage if who != speakers[-1]), speakers[-1]) if replies else speakers[-1]
    for who in reversed(speakers[:-1]):
        if speakers and who != speakers[-1]:
            return who
    others = [who for who in on_stage if not speakers or who != speakers[-1]]
    if others:
        return others[0]
    return speakers[-1] if speakers else None


def is_bare(sentence: Sentence) -> bool:
    """Whether a sentence is one quotation and nothing else."""
    return re.fullmatch(r'"[^"]*"', sentence.text) is not None


def chunks_of_speech(quote: str) -> list[str]:
    """The words in pieces of at most sixteen, cut where a reader would breathe."""
    found: list[str] = []
    for piece in re.findall(r"[^.!?]+[.!?]*[\"']?|[.!?]+", quote):
        text = piece.strip()
        if not text:
            continue
        if found and len(found[-1].split()) + len(text.split()) <= _MOST_WORDS and found[-1] + " " + text in quote:
            found[-1] += " " + text
        else:
            found += _shortened(text)
    return found or [quote]


def _shortened(text: str) -> list[str]:
    if len(text.split()) <= _MOST_WORDS:
        return [text]
    parts: list[str] = []
    for piece in re.split(r"(?<=[,;:-])\s+", text):
        while len(piece.split()) > _MOST_WORDS:
            head = " ".join(piece.split()[:_MOST_WORDS])
            cut = piece.find(piece.split()[_MOST_WORDS], max(0, len(head) - 1))
            parts.append(piece[:cut].strip())
            piece = piece[cut:]
        if parts and len(parts[-1].split()) + len(piece.split()) <= _MOST_WORDS:
            parts[-1] += " " + piece
        else:
            parts.append(piece)
    return [part for part in parts if part]
