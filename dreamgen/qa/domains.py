"""Which domain of activities a video belongs to, by the words of its labels, its title or its descriptions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from dreamgen.core.claims import Claim, Description
from dreamgen.core.found import Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.qa.drafting.stems import stem, tokens

_CATEGORIES: Final = ("category", "categories", "domain", "activity", "class", "genre")
"""Columns of a sidecar that say of what sort a video is."""


@cache
def domains() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Domain to the words that tell it, each as its stems in a row: `data/domains.toml`."""
    table = tomllib.loads(files("dreamgen.qa").joinpath("data/domains.toml").read_text("utf-8"))
    return {name: tuple(_stems(word) for word in words) for name, words in table.items()}


def domain_told(texts: Iterable[str]) -> str:
    """The domain that most words of some texts tell; empty where none does."""
    told = _stems(" ; ".join(texts))
    counts = {
        name: sum(told[place : place + len(word)] == word for word in words for place in range(len(told)))
        for name, words in domains().items()
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def domain_of(source: Source | None, claims: Iterable[Claim] = ()) -> str:
    """The domain of a clip; empty where nothing tells.

    Args:
        source: the video that it was cut from; None for a clip that was made here.
        claims: what stands of the clip. They are asked last: what a collection says of a video is surer.
    """
    found = (domain_told(texts) for texts in _telling(source, claims))
    return next((name for name in found if name), "")


def with_domains(
    pairs: Iterable[InstructionPair],
    clips: Sequence[Clip],
    sources: Mapping[str, Source],
    claims: Mapping[str, Sequence[Claim]],
) -> tuple[InstructionPair, ...]:
    """The pairs, each with the domain of its clip; one that has a domain keeps it.

    Where no words tell, the clip has the domain that a model has given to some of its pairs.

    Args:
        pairs: about these clips.
        clips: all of them.
        sources: by their ids.
        claims: clip to what stands of it.
    """
    known = tuple(pairs)
    said = {pair.clip: pair.domain for pair in known if pair.domain}
    told = {
        clip.id: domain_of(sources.get(clip.excerpt.source) if clip.excerpt else None, claims.get(clip.id, ()))
        or said.get(clip.id, "")
        for clip in clips
    }
    return tuple(pair if pair.domain else pair.model_copy(update={"domain": told.get(pair.clip, "")}) for pair in known)


def _telling(source: Source | None, claims: Iterable[Claim]) -> Iterator[Sequence[str]]:
    """Texts that tell, the surest first."""
    if source is not None:
        yield [text for column, text in source.more if column.casefold() in _CATEGORIES]
        yield [*source.labels, *(tag.text for tag in source.tags)]
        yield [source.dataset]
        yield [source.title]
    yield [claim.text for claim in claims if isinstance(claim, Description)]


def _stems(text: str) -> tuple[str, ...]:
    return tuple(map(stem, tokens(text)))
