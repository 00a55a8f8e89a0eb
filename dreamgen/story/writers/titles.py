"""Title, overview and genre of a plot."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.core.story import Character, Location
from dreamgen.story.writers.kinds import slug
from dreamgen.story.writers.lexicon import table
from dreamgen.story.writers.reading import Reading

_LONGEST_TITLE = 60


def title_of(reading: Reading, cast: Sequence[Character], locations: Sequence[Location]) -> str:
    """The plot's own heading; else the main characters, and the place of a story about one."""
    if reading.title:
        return reading.title[:_LONGEST_TITLE].strip()
    main = [character.name for character in cast if character.role == "main"][:2] or [who.name for who in cast[:1]]
    if not main:
        return _capitalised(locations[0].name)
    text = " and ".join([_capitalised(main[0]), *(_capitalised(name).replace("The ", "the ", 1) for name in main[1:])])
    if len(text) > _LONGEST_TITLE:
        text = _capitalised(main[0])
    return text[:_LONGEST_TITLE].strip()


def _capitalised(name: str) -> str:
    small = {"of", "in", "and", "at"}
    return " ".join(word if word in small else word[:1].upper() + word[1:] for word in name.split())


def overview_of(reading: Reading) -> str:
    """The first sentences, up to forty words."""
    found: list[str] = []
    for sentence in reading.sentences[:3]:
        if found and sum(len(text.split()) for text in found) + len(sentence.text.split()) > 40:
            break
        found.append(sentence.text)
    return " ".join(found)


def genre_of(text: str) -> str:
    """The genre whose words the text uses most; `story` where none stands out."""
    low = text.lower()
    scores = {
        genre: sum(low.count(word) for word in words.split()) for genre, words in table("words")["genres"].items()
    }
    best = max(sorted(scores), key=lambda genre: scores[genre])
    return best if scores[best] >= 2 else "story"


def id_of(title: str) -> str:
    """A folder name made of the title: letters, digits and hyphens only."""
    return slug(title) or "story"
