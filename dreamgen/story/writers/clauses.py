"""Chunks become clauses: who does what to whom, with what, where and why."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.story.writers.causes import Causes
from dreamgen.story.writers.denials import is_denied
from dreamgen.story.writers.lexicon import verbs, words
from dreamgen.story.writers.phrases import Chunk, Clause, VerbGroup


def clauses(chunks: Sequence[Chunk], sentence: str) -> list[Clause]:
    """One clause for each verb that says something of its own, in the order of the text."""
    return _Builder(chunks, sentence).build()


class _Builder(Causes):
    """Makes the clauses of one sentence."""

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

    def _clause(self, at: int, following: int | None, group: VerbGroup, skipped: set[int]) -> Clause:
        chunk = self.chunks[at]
        last = self._last_of(at, following)
        clause = Clause(group, self._start(at), self.chunks[last].end)
        clause.opens = self._opens(at)
        clause.subjects = [self.chunks[j] for j in self.subjects[at]]
        self._fill(clause, at, last, set(self.subjects[at]))
        clause.objects += self._relative_object(at)
        clause.told = self._is_told(at)
        clause.denied = self._is_denied(clause, at)
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
        """Objects, phrases and adverbs: those behind the verb, and those that open the sentence."""
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
        self._fill_from_opening(clause, first)
        clause.words += [self.chunks[j].low for j in range(first, at) if self.chunks[j].kind == "adv"]
        clause.words += [word for word in self.chunks[at].low.split()[:-1] if word.endswith("ly")]

    def _fill_from_opening(self, clause: Clause, first: int) -> None:
        """`In the forest, suddenly, ...`: what stands before the subject."""
        kinds = {"adv", "prep", "thing", "word"}
        if not any(verb < first for verb in self.verbs):
            kinds.add("mark")
        j = first - 1
        while j >= 0 and self.chunks[j].kind in kinds:
            if self.chunks[j].kind == "adv":
                clause.words.append(self.chunks[j].low)
            elif self.chunks[j].kind == "thing" and j > 0 and self.chunks[j - 1].kind == "prep":
                clause.phrases.append((self.chunks[j - 1].low, self.chunks[j]))
            j -= 1

    def _lifts(self, at: int) -> bool:
        """Verbs whose `up` belongs to them: held up the lantern, but ran up the hill."""
        entry = verbs().get(self._group(at).lemma)
        return entry is not None and entry.pose in {"hold", "stand"}

    def _hangs_on(self, at: int) -> str:
        previous = self._previous_verb(at)
        return self._group(previous).lemma if previous is not None and self._group(at).form != "finite" else ""

    def _is_denied(self, clause: Clause, at: int) -> bool:
        own = [j for j in self.subjects[at] if j < at] if self._owns(at) else []
        previous = self._previous_verb(at) if self._group(at).form in {"ing", "inf"} else None
        governor = self._group(previous) if previous is not None and not self._mark_between(previous, at) else None
        return is_denied(clause.verb, governor, self.chunks[: min(own, default=at)], clause.subjects, clause.objects)

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
