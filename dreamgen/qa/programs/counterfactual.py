"""What would not have been done, had its reason not been there: as far as the story gives the reason.

The answer rests on a cause claim and its effect, so it says no more than that the reason would be gone: whether it
would have been done all the same, no story tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from dreamgen.core.claims import Action, Cause, Claim, Speech
from dreamgen.language.mentions import mention
from dreamgen.language.moments import around
from dreamgen.language.statements import Statement, statement
from dreamgen.language.wording import alike, words
from dreamgen.language.world import World
from dreamgen.qa.asking import Asking, Compute, Draft, Fact
from dreamgen.qa.suppositions import reason_in, unless

_NOTHING_NEW: Final = {"stand", "look", "hold"}
"""What is done in any case needs no reason."""


def left_without_reason(world: World, cause: str) -> str | None:
    """What the story would give nobody a reason to do: `sit with a lantern`; None where there is another reason."""
    told = _told(world, world.by_id.get(cause))
    return told.bare if told is not None else None


def still_reason(world: World, cause: str, without: str) -> str | None:
    """`no` where the reason that is taken away is the one that the story gives, else `yes`."""
    claim = world.by_id.get(cause)
    if not isinstance(claim, Cause) or _told(world, claim) is None:
        return None
    own = reason_in(world, claim.because)
    if own is None:
        return None
    return "no" if own == without else None if _shares_words(own, without) else "yes"


PROGRAMS: Final[Mapping[str, Compute]] = {"left_without_reason": left_without_reason, "still_reason": still_reason}


def ask(asking: Asking) -> Iterator[Draft]:
    """Questions about what a story gives a reason for; none where it gives none."""
    world = asking.world
    for cause in world.all(Cause):
        told = _told(world, cause)
        own = reason_in(world, cause.because)
        effect = world.by_id.get(cause.effect)
        if told is None or own is None or not isinstance(effect, Action | Speech):
            continue
        named = mention(world, effect.entity)
        if named is not None:
            yield from _undone(asking, cause, effect, told, own, named.slots)
            yield from _checked(asking, cause, effect, told, own, named.slots)


def _told(world: World, cause: Claim | None) -> Statement | None:
    """The effect in words, where the story gives one reason for it and it is something that need not be done."""
    if not isinstance(cause, Cause):
        return None
    effect = world.by_id.get(cause.effect)
    if not isinstance(effect, Action | Speech) or (isinstance(effect, Action) and effect.action in _NOTHING_NEW):
        return None
    told = statement(world, effect)
    others = [world.by_id[c.effect] for c in world.all(Cause) if c.id != cause.id and c.effect in world.by_id]
    texts = {one.text for other in others if (one := statement(world, other)) is not None}
    return told if told is not None and told.text not in texts else None


def _shares_words(one: str, other: str) -> bool:
    """Whether two reasons might be the same one: a word of both says something."""
    content = [set(re.findall(r"[a-z]{4,}", text.casefold())) - _COMMON for text in (one, other)]
    return bool(content[0] & content[1])


_COMMON: Final = frozenset(
    {"because", "were", "with", "that", "this", "from", "there", "their", "they", "have", "been"}
)


def _fact(asking: Asking, cause: Cause, effect: Action | Speech, told: Statement, slots: Mapping[str, str]) -> Fact:
    world = asking.world
    return Fact(
        task="counterfactual",
        wording="counterfactual",
        program="left_without_reason",
        arguments=(("cause", cause.id),),
        moment=around(world, effect.start, effect.end)[0],
        claims=tuple(dict.fromkeys((cause.id, effect.id, *told.claims))),
        slots={key: text for key, text in slots.items() if key != "name"},
        entities=told.entities,
    )


def _undone(
    asking: Asking, cause: Cause, effect: Action | Speech, told: Statement, own: str, slots: Mapping[str, str]
) -> Iterator[Draft]:
    """The reason is in the question, and what was done for it is to be seen."""
    condition = unless(own, slots["who"])
    if condition is None or isinstance(effect, Speech):
        return
    world, rows = asking.world, words()["poses"]
    bare = {str(forms[2]): row for row, forms in rows.items() if row not in {"hold", "hug", "fly", "look", "stand"}}
    seen = {one.bare: c.action for c in world.all(Action) if (one := statement(world, c)) is not None}
    known = {**bare, **seen, told.bare: effect.action}
    fact = _fact(asking, cause, effect, told, slots)
    fact = replace(
        fact,
        slots={**fact.slots, "unless": condition},
        near=sorted(text for text, row in seen.items() if row not in _NOTHING_NEW),
        far=sorted(bare) if world.entities[effect.entity].category == "person" else ["run", "sit", "lie there", "walk"],
        # nobody looks for the wrong ones, so they may be like each other
        clash=lambda one, other: told.bare in (one, other) and alike(known[one], known[other]),
        forms=("open", "choice"),
    )
    yield from asking.drafts(fact, left_without_reason)


def _checked(
    asking: Asking, cause: Cause, effect: Action | Speech, told: Statement, own: str, slots: Mapping[str, str]
) -> Iterator[Draft]:
    """The same with another story's reason beside it, which has nothing to do with it."""
    world = asking.world
    fact = _fact(asking, cause, effect, told, slots)
    others = [reason_in(world, c.because) for c in world.all(Cause) if c.effect != cause.effect]
    invented = [text for text in words()["vocabulary"]["reasons"] if not _shares_words(own, text)]
    strange = next((text for text in others if text is not None and not _shares_words(own, text)), None)
    strange = strange or (asking.pick(invented, "reason", cause.id) if invented else None)
    for reason in (own, strange):
        condition = unless(reason, slots["who"]) if reason is not None else None
        if reason is not None and condition is not None:
            check = replace(
                fact,
                wording="counterfactual_check",
                program="still_reason",
                arguments=(("cause", cause.id), ("without", reason)),
                slots={**fact.slots, "unless": condition, "do": told.bare},
            )
            yield from asking.polar(check, still_reason)
