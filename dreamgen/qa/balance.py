"""Which letter is right: every one as often as every other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dreamgen.core.base import derive_seed, derived_random
from dreamgen.core.pairs import LETTERS, InstructionPair


def balance_letters(pairs: Sequence[InstructionPair], seed: int) -> tuple[InstructionPair, ...]:
    """The same pairs, with the options of each choice in an order that makes every letter right equally often.

    It looks at all choices of a dataset together, so it comes after the last screener. Among choices with equally
    many options no letter is right more than once oftener than another, in each task as in all of them together.
    The order of the options before does not matter.

    Args:
        pairs: all that are in the dataset.
        seed: decides between equals.
    """
    places = _places([pair for pair in pairs if pair.options], seed)
    return tuple(_turned(pair, places[pair.id], seed) if pair.options else pair for pair in pairs)


def letters(pairs: Sequence[InstructionPair]) -> dict[str, int]:
    """How often each letter is right."""
    counts = Counter(LETTERS[pair.answer_index] for pair in pairs if pair.answer_index is not None)
    return dict(sorted(counts.items()))


def _places(choices: Sequence[InstructionPair], seed: int) -> dict[str, int]:
    """Where the right option of each choice goes: the letters are dealt out in turn, task after task.

    Each task gets a run of turns, so that its letters are even, and one task's run goes on where the last one ended, so
    that all together are. Which of its pairs gets which turn is decided by lot.
    """
    places: dict[str, int] = {}
    for size in sorted({len(pair.options) for pair in choices}):
        some = [pair for pair in choices if len(pair.options) == size]
        deck = list(range(size))
        derived_random(seed, "letters", size).shuffle(deck)
        order = sorted(some, key=lambda pair: (pair.task, derive_seed(seed, "letters", pair.id), pair.id))
        places |= {pair.id: deck[turn % size] for turn, pair in enumerate(order)}
    return places


def _turned(pair: InstructionPair, place: int, seed: int) -> InstructionPair:
    assert pair.answer_index is not None, "the record holds options and answer together"
    answer = pair.options[pair.answer_index]
    wrong = sorted(option for option in pair.options if option != answer)
    derived_random(seed, "letters", pair.id).shuffle(wrong)
    options = (*wrong[:place], answer, *wrong[place:])
    return pair.model_copy(update={"options": options, "answer_index": place})
