"""Who of a premise is who of the plot, and whether they look as the plot says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from dreamgen.core.story import Trait
from dreamgen.core.vocabulary import Colour
from dreamgen.story.composing.appearance import Appearance, appearance_of
from dreamgen.story.expansion.drafts import PersonDraft, Premise, PropDraft
from dreamgen.story.offers import offers
from dreamgen.story.world.plot import Plot, Told, bare, known_by
from dreamgen.story.writers.kinds import animal_kind, family_of
from dreamgen.story.writers.lexicon import colour_words, garments, words

_OWNERS = re.compile(r"\b[\w-]+(?:'s|s')\s+")
_FEMALE = ("woman", "girl", "old woman")
_BY_AGE = {"adult": ("man", "woman"), "child": ("boy", "girl"), "old": ("old man", "old woman")}
_SURE_VOTES = 2


def who_is_who(plot: Plot, premise: Premise) -> Mapping[int, Told]:
    """Somebody of the plot for each index of the premise's cast where only one can be meant."""
    found = {at: told for at, one in enumerate(premise.cast) if (told := _meant(plot, one.name)) is not None}
    times = Counter(told.person.id for told in found.values())
    return {at: told for at, told in found.items() if times[told.person.id] == 1}


def wrong_looks(draft: PersonDraft, told: Told) -> Iterator[str]:
    """What of a person contradicts the plot, a sentence each."""
    kind = right_kind(draft, told)
    if kind != draft.kind:
        yield f"{draft.name} is {_a(kind)} in the plot, not {_a(draft.kind)}."
    heard = appearance_of(draft.looks, told.person.sort == "animal").said.traits
    for slot, trait in told.traits.items():
        for drawn in (_drawn(draft, slot, told), heard.get(slot)):
            if drawn is not None and _differs(drawn, trait):
                yield f"{draft.name} has {_named(trait)} in the plot, not {_named(drawn)}."


def corrected(draft: PersonDraft, told: Told) -> PersonDraft:
    """The person as the plot has them: its word wins, and fills what was left open."""
    changed: dict[str, object] = {"kind": right_kind(draft, told)}
    animal = told.person.sort == "animal"
    for slot, trait in told.traits.items():
        if slot in ("glasses", "beard") and not animal:
            changed[slot] = True
        elif slot in ("top", "hat", "hair", "hairstyle") and not animal:
            drawn = _drawn(draft, slot, told)
            if drawn is None or _differs(drawn, trait):
                changed[slot] = trait.value
        if trait.colour and ((slot == "top" and not animal) or (slot == "coat" and animal)):
            changed["colour"] = trait.colour
    fixed = draft.model_copy(update=changed)
    return fixed.model_copy(update={"looks": _looks(fixed, told, draft.kind)})


def right_kind(draft: PersonDraft, told: Told) -> str:
    """The kind that the plot asks for; the draft's own where the plot leaves it open."""
    person, on_offer = told.person, offers()
    if person.sort == "animal":
        sure = [kind for head in person.heads if (kind := animal_kind(head)) is not None]
        if len(sure) == 1 and sure[0][1] and sure[0][0] in on_offer.animals:
            return sure[0][0]
        return draft.kind
    families = {family for head in person.heads if (family := _family(head))}
    if draft.kind not in on_offer.people:
        return draft.kind
    old, young = draft.kind.startswith("old"), draft.kind in _BY_AGE["child"]
    age = "old" if old else "child" if young else "adult"
    if families & {"boy", "girl", "child"}:
        age = "child"
    elif words("people", "words", "old") & set(person.modifiers) or families & {"old man", "old woman"}:
        age = "old"
    elif young and families & {"man", "woman"}:
        age = "adult"
    gender = _gender(told) or ("f" if draft.kind in _FEMALE else "m")
    return _BY_AGE[age][gender == "f"]


def wrong_colour(plot: Plot, draft: PropDraft) -> Colour | None:
    """The colour that a thing has in the plot, where a draft has another one or leaves it open."""
    last = bare(draft.name)[-1:]
    same = [prop for prop in plot.props if bare(prop.name)[-1:] == last]
    colour = same[0].colour if len(same) == 1 else None
    return colour if colour != draft.colour else None


def strangers(plot: Plot, premise: Premise, matched: Mapping[int, Told]) -> Iterator[str]:
    """Names of a cast that the plot does not have; none while somebody of the plot may be meant by them."""
    met = {told.person.id for told in matched.values()}
    if plot.groups or any(told.person.id not in met for told in plot.people):
        return
    said = {word.removesuffix("s") for word in bare(plot.text)}
    for at, one in enumerate(premise.cast):
        if at not in matched and not said & {word.removesuffix("s") for word in bare(one.name)}:
            yield one.name


def _meant(plot: Plot, name: str) -> Told | None:
    """The one of the plot whom a name means."""
    row = bare(_OWNERS.sub("", name.partition(" of ")[0]))
    if not row:
        return None
    ranked = []
    for told in plot.people:
        names, heads = known_by(told.person)
        score = 4 * bool(names & set(row)) + 2 * (row[-1] in heads)
        if score:
            ranked.append((score, len(set(told.person.modifiers) & set(row)), told))
    best = max((one[:2] for one in ranked), default=None)
    first = [told for *rank, told in ranked if tuple(rank) == best]
    return first[0] if len(first) == 1 else None


def _family(head: str) -> str:
    """Man, boy, old woman: what a noun says of somebody's age; a son or a mother may be of any."""
    return "" if head in words("people", "words", "family") else family_of(head)


def _gender(told: Told) -> str:
    person = told.person
    if person.gender:
        return person.gender
    male, female = person.votes["m"], person.votes["f"]
    if max(male, female) < _SURE_VOTES or (male and female):
        return ""
    return "m" if male else "f"


def _drawn(draft: PersonDraft, slot: str, told: Told) -> Trait | None:
    """What the fields of a draft have in a slot; None where they leave it open, or name what no list knows."""
    if told.person.sort == "animal":
        return Trait(slot="coat", value="", colour=draft.colour) if slot == "coat" and draft.colour else None
    value = getattr(draft, slot, None) if slot in ("top", "hat", "hair", "hairstyle") else None
    if not value:
        return None
    low = value.lower()
    if slot in ("top", "hat"):
        garment = garments().get(low) or garments().get(low.rpartition(" ")[2])
        if garment is None or garment.slot != slot:
            return None
        return Trait(slot=slot, value=garment.value, colour=draft.colour if slot == "top" else None)
    known = offers().hair if slot == "hair" else offers().hairstyles
    return Trait(slot=slot, value=low) if low in known else None


def _differs(drawn: Trait, trait: Trait) -> bool:
    colours = drawn.colour and trait.colour and drawn.colour != trait.colour
    # a body, or the pattern of a coat, is not told so plainly that another word is another thing
    values = drawn.slot in ("top", "hat", "hair", "hairstyle") and drawn.value != trait.value
    return bool(colours or values)


def _named(trait: Trait) -> str:
    value = {"coat": "coat"}.get(trait.slot, trait.value)
    if trait.slot == "hair":
        return f"{value} hair"
    return _a(f"{trait.colour} {value}") if trait.colour else value


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _looks(draft: PersonDraft, told: Told, kind: str) -> str:
    """The description with the plot's words for what it contradicts; `kind` is what it was written for."""
    animal = told.person.sort == "animal"
    looks = _renamed(draft.looks, kind, draft.kind) if kind != draft.kind else draft.looks
    heard = appearance_of(looks, animal)
    wrong = {slot: trait for slot, trait in told.traits.items() if _heard_wrong(heard, slot, trait)}
    for slot, trait in wrong.items():
        looks = _reworded(looks, slot, trait)
    left = appearance_of(looks, animal)
    of_another = kind != draft.kind and left.gender == ("m" if draft.kind in _FEMALE else "f")
    if of_another or any(_heard_wrong(left, slot, trait) for slot, trait in wrong.items()):
        worn = ", ".join(_named(trait) for trait in told.traits.values())
        looks = f"{_a(draft.kind)} with {worn}" if worn else _a(draft.kind)
    return looks[:200]


def _renamed(looks: str, was: str, kind: str) -> str:
    """A description of one kind for another: a tall woman is a tall man."""
    return re.sub(rf"\b(an?\s+)?{re.escape(was)}\b", lambda found: _a(kind) if found[1] else kind, looks)


def _heard_wrong(heard: Appearance, slot: str, trait: Trait) -> bool:
    """Whether a description tells something else of a slot."""
    return slot in heard.said.traits and _differs(heard.said.traits[slot], trait)


def _reworded(looks: str, slot: str, trait: Trait) -> str:
    pieces = re.split(r"([^\W_]+(?:[-'][^\W_]+)*)", looks)
    for at in range(1, len(pieces), 2):
        garment = garments().get(pieces[at].lower())
        if garment is None or garment.slot != slot:
            continue
        pieces[at] = trait.value if garment.value != trait.value else pieces[at]
        coloured = [before for before in range(at - 2, max(0, at - 7), -2) if pieces[before].lower() in colour_words()]
        if coloured and trait.colour:
            pieces[coloured[0]] = trait.colour
    return "".join(pieces)
