"""Checked pairs as claims: somebody is there, looks like this, and every sentence of the answer is right of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from dreamgen.annotate.captioning.sentences import leans, sentences
from dreamgen.annotate.faults import Fault
from dreamgen.annotate.objects.looks import Look, looks_in, noun_of
from dreamgen.annotate.objects.naming import bare, head, plain
from dreamgen.annotate.objects.sheets import DraftObject
from dreamgen.core.claims import Attribute, Claim, Description, Presence
from dreamgen.language.company import Company
from dreamgen.language.mentions import fits

Span = tuple[float, float]

_CATEGORIES: Final[dict[str, Literal["person", "animal", "prop"]]] = {
    "person": "person", "animal": "animal", "thing": "prop",
}  # fmt: skip
_OWN: Final = {
    "person": re.compile(r"\W*(?:s?he|his|her)\b", re.IGNORECASE),
    "animal": re.compile(r"\W*(?:it|its|s?he|his|her)\b", re.IGNORECASE),
    "thing": re.compile(r"\W*(?:it|its)\b", re.IGNORECASE),
}
"""How a sentence speaks of the one that it is about, of whichever sort."""
_SEX: Final = re.compile(r"\W*(s?he|his|her)\b", re.IGNORECASE)
_HIM: Final = frozenset(
    {"man", "guy", "gentleman", "male", "boy", "father", "husband", "groom", "waiter", "actor", "king"}
)
_HER: Final = frozenset({"woman", "lady", "female", "girl", "mother", "wife", "bride", "waitress", "actress", "queen"})
"""Nouns of those whom `he` and `she` stand for."""


@dataclass(frozen=True)
class Subject:
    """One person, animal or thing, with all that was written about it."""

    entity: str
    """Its id."""
    what: str
    """What a viewer would call it."""
    category: str
    """person, animal or thing."""
    looks: tuple[Look, ...]
    """By which it is told apart."""
    span: Span
    """Seconds from when to when it is seen."""
    met: bool
    """Whether an earlier annotator has introduced it."""
    drafts: tuple[DraftObject, ...] = field(default=())
    """What was written about it, in order."""

    def claims(self, by: tuple[str, ...]) -> Iterator[Claim]:
        """All that is claimed of it.

        Args:
            by: who says so; see `Description.by`.
        """
        start, end = self.span
        if not self.met:
            category = _CATEGORIES[self.category]
            yield Presence(start=start, end=end, entity=self.entity, what=self.what, category=category)
        for slot, value, colour in self.looks:
            yield Attribute(start=start, end=end, entity=self.entity, slot=slot, value=value, colour=colour)
        told = dict.fromkeys(part for draft in self.drafts for part in parts_of(draft))
        for nth, text in enumerate(told):
            yield Description(start=start, end=end, entity=self.entity, text=text, by=by, nth=nth)


def subjects_of(drafts: Sequence[DraftObject], known: Sequence[Claim], seconds: float) -> tuple[Subject, ...]:
    """Whom pairs are about: those that name the same are about the same one.

    Args:
        drafts: checked pairs.
        known: what earlier annotators said; whom they have introduced is not introduced again.
        seconds: length of the clip.
    """
    found: dict[str, Subject] = {}
    met = {bare(draft.names): _met(draft, known) for draft in drafts}
    claimed = Counter(one.entity for one in met.values() if one)
    taken = {claim.entity for claim in known if isinstance(claim, Presence)}
    for draft in drafts:
        name = bare(draft.names)
        if name not in found:
            one_known = met[name]
            # whom two names fit may be either of the two
            sure = one_known if one_known and claimed[one_known.entity] == 1 else None
            found[name] = _subject(draft, sure, known, seconds, taken)
            taken.add(found[name].entity)
        one = found[name]
        found[name] = replace(one, drafts=(*one.drafts, draft), span=_joined(one.span, _span(draft, seconds)))
    return tuple(found.values())


def told_apart(subjects: Sequence[Subject], known: Sequence[Claim]) -> Iterator[tuple[Subject, Fault | None]]:
    """Each subject, with why no claim can speak of it where nothing tells it apart from somebody else of the clip."""
    said = [claim for one in subjects for claim in one.claims(())]
    looks = (claim for claim in (*known, *said) if isinstance(claim, Presence | Attribute))
    company = Company.of(looks, ())
    for one in subjects:
        if company.the(one.entity) is None:
            yield one, Fault("not_told_apart", f"no look of the {one.what} tells it apart from others of the clip")
        else:
            yield one, None


def parts_of(draft: DraftObject) -> tuple[str, ...]:
    """The sentences of an answer, each with those that can't be judged without it."""
    found: list[str] = []
    last = ""
    for sentence in sentences(draft.answer):
        own = _OWN[draft.category].match(sentence) and not _of_another(draft, last, sentence)
        if found and leans(sentence) and not own:
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
        last = sentence
    return tuple(found)


def _of_another(draft: DraftObject, before: str, sentence: str) -> bool:
    """Whether `he` or `she` at the start of a sentence may be somebody else, whom the sentence before speaks of."""
    sex = _SEX.match(sentence)
    if draft.category == "thing" or sex is None:
        return False
    meant, others = (_HIM, _HER) if sex[1].casefold() in ("he", "his") else (_HER, _HIM)
    words = plain(before).split()
    own = head(draft.what)
    named = sum(word in meant for word in words)
    return own in others or named > (own in meant)


def _subject(
    draft: DraftObject, met: Presence | None, known: Sequence[Claim], seconds: float, taken: set[str]
) -> Subject:
    what = noun_of(draft.what)
    looks = looks_in(draft.names, draft.what, draft.looks, draft.category)
    if met is not None:
        mine = [one for one in known if isinstance(one, Attribute) and one.entity == met.entity]
        looks = tuple(look for look in looks if look.slot not in {one.slot for one in mine})
        return Subject(met.entity, met.what, draft.category, looks, (met.start, met.end), met=True)
    entity = _id(what, taken)
    return Subject(entity, what, draft.category, looks, _span(draft, seconds), met=False)


def _met(draft: DraftObject, known: Sequence[Claim]) -> Presence | None:
    """The one whom an earlier annotator has introduced by a noun that fits, where there is one such one only."""
    seen = [one for one in known if isinstance(one, Presence) and one.category == _CATEGORIES[draft.category]]
    same = [one for one in seen if _may_be(one.what, noun_of(draft.what))]
    return same[0] if len({one.entity for one in same}) == 1 else None


def _may_be(one: str, other: str) -> bool:
    """Whether two nouns may be of the same one: a man and a person."""
    return one == other or fits(one, other) or fits(other, one)


def _id(what: str, taken: set[str]) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", what).strip("-") or "one"
    number = 1
    while (free := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return free


def _span(draft: DraftObject, seconds: float) -> Span:
    """From when to when somebody is seen; the whole clip where the model names no times that can be."""
    whole = 0.0, round(seconds, 3)
    if draft.first is None or draft.last is None:
        return whole
    first, last = round(draft.first, 3), round(min(draft.last, seconds), 3)
    return (first, last) if 0 <= first < last else whole


def _joined(one: Span, other: Span) -> Span:
    return min(one[0], other[0]), max(one[1], other[1])
