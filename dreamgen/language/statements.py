"""A claim that something happens, as a clause: `the boy waves`."""

from __future__ import annotations

from dataclasses import dataclass

from dreamgen.core.claims import Action, Claim, Interaction, Presence, Speech
from dreamgen.language.mentions import mention
from dreamgen.language.wording import a, quoted, words
from dreamgen.language.world import SLACK, World


@dataclass(frozen=True)
class Statement:
    """One happening in words."""

    who: str
    """`the boy`."""
    does: str
    """`waves`."""
    bare: str
    """`wave`."""
    doing: str
    """`waving`."""
    claims: tuple[str, ...]
    entities: tuple[str, ...]

    @property
    def text(self) -> str:
        """`the boy waves`."""
        return f"{self.who} {self.does}"


def statement(world: World, claim: Claim) -> Statement | None:
    """The clause for an action, a deed, a speech or a first appearance; None for others, or for whom no words fit."""
    if not isinstance(claim, (Action, Interaction, Speech, Presence)):
        return None
    who = mention(world, claim.entity)
    if who is None:
        return None
    here = (claim.id, *who.claims)
    if isinstance(claim, Action):
        ing, does, bare = (doing(world, claim, form) for form in range(3))
        rests_on = (*here, *grounds(world, claim))
        return Statement(who.text, does, bare, ing, rests_on, (claim.entity,)) if ing and does and bare else None
    if isinstance(claim, Interaction):
        other = mention(world, claim.other)
        if other is None:
            return None
        ing, verb, base = words()["deeds"][claim.action]
        claims, entities = (*here, *other.claims), (claim.entity, claim.other)
        return Statement(
            who.text, f"{verb} {other.text}", f"{base} {other.text}", f"{ing} {other.text}", claims, entities
        )
    if isinstance(claim, Speech):
        line = quoted(claim.words, inside=True)
        return Statement(who.text, f"says {line}", f"say {line}", f"saying {line}", here, (claim.entity,))
    # who may come into view again is seen to appear then as well
    stays = claim.end >= world.seconds - SLACK or world.unseen(claim.entity, claim.end, world.seconds)
    first = " for the first time" if not stays and world.unseen(claim.entity, 0.0, claim.start) else ""
    # who could be seen before does not appear
    before = world.ids_of(gone for gone in world.absences(claim.entity) if gone.start < claim.start)
    return Statement(who.text, f"appears{first}", f"appear{first}", f"appearing{first}", (*here, *before), claim.about)


def pose(world: World, claim: Action) -> str:
    """The row of the table of poses; a bird that runs is seen to fly."""
    known = world.entities.get(claim.entity)
    return "fly" if claim.action == "run" and known is not None and known.what == "bird" else claim.action


def doing(world: World, claim: Action, form: int = 0) -> str | None:
    """`walking with a lantern` (form 0), `walks with a lantern` (1), `walk with a lantern` (2).

    None for a hug whose other half is not known.
    """
    row = pose(world, claim)
    phrase = str(words()["poses"][row][form])
    if row == "hug":
        return _hugging(world, claim, phrase)
    held = world.entities.get(claim.using) if claim.using else None
    if held is None or row == "talk":
        return phrase
    return phrase.replace("something", a(held.what)) if row == "hold" else f"{phrase} with {a(held.what)}"


def grounds(world: World, claim: Action) -> tuple[str, ...]:
    """What `doing` rests on: the action, the thing in the hand, or the other half of a hug."""
    held = world.entities.get(claim.using) if claim.using else None
    hugs, other = _hugs(world, claim) if claim.action == "hug" else ((), None)
    described = mention(world, other) if other else None
    return (
        *world.ids_of((claim, *hugs, *(held.presences[:1] if held else ()))),
        *(described.claims if described else ()),
    )


def _hugging(world: World, claim: Action, phrase: str) -> str | None:
    _, other = _hugs(world, claim)
    described = mention(world, other) if other else None
    return phrase.replace("someone", described.text) if described else None


def _hugs(world: World, claim: Action) -> tuple[tuple[Interaction, ...], str | None]:
    """The hugs that the action is part of, and the one who is hugged, if only one is."""
    near = (c for c in world.during(Interaction, claim.start, claim.end) if c.action == "hug")
    hugs = tuple(c for c in near if claim.entity in c.about)
    others = {c.other if c.entity == claim.entity else c.entity for c in hugs}
    return hugs, others.pop() if len(others) == 1 else None
