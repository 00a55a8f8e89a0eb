"""True claims about the drawn shots of the `sight` corpus, told from its truth as the product tells them of films."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sight_data import DrawnStory, setting_labels
from sight_labels import PLACES, TIMES, WEATHERS
from verifier_world import PEOPLE

from dreamgen.core.claims import (
    Absence,
    Action,
    Attribute,
    Claim,
    Count,
    Expression,
    Movement,
    Place,
    Presence,
    Relation,
    Time,
    WeatherIs,
)

SHOT = 10.0
"""Seconds that every shot of a drawn story is said to last; its number says when it begins."""
_LOW = ("lie", "fall")
_DOWN = {"top": 2.6, "bottom": 5.0, "shoes": 7.0, "bag": 3.0, "scarf": 1.6}
"""How far under the head a piece is seen, in halves of the head's height."""
_LEAST = {
    "hat": 0.01, "hair": 0.012, "hairstyle": 0.02, "glasses": 0.035, "beard": 0.02, "scarf": 0.02, "top": 0.006,
    "bag": 0.016, "bottom": 0.006, "shoes": 0.016, "coat": 0.003,
}  # fmt: skip
"""Share of the frame that a body must fill for a piece to be told."""


def true_claims(story: DrawnStory) -> list[list[Claim]]:
    """All that is known of every shot, and last how many different people and animals there are in all of them."""
    shots = [list(_claims(story, number, shot)) for number, shot in enumerate(story.truth["shots"])]
    return [*shots, list(_totals(story, shots))]


def _totals(story: DrawnStory, shots: list[list[Claim]]) -> Iterator[Claim]:
    for what, people in (("people", True), ("animals", False)):
        some = {who for who, character in story.cast.items() if (character["kind"] in PEOPLE) == people}
        known = [claim for claims in shots for claim in claims if isinstance(claim, Presence | Absence)]
        told = [claim for claim in known if claim.entity in some]
        seen = {claim.entity for claim in told if isinstance(claim, Presence)}
        if seen and len(told) == len(some) * len(shots):
            yield Count.model_validate({"start": 0, "end": len(shots) * SHOT, "what": what, "number": len(seen)})


def clear(seen: list[dict[str, Any]]) -> bool:
    """Whether somebody is plainly there at every moment."""
    return all(one["area"] >= 0.0016 and one["free"] >= 0.5 for one in seen)


def _claims(story: DrawnStory, number: int, shot: dict[str, Any]) -> Iterator[Claim]:
    span = {"start": number * SHOT, "end": (number + 1) * SHOT}
    yield from _setting(span, story, shot)
    everyone = {who: [moment.get(who, _NOBODY) for moment in shot["moments"]] for who in story.cast}
    plain = {who: seen for who, seen in everyone.items() if clear(seen)}
    gone = {who for who, seen in everyone.items() if all(one["box"] is None for one in seen)}
    people = {who for who, character in story.cast.items() if character["kind"] in PEOPLE}
    for who, character in story.cast.items():
        told = {**span, "entity": who, "what": character["kind"], "category": "person" if who in people else "animal"}
        if who in plain:
            yield Presence.model_validate(told)
        elif who in gone:
            yield Absence.model_validate(told)
    for what, some in (("people", people), ("animals", set(story.cast) - people)):
        if some <= {*plain, *gone} and some & set(plain):
            yield Count.model_validate({**span, "what": what, "number": len(some & set(plain))})
    plans = {placement["who"]: placement for placement in shot["placements"]}
    for who, seen in plain.items():
        if who in plans:
            yield from _deeds(span, who, plans[who], seen, who in people)
            yield from _looks(span, who, plans[who], seen, story.cast[who])
    yield from _sides(span, plain)


def _setting(span: dict[str, float], story: DrawnStory, shot: dict[str, Any]) -> Iterator[Claim]:
    place, time, weather = setting_labels(story, shot)
    if place >= 0:
        yield Place.model_validate({**span, "place": PLACES[place]})
    if time >= 0:
        yield Time.model_validate({**span, "time": TIMES[time]})
    if weather >= 0:
        yield WeatherIs.model_validate({**span, "weather": WEATHERS[weather]})


def _sides(span: dict[str, float], plain: dict[str, list[dict[str, Any]]]) -> Iterator[Claim]:
    for one, other in combinations(plain, 2):
        apart = [_middle(b) - _middle(a) for a, b in zip(plain[one], plain[other], strict=True)]
        if min(abs(way) for way in apart) > 0.12 and min(apart) * max(apart) > 0:
            side = "left of" if apart[0] > 0 else "right of"
            yield Relation.model_validate({**span, "entity": one, "relation": side, "other": other})


_NOBODY: dict[str, Any] = {"area": 0.0, "free": 0.0, "box": None}


def _middle(seen: dict[str, Any]) -> float:
    return float(seen["box"][0] + seen["box"][2]) / 2


def _deeds(
    span: dict[str, float], who: str, plan: dict[str, Any], seen: list[dict[str, Any]], person: bool
) -> Iterator[Claim]:
    pose, moves = plan["pose"], plan["end_box"] is not None
    needs = 0.985 if pose in ("stand", "walk", "run", "sit", "kneel", "dance", *_LOW) else 1.01
    inside = all(one["box"][3] < needs and one["area"] >= 0.004 for one in seen)
    if inside and moves == (pose in ("walk", "run")) and (pose != "talk" or seen[0]["area"] > 0.03):
        yield Action.model_validate({**span, "entity": who, "action": pose})
    felt = person and pose not in (*_LOW, "hug") and plan["expression"] != "neutral"
    # about 85 pixels square of 1024 x 576, for the head with its hair
    if felt and all(one["head"][2] > 0.06 and one.get("face", 0) > 0.5 for one in seen):
        yield Expression.model_validate({**span, "entity": who, "feeling": plan["expression"]})
    if moves and pose in ("walk", "run"):
        way = plan["end_box"]["x0"] - plan["box"]["x0"]
        if abs(way) > 0.06:
            yield Movement.model_validate({**span, "entity": who, "direction": "right" if way > 0 else "left"})
    elif not moves and inside and pose != "fall":
        yield Movement.model_validate({**span, "entity": who, "direction": "none"})


def _looks(
    span: dict[str, float], who: str, plan: dict[str, Any], seen: list[dict[str, Any]], character: dict[str, Any]
) -> Iterator[Claim]:
    least, worn = min(one["area"] for one in seen), {trait["slot"]: trait for trait in character["traits"]}
    for slot, trait in worn.items():
        if slot not in _LEAST or least < _LEAST[slot] or _covered(slot, worn, plan["pose"]):
            continue
        reach = _DOWN.get(slot, 0.0)
        if all("head" not in one or one["head"][1] + reach * one["head"][2] < 0.97 for one in seen):
            told = {"slot": slot, "value": trait["value"], "colour": trait.get("colour")}
            yield Attribute.model_validate({**span, "entity": who, **told})


def _covered(slot: str, worn: dict[str, Any], pose: str) -> bool:
    if pose in (*_LOW, "hug") and slot not in ("top", "coat"):
        return True
    if slot == "bottom":
        return worn["top"]["value"] in ("dress", "robe")
    if slot == "hair":
        return worn["hairstyle"]["value"] == "bald" or "hat" in worn
    return slot == "hairstyle" and "hat" in worn
