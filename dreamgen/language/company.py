"""Whom claims speak of, in words that fit one of the cast and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dreamgen.core.claims import Absence, Attribute, Claim, Presence
from dreamgen.core.colours import confusable
from dreamgen.language.mentions import mention
from dreamgen.language.wording import a, words
from dreamgen.language.world import World

_ARTICLE = re.compile(r"\bthe (.+?)(?= (?:in|with|and)\b|$)")
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Company:
    """The whole cast of a film, whoever of them is in the clip.

    Everybody counts as somebody's rival, so that no description tells who is there.
    """

    world: World
    """What the cast is called and looks like, as if all were there all the time."""

    @classmethod
    def of(cls, cast: Iterable[Presence | Attribute], claims: Iterable[Claim]) -> Company:
        """The company of a clip.

        Args:
            cast: who is who; see `Footage.cast`.
            claims: what is asked, true and false alike. Whoever is in none of `cast` has at least a noun there.
        """
        known = list(cast)
        met = {one.entity for one in known if isinstance(one, Presence)}
        for claim in claims:
            if isinstance(claim, Presence | Absence) and claim.entity not in met:
                met.add(claim.entity)
                known.append(Presence(start=0, end=1, entity=claim.entity, what=claim.what, category=claim.category))
        return cls(World.of_claims(one.model_copy(update={"start": 0.0, "end": 1.0}) for one in known))

    def the(self, entity: str, avoid: frozenset[str] = _NOBODY) -> str | None:
        """`the woman in the red coat`; None where no words fit nobody else.

        Args:
            entity: who or what.
            avoid: slots that are asked about.
        """
        known = self.world.entities.get(entity)
        if known is None:
            return None
        if known.category == "prop":
            return self._thing(entity, avoid)
        found = mention(self.world, entity, avoid)
        return found.text if found else None

    def one(self, entity: str) -> str | None:
        """`woman in a red coat`: the same without an article in front."""
        text = self.the(entity)
        return indefinite(text.removeprefix("the ")) if text else None

    def what(self, entity: str) -> str:
        """`lantern`; `somebody` of whom nothing is known."""
        known = self.world.entities.get(entity)
        return known.what if known else "somebody"

    def is_animal(self, entity: str) -> bool:
        """Whether it is one."""
        known = self.world.entities.get(entity)
        return known is not None and known.category == "animal"

    def _thing(self, entity: str, avoid: frozenset[str]) -> str | None:
        """`the lantern`, or `the red lantern` where there are others."""
        what = self.what(entity)
        rivals = [one.id for one in self.world.entities.values() if one.what == what and one.id != entity]
        if not rivals:
            return f"the {what}"
        own = self._colour(entity)
        others = [self._colour(rival) for rival in rivals]
        if "body" in avoid or own is None or any(other is None or confusable(own, other) for other in others):
            return None
        return f"the {own} {what}"

    def _colour(self, prop: str) -> str | None:
        looks = {look.colour for look in self.world.attributes(prop, "body")}
        return looks.pop() if len(looks) == 1 else None


def indefinite(text: str) -> str:
    """`woman in a red coat` for `woman in the red coat`."""
    return _ARTICLE.sub(lambda found: a(found[1]), text)


def wears(look: Attribute) -> tuple[str, str]:
    """What joins somebody with a look, in the third person and in the base form: wears, wear; has, have."""
    if look.slot == "bag":
        return "carries", "carry"
    pattern = str(words()["looks"].get(look.value) or words()["looks"].get(look.slot) or "with {it}")
    worn = pattern.startswith("in ") or look.slot in ("top", "bottom", "hat", "scarf", "glasses", "shoes")
    return ("wears", "wear") if worn else ("has", "have")
