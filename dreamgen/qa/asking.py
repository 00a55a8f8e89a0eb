"""From a fact to drafts of questions: forms, templates and the words for the moment."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, TypeVar

from dreamgen.core.base import derived_random
from dreamgen.core.pairs import Form, Program, Segment
from dreamgen.language.moments import Moment
from dreamgen.language.wording import capital, sentence
from dreamgen.language.world import World
from dreamgen.qa.distractors import Clash, wrong_answers
from dreamgen.qa.habits import Habits, habits

WORDING = frozenset({"say", "proposed", "option"})
"""Arguments of a program that say how its answer is put, and not what it computes."""

_BY_NAME = 0.12
"""Share of the questions about somebody with a name that use it."""

T = TypeVar("T")
Compute = Callable[..., str | None]
"""A program: the world and named arguments to the answer, or None where the claims allow no single answer."""


@dataclass(frozen=True)
class Fact:
    """One thing worth asking, before it is put in words."""

    task: str
    wording: str
    """The table of `data/questions.toml`."""
    program: str
    arguments: tuple[tuple[str, str], ...]
    moment: Moment
    claims: tuple[str, ...]
    slots: Mapping[str, str]
    """What the templates put in."""
    near: Sequence[str] = ()
    """Wrong answers that the film itself holds."""
    far: Sequence[str] = ()
    """Wrong answers from the vocabulary."""
    clash: Clash = str.__eq__
    entities: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ("open", "choice", "yes_no")
    """How it may be asked. Whatever is neither a choice nor yes or no is answered like an open question."""
    like: tuple[str, ...] = ()
    """Dimensions of benchmarks beside those of its wording."""
    wrong: int = 3
    """How many wrong options a choice has."""
    segments: tuple[Segment, ...] = ()
    """Of dense forms: see `InstructionPair.segments`."""
    answerable: bool = True
    """False where the right answer is that the video does not tell."""


@dataclass(frozen=True)
class Draft:
    """A question in words with the program that answers it."""

    task: str
    form: Form
    key: str
    """Drafts with one key ask for one fact."""
    question: str
    program: Program
    claims: tuple[str, ...]
    span: tuple[float, float]
    wrong: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    wording: str = ""
    """The table of `data/questions.toml`."""
    plain: str = ""
    """The question without the words for its moment, for a turn that follows another about the same moment; empty
    where it can't follow another."""
    benchmarks: tuple[str, ...] = ()
    """Dimensions of benchmarks that it trains for, of `data/benchmarks.toml`."""
    segments: tuple[Segment, ...] = ()
    """Of dense forms."""
    answerable: bool = True
    """False where the right answer is that the video does not tell."""


@cache
def templates() -> dict[str, Any]:
    """The tables of `data/questions.toml`."""
    return tomllib.loads(files("dreamgen.qa").joinpath("data/questions.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Asking:
    """Puts facts of one world into words; what is chosen by lot depends on the seed and the fact alone."""

    world: World
    seed: int
    habits: Habits = field(default_factory=habits, repr=False)
    """What is right oftener than chance in other stories."""

    def lot(self, *where: str | int) -> Random:
        """A lot for one purpose."""
        return derived_random(self.seed, "qa", self.world.clip, *where)

    def pick(self, options: Sequence[T], *where: str | int) -> T:
        """One of `options`."""
        return options[self.lot(*where).randrange(len(options))]

    def drafts(self, fact: Fact, compute: Compute) -> Iterator[Draft]:
        """Every form of a fact that can be asked."""
        answer = compute(self.world, **dict(fact.arguments))
        if answer is None:
            return
        key = f"{fact.wording} {fact.program} {fact.arguments} {fact.moment.words}"
        table = templates()[fact.wording]
        shown, fact = fact, self._named(fact, key)
        wrong = self._wrong(fact, answer, "wrong", key, fact.wrong)
        for form in fact.forms:
            if form not in ("choice", "yes_no"):
                say = self.pick(table["say"], "say", key).format(**{**fact.slots, "answer": "{answer}"})
                yield self._draft(fact, form, key, table["ask"], (("say", say),))
        if "choice" in fact.forms and wrong:
            told = {**fact.slots, "answer": "{answer}"}
            option = (("option", table["option"].format(**told)),) if "option" in table else ()
            yield self._draft(fact, "choice", key, table.get("choose", table["ask"]), option, wrong)
            if "match" in table:
                yield self._matching(shown, key, table, wrong)
        if "yes_no" in fact.forms and "check" in table:
            yield self._draft(fact, "yes_no", key, table["check"], (("proposed", answer),))
            untrue = self._wrong(fact, answer, "untrue", key, 1)
            if untrue:
                yield self._draft(fact, "yes_no", key, table["check"], (("proposed", untrue[0]),))

    def _wrong(self, fact: Fact, answer: str, use: str, key: str, count: int) -> tuple[str, ...] | None:
        def weigh(value: str) -> float:
            return self.habits.weight(fact.wording, value)

        return wrong_answers(answer, fact.near, fact.far, fact.clash, self.lot(use, key), weigh, count)

    def _matching(self, fact: Fact, key: str, table: Mapping[str, Any], wrong: tuple[str, ...]) -> Draft:
        """Whole sentences to choose from, of which the right one differs in one thing from each of the others."""
        text = table["match"].format(**{**fact.slots, "answer": "{answer}"})
        like = (*table.get("like", ()), "TempCompass/caption matching")
        draft = self._draft(
            replace(fact, task="matching"), "choice", key, templates()["matching"]["ask"], (("option", text),), wrong
        )
        return replace(draft, benchmarks=tuple(dict.fromkeys((*fact.like, *like))), plain="")

    def _named(self, fact: Fact, key: str) -> Fact:
        """Now and then the fact with its character called by name, which the question then introduces."""
        name = fact.slots.get("name")
        if not name or self.lot("name", key).random() > _BY_NAME:
            return fact
        return replace(fact, slots={**fact.slots, "who": name, "intro": f"{name} is {fact.slots['who']}. "})

    def polar(self, fact: Fact, compute: Compute) -> Iterator[Draft]:
        """The yes/no question of a program that answers `yes` or `no` by itself."""
        if compute(self.world, **dict(fact.arguments)) is not None:
            key = f"{fact.wording} {fact.program} {fact.arguments} {fact.moment.words}"
            yield self._draft(fact, "yes_no", key, templates()[fact.wording]["check"], (("proposed", "yes"),))

    def _draft(
        self,
        fact: Fact,
        form: Form,
        key: str,
        wordings: Sequence[str],
        extra: tuple[tuple[str, str], ...],
        wrong: tuple[str, ...] = (),
    ) -> Draft:
        proposed = dict(extra).get("proposed", "")
        template = self.pick(wordings, form, proposed, key)
        text = template.format(**{**fact.slots, "answer": proposed})
        return Draft(
            task=fact.task,
            form=form,
            key=key,
            question=fact.slots.get("intro", "") + self.timed(text, fact.moment, form, proposed, key),
            program=Program(name=fact.program, arguments=(*fact.arguments, *extra)),
            claims=tuple(dict.fromkeys((*fact.claims, *fact.moment.claims))),
            span=fact.moment.span,
            wrong=wrong,
            entities=fact.entities,
            plain="" if "intro" in fact.slots else sentence(text),
            wording=fact.wording,
            benchmarks=(*fact.like, *templates()[fact.wording].get("like", ())),
            segments=fact.segments,
            answerable=fact.answerable,
        )

    def timed(self, question: str, moment: Moment, *where: str) -> str:
        """The question with the words for its moment, in front or at the end."""
        if not moment.words:
            return sentence(question)
        # `is the camera zooming in in the first shot` reads badly
        joint = moment.words.split()[0]
        # `to the left, to the right, or nowhere in the first shot` too
        if (
            ": " in question
            or f" {joint} " in question
            or question[:-1].endswith(f" {joint}")
            or self.pick((True, False), "front", *where)
        ):
            return sentence(f"{capital(moment.words)}, {question[:1].lower()}{question[1:]}")
        return sentence(f"{question[:-1]} {moment.words}{question[-1:]}")


def finished(value: str, arguments: Mapping[str, str]) -> str:
    """The answer as it stands in the pair: a sentence, `Yes.` or `No.`, or the text of an option."""
    if "proposed" in arguments:
        return "Yes." if value == arguments["proposed"] else "No."
    if "say" in arguments:
        return sentence(arguments["say"].replace("{answer}", value))
    return capital(arguments.get("option", "{answer}").replace("{answer}", value))
