"""Fine-grained questions are written from the facts of a clip, and then others that follow them and go deeper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dreamgen.core.base import Record, derive_seed, fingerprint
from dreamgen.core.media import Clip
from dreamgen.core.question_types import BENCHMARK, QUESTION_TYPES, QuestionType
from dreamgen.engines.chat.asking import Asks, Request
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.qa.dimensions import dimensions
from dreamgen.qa.drafting.facts import Facts
from dreamgen.qa.drafting.grounding import Fault, Grounds
from dreamgen.qa.drafting.rounds import Rounds, sheets
from dreamgen.qa.finegrained.checks import question_fault
from dreamgen.qa.finegrained.drafts import DraftFollowUp, QuestionSheet, follow_up_shape, question_shape

PROMPT: Final = "qa/fgqa"


@dataclass(frozen=True)
class Wanted:
    """What is asked for of one clip."""

    questions: int
    """How many."""
    sheet: int
    """How many at once."""
    types: tuple[QuestionType, ...] = QUESTION_TYPES
    """That may be asked."""
    glasses: bool = False
    """Whether they are those of somebody who wears the camera, as in PLM's SGQA."""

    @property
    def sort(self) -> str:
        """What tells their ids apart."""
        return "sgqa" if self.glasses else "fgqa"


class Questions(Rounds[DraftFollowUp]):
    """The questions of one clip; with `earlier` ones, those that follow them.

    Args:
        wanted: what is asked for.
        asks: the model.
        clip: what they speak of.
        facts: what is known of it.
        seed: of the run.
        earlier: questions that were taken before.
    """

    def __init__(
        self, wanted: Wanted, asks: Asks, clip: Clip, facts: Facts, seed: int, earlier: Sequence[DraftFollowUp] = ()
    ) -> None:
        super().__init__(asks, clip.id)
        self._wanted, self._shown, self._facts, self._seed = wanted, clip, facts, seed
        self._earlier = {f"Q{number}": one for number, one in enumerate(earlier, start=1)}
        self._grounds = grounds_of(facts)

    def requests(self, number: int) -> list[Request[Any]]:
        """A sheet each of what is still wanted."""
        told = self._told()
        few = self._few() if number else ""
        sizes = sheets(self._wanted.questions - len(self.taken), self._wanted.sheet)
        return [self._request(number, n, size, few, told) for n, size in enumerate(sizes)]

    def drafts(self, answer: QuestionSheet) -> Iterator[DraftFollowUp]:
        """The questions of a sheet."""
        yield from map(_tidy, answer.questions)

    def fault(self, draft: DraftFollowUp) -> Fault | None:
        """What the facts and the questions before have against it."""
        return question_fault(draft, self._grounds, [*self._earlier.values(), *self.taken])

    def name(self, draft: DraftFollowUp) -> str:
        """The id of the question."""
        return name_of(self._clip, self._wanted.sort, draft)

    def line(self, draft: DraftFollowUp) -> str:
        """Question and answer."""
        return f"{draft.type}: {draft.question} — {draft.answer}"

    def follows(self, draft: DraftFollowUp) -> DraftFollowUp | None:
        """The question that a draft follows."""
        return self._earlier.get(draft.follows)

    def _request(self, number: int, sheet: int, size: int, few: str, told: str) -> Request[Any]:
        types, facts = self._wanted.types, tuple(self._facts.by_number)
        filled = read_prompt(PROMPT).fill(
            {
                "facts": self._facts.listed, "types": described(types), "questions": size, "few": few,
                "seconds": round(self._shown.seconds), "earlier": self._asked(), "glasses": self._wanted.glasses,
                "rejected": told,
            }
        )  # fmt: skip
        step = "deeper" if self._earlier else "first"
        where = f"{self._clip}/{self._wanted.sort}.{step}/{number + 1}.{sheet + 1}"
        shape = (
            follow_up_shape(facts, types, tuple(self._earlier), size)
            if self._earlier
            else question_shape(facts, types, size)
        )
        seed = derive_seed(self._seed, "qa-fgqa", where)
        return Request(purpose=PROMPT, where=where, system=filled.system, user=filled.user, shape=shape, seed=seed)

    def _asked(self) -> str:
        return "\n".join(f"{name}: {one.question} — {one.answer}" for name, one in self._earlier.items())

    def _few(self) -> str:
        """Types that nothing was taken of yet."""
        counts = Counter(one.type for one in (*self._earlier.values(), *self.taken))
        return ", ".join(kind for kind in self._wanted.types if not counts[kind] and kind != "Other")

    def _told(self) -> str:
        lines = [told] if (told := self.told()) else []
        if self.taken:
            lines += ["These are taken already; ask something else:", *(f"- {one.question}" for one in self.taken)]
        return "\n".join(lines)


def grounds_of(facts: Facts) -> Grounds:
    """What is known of a clip, as questions and answers are held against it."""
    return Grounds({fact.number: fact.text for fact in facts.facts}, facts.names)


def described(types: Sequence[QuestionType]) -> str:
    """One line a type: its name and what it asks for."""
    return "\n".join(f"  {kind}: {dimensions()[f'{BENCHMARK}{kind}']['asks']}" for kind in types)


def name_of(clip: str, sort: str, draft: DraftFollowUp) -> str:
    """The id of a question, whichever pairs ask it."""
    kind = draft.type.casefold().replace(" ", "-").replace("/", "-")
    return f"{clip}-{sort}-{kind}-{fingerprint([draft.question, draft.answer])[:6]}"


def _tidy(written: Record) -> DraftFollowUp:
    """The question in plain lines, whatever class it was read into."""
    draft = DraftFollowUp.model_validate(written.model_dump())
    plain = {"question": " ".join(draft.question.split()), "answer": " ".join(draft.answer.split())}
    return draft.model_copy(update=plain)
