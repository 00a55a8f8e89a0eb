"""How many of a kind a plot has, and whether a cast has as many."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dreamgen.story.expansion.drafts import Premise
from dreamgen.story.world.plot import Plot, bare, known_by, unquoted
from dreamgen.story.writers.lexicon import mapping
from dreamgen.story.writers.vocabulary import singular

_MOST = 4
"""More than that are a crowd, of which a film shows a few."""


def wrong_numbers(plot: Plot, premise: Premise, matched: Collection[int]) -> Iterator[str]:
    """Where a cast has fewer or more of a kind than the plot, a sentence each.

    Args:
        plot: as the rules have read it.
        premise: what the story is made of.
        matched: indices of those of the cast who surely are somebody of the plot. Any other may be the one who seems
            to be missing, and just be called otherwise.
    """
    last = [bare(one.name)[-1:] for one in premise.cast]
    for noun, number in _counted(plot).items():
        many = last.count((noun,))
        told = sum(noun in known_by(one.person)[1] for one in plot.people)
        together = any(row and singular(row[0]) == noun for row in last)
        others = [row for at, row in enumerate(last) if at not in matched and row != (noun,)]
        missing = 0 < many < number and not others
        if together or missing or (many > number >= told):
            yield f"The plot has {number} of the kind {noun}; the cast needs each of them, one by one, and no more."


def _counted(plot: Plot) -> dict[str, int]:
    """Noun to number, where the plot gives one number for it throughout."""
    numbers = mapping("words", "numbers")
    found: dict[str, set[int]] = {}
    for sentence in plot.sentences:
        row = re.findall(r"[a-z'-]+|[^\sa-z'-]", unquoted(sentence.text).lower())
        for at, word in enumerate(row):
            for ahead in row[at + 1 : at + 4] if word in numbers else ():
                if not ahead.isalpha():
                    break
                if noun := singular(ahead):
                    found.setdefault(noun, set()).add(int(numbers[word]))
                    break
    return {noun: min(some) for noun, some in found.items() if len(some) == 1 and 1 < min(some) <= _MOST}
