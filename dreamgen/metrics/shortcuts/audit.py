"""The shortcut audit: how much of a dataset could be answered without looking, against chance."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from dreamgen.core.base import Record, fingerprint
from dreamgen.core.binomial import at_least, wilson
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.metrics.shortcuts.baseline import Chances, text_only
from dreamgen.metrics.shortcuts.items import Guessable, Item, items_of
from dreamgen.metrics.shortcuts.rules import RULES, by_rule

LEAST = 20
"""Items of a form below which nothing is said: every share could still be chance."""

WORST = 12
"""Questions that are listed, those first that the text answers most surely."""

ALPHA = 0.05
"""How often a clean dataset may be called leaky, over all its tasks and rules together."""

TOGETHER = 2
"""Questions that count as one where a guess was learnt: those that share a value are right or wrong together, so that
clean data by lot strays further from chance than questions by themselves would."""

By = Literal["text", "letter", "longest", "shortest", "answer", "yes", "blind", "video"]
"""Who guesses: the learner that sees text alone, one of the rules, a model without the video, the same with it."""


class Row(Record):
    """How often one way of guessing is right."""

    task: str
    """Which; empty for all tasks together."""
    form: Guessable
    """How it is asked."""
    by: By
    """How it was guessed."""
    n: int = Field(ge=1)
    """Questions."""
    right: float = Field(ge=0.0)
    """Of these, right ones; of a tie among k options one of k."""
    chance: float = Field(gt=0.0, lt=1.0)
    """Share that blind chance answers."""
    luck: float = Field(ge=0.0, le=1.0)
    """How often chance alone does so well or better (binomial test; see `TOGETHER`)."""
    found: bool = False
    """Whether that is too seldom to be chance, over all rows together (Holm 1979)."""

    @property
    def share(self) -> float:
        """Of the questions, those that it answered right."""
        return self.right / self.n

    @property
    def gain(self) -> float:
        """That share, less chance."""
        return self.share - self.chance

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 % confidence (Wilson)."""
        return wilson(self.right, self.n)


class Leak(Record):
    """A question that its text answers."""

    pair: str
    """The id of the pair."""
    clip: str
    """The id of the clip."""
    task: str
    """What it teaches."""
    question: str
    """In words."""
    answer: str
    """The right one."""
    bias: float = Field(ge=0.0, le=1.0)
    """s(x): what the learner, from the text of other clips alone, gives the right answer."""
    chance: float = Field(gt=0.0, lt=1.0)
    """What a guess gives it."""


class Audit(Record):
    """What was found."""

    of: str
    """Names the pairs that were looked at."""
    seed: int
    """Of the folds and forests."""
    pairs: int = Field(ge=0)
    """All of them."""
    clips: int = Field(ge=0)
    """With a question that can be guessed."""
    rows: tuple[Row, ...]
    """By form and way of guessing: all tasks together, then every task. Empty where there was too little."""
    worst: tuple[Leak, ...] = ()
    """The questions that the text alone answers most surely, most sure first."""
    model: str = ""
    """The vision-language model of the rows `blind` and `video`; empty without one."""

    @property
    def found(self) -> tuple[Row, ...]:
        """The shortcuts."""
        return tuple(row for row in self.rows if row.found)

    def whole(self, form: Guessable, by: By) -> Row | None:
        """All tasks together, guessed in one way."""
        return next((row for row in self.rows if (row.task, row.form, row.by) == ("", form, by)), None)


def name_of(pairs: Iterable[InstructionPair]) -> str:
    """What follows from the pairs and nothing else."""
    return fingerprint([sorted((pair.clip, pair.id, str(pair.answer_index)) for pair in pairs)])


def enough(pairs: Iterable[InstructionPair]) -> bool:
    """Whether there is a form with so many questions that something can be said of it."""
    forms = [item.form for item in items_of(pairs)]
    return any(forms.count(form) >= LEAST for form in set(forms))


def audit(
    pairs: Sequence[InstructionPair], seed: int, seen: Mapping[By, Mapping[str, Chances]] | None = None, model: str = ""
) -> Audit:
    """Guesses every choice and every yes or no in all the ways that there are.

    Args:
        pairs: the dataset.
        seed: of the folds and forests.
        seen: who looked (`blind`, `video`), then pair to what it gave each option; those that it gave none are wrong.
        model: who that was.

    Raises:
        MissingExtra: without scikit-learn, where there is enough to learn from.
    """
    items = items_of(pairs)
    kept = [item for form in ("choice", "yes_no") for item in items if item.form == form]
    kept = [item for item in kept if sum(one.form == item.form for one in kept) >= LEAST]
    told = text_only(kept, seed) if kept else ()
    rows = [*rows_by("text", kept, told)]
    for name, (form, _) in RULES.items():
        some = [item for item in kept if item.form == form]
        if some:
            rows += rows_by(name, some, by_rule(name, some, seed))  # type: ignore[arg-type]
    for by, answers in (seen or {}).items():
        rows += rows_by(by, items, [answers.get(item.id, ()) for item in items])
    return Audit(
        of=name_of(pairs), seed=seed, pairs=len(pairs), clips=len({item.group for item in items}),
        rows=tuple(judged(rows)), worst=worst(kept, told), model=model,
    )  # fmt: skip


def worst(items: Sequence[Item], told: Sequence[Chances], most: int = WORST) -> tuple[Leak, ...]:
    """The questions that the text answers most surely above chance, and rightly: at most so many of them."""
    leaks = [
        Leak(
            pair=item.id, clip=item.group, task=item.task, question=item.question, answer=_answer(item),
            bias=min(1.0, round(chances[item.right], 6)), chance=item.chance,
        )
        for item, chances in zip(items, told, strict=True)
        if hit(item, chances) > item.chance
    ]  # fmt: skip
    return tuple(sorted(leaks, key=lambda leak: (leak.chance - leak.bias, leak.pair))[:most])


def hit(item: Item, chances: Chances) -> float:
    """1 where the likeliest option is the right one, 0 where it is not, 1/k for a tie of k."""
    if not chances:
        return 0.0
    best = [place for place, chance in enumerate(chances) if chance >= max(chances) - 1e-12]
    return (item.right in best) / len(best)


def _answer(item: Item) -> str:
    text = item.options[item.right]
    return f"{LETTERS[item.right]}. {text}" if item.form == "choice" else text


def rows_by(by: By, items: Sequence[Item], told: Sequence[Chances]) -> list[Row]:
    """All tasks together, then one row a task, for each form."""
    rows = []
    for form in ("choice", "yes_no"):
        some = [(item, hit(item, one)) for item, one in zip(items, told, strict=True) if item.form == form]
        for task in ("", *sorted({item.task for item, _ in some})):
            mine = [(item, right) for item, right in some if not task or item.task == task]
            if mine:
                rows.append(_row(by, form, task, mine))
    return rows


def _row(by: By, form: Guessable, task: str, some: Sequence[tuple[Item, float]]) -> Row:
    right, chance = sum(right for _, right in some), sum(item.chance for item, _ in some) / len(some)
    shared = 1 if by in ("longest", "shortest") else TOGETHER
    return Row(
        task=task, form=form, by=by, n=len(some), right=round(right, 6), chance=round(chance, 6),
        luck=round(at_least(right / shared, math.ceil(len(some) / shared), chance), 6),
    )  # fmt: skip


def judged(rows: Sequence[Row]) -> list[Row]:
    """The rows, those marked that chance does not explain; a model with the video is meant to be right."""
    order = sorted((number for number, row in enumerate(rows) if row.by != "video"), key=lambda n: rows[n].luck)
    marked: set[int] = set()
    for rank, number in enumerate(order):
        if rows[number].luck > ALPHA / (len(order) - rank):
            break
        marked.add(number)
    return [row.model_copy(update={"found": number in marked}) for number, row in enumerate(rows)]
