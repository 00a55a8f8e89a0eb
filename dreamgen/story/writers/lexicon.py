"""The word lists of the `rules` writer, read once from `lexicons/*.toml` and indexed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from dreamgen.core.vocabulary import Pose

_VOWELS = "aeiou"
_DOUBLING_BLOCKED = {
    "offer", "open", "enter", "visit", "listen", "happen", "answer", "follow", "discover", "remember", "gather",
    "whisper", "murmur", "mutter", "wander", "order", "wonder", "suffer", "deliver", "linger", "shiver", "tremble",
    "recover", "beckon", "flutter", "hover", "scatter", "matter", "splatter", "totter", "stagger", "hammer",
    "conquer", "consider", "water", "shelter", "scamper", "saunter", "amble", "clatter", "chatter", "pester",
    "startle", "mention", "reason", "awaken", "frighten", "hasten", "sharpen", "threaten", "question", "imprison",
    "abandon", "escort", "toddle", "giggle", "gallop", "develop", "gossip", "edit", "exit", "inherit", "limit",
    "exhibit", "sadden", "lower", "power", "explain", "conceal", "glimmer", "flicker", "anger", "measure",
    "clamber", "anchor", "monitor", "favour", "labour", "labor",
}  # fmt: skip
"""Verbs that end in consonant, vowel, consonant but don't double the last letter."""


@dataclass(frozen=True, slots=True)
class VerbEntry:
    """What the lexicon knows of a verb."""

    lemma: str
    pose: Pose
    shows: bool
    """Whether a viewer of the pose would use this verb."""
    known_pose: bool = True
    """False for a verb that the lexicon only knows as a verb."""


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """One family of place words."""

    words: tuple[str, ...]
    shows: tuple[str, ...]
    stands_in: tuple[str, ...]
    scenery: bool


@dataclass(frozen=True, slots=True)
class ThingEntry:
    """What a thing is drawn as."""

    word: str
    kind: str
    held: bool
    shows: bool


@dataclass(frozen=True, slots=True)
class Garment:
    """A word for something worn."""

    slot: str
    value: str


def split(words: str) -> tuple[str, ...]:
    """The words of a lexicon line; `_` becomes a blank."""
    return tuple(word.replace("_", " ") for word in words.split())


def pairs(words: str) -> dict[str, str]:
    """`a=b c=d` as a mapping; `_` becomes a blank."""
    found = (item.partition("=") for item in words.split())
    return {key.replace("_", " "): value.replace("_", " ") for key, _, value in found}


@cache
def table(name: str) -> Mapping[str, Any]:
    """The parsed file `lexicons/<name>.toml`."""
    text = files("dreamgen.story.writers").joinpath("lexicons", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def words(name: str, *keys: str) -> frozenset[str]:
    """The set of words at `keys` of the file `name`."""
    return frozenset(split(_at(name, keys)))


@cache
def mapping(name: str, *keys: str) -> Mapping[str, str]:
    """The `a=b` pairs at `keys` of the file `name`."""
    return pairs(_at(name, keys))


@cache
def index(name: str, *keys: str) -> Mapping[str, str]:
    """Word to the key of the list that holds it: puppy to dog; the first list wins."""
    section = table(name)
    for key in keys:
        section = section[key]
    found: dict[str, str] = {}
    for value, text in section.items():
        for word in split(text) if isinstance(text, str) else ():
            found.setdefault(word, value)
    return found


def _at(name: str, keys: Iterable[str]) -> str:
    value: Any = table(name)
    for key in keys:
        value = value[key]
    if not isinstance(value, str):
        raise TypeError(f"{name}.toml: {'.'.join(keys)} is not a word list")
    return value


_SPECIFIC_FIRST: tuple[Pose, ...] = (
    "hug", "kneel", "fall", "dance", "wave", "point", "lie", "sit", "run", "walk", "hold", "look", "talk", "stand",
)  # fmt: skip


@cache
def verbs() -> Mapping[str, VerbEntry]:
    """Base form to entry. A list that shows the verb wins over one that stands in; then the more telling pose."""
    data = table("verbs")
    found: dict[str, VerbEntry] = {}
    assert set(_SPECIFIC_FIRST) == set(get_args(Pose))
    for shows in (True, False):
        for pose in _SPECIFIC_FIRST:
            for lemma in split(data[pose]["shows" if shows else "stands_in"]):
                found.setdefault(lemma, VerbEntry(lemma, pose, shows))
    for lemma in words("verbs", "more", "words"):
        found.setdefault(lemma, VerbEntry(lemma, "stand", shows=False, known_pose=False))
    return found


@cache
def verb_forms() -> Mapping[str, frozenset[tuple[str, str]]]:
    """Every inflected form to its (base form, form) readings; form is base, s, past, pp or ing."""
    irregular = {lemma: split(text) for lemma, text in table("verbs")["forms"].items()}
    found: dict[str, set[tuple[str, str]]] = {}
    for lemma in sorted({*verbs(), *irregular}):
        if " " in lemma:
            continue
        for form, spelling in _inflect(lemma, irregular.get(lemma, ())):
            found.setdefault(spelling, set()).add((lemma, form))
    for spelling in ("am", "are", "is", "was", "were"):
        found.setdefault(spelling, set()).add(("be", "s"))
    found.setdefault("has", set()).add(("have", "s"))
    return {spelling: frozenset(readings) for spelling, readings in found.items()}


@cache
def saying_forms() -> frozenset[str]:
    """Every form of a verb that may bring a quotation."""
    saying = words("verbs", "helpers", "saying")
    return frozenset(form for form, readings in verb_forms().items() if any(lemma in saying for lemma, _ in readings))


def _inflect(lemma: str, irregular: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "base", lemma
    yield "s", third_person(lemma)
    yield "ing", _with_ending(lemma, "ing")
    if irregular:
        for past in irregular[:-1]:
            yield "past", past
        yield "pp", irregular[-1]
        # dreamed and leaned live beside dreamt and leant
        if irregular[0].endswith("t") and not lemma.endswith("t"):
            yield "past", _with_ending(lemma, "ed")
            yield "pp", _with_ending(lemma, "ed")
        return
    yield "past", _with_ending(lemma, "ed")
    yield "pp", _with_ending(lemma, "ed")


def third_person(lemma: str) -> str:
    """`carry` to carries."""
    if lemma.endswith(("s", "x", "z", "ch", "sh", "o")):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ies"
    return lemma + "s"


def _with_ending(lemma: str, ending: str) -> str:
    if ending == "ing" and lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye") if ending == "ing" else ()):
        return lemma[:-1] + ending
    if ending == "ed" and lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ied"
    if _doubles(lemma):
        return lemma + lemma[-1] + ending
    return lemma + ending


def _doubles(lemma: str) -> bool:
    if len(lemma) < 3 or lemma in _DOUBLING_BLOCKED:
        return False
    before, vowel, last = lemma[-3], lemma[-2], lemma[-1]
    return last not in _VOWELS + "wxy" and vowel in _VOWELS and (before not in _VOWELS or lemma[-4:-2] == "qu")


def participle(lemma: str) -> str:
    """`catch` to caught, `chase` to chased."""
    irregular = table("verbs")["forms"].get(lemma)
    return split(irregular)[-1] if irregular else _with_ending(lemma, "ed")


def guess_lemma(word: str) -> str:
    """A base form for a verb that no list knows: guffaws to guffaw, zigzagged to zigzag."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    if word.endswith("s"):
        return word[:-1]
    if word.endswith("ied"):
        return word[:-3] + "y"
    if word.endswith("ed"):
        stem = word[:-2]
        if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls":
            return stem[:-1]
        return stem + "e" if stem.endswith(("v", "c", "s", "z", "g", "u")) and not stem.endswith("ss") else stem
    return word


@cache
def places() -> Mapping[str, PlaceEntry]:
    """Place word to its family."""
    found: dict[str, PlaceEntry] = {}
    for entry in table("places")["place"]:
        family = PlaceEntry(
            words=split(entry["words"]),
            shows=split(entry["shows"]),
            stands_in=split(entry.get("stands_in", "")),
            scenery=bool(entry.get("scenery", False)),
        )
        for word in family.words:
            found.setdefault(word, family)
    return found


@cache
def things() -> Mapping[str, ThingEntry]:
    """Thing word to what is drawn for it."""
    data = table("things")
    found: dict[str, ThingEntry] = {}
    for shows in ("shows", "stands_in"):
        for where in ("held", "standing"):
            for kind, text in data[where][shows].items():
                for word in split(text):
                    found.setdefault(word, ThingEntry(word, kind, where == "held", shows == "shows"))
    return found


@cache
def garments() -> Mapping[str, Garment]:
    """Garment word to slot and value."""
    found: dict[str, Garment] = {}
    for key, text in table("looks")["garments"].items():
        slot, _, value = key.partition("=")
        for word in split(text):
            found.setdefault(word, Garment(slot, value))
    return found


@cache
def colour_words() -> Mapping[str, str]:
    """Colour word to one of the sixteen names."""
    return index("looks", "colours")
