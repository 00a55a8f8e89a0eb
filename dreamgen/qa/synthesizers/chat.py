"""The `chat` synthesizer: a language model writes questions from standing claims, and must name those it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from dreamgen.core.base import Record, derive_seed, derived_random, fingerprint
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.asking import Asks, Request
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.naming import model_called
from dreamgen.errors import unknown_name
from dreamgen.language.wording import capital, sentence
from dreamgen.qa.drafting.facts import Facts, facts_of
from dreamgen.qa.drafting.grounding import Fault, Grounds, fault_of
from dreamgen.qa.drafting.rounds import Rounds, sheets
from dreamgen.qa.drafting.sheets import DraftPair, DraftSheet, sheet_shape
from dreamgen.qa.drafting.tasks import described, writable
from dreamgen.qa.drafting.writing import Writing
from dreamgen.qa.programs import WRITTEN

PROMPT: Final = "qa/pairs"
_FORMS: Final = "open, choice and yes_no, each in about a third of the pairs"


class ChatSynthesizer(Writing):
    """Pairs that a language model writes; see `[chat]` for which one and how.

    It is given the standing claims in words, and nothing of the story. Every pair names the claims that its answer
    rests on; one that names none, or says what they do not, is dropped with the reason, which the next request tells.
    """

    PROMPTS = (PROMPT,)
    LEAST = 3

    pairs: int = Field(default=8, ge=1, le=40)
    """How many are asked for a clip."""
    sheet: int = Field(default=4, ge=1, le=20)
    """How many are asked for at once; the sheets of a clip are in flight together."""
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
        """Pairs that rest on `claims`, and a line for each that was written and dropped.

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
        yield from work.pairs()


class _Work(Rounds[DraftPair]):
    """One clip at work: what was taken so far, and what the next request is told."""

    def __init__(self, options: ChatSynthesizer, clip: Clip, facts: Facts, seed: int, asks: Asks) -> None:
        super().__init__(asks, clip.id)
        self._options, self._shown, self._facts, self._seed = options, clip, facts, seed
        self._grounds = Grounds({fact.number: fact.text for fact in facts.facts}, facts.names)

    def requests(self, number: int) -> list[Request[Any]]:
        """A sheet each of what is still wanted."""
        told = self._told()
        sizes = sheets(self._options.pairs - len(self.taken), self._options.sheet)
        return [self._request(number, n, size, told) for n, size in enumerate(sizes)]

    def drafts(self, answer: DraftSheet) -> Iterator[DraftPair]:
        """The pairs of a sheet."""
        yield from map(_tidy, answer.pairs)

    def fault(self, draft: DraftPair) -> Fault | None:
        """What the facts have against it."""
        return fault_of(draft, self._grounds, self.taken)

    def name(self, draft: DraftPair) -> str:
        """The pair's id."""
        task = draft.task.replace("_", "-")
        content = [draft.form, draft.question, draft.answer, sorted(draft.wrong)]
        return f"{self._clip}-chat-{task}-{fingerprint(content)[:6]}"

    def line(self, draft: DraftPair) -> str:
        """Question and answer."""
        return f"{draft.form}: {draft.question} — {draft.answer}"

    def pairs(self) -> Iterator[InstructionPair]:
        """All that was taken."""
        yield from (self._pair(draft) for draft in self.taken)

    def _request(self, number: int, sheet: int, size: int, told: str) -> Request[DraftSheet]:
        tasks = self._options.tasks or writable()
        filled = read_prompt(PROMPT).fill(
            {
                "facts": self._facts.listed, "tasks": described(tasks), "pairs": size, "forms": _FORMS,
                "seconds": round(self._shown.seconds), "rejected": told,
            }
        )  # fmt: skip
        where = f"{self._clip}/{number + 1}.{sheet + 1}"
        return Request(
            purpose=PROMPT,
            where=where,
            system=filled.system,
            user=filled.user,
            shape=sheet_shape(tuple(self._facts.by_number), tasks, size),  # type: ignore[arg-type]
            seed=derive_seed(self._seed, "qa-chat", where),
        )

    def _told(self) -> str:
        """What was wrong with the pairs that were not taken, for the next request."""
        lines = [told] if (told := self.told()) else []
        if lines and self.taken:
            lines += ["These are taken already; ask something else:", *(f"- {draft.question}" for draft in self.taken)]
        return "\n".join(lines)

    def _pair(self, draft: DraftPair) -> InstructionPair:
        claims = [self._facts.by_number[number].claim for number in draft.facts]
        name, seconds = self.name(draft), self._shown.seconds
        options = [capital(draft.answer.rstrip(".")), *(capital(text.rstrip(".")) for text in draft.wrong)]
        derived_random(self._seed, "options", name).shuffle(options)
        answer = capital(draft.answer.rstrip(".")) if draft.form == "choice" else sentence(draft.answer)
        return InstructionPair(
            id=name,
            clip=self._clip,
            task=draft.task,
            form=draft.form,
            turns=(Turn(role="human", text=draft.question), Turn(role="assistant", text=answer)),
            options=tuple(options) if draft.form == "choice" else (),
            answer_index=options.index(answer) if draft.form == "choice" else None,
            span=(min(claim.start for claim in claims), min(seconds, max(claim.end for claim in claims))),
            masklets=tuple(dict.fromkeys(who for claim in claims for who in claim.about)),
            claims=tuple(dict.fromkeys(claim.id for claim in claims)),
            program=Program(
                name=WRITTEN,
                arguments=(
                    ("prompt", read_prompt(PROMPT).fingerprint),
                    ("model", model_called(self._options.chat)),
                    ("question", draft.question),
                ),
            ),
            weight=self._options.weight,
        )


def _tidy(written: Record) -> DraftPair:
    """The pair in plain lines, whatever class it was read into."""
    draft = DraftPair.model_validate(written.model_dump())
    form: Literal["open", "choice", "yes_no"] = draft.form
    return draft.model_copy(
        update={
            "form": form,
            "question": " ".join(draft.question.split()),
            "answer": " ".join(draft.answer.split()),
            "wrong": tuple(" ".join(text.split()) for text in draft.wrong if text.strip()),
        }
    )
