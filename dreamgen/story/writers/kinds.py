"""What a noun, a title or a first name says of somebody: age, gender, the animal to draw."""

from __future__ import annotations

import re
import unicodedata

from dreamgen.story.writers.lexicon import index, table, words
from dreamgen.story.writers.phrases import Mention
from dreamgen.story.writers.vocabulary import titles, unaccented


def slug(text: str) -> str:
    """Lower-case letters, digits and single hyphens; safe as a file name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-")


def name_parts(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, without its titles."""
    parts = [part for part in re.split(r"[\s.]+", name.lower()) if part]
    return tuple(part for part in parts if part not in titles()) or tuple(parts)


def title_before(word: str) -> str:
    """`dr` as it is written before a name."""
    return word.capitalize() + ("." if word in {"dr", "mr", "mrs", "ms", "prof"} else "")


def owner_text(owner: Mention | None) -> str:
    """How the text calls an owner."""
    if owner is None:
        return ""
    return owner.name or owner.head or owner.pronoun


def title_gender(title: str) -> str:
    """Tells m or f where a title says so."""
    if title in words("names", "titles", "male"):
        return "m"
    return "f" if title in words("names", "titles", "female") else ""


def family_of(head: str) -> str:
    """man, woman, boy, girl, old man, old woman, child, adult; empty for an unknown noun."""
    return index("people", "kinds").get(head, "")


def noun_gender(head: str) -> str:
    """M or f where the noun says so."""
    family = family_of(head)
    being = table("people")["beings"].get(head.replace(" ", "_"))
    if being:
        family = being.partition(";")[0]
        if head not in {
            "king",
            "queen",
            "prince",
            "princess",
            "witch",
            "wizard",
            "emperor",
            "empress",
            "giantess",
            "santa claus",
            "santa",
            "father christmas",
            "fairy",
            "mermaid",
            "sorcerer",
            "giant",
        }:
            return ""
    if family in {"man", "boy", "old man"} or head in words("animals", "words", "male"):
        return "m"
    if family in {"woman", "girl", "old woman"} or head in words("animals", "words", "female"):
        return "f"
    return ""


def mention_gender(mention: Mention) -> str:
    """M or f where the noun, the title or the first name says so."""
    if mention.sort == "sky":
        return ""
    by_noun = noun_gender(mention.head) or title_gender(mention.head if mention.sort == "name" else "")
    if by_noun:
        return by_noun
    for part in map(unaccented, name_parts(mention.name)[:1]):
        male, female = part in words("names", "first", "male"), part in words("names", "first", "female")
        if male != female:
            return "m" if male else "f"
    return ""


def animal_kind(head: str) -> tuple[str, bool] | None:
    """The animal drawn for a noun, and whether a viewer would use the noun for it."""
    if head in index("animals", "shows"):
        return index("animals", "shows")[head], True
    kind = index("animals", "stands_in").get(head)
    return None if kind is None else (kind, False)
