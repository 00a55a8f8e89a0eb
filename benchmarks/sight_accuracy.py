"""How well the `sight` networks see, head by head: on seeds held out, and in a style that was never learned from.

    python benchmarks/sight_accuracy.py [--corpus CORPUS]

Draws what is missing of the corpus' parts `test` and `left_out` first. Nothing was learned or chosen on either; the
style packs of `test` were learned from, the one of `left_out` was not.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from sight_choosing import case_of, judged
from sight_claims import SHOT
from sight_corpus import LEFT_OUT, PARTS, draw_part
from sight_data import DrawnStory, stories

from dreamgen.core.claims import Action, Attribute, Claim, Count, Expression, Place, Time, WeatherIs
from dreamgen.core.colours import confusable
from dreamgen.core.lookalikes import VALUES, alike
from dreamgen.engines.sight import Floats
from dreamgen.verify.glance.case import Case, told
from dreamgen.verify.glance.evidence import EVIDENCE, count_chances
from dreamgen.verify.glance.film import mean_logs
from dreamgen.verify.glance.scales import Decision, decided
from dreamgen.verify.glance.seer import Look, Seer


class Answer(NamedTuple):
    """What a head says of something that is known."""

    head: str
    exact: bool
    near: bool
    """Whether it is that or something that people could take for it."""


def answers(case: Case, claim: Claim) -> Iterator[Answer]:
    """What the heads say where a true claim tells the answer."""
    looks, classes = case.looks(claim), case.film.seer.classes
    if isinstance(claim, Place | Time | WeatherIs):
        head, value = {Place: "place", Time: "time", WeatherIs: "weather"}[type(claim)], _value(claim)
        chances = mean_logs([look.setting[head] for look in looks])
        yield _answer(head, chances, classes[head], value, partial(alike, head))
    elif isinstance(claim, Count):
        if claim.end - claim.start == SHOT:
            number = int(count_chances(case, looks, claim.what == "animals")[0].argmax())
            yield Answer("count", number == claim.number, number == claim.number)
    else:
        yield from _of_somebody(case, claim, looks)


def _value(claim: Place | Time | WeatherIs) -> str:
    return claim.place if isinstance(claim, Place) else claim.time if isinstance(claim, Time) else claim.weather


def _answer(head: str, chances: Floats, classes: Sequence[str], value: str, like: partial[bool]) -> Answer:
    best = classes[int(chances.argmax())]
    return Answer(head, best == value, bool(like(best, value)))


def _of_somebody(case: Case, claim: Claim, looks: Sequence[Look]) -> Iterator[Answer]:
    wanted = {
        Action: [("pose", getattr(claim, "action", ""), partial(alike, "pose"))],
        Expression: [("feeling", getattr(claim, "feeling", ""), partial(alike, "feeling"))],
    }.get(type(claim), [])  # fmt: skip
    if isinstance(claim, Attribute):
        slot = claim.slot
        wanted = [(slot, claim.value, partial(alike, slot) if slot in VALUES else partial(str.__eq__))]
        wanted += [(f"colour_{slot}", claim.colour, partial(confusable))] if claim.colour else []
    seen = case.seen(looks, claim.about[0]) if wanted else []
    for head, value, like in wanted:
        classes = case.film.seer.classes.get(head, ())
        if seen and value in classes:
            yield _answer(head, told(seen, head), classes, value, like)


def measure(drawn: list[DrawnStory], name: str) -> None:
    """Prints both tables for a part of the corpus."""
    seer, found = Seer(), defaultdict[str, list[Answer]](list)
    decisions = defaultdict[str, list[tuple[bool, Decision]]](list)
    for story in drawn:
        case = case_of(story, seer)
        for claim in case.claims:
            for answer in answers(case, claim):
                found[answer.head].append(answer)
        for one in judged(story, case):
            decisions[one.claim.kind].append((one.true, decided(one.pieces)))
    print(f"\n{name}: {len(drawn)} stories\n{'head':14} {'n':>5} {'right':>6} {'or alike':>8}")
    for head, some in sorted(found.items()):
        exact, near = (np.mean([answer[at] for answer in some]) for at in (1, 2))
        print(f"{head:14} {len(some):5} {exact:6.3f} {near:8.3f}")
    print(f"{'kind':14} {'true':>5} {'false':>5} {'decided':>8} {'right':>6} {'sure':>6}")
    for kind in (kind for kind in EVIDENCE if kind in decisions):
        rows = [(true, said) for true, said in decisions[kind] if said.outcome != "unsure"]
        right = np.mean([(said.outcome == "supported") == true for true, said in rows]) if rows else float("nan")
        sure = np.mean([said.confidence for _, said in rows]) if rows else float("nan")
        true = sum(true for true, _ in decisions[kind])
        false, share = len(decisions[kind]) - true, len(rows) / len(decisions[kind])
        print(f"{kind:14} {true:5} {false:5} {share:8.2f} {right:6.3f} {sure:6.3f}")


def main() -> None:
    """Draws what is missing, and measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("outputs/sight-corpus"))
    parser.add_argument("--share", type=float, default=1.0, help="of the stories of each part")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    for part, name in (("test", "held-out seeds"), ("left_out", f"the style left out ({LEFT_OUT})")):
        draw_part(options.corpus, part, options.workers, options.share)
        first, count, _ = PARTS[part]
        measure([one for one in stories(options.corpus / part) if one.seed < first + options.share * count], name)


if __name__ == "__main__":
    main()
