"""The dataset card: what it is, how it was made, what is in it, and how far to trust it."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined

from dreamgen.core.amounts import amount
from dreamgen.core.base import Record, fingerprint
from dreamgen.core.dataset import About
from dreamgen.core.trusted import BASIS_IN_WORDS
from dreamgen.engines.marking import SOURCE_TYPES
from dreamgen.export.counts import Counts
from dreamgen.export.limits import biases, limitations, percent, sensitive, uses

SplitCounts = tuple[tuple[str, int], ...]
"""Split and number of pairs."""

CARD: Final = "README.md"
UNKNOWN: Final = "unknown"
"""The licence, until somebody says it."""

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~!])")
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


class Sharded(Record):
    """What the card of a dataset in shards says besides."""

    stories: int
    """How many it is made of."""
    put_aside: int = 0
    """Stories that failed and are not in it."""
    last: int
    """The number of the last shard."""
    tables: str
    """How the files of tables end: .parquet or .jsonl."""


class Told(Record):
    """What a dataset's card and its Croissant tell."""

    name: str
    """Its title."""
    license: str = UNKNOWN
    """Of the hub: cc-by-4.0; or unknown."""
    config: str
    """The name of its configuration; see `config_name`."""
    counts: Counts
    """What is in it."""
    about: About
    """What the counts don't know."""
    splits: SplitCounts
    """And pairs of each; where it lies in one folder, each is a folder in it."""
    part: bool = False
    """Whether these are some of the pairs that estimates are of, chosen by what they are."""
    sharded: Sharded | None = None
    """How it is divided; None where it lies in one folder."""


def card_of(told: Told) -> str:
    """The text of README.md, with YAML front matter."""
    return rendered("card.md.jinja", told)


def rendered(template: str, told: Told, **more: object) -> str:
    """A card.

    Args:
        template: the name of a template beside this module.
        told: what any card tells.
        more: what only this template asks for.
    """
    environment = Environment(
        loader=FunctionLoader(lambda name: files("dreamgen.export").joinpath(name).read_text("utf-8")),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False,
    )  # fmt: skip
    environment.filters |= {"amount": amount, "text": card_text, "percent": percent, "time": time_told}
    counts, about = told.counts, told.about
    return environment.get_template(template).render(
        name=told.name,
        config=told.config,
        license=told.license,
        counts=counts,
        size=next((size for most, size in _SIZES if counts.pairs < most), "n>1M"),
        sharded=told.sharded,
        splits=told.splits,
        about=about,
        trusted=about.trusted,
        basis=BASIS_IN_WORDS,
        licences=sorted(Counter(about.licences).items()),
        sources=SOURCE_TYPES,
        drafted=any(set(one.backends) - {"programs"} for one in about.stages if one.stage == "qa"),
        sections={
            "What it is for": uses(told.splits),
            "Where it ends": limitations(counts, about, part=told.part),
            "Biases": biases(counts, about),
            "Real persons": sensitive(counts, about),
        },
        **more,
    )


def time_told(seconds: float) -> str:
    """So many seconds, for people."""
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def known(license: str) -> str:
    """The licence; empty where nobody has said it."""
    return "" if license == UNKNOWN else license


def config_name(*content: object) -> str:
    """A name of its own for a dataset's only configuration.

    `datasets.load_dataset(FOLDER)` keeps what it read under the folder's last name and this one: with the usual
    `default`, the folder huggingface/ of a second run, or of this run with more pairs, would load as the first.
    """
    return f"pairs-{fingerprint(content)[:8]}"


def card_text(text: str) -> str:
    """A text of somebody else in one line, without markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
