"""Datasets by lot: clean ones, and ones with a shortcut."""

from __future__ import annotations

from random import Random
from typing import Literal, get_args

from dreamgen.core.pairs import Form, InstructionPair, Program, Turn

VALUES = (
    "amber", "cedar", "coral", "ebony", "flint", "hazel", "ivory", "khaki", "lilac", "mauve", "ochre", "olive", "pearl",
    "sepia", "slate", "umber",
)  # fmt: skip
NOUNS = ("coat", "door", "boat", "lamp", "hat", "bench", "house", "scarf", "wall", "bag", "flag", "cart")

Shortcut = Literal["none", "length", "letter", "answer", "word", "yes"]


def dataset(shortcut: Shortcut, seed: int, clips: int = 20, each: int = 5) -> tuple[InstructionPair, ...]:
    """So many choices and yes/no questions a clip, of two tasks; the task `colour` has the shortcut."""
    lot = Random(seed)
    pairs = []
    for clip in range(clips):
        for number in range(each):
            task = ("colour", "place")[number % 2]
            planted = shortcut if task == "colour" else "none"
            pairs.append(_choice(lot, f"c{clip}-{number}", f"clip-{clip}", task, planted))
            pairs.append(_yes_no(lot, f"y{clip}-{number}", f"clip-{clip}", task, planted))
    return tuple(pairs)


def every_shortcut(seed: int, clips: int = 12, each: int = 3) -> tuple[InstructionPair, ...]:
    """One task a shortcut, named after it; `none` is clean."""
    lot = Random(seed)
    made: list[InstructionPair] = []
    for clip in range(clips):
        for number in range(each):
            where = f"{clip}-{number}", f"clip-{clip}"
            for task in get_args(Shortcut):
                if task not in ("word", "yes"):
                    made.append(_choice(lot, f"{task}-c{where[0]}", where[1], task, task))
                if task in ("word", "yes", "none"):
                    made.append(_yes_no(lot, f"{task}-y{where[0]}", where[1], task, task))
    return tuple(made)


def _choice(lot: Random, name: str, clip: str, task: str, shortcut: Shortcut) -> InstructionPair:
    options = lot.sample(VALUES, 4)
    right = lot.randrange(4)
    often = lot.random() < 0.8
    if shortcut == "answer" and often:
        options = ["amber", *lot.sample(VALUES[1:], 3)]
        lot.shuffle(options)
        right = options.index("amber")
    if shortcut == "letter" and often:
        right = 2
    if shortcut == "length" and often:
        options[right] += " with a long tail"
    return _pair(name, clip, task, "choice", f"Which of these is the {lot.choice(NOUNS)}?", options[right]).model_copy(
        update={"options": tuple(options), "answer_index": right}
    )


def _yes_no(lot: Random, name: str, clip: str, task: str, shortcut: Shortcut) -> InstructionPair:
    yes = lot.random() < (0.85 if shortcut == "yes" else 0.5)
    how = "really " if shortcut == "word" and yes and lot.random() < 0.8 else ""
    text = f"Is the {lot.choice(NOUNS)} {how}{lot.choice(VALUES)}?"
    return _pair(name, clip, task, "yes_no", text, "Yes." if yes else "No.")


def _pair(name: str, clip: str, task: str, form: Form, question: str, answer: str) -> InstructionPair:
    return InstructionPair.model_construct(
        id=name, clip=clip, task=task, form=form,
        turns=(Turn(role="human", text=question), Turn(role="assistant", text=answer)), options=(), answer_index=None,
        claims=("c1",), program=Program(name="value_of"), span=None, weight=1.0,
    )  # fmt: skip
