"""Frames are read by the rules writer, one by one.

Looks stand for names in a frame, and any name may be a word as well; the reader is given first names that can be
nothing else, so that it knows who is who and whom `his` means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from dreamgen.story.dreamframe.frames import called
from dreamgen.story.writers.lexicon import mapping, words
from dreamgen.story.writers.names import Names
from dreamgen.story.writers.parsing import parse
from dreamgen.story.writers.phrases import Mention
from dreamgen.story.writers.planning import Plan, plan
from dreamgen.story.writers.reading import read
from dreamgen.story.writers.tokens import tokenise

_FEMALE: Final = {"woman", "girl", "old woman"}
_UNSEEN: Final = {"like", "as", "about", "without", "than", "from", "for"}
_SHOWN_OF: Final = (["hand"], ["hands"], ["front"], ["reins"])
_ASIDE: Final = re.compile(r",(?: and)? [^,]+,(?: and)? ")
_MARKS: Final = "['\u2019]"


class Aliases:
    """First names that stand for names while a text is read.

    Args:
        kinds: name to what a viewer sees: Darius, man.
        texts: all texts; no alias is in them.
    """

    def __init__(self, kinds: Mapping[str, str], texts: Iterable[str]) -> None:
        used = {word for text in texts for word in re.findall(r"[a-z]+", text.lower())}
        nick = mapping("names", "nicknames", "words")
        sexed = {
            sex: [
                name.capitalize()
                for name in sorted(words("names", "first", sex), key=lambda name: (-len(name), name))
                if name not in used and name.isalpha() and name not in nick and name not in nick.values()
            ]
            for sex in ("female", "male")
        }
        sexed["male"] = [name for name in sexed["male"] if name not in sexed["female"]]
        self.of: dict[str, str] = {}
        for name, kind in kinds.items():
            free = sexed["female" if kind in _FEMALE else "male"]
            self.of[name] = free.pop(0) if free else name
        self._names = called(tuple(kinds))
        self._back = {alias: name for name, alias in self.of.items()}

    def put(self, text: str) -> str:
        """A text with aliases for names and for parts of names."""
        for part, name in sorted(self._names.items(), key=lambda item: (-len(item[0]), item[0])):
            there = re.escape(part).replace("'", _MARKS)
            text = re.sub(rf"(?<!\w){there}(?!\w)", self.of[name], text)
        return text

    def back(self, text: str) -> str:
        """A text with names for aliases."""
        if not self._back:
            return text
        return re.sub(rf"\b({'|'.join(self._back)})\b", lambda match: self._back[match[1]], text)


def read_frame(text: str, aliases: Aliases) -> Plan | None:
    """Reads a frame by itself: it is a whole prompt, and what an earlier one held or showed is not in it.

    Args:
        text: the frame without prefix and place.
        aliases: for the names in it.

    Returns:
        Its plan; None where it has no words.
    """
    plain = _whole(aliases.put(text), aliases)
    if not plain:
        return None
    found = plan(read(plain))
    shorter = _ASIDE.sub(" ", plain, count=1)
    if shorter == plain or _acts(found):
        return found
    # Darius and Eleanor, their bodies silhouetted in the torchlight, walk towards the gate
    again = plan(read(shorter))
    return again if _acts(again) else found


def _acts(found: Plan) -> bool:
    """Whether anybody does something in it that was understood."""
    lost = any(reason == "unreadable_sentence" for beat in found.beats for _, reason, _ in beat.notes)
    return not lost and any(deed.text for beat in found.beats for deed in beat.deeds)


def bystanders(text: str, aliases: Aliases) -> list[Mention]:
    """Strangers whom a frame mentions beside what is done: squatting to pet the dog.

    Args:
        text: the frame without prefix and place.
        aliases: for the names in it.
    """
    rows = [tokenise(sentence.text)[0] for sentence in read(_whole(aliases.put(text), aliases)).sentences]
    names = Names.of(rows)
    found: list[Mention] = []
    for chunks in (parse(row, names) for row in rows):
        for at, chunk in enumerate(chunks):
            before = chunks[at - 1].low if at else ""
            part_of = before == "of" and at > 1 and chunks[at - 2].low.split()[-1:] not in _SHOWN_OF
            who = chunk.who
            if who is None or who.sort not in {"person", "animal"} or who.plural or part_of or before in _UNSEEN:
                continue
            if who.determiner in {"a", "an", "the", "another"} and not who.name:
                found.append(who)
    return found


def _whole(text: str, aliases: Aliases) -> str:
    """A frame as a sentence: a capital first, a full stop last, and a verb where a participle does for one."""
    text = re.sub(r"\s+", " ", text).strip(" ,;:")
    if not any(ch.isalpha() for ch in text):
        return ""
    text = text[:1].upper() + text[1:]
    names = "|".join(map(re.escape, aliases.of.values()))
    if names:
        start = re.match(rf"(?P<who>(?:{names})(?:(?:,| and|, and) (?:{names}))*),? (?=\w+ing\b)", text)
        if start:
            several = re.search(r",| and ", start["who"])
            text = f"{start['who']} {'are' if several else 'is'} {text[start.end() :]}"
    return text if text.endswith((".", "!", "?", '"')) else f"{text}."
