"""How somebody looks: the colour of a piece of clothing and what kind of piece it is, in the film's own pixels."""

from __future__ import annotations

from functools import partial
from operator import eq

from dreamgen.core.claims import Attribute
from dreamgen.core.colours import confusable
from dreamgen.core.lookalikes import alike
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure
from dreamgen.verify.judging.telling import told
from dreamgen.verify.sight.wardrobe import SLOTS

_ON_BODY = frozenset({"coat"})
_CLOTHES = frozenset({"top", "bottom"})
_ON_HEAD = frozenset({"hairstyle", "hat"})
_ON_FACE = frozenset({"glasses", "beard"})


def judge_attribute(case: Case, claim: Attribute) -> Opinion:
    """Refuted when the colour or the kind of the piece is another; supported when both hold."""
    viewing, who, slot = case.viewing, claim.entity, claim.slot
    if who not in viewing.cast:
        return unsure("no_portrait", f"no portrait of {who}")
    takes = [take for take in case.takes(claim) if viewing.sightings(take)[who].odds > 0]
    if not takes:
        return unsure("not_found", f"{who} was not found")
    opinions = []
    if claim.colour is not None and slot in SLOTS:
        opinions.append(told(viewing.piece(who, takes, slot), "colour", (claim.colour,), confusable))
    if slot == "hair":
        opinions.append(told(viewing.piece(who, takes, slot), "hair", (claim.value,), partial(alike, "hair")))
    if slot in _ON_BODY:
        opinions.append(told(viewing.body(who, takes, slot), slot, (claim.value,), partial(alike, slot)))
    if slot in _CLOTHES:
        opinions.append(told(viewing.clothes(who, takes, slot), slot, (claim.value,), partial(alike, slot)))
    if slot in _ON_HEAD:
        opinions.append(told(viewing.head(who, takes, slot), slot, (claim.value,), partial(alike, slot)))
    if slot in _ON_FACE:
        opinions.append(told(viewing.face(who, takes, slot), slot, (claim.value,), eq))
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
