"""The dataset card: what it is, how it was made, what is in it, and how far to trust it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from typing import TypeVar

from jinja2 import Environment, StrictUndefined

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.dataset import TRAIN, About, Split
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair
from dreamgen.core.trusted import BASIS_IN_WORDS

T = TypeVar("T", str, float)

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~!])")
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


class Counts(Record):
    """How much of what is in a dataset."""

    pairs: int = 0
    """All of them."""
    clips: int = 0
    """All of them."""
    seconds: float = 0.0
    """Of video."""
    tasks: tuple[tuple[str, int], ...] = ()
    """Task and number of pairs."""
    forms: tuple[tuple[str, int], ...] = ()
    """Form and number of pairs."""
    weights: tuple[tuple[float, int], ...] = ()
    """Weight in hundredths and number of pairs, the least first."""
    origins: tuple[str, ...] = ()
    """Of the clips: dreamed, found."""
    generated: int = 0
    """Clips whose pictures a model drew."""

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            pairs=self.pairs + other.pairs,
            clips=self.clips + other.clips,
            seconds=round(self.seconds + other.seconds, 6),
            tasks=_sum(self.tasks, other.tasks),
            forms=_sum(self.forms, other.forms),
            weights=_sum(self.weights, other.weights),
            origins=tuple(sorted({*self.origins, *other.origins})),
            generated=self.generated + other.generated,
        )

    def weight(self, share: float) -> float:
        """The weight that so large a share of the pairs does not reach."""
        left = min(int(share * self.pairs), self.pairs - 1)
        for weight, count in self.weights:
            left -= count
            if left < 0:
                return weight
        return 0.0


def counts_of(pairs: Sequence[InstructionPair], clips: Sequence[Clip]) -> Counts:
    """What pairs and clips there are."""
    return Counts(
        pairs=len(pairs),
        clips=len(clips),
        seconds=round(sum(clip.seconds for clip in clips), 6),
        tasks=tuple(sorted(Counter(pair.task for pair in pairs).items())),
        forms=tuple(sorted(Counter(pair.form for pair in pairs).items())),
        weights=tuple(sorted(Counter(round(pair.weight, 2) for pair in pairs).items())),
        origins=tuple(sorted({clip.origin for clip in clips})),
        generated=sum(clip.pictures == "generated" for clip in clips),
    )


class Sharded(Record):
    """What the card of a dataset in shards says besides."""

    stories: int
    """How many it is made of."""
    put_aside: int = 0
    """Stories that failed and are not in it."""
    dropped: tuple[tuple[str, str, int], ...] = ()
    """What was dropped, why, and how many of it."""
    seeds: str = ""
    """Of the stories, in words."""
    validation: int = 0
    """Pairs of stories that are held out to look at while training."""
    test: int = 0
    """Pairs of stories that are held out for benchmarks."""
    last: int
    """The number of the last shard."""
    tables: str
    """How the files of tables end: .parquet or .jsonl."""


def card(
    name: str,
    license: str,
    pairs: Sequence[InstructionPair],
    clips: Sequence[Clip],
    about: About,
    splits: Sequence[Split] = (TRAIN,),
) -> str:
    """The text of README.md, with YAML front matter."""
    return card_of(name, license, counts_of(pairs, clips), config_name(pairs, clips), about, splits=splits)


def card_of(
    name: str,
    license: str,
    counts: Counts,
    config: str,
    about: About,
    sharded: Sharded | None = None,
    splits: Sequence[Split] = (TRAIN,),
) -> str:
    """The text of README.md of a dataset whose pairs were counted.

    Args:
        name: its title.
        license: of the hub, or unknown.
        counts: what is in it.
        config: the name of its configuration; see `config_name`.
        about: what the counts don't know.
        sharded: how it is divided; None where it lies in one folder.
        splits: of that folder, each a folder in it.
    """
    template = files("dreamgen.export").joinpath("card.md.jinja").read_text("utf-8")
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    return environment.from_string(template).render(
        name=name,
        config=config,
        license=license,
        counts=counts,
        size=next((size for most, size in _SIZES if counts.pairs < most), "n>1M"),
        sharded=sharded,
        splits=splits,
        trusted=about.trusted,
        basis=BASIS_IN_WORDS,
        writer=card_text(about.writer),
        source=card_text(about.source),
        likenesses=[card_text(one) for one in about.likenesses],
        shortcuts=[card_text(one) for one in about.shortcuts],
        licences=sorted(Counter(card_text(one) or "not told" for one in about.licences).items()),
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


def _sum(one: tuple[tuple[T, int], ...], other: tuple[tuple[T, int], ...]) -> tuple[tuple[T, int], ...]:
    return tuple(sorted((Counter(dict(one)) + Counter(dict(other))).items()))
