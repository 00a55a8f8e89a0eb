"""Which words may stand where: nouns for somebody, small words, adjectives."""

from __future__ import annotations

from functools import cache

from dreamgen.core.spelling import spelled
from dreamgen.story.writers.lexicon import colour_words, index, mapping, table, words
from dreamgen.story.writers.phrases import MentionSort


@cache
def somebody() -> dict[str, MentionSort]:
    """Singular noun to the sort of somebody that it names."""
    found: dict[str, MentionSort] = {}
    for word in index("people", "kinds"):
        found[word] = "person"
    for word in table("people")["beings"]:
        found[word.replace("_", " ")] = "person"
    for section in ("shows", "stands_in"):
        for word in index("animals", section):
            found.setdefault(word, "animal")
    for word in table("people")["groups"]:
        found[word.replace("_", " ")] = "group"
    return found


def singular(word: str) -> str | None:
    """The singular of a plural noun for somebody: wolves to wolf; None when it is no such plural."""
    irregular = mapping("people", "words", "irregular_plurals")
    if word in irregular:
        return irregular[word] if irregular[word] != word else None
    known = somebody()
    for ending, stem in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")):
        bare = word[: -len(ending)] + stem
        if (
            word.endswith(ending)
            and bare in known
            and (ending != "es" or bare.endswith(("s", "x", "z", "ch", "sh", "o")))
        ):
            return bare
    first, _, last = word.rpartition(" ")
    if first and (inner := singular(last)) and f"{first} {inner}" in known:
        return f"{first} {inner}"
    return None


@cache
def small_words() -> frozenset[str]:
    """Words that never stand inside a noun phrase."""
    keys = ("pronouns", "more_pronouns", "relatives", "subordinators", "conjunctions", "prepositions", "modals")
    found = set().union(*(words("words", key) for key in (*keys, "auxiliaries", "possessives", "determiners")))
    return frozenset(found | (words("words", "adverbs") - words("words", "adjectives")))


@cache
def describing() -> frozenset[str]:
    """Adjectives, colours, ordinals and words of build: what may stand before a noun."""
    feelings = set(index("feelings")) - words("feelings", "nouns")
    sets = (
        words("words", "adjectives"), words("words", "ordinals"), frozenset(colour_words()),
        frozenset(mapping("words", "numbers")),
        words("looks", "body", "large"), words("looks", "body", "slim"), words("people", "words", "old"),
        words("people", "words", "young"), frozenset(index("looks", "hair")),
    )  # fmt: skip
    return frozenset(set().union(*sets) | {word for word in feelings if not word.endswith("ly")})


@cache
def first_names() -> frozenset[str]:
    """All known first names."""
    return words("names", "first", "male") | words("names", "first", "female")


def unaccented(name: str) -> str:
    """A name as the lists have it: zoë as zoe."""
    return spelled(name, str.isascii).words


@cache
def titles() -> frozenset[str]:
    """Mr, Dr, Captain and so on."""
    return words("names", "titles", "male") | words("names", "titles", "female") | words("names", "titles", "open")
