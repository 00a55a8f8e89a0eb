"""Why something is done, and what is only told, wished or supposed."""

from __future__ import annotations

import re

from dreamgen.story.writers.lexicon import words
from dreamgen.story.writers.phrases import Clause
from dreamgen.story.writers.subjects import Subjects

_SO = re.compile(r",\s*so\s+(?!that\b)", re.I)


class Causes(Subjects):
    """Tells deeds from what is only spoken of, and finds the reasons that the text gives."""

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

    def _reasons(self, clause: Clause, at: int, following: int | None, skipped: set[int]) -> None:
        """Because, so that, in order to, and infinitives of purpose."""
        end = self.chunks[at].end
        rest = self.sentence[end:]
        next_end = len(rest)
        because = re.search(
            r"\b(?:because|for fear)\b (?:of )?([^.;!?\"]+)|, for ((?:he|she|it|they|the|his|her) [^.;!?\"]+)", rest
        )
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
