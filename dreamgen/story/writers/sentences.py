"""A piece that is cut out of a sentence becomes one of its own, or goes on in the sentence of the piece before.

`She saw the light and waved` is two shots: `She saw the light.` and `She waved.`
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dreamgen.story.writers.beats import Beat
from dreamgen.story.writers.phrases import Chunk, Clause

_DROPPED: Final = {"and", "but", "so", "yet", "then", "as", "when", "while", "where", "who", "which"}
"""Words that lead a clause on, and without which it says the same of its shot."""
_BEFORE_ING: Final = {"after", "before"}
_NOMINATIVE: Final = {"him": "he", "her": "she", "them": "they", "me": "I", "us": "we"}
_FIRST_TIME: Final = {"another": "the other"} | dict.fromkeys(("a", "an", "some", "several", "many"), "the")
"""Words before a noun that name somebody for the first time, and what stands in their place later."""
_PAIR: Final = 2
_BE: Final = {("present", False): "is", ("present", True): "are", ("past", False): "was", ("past", True): "were"}


def set_apart(pieces: Sequence[tuple[int, Beat]], chunks: Sequence[Chunk], clauses: Sequence[Clause]) -> None:
    """Sets how each piece of a sentence begins and ends as a text of its own.

    Args:
        pieces: where the sentence is cut, and the beat that starts there; the first one starts the sentence.
        chunks: of the sentence.
        clauses: of the sentence.
    """
    for number, (start, beat) in enumerate(pieces):
        follows = number + 1 < len(pieces)
        if number == 0:
            beat.leading = _without_lead(chunks, clauses, pieces[1][0]) if follows else None
            continue
        earlier = [one for _, one in pieces[:number]]
        whole = any(one.leading is not None for one in earlier) or _is_whole(chunks, clauses, start)
        found = (_spoken(chunks, start) or _begun(chunks, clauses, start)) if whole else None
        beat.leading = (found[0] - start, found[1]) if found is not None else None
        beat.goes_on = found is None
        earlier[-1].closing = "" if found is None else "."


def _spoken(chunks: Sequence[Chunk], start: int) -> tuple[int, str] | None:
    """A piece that begins with or within a quotation."""
    return (start, "") if any(c.kind == "quote" and c.start <= start + 1 < c.end for c in chunks) else None


def _without_lead(chunks: Sequence[Chunk], clauses: Sequence[Clause], end: int) -> tuple[int, str] | None:
    """`When she wakes up` without its first word, where nothing else is in the piece; None to leave it as it is."""
    inside = [chunk for chunk in chunks if chunk.kind == "verb" and chunk.start < end]
    if len(inside) != 1 or chunks[0].kind != "sub":
        return None
    return _begun(chunks, clauses, chunks[0].start)


def _is_whole(chunks: Sequence[Chunk], clauses: Sequence[Clause], end: int) -> bool:
    """Whether the sentence up to `end` has a main clause."""
    for clause in clauses:
        lead = next((chunk for chunk in chunks if chunk.start == clause.opens), None)
        verb = next((chunk for chunk in chunks if chunk.start >= clause.opens and chunk.kind == "verb"), None)
        if lead is None or verb is None or verb.start >= end or lead.kind in {"sub", "rel"}:
            continue
        if verb.verb is not None and verb.verb.form == "finite":
            return True
    return False


def _begun(chunks: Sequence[Chunk], clauses: Sequence[Clause], start: int) -> tuple[int, str] | None:
    """From where the clause at `start` is told, and the words before that; None for one that can't stand alone."""
    clause = next((one for one in clauses if one.opens == start), None)
    at = next((number for number, chunk in enumerate(chunks) if chunk.start == start), None)
    if clause is None or at is None:
        return None
    lead = chunks[at] if chunks[at].kind in {"conj", "sub", "rel"} else None
    told = at + 1 if lead is not None else at
    verb = next((number for number in range(told, len(chunks)) if chunks[number].kind == "verb"), None)
    if verb is None or (group := chunks[verb].verb) is None:
        return None
    begins = chunks[told].start
    between = chunks[told:verb]
    kept = lead is None or lead.low in _DROPPED
    # `is hugged by a woman` was turned round: whoever the sentence begins with is an object by now
    turned = group.passive and not clause.verb.passive
    before = [chunk for chunk in clause.objects if chunk.start < chunks[verb].start]
    subjects = before if turned else clause.subjects
    if any(subject in between for subject in subjects):
        own = kept and group.form == "finite" and (lead is None or lead.kind != "rel" or lead.low == "where")
        return (begins, "") if own else None
    if any(chunk.kind not in {"adv", "word"} for chunk in between) or not subjects:
        return None
    if group.form == "finite" and kept and (lead is None or lead.kind != "sub"):
        return begins, _subject(subjects)
    helper = _helper(subjects, clauses) if group.form == "ing" else ""
    after = lead is not None and lead.low in _BEFORE_ING
    return (begins, f"{_subject(subjects)} {helper}") if helper and (kept or after) else None


def _subject(subjects: Sequence[Chunk]) -> str:
    """Whoever acts, as somebody who was named before."""
    told: list[str] = []
    for chunk in subjects:
        again = _again(chunk)
        told.append(again[:1].lower() + again[1:] if told and _is_article(again) else again)
    return " and ".join(told) if len(told) <= _PAIR else ", ".join(told[:-1]) + f" and {told[-1]}"


def _again(chunk: Chunk) -> str:
    """`a fairy` is the fairy by now, and `two girls` are the two girls."""
    first, _, rest = chunk.text.partition(" ")
    if first.lower() in _FIRST_TIME and rest:
        return f"{_FIRST_TIME[first.lower()]} {rest}"
    if chunk.who is not None and chunk.who.indefinite and chunk.who.number > 1:
        return f"the {chunk.low}"
    return _NOMINATIVE.get(chunk.low, chunk.text)


def _is_article(text: str) -> bool:
    return text.split(" ", 1)[0].lower() in {"the", "his", "her", "their", "my", "our"}


def _helper(subjects: Sequence[Chunk], clauses: Sequence[Clause]) -> str:
    """The form of `be` for somebody who is doing something; empty where nobody knows the tense."""
    tense = next((one.verb.tense for one in clauses if one.verb.tense), "")
    first = subjects[0]
    many = len(subjects) > 1 or first.low in {"they", "them", "we", "us", "you"}
    many = many or bool(first.who and (first.who.plural or first.who.number > 1))
    many = many or bool(first.thing and first.thing.plural)
    return "" if first.low in {"i", "me"} else _BE.get((tense, many), "")
