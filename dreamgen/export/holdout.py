"""Which stories and videos are held out of training: by lot, each for itself, so that more of them move nobody.

What shows the same is held out together: stories of one plot, videos of one address or of one film, and videos of which
a clip was left out because it is nearly the same as one of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from pydantic import Field, model_validator

from dreamgen.core.base import Record, derived_random, fingerprint
from dreamgen.core.dataset import SPLITS, TRAIN, Split
from dreamgen.core.found import Source
from dreamgen.core.media import Clip

_CUT: Final = re.compile(r"(?:^|/)([^/]{11,})_\d{6}_\d{6}\.\w+$")
"""How Kinetics names what it cut out of a video: its id, and the seconds from which to which."""
_MOMENTS: Final = frozenset({"t", "start", "end", "time_continue"})
"""Parts of an address that say where in a video to begin."""
_MIRROR: Final = re.compile(r"^(?:www|m|music)\.")
"""Other hosts of the same videos."""
_YOUTUBE: Final = re.compile(
    r"^(?:youtu\.be/|youtube(?:-nocookie)?\.com/(?:(?:shorts|embed|live|v)/|watch\?(?:.*&)?v=))([\w-]+)"
)
"""The ways in which one video of YouTube is written, and its id."""


class Holdout(Record):
    """The shares that are not trained on. A story, or a video that was found, is in one split with all its clips."""

    validation: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Of the stories or videos, to look at while training."""
    test: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Of the stories or videos, for benchmarks."""

    @model_validator(mode="after")
    def _some_left(self) -> Holdout:
        if self.validation + self.test >= 1.0:
            raise ValueError("validation and test together leave nothing to train on")
        return self

    @property
    def asked(self) -> tuple[Split, ...]:
        """The splits that something should be in."""
        shares = {TRAIN: 1.0, "validation": self.validation, "test": self.test}
        return tuple(split for split in SPLITS if shares[split])

    def split_of(self, family: str, seed: int) -> Split:
        """Where a story or a video belongs, whatever others there are.

        Args:
            family: what it shares with all that shows the same; see `family_of_plot` and `families`.
            seed: of the dataset.
        """
        lot = derived_random(seed, "split", family).random()
        if lot < self.validation:
            return "validation"
        return "test" if lot < self.validation + self.test else TRAIN

    def splits_of(self, groups: Mapping[str, str], seed: int) -> dict[str, Split]:
        """The same of several: group to its family; the one without a name is trained on."""
        return {group: self.split_of(family, seed) if group else TRAIN for group, family in groups.items()}


def family_of_plot(story: str, plot: str) -> str:
    """What all stories of one plot share; the story's own name where its plot is not known."""
    text = " ".join(plot.split()).casefold()
    return f"plot-{fingerprint(text)}" if text else story


def families(sources: Iterable[Source], clips: Iterable[Clip], alike: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Video to the name of its family: the least id among those that show the same.

    They do if they have one address, the same bytes, or a title and a length in common; if one set cut them out of one
    video; if two of their clips have the same bytes; or if somebody found them alike.

    Args:
        sources: all videos.
        clips: that were cut out of them.
        alike: pairs of videos.
    """
    known = tuple(sources)
    parents = {source.id: source.id for source in known}

    def root(one: str) -> str:
        while parents.setdefault(one, one) != one:
            one = parents[one]
        return one

    first: dict[tuple[str, ...], str] = {}
    shared = [(mark, source.id) for source in known for mark in _marks(source)]
    shared += [(("clip", clip.video.sha256), clip.excerpt.source) for clip in clips if clip.excerpt]
    for one, other in (*((first.setdefault(mark, name), name) for mark, name in shared), *alike):
        least, most = sorted((root(one), root(other)))
        parents[most] = least
    return {source.id: root(source.id) for source in known}


def _marks(source: Source) -> Iterator[tuple[str, ...]]:
    """What nobody else has but who shows the same."""
    yield "bytes", source.sha256
    if source.url:
        yield "address", _address(source.url)
    if source.title.strip():
        yield "title", " ".join(source.title.split()).casefold(), f"{source.seconds:.0f}"
    if cut := _CUT.search(source.name):
        yield "cut", source.dataset, cut[1]


def _address(url: str) -> str:
    """What all addresses of one video have in common."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # it is no address
        return url.strip()
    query = sorted((name, value) for name, value in parse_qsl(parts.query) if name not in _MOMENTS)
    place = f"{_MIRROR.sub('', parts.hostname or '')}{parts.path.rstrip('/')}?{urlencode(query)}"
    found = _YOUTUBE.match(place)
    return f"youtube.com/watch?v={found[1]}" if found else place
