"""Chunks become clauses: who does what to whom, with what, where and why."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dreamgen.story.writers.lexicon import verbs, words
from dreamgen.story.writers.phrases import Chunk, Clause, VerbGroup

_SO = re.compile(r",\s*so\s+(?!that\b)", re.I)


def clauses(chunks: Sequence[Chunk], sentence: str) -> list[Clause]:
    """One clause for each verb that says something of its own, in the order of the text."""
    return _Builder(chunks, sentence).build()


class _Builder:
    def __init__(self, chunks: Sequence[Chunk], sentence: str) -> None:
        self.chunks = [chunk for chunk in chunks]
        self.sentence = sentence
        self.verbs = [at for at, chunk in enumerate(self.chunks) if chunk.kind == "verb"]
        self.subjects: dict[int, list[int]] = {}
        self.used: set[int] = set()

    def build(self) -> list[Clause]:
        for at in self.verbs:
            self.subjects[at] = self._subject(at)
            if self._owns(at) and not self._under_rel(at):
                self.used |= set(self.subjects[at])
        self._lend_to_leading()
        found: list[Clause] = []
        skipped: set[int] = set()
        for number, at in enumerate(self.verbs):
            group = self._group(at)
            following = self.verbs[number + 1] if number + 1 < len(self.verbs) else None
            if at in skipped:
                continue
            if self._is_control(at, following):
                continue
            found.append(self._clause(at, following, group, skipped))
        return found

    def _group(self, at: int) -> VerbGroup:
        group = self.chunks[at].verb
        assert group is not None
        return group

    # subjects

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
            return self._preposition(at - 2)
        return None

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
                return self._coordinated(subject)
            return self._inherit(at)
        return self._inherit(at)

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

    # what a clause holds

    def _is_control(self, at: int, following: int | None) -> bool:
        """Whether the doing is in the next verb: begins to run."""
        if following is None:
            return False
        group, after = self._group(at), self._group(following)
        if after.form not in {"inf", "ing"} or group.negated or group.modal:
            return False
        between = self.chunks[at + 1 : following]
        if any(chunk.kind in {"mark", "conj", "sub", "rel", "who", "quote"} for chunk in between):
            return False
        if group.passive:
            return group.lemma in words("verbs", "helpers", "causing") and not any(
                chunk.kind == "thing" for chunk in between
            )
        if group.lemma == "be":
            return any(chunk.low in {"able", "about", "ready", "going"} for chunk in between) and "unable" not in [
                c.low for c in between
            ]
        if any(chunk.kind == "thing" for chunk in between):
            return False
        control = words("verbs", "helpers", "control")
        if group.lemma == "get" and after.form == "inf":
            return True
        return group.lemma in control and group.lemma not in words("verbs", "helpers", "not_done")

    def _clause(self, at: int, following: int | None, group: VerbGroup, skipped: set[int]) -> Clause:
        chunk = self.chunks[at]
        last = self._last_of(at, following)
        clause = Clause(group, self._start(at), self.chunks[last].end)
        clause.opens = self._opens(at)
        clause.subjects = [self.chunks[j] for j in self.subjects[at]]
        self._fill(clause, at, last, set(self.subjects[at]))
        clause.objects += self._relative_object(at)
        clause.told = self._is_told(at)
        clause.embedded_in = self._hangs_on(at)
        clause.leads = self._leads(at)
        clause.speech = self._speech(at)
        self._reasons(clause, at, following, skipped)
        if chunk.verb and chunk.verb.passive:
            self._turn_round(clause)
        return clause

    def _relative_object(self, at: int) -> list[Chunk]:
        """`a cat, which he stabs`: the cat."""
        own = [j for j in self.subjects[at] if j < at]
        before = self._step_back(min(own) - 1) if own else -1
        if before < 0 or self.chunks[before].kind != "rel" or self.chunks[before].low == "who":
            return []
        return [self.chunks[j] for j in self._antecedent(before)]

    def _last_of(self, at: int, following: int | None) -> int:
        """The last chunk that belongs to the verb at `at`."""
        limit = len(self.chunks) - 1 if following is None else following - 1
        if following is not None and self._owns(following) and not self._under_rel(following):
            own = [j for j in self.subjects[following] if at < j < following]
            if own:
                limit = min(own) - 1
        end = at
        for j in range(at + 1, limit + 1):
            if self.chunks[j].kind in {"sub", "rel"}:
                break
            end = j
        while end > at and self.chunks[end].kind in {"conj", "mark", "sub", "rel"}:
            end -= 1
        return end

    def _start(self, at: int) -> int:
        own = [j for j in self.subjects[at] if j < at]
        first = min(own) if own and self._group(at).form == "finite" else at
        for verb in self.verbs:
            if first < verb < at:
                first = at
                break
        return self.chunks[first].start

    def _opens(self, at: int) -> int:
        """Where a reader would cut before this clause: before its conjunction, helpers and opening words."""
        first = at
        while (previous := self._previous_verb(first)) is not None and self._is_control(previous, first):
            first = previous
        own = [j for j in self.subjects[first] if j < first]
        if self._under_rel(first):
            return self.chunks[self._step_back(first - 1)].start
        caused = self._previous_verb(first)
        if caused is not None and self._group(first).form == "inf" and self.subjects[first] != self.subjects[caused]:
            return self._opens(caused)
        if own and self._group(first).form == "finite":
            between = any(min(own) < verb < first for verb in self.verbs)
            first = first if between else min(own)
        while first > 0 and self.chunks[first - 1].kind in {"adv", "word"}:
            first -= 1
        if first > 0 and self.chunks[first - 1].kind in {"sub", "conj", "rel"}:
            first -= 1
        return self.chunks[first].start

    def _fill(self, clause: Clause, at: int, last: int, subjects: set[int]) -> None:
        preposition: str | None = None
        for j in range(at + 1, last + 1):
            chunk = self.chunks[j]
            if j in subjects:
                continue
            if chunk.kind == "prep":
                preposition = chunk.low
            elif chunk.kind in {"who", "thing"}:
                particle = preposition in {"up", "down", "out", "off", "away"} and j == at + 2 and self._lifts(at)
                if preposition is None or particle:
                    clause.objects.append(chunk)
                else:
                    clause.phrases.append((preposition, chunk))
                if not (j + 1 <= last and self.chunks[j + 1].low in {"and", "or"}):
                    preposition = None
            elif chunk.kind in {"adv", "word"}:
                clause.words.append(chunk.low)
        first = min([j for j in subjects if j < at], default=at)
        j = first - 1
        leading = not any(verb < first for verb in self.verbs)
        while j >= 0 and (
            self.chunks[j].kind in {"adv", "prep", "thing", "word"} or (leading and self.chunks[j].kind == "mark")
        ):
            if self.chunks[j].kind == "adv":
                clause.words.append(self.chunks[j].low)
            elif self.chunks[j].kind == "thing" and j > 0 and self.chunks[j - 1].kind == "prep":
                clause.phrases.append((self.chunks[j - 1].low, self.chunks[j]))
            j -= 1
        clause.words += [self.chunks[j].low for j in range(first, at) if self.chunks[j].kind == "adv"]
        clause.words += [word for word in self.chunks[at].low.split()[:-1] if word.endswith("ly")]

    def _lifts(self, at: int) -> bool:
        """Verbs whose `up` belongs to them: held up the lantern, but ran up the hill."""
        entry = verbs().get(self._group(at).lemma)
        return entry is not None and entry.pose in {"hold", "stand"}

    def _is_told(self, at: int) -> bool:
        """Supposed, promised, asked or wished, so not done."""
        group = self._group(at)
        if group.modal:
            return True
        if group.form == "inf" and at > 0 and self.chunks[at - 1].low in {"unable", "afraid", "reluctant"}:
            return True
        opener = self._opener(at)
        if opener in {"if", "unless", "whether", "because", "since", "for"}:
            return True
        previous = self._previous_verb(at)
        if previous is None:
            return False
        before = self._group(previous)
        opened = self._step_back((min(self.subjects[at]) if self.subjects[at] and self._owns(at) else at) - 1)
        directly = opened == previous or (
            opened > 0 and self.chunks[opened].kind in {"sub", "rel"} and opened - 1 == previous
        )
        content = before.lemma in words("verbs", "helpers", "thinking") | words("verbs", "helpers", "saying")
        if content and opener == "that":
            return True
        between = self.chunks[previous + 1 : opened + 1]
        directly = directly or (len(between) == 1 and between[0].kind == "who" and self._owns(at))
        if group.form == "finite" and directly and content:
            return True
        if group.form == "inf" and before.lemma in words("verbs", "helpers", "not_done"):
            return True
        if (
            group.form == "inf"
            and before.passive is False
            and before.lemma in {"ask", "order", "tell", "beg", "invite", "allow", "want", "expect"}
        ):
            return True
        # "glimpses of what will await him when he climbs": all of it is foretold
        return (
            before.modal
            and opener in {"when", "where", "while", "before", "until", "as", "what"}
            and not self._mark_between(previous, at)
        )

    def _mark_between(self, start: int, end: int) -> bool:
        return any(self.chunks[j].kind == "mark" or self.chunks[j].kind == "conj" for j in range(start, end))

    def _opener(self, at: int) -> str:
        """The subordinator of the clause, if it has one."""
        first = min([j for j in self.subjects[at] if j < at], default=at) if self._owns(at) else at
        before = self._step_back(first - 1)
        return self.chunks[before].low if before >= 0 and self.chunks[before].kind == "sub" else ""

    def _hangs_on(self, at: int) -> str:
        previous = self._previous_verb(at)
        return self._group(previous).lemma if previous is not None and self._group(at).form != "finite" else ""

    def _leads(self, at: int) -> bool:
        return bool(self._opener(at)) and self._previous_verb(at) is None

    def _speech(self, at: int) -> str | None:
        """The quotation that this verb brings, where it is a verb of saying."""
        quotes = [j for j, chunk in enumerate(self.chunks) if chunk.kind == "quote"]
        if not quotes or self._group(at).form == "inf":
            return None
        nearest = min(quotes, key=lambda j: abs(j - at))
        close = sorted(
            self.verbs,
            key=lambda verb: (
                self._group(verb).lemma not in words("verbs", "helpers", "saying"),
                self._group(verb).form != "finite",
                abs(verb - nearest),
            ),
        )
        if close[0] != at:
            return None
        return " ".join(self.chunks[j].text for j in quotes)

    def _reasons(self, clause: Clause, at: int, following: int | None, skipped: set[int]) -> None:
        """Because, so that, in order to, and infinitives of purpose."""
        end = self.chunks[at].end
        rest = self.sentence[end:]
        next_end = len(rest)
        because = re.search(r"\b(?:because|for fear)\b (?:of )?([^.;!?\"]+)|, for ((?:he|she|it|they|the|his|her) [^.;!?\"]+)", rest)
        if because and self._nearest_before(end + because.start()) == at:
            clause.because = (because[1] or because[2]).strip(" ,")
        purpose = re.search(r"\b(?:in order to|so as to|so that) ([^.;,!?\"]+)", rest)
        if clause.because is None and purpose and self._nearest_before(end + purpose.start()) == at:
            clause.because = purpose[0].strip(" ,")
        so = _SO.search(self.sentence)
        if clause.because is None and so and self._first_after(so.end()) == at:
            clause.because = self.sentence[: so.start()].split(". ")[-1].strip(" \"'")
        if following is not None and clause.because is None and self._is_purpose(at, following):
            piece = re.match(r"[^.;,!?\"]+", self.sentence[self.chunks[following].start :])
            clause.because = piece[0].strip() if piece else None
            skipped.add(following)
        del next_end

    def _nearest_before(self, offset: int) -> int | None:
        """The verb of the main clause before `offset`."""
        earlier = [verb for verb in self.verbs if self.chunks[verb].end <= offset]
        return earlier[-1] if earlier else None

    def _first_after(self, offset: int) -> int | None:
        later = [verb for verb in self.verbs if self.chunks[verb].start >= offset]
        return later[0] if later else None

    def _is_purpose(self, at: int, following: int) -> bool:
        group, after = self._group(at), self._group(following)
        if after.form != "inf" or group.lemma in words("verbs", "helpers", "control") | words(
            "verbs", "helpers", "causing"
        ) | {"be", "have"}:
            return False
        if group.lemma in words("verbs", "helpers", "saying") or group.passive:
            return False
        between = [j for j in range(at + 1, following) if self.chunks[j].kind in {"mark", "conj"}]
        return not between or (between == [following - 1] and self.chunks[following - 1].low == ",")

    def _turn_round(self, clause: Clause) -> None:
        """`Jack is visited by a fairy` means that a fairy visits Jack."""
        agents = [chunk for preposition, chunk in clause.phrases if preposition == "by" and chunk.who is not None]
        if not agents:
            return
        clause.objects = clause.subjects + clause.objects
        clause.subjects = agents
        clause.phrases = [(preposition, chunk) for preposition, chunk in clause.phrases if chunk not in agents]
        group = clause.verb
        clause.verb = VerbGroup(
            group.lemma, group.form, False, group.negated, group.modal, group.known, group.particle, group.tense
        )
