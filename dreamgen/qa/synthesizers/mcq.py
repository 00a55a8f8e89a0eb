"""The `mcq` synthesizer: a language model writes questions with five options from standing claims.

After the multiple-choice data of PLM's synthetic engine (Cho et al. 2025, section 3); there nothing is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import derive_seed, derived_random, fingerprint
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.asking import Asks, Request
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.naming import model_called
from dreamgen.errors import unknown_name
from dreamgen.language.wording import capital
from dreamgen.qa.drafting.facts import Facts, facts_of
from dreamgen.qa.drafting.fives import DraftFive, DraftFives, fault_of_five, fives_shape
from dreamgen.qa.drafting.grounding import Fault, Grounds
from dreamgen.qa.drafting.rounds import Rounds, sheets
from dreamgen.qa.drafting.tasks import described, writable
from dreamgen.qa.drafting.writing import Writing
from dreamgen.qa.programs import WRITTEN

PROMPT: Final = "qa/mcq"


class McqSynthesizer(Writing):
    """Questions with the options A to E, of which exactly one is right.

    The model is given the standing claims in words. Every question names the claims that its answer rests on. One whose
    answer says more than they do, whose wrong options are right too or stand out by their length, is dropped with the
    reason, which the next request tells.
    """

    PROMPTS = (PROMPT,)

    tasks: tuple[str, ...] = ()
    """Tasks of docs/tasks.md that it writes for; empty for all that words alone can carry."""

    def ready(self) -> None:
        """See `Writing.ready`; a task that is not known is a `UsageError`."""
        for task in self.tasks:
            if task not in writable():
                raise unknown_name("task that a language model can write for:", task, writable())
        super().ready()

    def synthesize(
        self, clip: Clip, claims: Sequence[Claim], seed: int, kept: Path
    ) -> Iterator[InstructionPair | Reject]:
        """Questions that rest on `claims`, and a line for each that was written and dropped.

        Args:
            clip: what they speak of.
            claims: what stands of it.
            seed: what is drawn by lot derives from it; a model that takes a seed gets one too.
            kept: where all answers and the account of all calls are kept.

        Raises:
            ModelError: when the model can't be reached.
            BudgetSpent: when the next call could pass a limit of `chat`; what was answered is kept.
        """
        facts = facts_of(clip, sorted(claims, key=lambda claim: claim.id), self.facts)
        if not self._worth(clip, facts):
            return
        work = _Work(self, clip, facts, seed, self._opened.chat(self.chat, kept))
        for number in range(self.rounds):
            yield from work.round(number)
        yield from map(work.pair, work.taken)


class _Work(Rounds[DraftFive]):
    """One clip at work."""

    def __init__(self, options: McqSynthesizer, clip: Clip, facts: Facts, seed: int, asks: Asks) -> None:
        super().__init__(asks, clip.id)
        self._options, self._shown, self._facts, self._seed = options, clip, facts, seed
        self._grounds = Grounds({fact.number: fact.text for fact in facts.facts}, facts.names)

    def requests(self, number: int) -> list[Request[Any]]:
        """A sheet each of what is still wanted."""
        told = self.told()
        if told and self.taken:
            lines = (f"- {draft.question}" for draft in self.taken)
            told = "\n".join((told, "These are taken already; ask something else:", *lines))
        sizes = sheets(self._options.pairs - len(self.taken), self._options.sheet)
        return [self._request(f"{number + 1}.{place + 1}", size, told) for place, size in enumerate(sizes)]

    def drafts(self, answer: DraftFives) -> Iterator[DraftFive]:
        """The questions of a sheet, in plain lines."""
        for one in answer.pairs:
            draft = DraftFive.model_validate(one.model_dump())
            wrong = tuple(_line(text) for text in draft.wrong)
            told = {"question": " ".join(draft.question.split()), "answer": _line(draft.answer), "wrong": wrong}
            yield draft.model_copy(update=told)

    def fault(self, draft: DraftFive) -> Fault | None:
        """What the facts have against it."""
        return fault_of_five(draft, self._grounds, self.taken)

    def name(self, draft: DraftFive) -> str:
        """The pair's id."""
        content = [draft.question, draft.answer, sorted(draft.wrong)]
        return f"{self._clip}-mcq-{draft.task.replace('_', '-')}-{fingerprint(content)[:6]}"

    def line(self, draft: DraftFive) -> str:
        """The question with its options, the right one first."""
        return f"{draft.question} — {' / '.join(draft.options)}"

    def pair(self, draft: DraftFive) -> InstructionPair:
        """A question that was taken."""
        claims = [self._facts.by_number[number].claim for number in draft.facts]
        options, name = list(draft.options), self.name(draft)
        derived_random(self._seed, "options", name).shuffle(options)
        made = (("prompt", read_prompt(PROMPT).fingerprint), ("model", model_called(self._options.chat)))
        return InstructionPair(
            id=name,
            clip=self._clip,
            task=draft.task,
            form="choice",
            turns=(Turn(role="human", text=draft.question), Turn(role="assistant", text=draft.answer)),
            options=tuple(options),
            answer_index=options.index(draft.answer),
            span=(min(claim.start for claim in claims), min(self._shown.seconds, max(claim.end for claim in claims))),
            masklets=tuple(dict.fromkeys(who for claim in claims for who in claim.about)),
            claims=tuple(dict.fromkeys(claim.id for claim in claims)),
            program=Program(name=WRITTEN, arguments=made),
            weight=self._options.weight,
        )

    def _request(self, place: str, size: int, told: str) -> Request[DraftFives]:
        tasks = self._options.tasks or writable()
        filled = read_prompt(PROMPT).fill(
            {
                "facts": self._facts.listed, "tasks": described(tasks), "pairs": size,
                "seconds": round(self._shown.seconds), "rejected": told,
            }
        )  # fmt: skip
        where = f"{self._clip}/{place}"
        return Request(
            purpose=PROMPT,
            where=where,
            system=filled.system,
            user=filled.user,
            shape=fives_shape(tuple(self._facts.by_number), tasks, size),  # type: ignore[arg-type]
            seed=derive_seed(self._seed, "qa-mcq", where),
        )


def _line(text: str) -> str:
    """An option: one line, a capital letter, no full stop."""
    return capital(" ".join(text.split()).rstrip("."))
