"""The dataset card: what it is, how it was made, what is in it, and how far to trust it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.trusted import BASIS_IN_WORDS, Trusted

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~!])")
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


class Told(Record):
    """What a card says that pairs and clips don't know."""

    trusted: Trusted = Trusted(vote=())
    """How good the verifiers were, and how wrong the dataset still is."""
    writer: str = ""
    """The language model that wrote the stories; empty where none did."""
    source: str = ""
    """Where the stories come from, when they were written elsewhere."""
    likenesses: tuple[str, ...] = ()
    """Real persons whom somebody on screen was made to look like."""
    shortcuts: tuple[str, ...] = ()
    """What the shortcut audit found, in sentences; empty where none was made."""
    licences: tuple[str, ...] = ()
    """Of each video that was found: its licence; empty where nobody told it."""


def card(name: str, license: str, pairs: Sequence[InstructionPair], clips: Sequence[Clip], told: Told) -> str:
    """The text of README.md, with YAML front matter."""
    template = files("dreamgen.export").joinpath("card.md.jinja").read_text("utf-8")
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return environment.from_string(template).render(
        name=name,
        config=config_name(pairs, clips),
        license=license,
        pairs=pairs,
        clips=clips,
        seconds=sum(clip.seconds for clip in clips),
        size=next((size for most, size in _SIZES if len(pairs) < most), "n>1M"),
        tasks=sorted(Counter(pair.task for pair in pairs).items()),
        forms=sorted(Counter(pair.form for pair in pairs).items()),
        weights=sorted(pair.weight for pair in pairs),
        origins=sorted({clip.origin for clip in clips}),
        trusted=told.trusted,
        basis=BASIS_IN_WORDS,
        writer=card_text(told.writer),
        source=card_text(told.source),
        likenesses=[card_text(one) for one in told.likenesses],
        shortcuts=[card_text(one) for one in told.shortcuts],
        licences=sorted(Counter(card_text(one) or "not told" for one in told.licences).items()),
        generated=sum(clip.pictures == "generated" for clip in clips),
    )


def config_name(*content: object) -> str:
    """A name of its own for a dataset's only configuration.

    `datasets.load_dataset(FOLDER)` keeps what it read under the folder's last name and this one: with the usual
    `default`, the folder huggingface/ of a second run, or of this run with more pairs, would load as the first.
    """
    return f"pairs-{fingerprint(content)[:8]}"


def card_text(text: str) -> str:
    """A text of somebody else in one line, without markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
