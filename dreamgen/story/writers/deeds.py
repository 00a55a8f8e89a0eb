"""What a clause looks like: poses, props, feelings, and what the others do meanwhile."""

from __future__ import annotations

from dataclasses import replace

from dreamgen.core.vocabulary import Feeling, Pose
from dreamgen.story.writers.beats import Deed, answer_of, feeling_in, feeling_of_verb, for_animal, pose_of
from dreamgen.story.writers.denials import is_none
from dreamgen.story.writers.dressing import Dressing
from dreamgen.story.writers.kinds import animal_kind
from dreamgen.story.writers.lexicon import participle, places, things, verbs, words
from dreamgen.story.writers.looks import worn
from dreamgen.story.writers.meaning import Parsed
from dreamgen.story.writers.phrases import Chunk, Clause

_MOVING: frozenset[Pose] = frozenset({"walk", "run"})
_KEEPS: frozenset[Pose] = frozenset({"stand", "walk", "run", "talk", "look", "hold", "sit"})
_HIDDEN_WITH = {"of", "like", "as", "about", "without", "than", "except", "from"}
_BODY = set(
    [
        "head",
        "hand",
        "hands",
        "arm",
        "arms",
        "leg",
        "legs",
        "foot",
        "feet",
        "face",
        "nose",
        "paw",
        "paws",
        "eye",
        "eyes",
        "ear",
        "ears",
        "hair",
        "shoulder",
        "shoulders",
        "back",
        "neck",
        "cheek",
        "tail",
        "knee",
        "knees",
        "finger",
        "fingers",
        "mouth",
        "lips",
        "side",
        "chest",
    ]
)


class Deeds(Dressing):
    """Makes deeds of clauses."""

    def _partners(self, item: Parsed, clause: Clause, actors: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the characters that a clause does something to or with."""
        found: list[str] = []
        for chunk in clause.objects:
            if chunk.who is not None and not self._means_thing(item, clause, chunk):
                found += self._ids(item, chunk, subject=False, avoid=() if chunk.low.endswith("sel") else actors)
            elif chunk.thing is not None and chunk.thing.head in _BODY and chunk.thing.owner is not None:
                found += self.cast.refer_owner(chunk.thing.owner)
        for preposition, chunk in clause.phrases:
            if preposition in _HIDDEN_WITH:
                continue
            if chunk.who is not None:
                found += self._ids(item, chunk, subject=False, avoid=actors)
            elif chunk.thing is not None and chunk.thing.head in _BODY and chunk.thing.owner is not None:
                found += self.cast.refer_owner(chunk.thing.owner)
        return tuple(who for who in dict.fromkeys(found) if who not in actors and self.cast.members[who].drawn)

    def _means_thing(self, item: Parsed, clause: Clause, chunk: Chunk) -> bool:
        """`them` and `it` right after a thing mean the thing."""
        if chunk.low not in {"it", "them"}:
            return False
        before = [other for other in item.chunks if other.start < chunk.start]
        for other in reversed(before):
            if other.thing is not None and other.thing.plural == (chunk.low == "them") and other.thing.head in things():
                return True
            if (
                other.who is not None
                and other.who.plural == (chunk.low == "them")
                and other.who.pronoun not in {"it", "them"}
            ):
                return False
        handled = clause.verb.lemma in words("verbs", "helpers", "keeping") | words("verbs", "helpers", "losing")
        if handled and self.props.last_named >= self.props.sentence - 1:
            return True
        return chunk.low == "it" and not self.cast.beast_near()

    def _is_plain(self, clause: Clause) -> bool:
        """Whether its verb is one that no body shows."""
        entry = verbs().get(clause.verb.lemma)
        lemma = clause.verb.lemma
        plain = entry is None or not entry.known_pose or lemma in words("verbs", "helpers", "thinking")
        moved = feeling_of_verb(lemma, "feels" if clause.verb.passive else "ways")
        return plain and not self._feeling(clause) and moved is None

    def _feeling(self, clause: Clause) -> Feeling | None:
        around = list(clause.words)
        for chunk in clause.subjects:
            if chunk.who is not None:
                around = [*chunk.who.modifiers, *around]
        for preposition, chunk in clause.phrases:
            if (
                chunk.thing is not None
                and preposition in {"in", "with", "for", "from", "of"}
                and chunk.thing.owner is None
            ):
                around += chunk.thing.words
        if clause.verb.lemma in {"be", "feel", "become", "get", "look", "seem", "grow", "make"}:
            for chunk in clause.objects:
                around += chunk.thing.words if chunk.thing is not None else ()
        return feeling_in(around)

    def _deeds(self, clause: Clause, actors: tuple[str, ...], partners: tuple[str, ...], text: str) -> list[Deed]:
        """What everybody in a clause does."""
        lemma = clause.verb.lemma
        action = f"be {participle(lemma)}" if clause.verb.passive else lemma
        using, standing = self._things(clause)
        mount = next((who for who in partners if self.cast.members[who].sort == "animal"), None)
        pose, seen = self._pose(clause, using, mount)
        felt = feeling_of_verb(lemma, "feels" if clause.verb.passive else "ways")
        feels = self._feeling(clause) or felt
        deeds: list[Deed] = []
        for who in actors:
            whom = next(iter(partners), None) or standing
            if whom is None and len(actors) == 2 and lemma in words("verbs", "both_do", "words"):
                whom = next(other for other in actors if other != who)
            held = self._in_hand(clause, who, actors, pose, using)
            does: Pose = "hold" if held is not None and pose == "stand" else pose
            deeds.append(self._fit(Deed(who, does, action, seen, whom, held, feels, None, clause.because, text)))
        deeds += self._answers(clause, actors, partners, pose, mount)
        self._pass_on(lemma, actors, partners, using)
        if pose in {"fall", "lie"}:
            self.holding = {who: prop for who, prop in self.holding.items() if who not in actors}
        if standing is None or not partners:
            return deeds
        return [replace(deed, whom=standing) if deed.whom is None and deed.who in partners else deed for deed in deeds]

    def _pose(self, clause: Clause, using: str | None, mount: str | None) -> tuple[Pose, bool]:
        """What the body does, and whether that shows the verb."""
        lemma = clause.verb.lemma
        pose, seen = pose_of(clause)
        if lemma in {"ride", "mount"} and mount is not None:
            return "walk", False
        if lemma == "wear" and any(chunk.thing is not None and worn(chunk.thing) for chunk in clause.around):
            return pose, True
        if using and not clause.verb.passive:
            return self._with_prop(lemma, pose, seen)
        if pose == "hold":
            return ("look" if lemma in words("verbs", "look", "stands_in") else "stand"), False
        return pose, seen

    def _in_hand(self, clause: Clause, who: str, actors: tuple[str, ...], pose: Pose, using: str | None) -> str | None:
        """The prop that one of the actors has in hand meanwhile."""
        if using is None:
            empty = pose_of(clause)[0] == "hold"
            return None if empty else self._kept(who, pose)
        if self.holding.get(who, "").startswith(using):
            return self.holding[who]
        if who == actors[0]:
            return using
        return self.props.another(using, actors.index(who) + 1) if self._each_has_one(clause) else None

    @staticmethod
    def _each_has_one(clause: Clause) -> bool:
        """`bearing signs`: several things for several people."""
        return any(chunk.thing is not None and chunk.thing.plural for chunk in clause.around)

    def _answers(
        self, clause: Clause, actors: tuple[str, ...], partners: tuple[str, ...], pose: Pose, mount: str | None
    ) -> list[Deed]:
        """What those do to whom, or with whom, it is done."""
        lemma = clause.verb.lemma
        companions = {
            who
            for preposition, chunk in clause.phrases
            if preposition == "with"
            for who in self.resolved.get(id(chunk), ())
        }
        found: list[Deed] = []
        for number, who in enumerate(partners):
            own = None
            if number == 0:
                own = answer_of(lemma, pose, actors[0], who, clause.verb.passive, bool(clause.objects))
            if own is not None and own.feels is None:
                found.append(own)
            elif who == mount and lemma in {"ride", "mount"}:
                found.append(Deed(who, "walk", "walk", True))
            elif who in companions and pose in _MOVING | {"sit", "dance"}:
                found.append(Deed(who, pose, pose, True))
            elif own is not None:
                found.append(own)
            elif number > 0:
                found.append(Deed(who, "stand", "stand", True))
        return [self._fit(deed) for deed in found]

    def _things(self, clause: Clause) -> tuple[str | None, str | None]:
        """The prop in the hand and the prop on the stage that a clause names."""
        using = standing = None
        for preposition, chunk in [("", chunk) for chunk in clause.objects] + clause.phrases:
            if (
                chunk.low in {"it", "them"}
                and preposition == ""
                and clause.verb.lemma not in words("verbs", "look", "shows")
            ):
                latest = self.props.latest(chunk.low == "them") if id(chunk) not in self.resolved else None
                using = using or (latest[0] if latest is not None and latest[1].held else None)
                continue
            if chunk.thing is None or worn(chunk.thing) or is_none(chunk):
                continue
            if preposition in {"of", "like", "as", "about", "without"}:
                continue
            if chunk.thing.head == "camera" and preposition in {"to", "toward", "towards"}:
                continue
            if preposition and chunk.thing.head in places() and chunk.thing.head not in things():
                continue
            found = self.props.refer(chunk.thing)
            if found is None:
                continue
            prop, entry = found
            if (
                entry.held
                and preposition in {"", "with", "using", "on", "for"}
                and not self._only_seen(clause, preposition)
            ):
                using = using or prop
            elif not entry.held and preposition != "from":
                standing = standing or prop
        return using, standing

    @staticmethod
    def _only_seen(clause: Clause, preposition: str) -> bool:
        """A thing that is looked at, wanted or lost is in nobody's hand."""
        lemma = clause.verb.lemma
        apart = (
            words("verbs", "look", "shows")
            | words("verbs", "helpers", "thinking")
            | {"search", "seek", "discover", "lose", "miss"}
        )
        return lemma in apart and preposition in {"", "for", "on"}

    @staticmethod
    def _with_prop(lemma: str, pose: Pose, seen: bool) -> tuple[Pose, bool]:
        if pose in {"hold", "stand"} or lemma == "leave":
            return "hold", lemma in words("verbs", "hold", "shows")
        return pose, seen

    def _kept(self, who: str, pose: Pose) -> str | None:
        return self.holding.get(who) if pose in _KEEPS else None

    def _pass_on(self, lemma: str, actors: tuple[str, ...], partners: tuple[str, ...], using: str | None) -> None:
        """Who has what in hand from now on."""
        if using is None:
            return
        for holder in [who for who, prop in self.holding.items() if prop == using]:
            del self.holding[holder]
        if lemma in words("verbs", "helpers", "giving") and partners and lemma != "show":
            self.holding[partners[0]] = using
        elif lemma in words("verbs", "helpers", "keeping"):
            self.holding[actors[0]] = using
            for number, who in enumerate(actors[1:], start=2):
                if f"{using}-{number}" in self.props.found:
                    self.holding[who] = f"{using}-{number}"

    def _fit(self, deed: Deed) -> Deed:
        """The deed as this body can do it: animals neither wave nor hold."""
        person = self.cast.members[deed.who]
        if person.sort != "animal":
            return deed
        kind = animal_kind(person.heads[0])
        pose, seen = for_animal(kind[0] if kind else "dog", deed.action, deed.does, deed.seen)
        return Deed(deed.who, pose, deed.action, seen, deed.whom, None, deed.feels, deed.says, deed.because, deed.text)
