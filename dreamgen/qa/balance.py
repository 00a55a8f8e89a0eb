"""Which letter is right: every one as often as every other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dreamgen.core.base import derived_random
from dreamgen.core.pairs import LETTERS, InstructionPair


def balance_letters(pairs: Sequence[InstructionPair], seed: int) -> tuple[InstructionPair, ...]:
    """The same pairs, with the options of each choice in an order that makes every letter right equally often.

    It looks at all choices of a dataset together, so it comes after the last screener. Among choices with equally
    many options no letter is right more than once oftener than another; among those, tasks are evened out as far
    as that allows.

    Args:
        pairs: all that are in the dataset.
        seed: decides between equals.
    """
    overall: Counter[tuple[int, int]] = Counter()
    in_task: Counter[tuple[str, int]] = Counter()
    return tuple(_turned(pair, overall, in_task, seed) if pair.options else pair for pair in pairs)


def letters(pairs: Sequence[InstructionPair]) -> dict[str, int]:
    """How often each letter is right."""
    counts = Counter(LETTERS[pair.answer_index] for pair in pairs if pair.answer_index is not None)
    return dict(sorted(counts.items()))


def _turned(
    pair: InstructionPair, overall: Counter[tuple[int, int]], in_task: Counter[tuple[str, int]], seed: int
) -> InstructionPair:
    lot = derived_random(seed, "letters", pair.id)
    size = len(pair.options)
    fewest = min(overall[size, place] for place in range(size))
    places = [place for place in range(size) if overall[size, place] == fewest]
    lot.shuffle(places)
    place = min(places, key=lambda candidate: in_task[pair.task, candidate])
    overall[size, place] += 1
    in_task[pair.task, place] += 1
    assert pair.answer_index is not None, "the record holds options and answer together"
    answer = pair.options[pair.answer_index]
    wrong = sorted(option for option in pair.options if option != answer)
    lot.shuffle(wrong)
    options = (*wrong[:place], answer, *wrong[place:])
    return pair.model_copy(update={"options": options, "answer_index": place})
