"""A fine-grained question becomes pairs: one answered in words, and one for each wrong answer to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dreamgen.core.base import derive_seed
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.question_types import BENCHMARK
from dreamgen.language.wording import sentence
from dreamgen.qa.drafting.facts import Facts
from dreamgen.qa.finegrained.drafts import TASKS, DraftFollowUp
from dreamgen.qa.finegrained.negatives import Negative, binary_name
from dreamgen.qa.programs import WRITTEN

SGQA: Final = "PLM-VideoBench/SGQA"
"""The dimension of questions that somebody asks who wears the camera."""


def open_pair(
    name: str, draft: DraftFollowUp, clip: Clip, facts: Facts, prompt: str, weight: float, *, follows: str = "",
    glasses: bool = False,
) -> InstructionPair:  # fmt: skip
    """The question with its right answer.

    Args:
        name: its id.
        draft: as it was taken.
        clip: what it speaks of.
        facts: that its answer rests on, among others.
        prompt: the fingerprint of the prompt that it was written by.
        weight: how far it is trusted.
        follows: the id of the question that it follows; empty for none.
        glasses: whether it is one of somebody who wears the camera.
    """
    claims = [facts.by_number[number].claim for number in draft.facts]
    told = (("prompt", prompt), ("question", draft.question), *((("follows", follows),) if follows else ()))
    kind = f"{BENCHMARK}{draft.type}"
    return InstructionPair(
        id=name,
        clip=clip.id,
        task=TASKS[draft.type],
        form="open",
        turns=(Turn(role="human", text=draft.question), Turn(role="assistant", text=sentence(draft.answer))),
        span=(min(one.start for one in claims), min(clip.seconds, max(one.end for one in claims))),
        masklets=tuple(dict.fromkeys(who for one in claims for who in one.about)),
        claims=tuple(dict.fromkeys(one.id for one in claims)),
        program=Program(name=WRITTEN, arguments=told),
        weight=weight,
        benchmarks=(kind, SGQA) if glasses else (kind,),
    )


def binary_pairs(pair: InstructionPair, negatives: Sequence[Negative], seed: int) -> Iterator[InstructionPair]:
    """The same question as choices between the right answer and one that is wrong in a detail.

    Each comes first in every other one, and which begins is decided by lot.

    Args:
        pair: the question with its right answer.
        negatives: wrong ones.
        seed: of the run.
    """
    right = pair.turns[-1].text
    turn = derive_seed(seed, "binary", pair.id) % 2
    for number, negative in enumerate(negatives):
        wrong, place = sentence(negative.text), (turn + number) % 2
        told = (*pair.program.arguments, ("negative", wrong), ("from", negative.source))
        yield pair.model_copy(
            update={
                "id": binary_name(pair.id, wrong),
                "form": "choice",
                "options": (wrong, right) if place else (right, wrong),
                "answer_index": place,
                "question": pair.id,
                "program": Program(name=WRITTEN, arguments=told),
            }
        )
