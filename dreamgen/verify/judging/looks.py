"""How somebody looks: the colour of a piece of clothing and what kind of piece it is, in the film's own pixels."""

from __future__ import annotations

from collections.abc import Mapping

from dreamgen.core.claims import Attribute
from dreamgen.core.colours import confusable
from dreamgen.core.lookalikes import VALUES, alike
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.sight.wardrobe import ZONES

_ON_BODY = frozenset({"top", "bottom", "coat"})
_ON_HEAD = frozenset({"hairstyle", "hat", "glasses", "beard"})


def judge_attribute(case: Case, claim: Attribute) -> Opinion:
    """Refuted when the colour or the kind of the piece is another; supported when both hold."""
    if claim.entity not in case.viewing.cast:
        return unsure("no_portrait", f"no portrait of {claim.entity}")
    takes = [take for take in case.takes(claim) if case.viewing.sightings(take)[claim.entity].odds > 0]
    if not takes:
        return unsure("not_found", f"{claim.entity} was not found")
    opinions = []
    if claim.slot == "hair" or claim.colour is not None:
        if claim.slot not in ZONES:
            return unsure("not_measurable")
        chances = case.viewing.piece(claim.entity, takes, claim.slot)
        told = _kind(chances, "hair", claim.value) if claim.colour is None else _colour(chances, claim.colour)
        opinions.append(told)
    if claim.slot in _ON_BODY:
        opinions.append(_kind(case.viewing.body(claim.entity, takes, claim.slot), claim.slot, claim.value))
    if claim.slot in _ON_HEAD:
        opinions.append(_kind(case.viewing.head(claim.entity, takes, claim.slot), claim.slot, claim.value))
    return _together(opinions)


def _together(opinions: list[Opinion]) -> Opinion:
    if not opinions:
        return unsure("not_measurable")
    evidence = "; ".join(opinion.evidence for opinion in opinions if opinion.evidence)
    for opinion in opinions:
        if opinion.outcome == "refuted":
            return refuted(opinion.confidence, evidence, opinion.reason)
    for opinion in opinions:
        if opinion.outcome == "unsure":
            return unsure(opinion.reason, evidence)
    return supported(min(opinion.confidence for opinion in opinions), evidence)


def _colour(chances: Mapping[str, float], colour: str) -> Opinion:
    if not chances:
        return unsure("too_small")
    best = max(chances, key=lambda name: chances[name])
    near = sum(chance for name, chance in chances.items() if confusable(name, colour))
    evidence = f"colour {best} ({chances[best]:.2f}), {colour} or one like it {near:.2f}"
    if near > 0.6 and (chances[colour] > 0.15 or confusable(best, colour)):
        return supported(near, evidence)
    if near < 0.2:
        return refuted(1 - near, evidence, "wrong_colour")
    return unsure("unclear_colour", evidence)


def _kind(chances: Mapping[str, float], slot: str, value: str) -> Opinion:
    if value not in chances:
        return unsure("unknown_value" if chances else "too_small")
    best = max(chances, key=lambda name: chances[name])
    like = {name for name in chances if name == value or (slot in VALUES and alike(slot, name, value))}
    near = sum(chances[name] for name in like)
    evidence = f"{slot} looks most like {best} ({chances[best]:.2f}), {value} or one like it {near:.2f}"
    if near > 0.65:
        return supported(near, evidence)
    if near < 0.15:
        return refuted(1 - near, evidence, f"wrong_{slot}")
    return unsure(f"unclear_{slot}", evidence)
