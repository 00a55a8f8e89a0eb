"""From chances to a verdict on a claim.

Every question about a claim gives the chance that it holds, as that question sees it:

- the statement: P(Yes) / (P(Yes) + P(No));
- the opposite statement: P(No) / (P(Yes) + P(No));
- the choice among k options: P(its option) over all letters, averaged over the orders, as odds against the odds
  1 : k - 1 of a blind guess.

The chance p of the claim is their mean in log odds. A model that likes to say yes adds the same log odds to both
words of both statements, once for the claim and once against it, so that its liking drops out. p of `support` and more
supports the claim, p of `refute` and less refutes it, and what lies between is unsure. So it is, too, when the two
statements contradict each other, both right or both wrong, by more than `gap`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dreamgen.engines.vision.seeing import Seen

SUREST: Final = 0.999
"""No single question counts for more than this, or for less than one minus this."""
_READ: Final = frozenset({"undecided", "contradictory"})
"""Reasons of an unsure reading of answers that could be read."""


@dataclass(frozen=True)
class Rule:
    """What it takes to decide."""

    support: float
    """Chance from which a claim is supported."""
    refute: float
    """Chance down from which it is refuted."""
    gap: float
    """By how much the two statements may contradict each other: 1 for as much as they like."""
    heard: float
    """Share of the chances that must lie on the choices; what is left is whatever else the model would have said."""


@dataclass(frozen=True)
class Reading:
    """What the answers to all questions about one claim come to."""

    outcome: Literal["supported", "refuted", "unsure"]
    """As the rule has it."""
    chance: float
    """That the claim holds, 0-1; a half where nothing could be read."""
    reason: str
    """Machine-readable: seen_otherwise, undecided, contradictory, prose, refused, cut_off, unreadable."""
    told: str
    """The chances of each question, for people."""

    @property
    def confidence(self) -> float:
        """The chance of the outcome; of an unsure one, how near it is to a toss, and 0 where nothing could be read."""
        if self.outcome == "supported":
            return self.chance
        if self.outcome == "refuted":
            return 1 - self.chance
        return 1 - abs(2 * self.chance - 1) if self.reason in _READ else 0.0


def weigh(statements: Sequence[Seen], choices: Sequence[Seen], places: Sequence[int], rule: Rule) -> Reading:
    """The verdict on a claim, before it is addressed.

    Args:
        statements: the answers to the statement and to its opposite.
        choices: the answers to the choice, one an order; empty where none was asked.
        places: for each of them, which choice stood for the claim.
        rule: what it takes.
    """
    lost = next((seen for seen in (*statements, *choices) if unheard(seen, rule.heard)), None)
    if lost is not None:
        instead = lost.detail or lost.text
        return Reading("unsure", 0.5, unheard(lost, rule.heard), f"it said {instead!r}"[:200] if instead else "")
    yes, no = (seen.chances[0] / sum(seen.chances) for seen in statements)
    straight, turned = yes, 1 - no
    parts, told = [log_odds(straight), log_odds(turned)], [f"right {yes:.2f}", f"opposite right {no:.2f}"]
    if choices:
        picked = sum(seen.chances[at] / sum(seen.chances) for seen, at in zip(choices, places, strict=True))
        share = picked / len(choices)
        parts.append(log_odds(share) + math.log(len(choices[0].chances) - 1))
        told.append(f"chosen {share:.2f} of {len(choices[0].chances)}")
    chance = sigmoid(sum(parts) / len(parts))
    said = ", ".join((*told, f"together {chance:.2f}"))
    if (straight - 0.5) * (turned - 0.5) < 0 and abs(straight - turned) > rule.gap:
        return Reading("unsure", chance, "contradictory", said)
    if chance >= rule.support:
        return Reading("supported", chance, "", said)
    if chance <= rule.refute:
        return Reading("refuted", chance, "seen_otherwise", said)
    return Reading("unsure", chance, "undecided", said)


def log_odds(chance: float) -> float:
    """Of a probability, held back from certainty."""
    held = min(max(chance, 1 - SUREST), SUREST)
    return math.log(held / (1 - held))


def sigmoid(odds: float) -> float:
    """The probability of log odds."""
    return 1 / (1 + math.exp(-odds))


def unheard(seen: Seen, least: float) -> str:
    """Why an answer to a choice can't be read: the failure, or `prose` where it would have said something else."""
    if seen.failure:
        return seen.failure
    return "prose" if len(seen.chances) != len(seen.query.choices) or sum(seen.chances) < max(least, 1e-9) else ""
