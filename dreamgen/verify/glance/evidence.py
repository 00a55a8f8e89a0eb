"""What the networks say for and against each kind of claim, as logarithms of odds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import eq
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from dreamgen.core.claims import (
    Absence,
    Action,
    Attribute,
    Count,
    Expression,
    Movement,
    Place,
    Presence,
    Relation,
    Time,
    WeatherIs,
)
from dreamgen.core.colours import confusable
from dreamgen.core.lookalikes import alike
from dreamgen.engines.sight import Floats
from dreamgen.verify.glance.case import Case, odds_of, told
from dreamgen.verify.glance.film import mean_logs
from dreamgen.verify.glance.scales import Evidence, untold
from dreamgen.verify.glance.seer import Look

_ITSELF: Final = 0.04
"""Probability that a claimed value itself must have; otherwise the networks speak for one that is like it."""
_SHY: Final = 3.5
"""By so much the networks' odds that somebody is there are too low; measured where that was known."""
_FAINT: Final = 0.03
"""Probability up to which somebody is surely not recognised."""
_CLOTHES: Final = frozenset({"top", "bottom", "hairstyle", "hat", "scarf", "glasses", "beard", "bag", "coat", "hair"})
_COLOURED: Final = frozenset({"top", "bottom", "hat", "scarf", "shoes", "bag", "coat"})


def among(
    chances: Floats, classes: Sequence[str], value: str, alike: Callable[[str, str], bool], what: str, scale: str = ""
) -> Evidence:
    """Whether it is `value`, or something that people could take for it.

    Args:
        chances: of the classes.
        classes: their names.
        value: claimed.
        alike: whether one could be taken for the other.
        what: pose, place: for the words and the reason.
        scale: by which the odds are read; `what` where empty.
    """
    of = dict(zip(classes, chances.tolist(), strict=True))
    if value not in of:
        return untold("unknown_value", f"{value} is no {what} that the networks know")
    best = max(of, key=lambda name: of[name])
    near = sum(chance for name, chance in of.items() if alike(name, value))
    said = f"{what} seen as {best} with probability {of[best]:.2f}, as {value} or one like it with {near:.2f}"
    if near > 0.5 and of[value] < _ITSELF:
        return untold(f"like_another_{what}", said)
    return Evidence(odds_of(near), said, f"wrong_{what}", scale or what)


def _setting(what: str, value: str, case: Case, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    if not looks:
        return (untold("outside_the_film"),)
    chances = mean_logs([look.setting[what] for look in looks])
    return (among(chances, case.film.seer.classes[what], value, partial(alike, what), what),)


def _place(case: Case, claim: Place, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    return _setting("place", claim.place, case, looks)


def _time(case: Case, claim: Time, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    return _setting("time", claim.time, case, looks)


def _weather(case: Case, claim: WeatherIs, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    return _setting("weather", claim.weather, case, looks)


def _seen(case: Case, claim: Presence | Absence, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    """Whether somebody is recognised in the looks."""
    if claim.entity not in case.film.cast:
        return (untold("no_portrait", f"no portrait of {claim.entity}"),)
    if not looks:
        return (untold("outside_the_film"),)
    chances = [case.known(look)[claim.entity].chance for look in looks]
    odds = float(np.mean([odds_of(chance) for chance in chances]))
    there = sum(chance > 0.5 for chance in chances)
    said = f"{claim.entity} recognised in {there} of {len(chances)} looks, at best with {max(chances):.2f}"
    if isinstance(claim, Presence) and not there and max(chances) > _FAINT:
        return (untold("unclear_likeness", said),)  # a stranger who looks a little like them, or they far away
    if isinstance(claim, Presence):
        return (Evidence(odds, said, "not_visible", "presence"),)
    # it is absent only if no look shows it
    return (Evidence(-odds_of(max(chances)), said, "visible", "absence"),)


def _count(case: Case, claim: Count, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    """How many of the cast are in the looks."""
    if not looks:
        return (untold("outside_the_film"),)
    chances, steady = count_chances(case, looks, claim.what == "animals")
    chance = float(chances[claim.number]) if claim.number < len(chances) else 0.0
    said = f"{int(chances.argmax())} {claim.what} most likely, {claim.number} with probability {chance:.2f}"
    return (Evidence(odds_of(chance), said, "other_number", "count" if steady else "count_of_changing"),)


def count_chances(case: Case, looks: Sequence[Look], animals: bool) -> tuple[Floats, bool]:
    """Probabilities of each number of people or animals, and whether the same ones are in all looks.

    Where they are not, whoever is in one look counts.
    """
    numbers, steady = np.array([1.0]), True
    for who in case.film.cast:
        if (who in case.animals) == animals:
            odds = [odds_of(case.known(look)[who].chance) for look in looks]
            there = [one > -_SHY for one in odds]
            steady = steady and all(there) == any(there)
            chance = 1 / (1 + math.exp(-0.8 * ((np.mean(odds) if all(there) == any(there) else max(odds)) + _SHY)))
            numbers = np.convolve(numbers, [1 - chance, chance])
    return np.asarray(numbers, np.float32), steady


def _attribute(case: Case, claim: Attribute, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    """Kind and colour of a piece of clothing."""
    if claim.entity not in case.film.cast:
        return (untold("no_portrait", f"no portrait of {claim.entity}"),)
    seen = case.seen(looks, claim.entity)
    if not seen:
        return (untold("not_found", f"{claim.entity} was not found"),)
    found, classes = [], case.film.seer.classes
    if claim.colour is not None and claim.slot in _COLOURED:
        head = f"colour_{claim.slot}"
        found.append(among(told(seen, head), classes[head], claim.colour, confusable, "colour", head))
    if claim.slot in _CLOTHES:
        same = partial(alike, claim.slot) if claim.slot in ("top", "bottom", "hairstyle", "hat", "hair", "coat") else eq
        found.append(among(told(seen, claim.slot), classes[claim.slot], claim.value, same, claim.slot))
    return tuple(found) or (untold("not_measurable"),)


def _action(case: Case, claim: Action, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    """Which pose the body has; what is in its hand is not judged."""
    seen = case.seen(looks, claim.entity)
    if not seen:
        return (untold("not_found", f"{claim.entity} was not found"),)
    scale = "pose_animal" if claim.entity in case.animals else "pose"
    return (
        among(told(seen, "pose"), case.film.seer.classes["pose"], claim.action, partial(alike, "pose"), "pose", scale),
    )


def _expression(case: Case, claim: Expression, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    """Which feeling the face shows."""
    seen = case.seen(looks, claim.entity)
    if not seen:
        return (untold("not_found", f"{claim.entity} was not found"),)
    return (
        among(
            told(seen, "feeling"),
            case.film.seer.classes["feeling"],
            claim.feeling,
            partial(alike, "feeling"),
            "feeling",
        ),
    )


def _movement(case: Case, claim: Movement, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    """Whether the body walks or runs, and which way it looks: nobody walks backwards in these films."""
    seen = case.seen(looks, claim.entity)
    if not seen:
        return (untold("not_found", f"{claim.entity} was not found"),)
    classes = case.film.seer.classes
    poses = dict(zip(classes["pose"], told(seen, "pose").tolist(), strict=True))
    ways = dict(zip(classes["facing"], told(seen, "facing").tolist(), strict=True))
    goes = poses["walk"] + poses["run"]
    said = f"{claim.entity} walks or runs with probability {goes:.2f}, looks to the right with {ways['right']:.2f}"
    if claim.direction == "none":
        return (Evidence(odds_of(1 - goes), said, "other_direction", "stays"),)
    return (Evidence(odds_of(goes * ways[claim.direction]), said, "other_direction", "goes"),)


def _relation(case: Case, claim: Relation, looks: Sequence[Look]) -> tuple[Evidence, ...]:
    """On which side of the other somebody is."""
    if not {claim.entity, claim.other} <= set(case.film.cast):
        return (untold("no_portrait"),)
    if claim.relation not in ("left of", "right of"):
        return (untold("not_measurable"),)
    apart = []
    for look in looks:
        known = case.known(look)
        one, other = known[claim.entity], known[claim.other]
        if one.seen and other.seen and min(one.chance, other.chance) > 0.5:
            apart.append(_middle(other.seen.body.box) - _middle(one.seen.body.box))
    if not apart:
        return (untold("not_found", "one of the two was not found"),)
    way = float(np.mean(apart)) * (1 if claim.relation == "left of" else -1)
    said = f"{claim.other} is {np.mean(apart):+.2f} frame widths to the right of {claim.entity} over {len(apart)} looks"
    return (Evidence(way * 20, said, "other_side", "side"),)


def _middle(box: tuple[float, float, float, float]) -> float:
    return (box[0] + box[2]) / 2


EVIDENCE: Final[Mapping[str, Callable[[Case, Any, Sequence[Look]], tuple[Evidence, ...]]]] = MappingProxyType(
    {
        "presence": _seen,
        "absence": _seen,
        "attribute": _attribute,
        "count": _count,
        "action": _action,
        "expression": _expression,
        "movement": _movement,
        "relation": _relation,
        "place": _place,
        "time_of_day": _time,
        "weather": _weather,
    }
)
"""Who looks for what; other kinds the networks can't judge."""
