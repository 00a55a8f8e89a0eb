"""Who or what each verb of a sentence belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.story.writers.lexicon import garments, verb_forms, words
from dreamgen.story.writers.phrases import Chunk, VerbGroup

_ACTING_PRONOUNS = {"he", "she", "they", "we", "i"}
"""Pronouns that are nobody's object."""


class Subjects:
    """Finds the subject of every verb in a row of chunks."""

    def __init__(self, chunks: Sequence[Chunk], sentence: str) -> None:
        self.chunks = [chunk for chunk in chunks]
        self.sentence = sentence
        self.verbs = [at for at, chunk in enumerate(self.chunks) if chunk.kind == "verb"]
        self.subjects: dict[int, list[int]] = {}
        self.used: set[int] = set()

    def _group(self, at: int) -> VerbGroup:
        group = self.chunks[at].verb
        assert group is not None
        return group

    def _owns(self, at: int) -> bool:
        """Whether the subject stands right at the verb, so it is nobody's object."""
        return self._group(at).form == "finite"

    def _subject(self, at: int) -> list[int]:
        group = self._group(at)
        if group.form == "inf":
            return self._subject_of_infinitive(at)
        if group.form in {"ing", "pp"}:
            return self._subject_of_participle(at)
        return self._subject_of_finite(at)

    def _previous_verb(self, at: int, finite: bool = False) -> int | None:
        earlier = [verb for verb in self.verbs if verb < at and (not finite or self._group(verb).form == "finite")]
        return earlier[-1] if earlier else None

    def _subject_of_infinitive(self, at: int) -> list[int]:
        previous = self._previous_verb(at)
        if previous is None:
            return []
        if self._group(previous).lemma in words("verbs", "helpers", "causing") and not self._group(previous).passive:
            between = self._objects_between(previous, at)
            if between:
                return between
        return self.subjects.get(previous, [])

    def _objects_between(self, start: int, end: int) -> list[int]:
        found = []
        for at in range(start + 1, end):
            if self.chunks[at].kind in {"who", "thing"} and self.chunks[at - 1].kind != "prep":
                found.append(at)
        return found[:1]

    def _subject_of_participle(self, at: int) -> list[int]:
        before = self._step_back(at - 1)
        if before >= 0 and self.chunks[before].kind in {"who", "thing"}:
            previous = self._previous_verb(at)
            bare = (
                previous is None
                or self._group(previous).lemma in words("verbs", "helpers", "causing")
                or self.chunks[before].kind == "who"
            )
            who = self._coordinated(before)
            # "walks the path holding a sign": a thing as object does not act
            if bare or self.chunks[before].kind == "who":
                return who
            return self.subjects.get(previous, []) if previous is not None else who
        previous = self._previous_verb(at)
        if previous is None:
            standing = [j for j in range(at) if self.chunks[j].kind == "who" and self._preposition(j) is None]
            return standing[:1]
        if self._group(previous).lemma in words("verbs", "helpers", "causing") and (
            between := self._objects_between(previous, at)
        ):
            return between
        if (
            self._group(previous).passive
            and self._group(previous).form == "pp"
            and (agents := self._agents(previous, at))
        ):
            return agents
        return self.subjects.get(previous, [])

    def _agents(self, start: int, end: int) -> list[int]:
        return [j for j in range(start + 1, end) if self.chunks[j].kind == "who" and self._preposition(j) == "by"]

    def _step_back(self, at: int) -> int:
        while at >= 0 and self.chunks[at].kind == "adv":
            at -= 1
        return at

    def _preposition(self, at: int) -> str | None:
        """The preposition right before a phrase, also across `and`."""
        if at > 0 and self.chunks[at - 1].kind == "prep":
            return self.chunks[at - 1].low
        if at > 1 and self.chunks[at - 1].low in {"and", "or"} and self.chunks[at - 2].kind in {"who", "thing"}:
            return None if self._acts_anew(at) else self._preposition(at - 2)
        return None

    def _acts_anew(self, at: int) -> bool:
        """`Mara walks along the harbour and Tom waves`: she doesn't walk along Tom; only where that is sure."""
        first, after = at, at + 1
        while first > 1 and self.chunks[first - 1].low == "and" and self.chunks[first - 2].kind == "who":
            first -= 2
        if first < 2 or self.chunks[first - 2].kind != "thing" or not all(map(_comes_anew, self.chunks[first:after:2])):
            return False
        while after < len(self.chunks) and (
            self.chunks[after].kind in {"adv", "who"} or self.chunks[after].low == "and"
        ):
            after += 1
        before = self._previous_verb(first)
        if before is None or after >= len(self.chunks) or self.chunks[after].kind != "verb":
            return False
        waits = self._group(before).form != "finite" or self._under_rel(before)
        return self._group(after).form == "finite" and _agrees(self.chunks[after], self.chunks[first:after], waits)

    def _subject_of_finite(self, at: int) -> list[int]:
        inverted = self._inverted(at)
        if inverted:
            return inverted
        before = self._step_back(at - 1)
        if before < 0:
            return self._inherit(at)
        chunk = self.chunks[before]
        if chunk.kind == "rel":
            return self._antecedent(before)
        if chunk.kind in {"who", "thing"}:
            subject = self._up_the_phrases(before)
            if subject is not None:
                return self._done_before(subject) or self._coordinated(subject)
            return self._inherit(at)
        return self._inherit(at)

    def _done_before(self, at: int) -> list[int]:
        """`the girl wearing a coat runs`, `the girl who held a lantern ran`: the girl, no thing."""
        first = at
        while first >= 2 and self.chunks[first - 1].low in {"and", ","} and self.chunks[first - 2].kind == "thing":
            first -= 2
        verb = self._step_back(first - 1)
        if verb < 0 or self.chunks[verb].kind != "verb" or self._previous_verb(verb) is not None:
            return []
        lemma, things = self._group(verb).lemma, [self.chunks[j].thing for j in range(first, at + 1, 2)]
        clothes = lemma == "wear" and all(thing is not None and thing.head in garments() for thing in things)
        if None in things or not (clothes or first == at):  # the girl watching the door and the window breaks
            return []
        if any(lemma in words("verbs", "helpers", key) for key in ("causing", "thinking", "saying")):
            return []  # the girl who hears a boat sink
        doers = [j for j in self.subjects.get(verb, []) if j < verb and self.chunks[j].kind == "who"]
        opens = self._group(verb).form == "ing" and doers == [self._step_back(verb - 1)]
        return doers if self._under_rel(verb) or opens else []

    def _inverted(self, at: int) -> list[int]:
        """`"...," said Mara` and `there lived a fox`."""
        before = self._step_back(at - 1)
        after = at + 1
        while after < len(self.chunks) and self.chunks[after].kind == "adv":
            after += 1
        if after >= len(self.chunks) or self.chunks[after].kind not in {"who"}:
            return []
        said = self._group(at).lemma in words("verbs", "helpers", "saying")
        quoted = before >= 0 and (
            self.chunks[before].kind == "quote"
            or (self.chunks[before].kind == "mark" and before > 0 and self.chunks[before - 1].kind == "quote")
        )
        if said and quoted:
            return self._joined_ahead(after)
        there = any(chunk.low == "there" for chunk in self.chunks[max(0, at - 3) : at])
        placed = (
            before >= 0
            and self.chunks[before].kind == "thing"
            and self._preposition(before) is not None
            and not any(
                self._preposition(j) is None and self.chunks[j].kind in {"who", "thing"} for j in range(before + 1)
            )
        )
        if there or (
            placed and self._group(at).lemma in {"be", "live", "stand", "sit", "lie", "come", "sleep", "wait"}
        ):
            return self._joined_ahead(after)
        return []

    def _joined_ahead(self, at: int) -> list[int]:
        found = [at]
        while at + 2 < len(self.chunks) and self.chunks[at + 1].low == "and" and self.chunks[at + 2].kind == "who":
            following = self.chunks[at + 3] if at + 3 < len(self.chunks) else None
            if following is not None and following.kind == "verb":
                break
            at += 2
            found.append(at)
        return found

    def _antecedent(self, rel: int) -> list[int]:
        for at in range(rel - 1, -1, -1):
            if self.chunks[at].kind == "who" or (self.chunks[at].kind == "thing" and self.chunks[rel].low != "who"):
                return [at]
            if self.chunks[at].kind == "verb":
                break
        return []

    def _up_the_phrases(self, at: int) -> int | None:
        """From `the children of a city household`, the children; None when only phrases of place are there."""
        preposition = self._preposition(at)
        while preposition is not None:
            while self.chunks[at - 1].low in {"and", "or"}:
                at -= 2
            left = self._step_back(at - 2)
            if left < 0 or self.chunks[left].kind not in {"who", "thing"}:
                return None
            if self._is_object(left):
                return None
            at = left
            preposition = self._preposition(at)
        return at

    def _is_object(self, at: int) -> bool:
        """Whether a verb stands right before, whose object this is."""
        before = self._step_back(at - 1)
        return before >= 0 and self.chunks[before].kind == "verb"

    def _coordinated(self, at: int) -> list[int]:
        """All phrases joined with the one at `at`, first to last."""
        found = [at]
        while (
            at >= 2 and self.chunks[at - 1].low in {"and", ",", "or"} and self.chunks[at - 2].kind in {"who", "thing"}
        ):
            left = at - 2
            if self.chunks[at - 1].low == "," and len(found) == 1:
                break
            if self._is_object(left) or left in self.used:
                break
            top = self._up_the_phrases(left)
            if top is None:
                break
            found.insert(0, top)
            at = top
        return found

    def _inherit(self, at: int) -> list[int]:
        """The subject that a joined verb shares with one before it."""
        waiting = [
            j
            for j in range(at)
            if self.chunks[j].kind == "who" and self._preposition(j) is None and not self._is_object(j)
        ]
        finite = self._previous_verb(at, finite=True)
        if finite is None:
            return waiting[:1]
        return self.subjects.get(finite, [])

    def _lend_to_leading(self) -> None:
        """A participle before the main clause has the subject of that clause."""
        for number, at in enumerate(self.verbs):
            if self.subjects[at] or self._group(at).form == "finite":
                continue
            for later in self.verbs[number + 1 :]:
                if self._group(later).form == "finite" and self.subjects[later] and not self._under_rel(later):
                    self.subjects[at] = self.subjects[later]
                    break

    def _under_rel(self, at: int) -> bool:
        before = self._step_back(at - 1)
        return before >= 0 and self.chunks[before].kind == "rel"


def _comes_anew(chunk: Chunk) -> bool:
    """Whether nobody who was named before can be meant, unless by a name or as `she`."""
    who = chunk.who
    if who is None:
        return False
    return who.sort in {"name", "animal"} or who.indefinite or chunk.low in _ACTING_PRONOUNS


def _agrees(verb: Chunk, subjects: Sequence[Chunk], waits: bool) -> bool:
    """Whether a verb can only be theirs: `the man rowed by Tom` may not row.

    Args:
        verb: the finite verb behind them.
        subjects: what stands between the `and` and the verb.
        waits: whether somebody before them still waits for a verb: the girl near the door and Tom run.
    """
    if any(chunk.low in _ACTING_PRONOUNS for chunk in subjects):
        return True
    people = [chunk.who for chunk in subjects if chunk.who is not None]
    several = len(people) > 1 or any(who.plural for who in people)
    forms = {form for _, form in verb_forms().get(verb.low.split()[0], frozenset())}
    if "s" in forms and not several:
        return True
    return not waits and (several if "base" in forms else "past" in forms and "pp" not in forms)
