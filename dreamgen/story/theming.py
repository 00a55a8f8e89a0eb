"""Themes for many stories: a chat model invents them under genre quotas, and no two are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field, create_model
from rapidfuzz import fuzz, process, utils

from dreamgen.core.base import Record, derive_seed, derived_random
from dreamgen.engines.chat.asking import Asks, Request
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.story.offers import offers
from dreamgen.story.writers.titles import id_of

PROMPT: Final = "story/themes"
BATCH: Final = 10
"""Themes of one call."""
ALIKE: Final = 70.0
"""Likeness of two themes (0-100, rapidfuzz's token_set_ratio) from which they are one idea in other words."""
ROUNDS: Final = 6
"""How often what is still missing is asked for."""
_SHOWN: Final = 40
"""Themes that the model is told are taken; those of its genre that came last."""
_SEEDS: Final = 2**31

ThemeText = Annotated[str, Field(min_length=10, max_length=300)]


class Theme(Record):
    """One line of a file of themes; `dreamgen story --theme --genre --seed` takes the same."""

    id: str
    """Unique in the file: drama-001."""
    genre: str
    """What was asked for."""
    theme: str
    """One sentence."""
    seed: int
    """Of its story."""


@dataclass(frozen=True)
class GenreCount:
    """What became of one genre."""

    genre: str
    """Its name."""
    wanted: int
    """Themes that its quota asks for."""
    got: int
    """Themes that there are."""
    refused: int
    """Themes that were too much like another one."""


@dataclass
class _Collected:
    """Themes so far."""

    wanted: Mapping[str, int]
    taken: list[str] = field(default_factory=list)
    of: dict[str, list[str]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    def missing(self, genre: str) -> int:
        return self.wanted[genre] - len(self.of.get(genre, ()))

    def take(self, genre: str, theme: str) -> None:
        text = " ".join(theme.split())
        if process.extractOne(
            text, self.taken, scorer=fuzz.token_set_ratio, processor=utils.default_process, score_cutoff=ALIKE
        ):
            self.refused[genre] += 1
        elif self.missing(genre) > 0:
            self.taken.append(text)
            self.of.setdefault(genre, []).append(text)


def invent(
    asks: Asks, quotas: Sequence[tuple[str, int]], seed: int
) -> tuple[tuple[Theme, ...], tuple[GenreCount, ...]]:
    """Themes by genre, and the count of each genre against its quota.

    What is near to a theme that is there already is refused and asked for again, `ROUNDS` times at most; then there
    are fewer, which the counts say.

    Args:
        asks: the model.
        quotas: genre and number.
        seed: starting points and the seeds of the stories derive from it.
    """
    found = _Collected(dict(quotas))
    for turn in range(1, ROUNDS + 1):
        requests = tuple(_requests(found, turn, seed))
        if not requests:
            break
        # a list: wherever Ctrl-C comes, it reaches who waits for the calls
        for reply in list(asks.ask(requests)):
            answer = reply.answer or reply.best
            for theme in getattr(answer, "themes", ()):
                found.take(_genre_of(reply.request.where), theme)
    names = _names([genre for genre, _ in quotas])
    themes = tuple(
        _row(genre, f"{names[genre]}-{number:03d}", text, seed)
        for genre, _ in quotas
        for number, text in enumerate(found.of.get(genre, ()), start=1)
    )
    counts = (GenreCount(genre, wanted, len(found.of.get(genre, ())), found.refused[genre]) for genre, wanted in quotas)
    return themes, tuple(counts)


def calls_for(quotas: Sequence[tuple[str, int]]) -> int:
    """How many calls it takes when nothing has to be asked for again."""
    return sum(-(-wanted // BATCH) for _, wanted in quotas)


def _requests(found: _Collected, turn: int, seed: int) -> Iterator[Request[Record]]:
    prompt = read_prompt(PROMPT)
    for genre in found.wanted:
        # whole batches, so that a larger quota finds the first ones answered; what is too much is left over
        for batch in range(1, -(-found.missing(genre) // BATCH) + 1):
            where = f"{genre}/{turn}-{batch}"
            filled = prompt.fill(
                {
                    "count": BATCH,
                    "genre": genre,
                    "sparks": _sparks(seed, where),
                    "taken": found.of.get(genre, [])[-_SHOWN:],
                }
            )
            yield Request(
                purpose=PROMPT, where=where, system=filled.system, user=filled.user, shape=_shape(BATCH),
                seed=derive_seed(seed, "themes", where),
            )  # fmt: skip


def _shape(count: int) -> type[Record]:
    kind = Annotated[tuple[ThemeText, ...], Field(min_length=count, max_length=count)]
    made: type[Record] = create_model("Themes", __base__=Record, themes=(kind, ...))
    return made


def _sparks(seed: int, where: str) -> tuple[str, ...]:
    """Somebody and a place for each theme of a batch, all of which can be drawn; they lead batches apart."""
    lot, known = derived_random(seed, "sparks", where), offers()
    kinds, sets = known.kinds, known.set_names
    return tuple(f"{lot.choice(kinds)}, {lot.choice(sets)}" for _ in range(BATCH))


def _genre_of(where: str) -> str:
    return where.rpartition("/")[0]


def _names(genres: Sequence[str]) -> Mapping[str, str]:
    """Genres as files are named by them; no two alike, though one may be `sci fi` and one `sci-fi`."""
    named: dict[str, str] = {}
    for genre in genres:
        base = id_of(genre)
        numbered = (f"{base}{number}" for number in range(2, len(genres) + 2))
        named[genre] = next(name for name in (base, *numbered) if name not in named.values())
    return named


def _row(genre: str, name: str, text: str, seed: int) -> Theme:
    return Theme(id=name, genre=genre, theme=text, seed=derive_seed(seed, "theme", name) % _SEEDS)
