"""Several at once: two bandits, the children, the young couple."""

from __future__ import annotations

from dreamgen.story.writers.kinds import family_of
from dreamgen.story.writers.lexicon import table, words
from dreamgen.story.writers.memory import Person
from dreamgen.story.writers.phrases import Mention
from dreamgen.story.writers.pronouns import Pronouns
from dreamgen.story.writers.vocabulary import singular, somebody

_COUNTED = {
    "children": ("boy", "girl"),
    "kids": ("boy", "girl"),
    "people": ("man", "woman"),
    "siblings": ("boy", "girl"),
}
MOST_IN_A_GROUP = 4


class Groups(Pronouns):
    """A memory that knows groups."""

    def _herd(self, mention: Mention) -> tuple[str, ...]:
        """The group that `the sheep` means, if there is one."""
        return next((ids for noun, ids in reversed(self.groups) if noun == mention.head), ())

    def _several(self, mention: Mention, shut: set[str]) -> tuple[str, ...]:
        single = singular(mention.head) or mention.head
        definite = mention.determiner not in {"a", "an", "another"} and not {"other", "more"} & set(mention.modifiers)
        if (definite and mention.sort != "group") or (
            mention.sort == "group" and mention.determiner in {"the", "this", "that", "these", "both"}
        ):
            for noun, ids in reversed(self.groups):
                if noun in {single, mention.head} or (noun and self._kin(noun, single)):
                    return ids
            known = [person.id for person in self.members.values() if self._goes_by(person, single)]
            if len(known) > 1:
                return (
                    tuple(known[-mention.number :])
                    if mention.number > 1 and mention.determiner != "the"
                    else tuple(known)
                )
            generic = single in words("people", "words", "generic_people") or mention.head in {
                "pair",
                "couple",
                "group",
                "trio",
            }
            if generic and mention.determiner in {"the", "both", "these"}:
                family = family_of(single) if mention.head not in {"pair", "couple", "group", "trio"} else ""
                for _, ids in reversed(self.groups):
                    if all(self._is_like(self.members[who], family) for who in ids):
                        return ids
                if single in {"friend", "companion", "partner", "lover", "person"} and (two := self._last_two()):
                    return two
        return self._new_several(mention, single)

    @staticmethod
    def _is_like(person: Person, family: str) -> bool:
        """Whether somebody could be one of `the men`, `the children`, `the friends`."""
        if person.sort == "animal":
            return family == ""
        mine = family_of(person.heads[0]) if person.heads else "adult"
        young, theirs = mine in {"boy", "girl", "child"}, family in {"boy", "girl", "child"}
        gender = {"man": "m", "boy": "m", "woman": "f", "girl": "f"}.get(family, "")
        return family == "" or family == "adult" or (young == theirs and (not gender or person.gender in {"", gender}))

    @staticmethod
    def _kin(one: str, other: str) -> bool:
        children = {"children", "child", "kids", "kid", "siblings", "sibling", "twins", "twin"}
        pair = {"couple", "lovers", "lover", "newlyweds", "sweethearts", "sweetheart"}
        return any({one, other} <= kin for kin in (children, pair))

    def _new_several(self, mention: Mention, single: str) -> tuple[str, ...]:
        if mention.head in _COUNTED and mention.number > 2:
            roles = [_COUNTED[mention.head][number % 2] for number in range(mention.number)]
        elif mention.sort == "group" or mention.head in table("people")["groups"]:
            roles = [
                role.replace("-", " ") for role in table("people")["groups"][mention.head.replace(" ", "_")].split()
            ]
        elif single == "child":
            roles = (["boy", "girl"] * 3)[: max(2, mention.number)]
        else:
            roles = [single] * mention.number
        if len(roles) > MOST_IN_A_GROUP:
            self.notes.append((f"{mention.number} {mention.head}", f"{MOST_IN_A_GROUP} of them"))
        roles = roles[:MOST_IN_A_GROUP]
        ids = []
        for number, role in enumerate(roles):
            sort = somebody().get(role, "person")
            one = Mention(
                sort, role, "", "", "the", 1, False, mention.modifiers, mention.owner, capital=mention.capital
            )
            who = self._new(one)
            person = self.members[who]
            generic = role in words("people", "words", "generic_people")
            person.group_of = role if generic else ""
            person.place_in_group = number + 1 if len(set(roles)) < len(roles) else 0
            ids.append(who)
        self.groups.append((mention.head if mention.sort == "group" else single, tuple(ids)))
        return tuple(ids)
