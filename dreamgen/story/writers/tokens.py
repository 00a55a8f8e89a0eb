"""A sentence as tokens: words, marks, and quotations as one token each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dreamgen.story.writers.lexicon import saying_forms

_WORD = re.compile(r"[^\W_]+(?:[-'.&][^\W_]+)*|[^\w\s]|_")
_ENDINGS = ("n't", "'s", "'ll", "'re", "'ve", "'d", "'m", "'")
_DOUBLE = re.compile(r'"([^"]{1,600})"')
_SINGLE = re.compile(r"(?:(?<=^)|(?<=[\s(]))'((?:[^'\n]|(?<=\w)'(?=\w)){2,400}?[,.!?-])'(?=\s|$|[.,;)])")
_CAST_NOTE = re.compile(r"[,(]\s*(?:played|portrayed|performed|voiced|acted) by (?:[A-Z][\w.'-]*\s*)+[,)]?")
_ACTING = re.compile(r"\b[Tt]he (?:actor|actress|man|woman|performer) (?:representing|playing|portraying)(?: then)? ")
_HEDGE = re.compile(r"\bwhat (?:appears|appeared|seems|seemed) to be ")
_ASIDE = re.compile(r"\([^()]*\)")
_CLOSING = ",.!?-，。！？"
"""What a quotation ends with that is a line."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, mark or quotation."""

    text: str
    low: str
    start: int
    """Character offset in the sentence."""
    end: int
    kind: Literal["word", "mark", "quote", "literal"] = "word"

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital."""
        return self.kind == "word" and self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Aside:
    """Words of a sentence that are about the film or in brackets, so nobody in the story does them."""

    text: str
    reason: str


def tokenise(sentence: str) -> tuple[tuple[Token, ...], tuple[Aside, ...]]:
    """The tokens of a sentence, and what was left out of them; offsets are those of `sentence`."""
    asides: list[Aside] = []
    blanked = sentence
    for pattern, reason in ((_CAST_NOTE, "film_talk"), (_ACTING, "film_talk"), (_HEDGE, ""), (_ASIDE, "")):
        for match in pattern.finditer(blanked):
            if reason:
                asides.append(Aside(match[0].strip(" ,()"), reason))
        blanked = pattern.sub(lambda match: " " * len(match[0]), blanked)
    tokens: list[Token] = []
    at = 0
    for start, end, token in _quotations(blanked):
        tokens += _words(blanked, at, start)
        if token is None:
            tokens += _words(blanked, start + 1, end - 1)
        else:
            tokens.append(token)
        at = end
    tokens += _words(blanked, at, len(blanked))
    return tuple(tokens), tuple(asides)


def _quotations(text: str) -> list[tuple[int, int, Token | None]]:
    found: list[tuple[int, int, Token | None]] = []
    for match in sorted([*_DOUBLE.finditer(text), *_SINGLE.finditer(text)], key=lambda match: match.start()):
        if found and match.start() < found[-1][1]:
            continue
        inner = match[1].strip()
        token: Token | None = None
        if inner and _is_speech(text, match.start(), inner):
            token = Token(inner, inner.lower(), match.start(), match.end(), "quote")
        elif inner and not _is_nickname(inner, text[: match.start()]):
            token = Token(inner, inner.lower(), match.start(), match.end(), "literal")
        found.append((match.start(), match.end(), token))
    return found


def _is_speech(text: str, start: int, inner: str) -> bool:
    before = text[:start].rstrip()
    if not before or before[-1] in ",:-":
        return inner[-1] in _CLOSING or before.endswith(":") or len(inner.split()) > 2
    word = re.search(r"([\w']+)$", before)
    if word and word[1].lower() in saying_forms():
        return True
    return before[-1] in '.!?"' and inner[-1] in _CLOSING


def _is_nickname(inner: str, before: str) -> bool:
    reading = re.search(r"\b(?:reading|read|reads|titled|called|named|saying|labelled|labeled|and)\s*$", before, re.I)
    return not reading and len(inner.split()) <= 3


def _words(text: str, start: int, end: int) -> list[Token]:
    found: list[Token] = []
    for match in _WORD.finditer(text, start, end):
        piece, at = match[0], match.start()
        if not piece[0].isalnum():
            found.append(Token(piece, piece, at, match.end(), "mark"))
            continue
        found += _split(piece, at)
    # the apostrophe of a plural: the bandits' den
    joined: list[Token] = []
    for token in found:
        if token.text == "'" and joined and joined[-1].end == token.start and joined[-1].low.endswith("s"):
            joined.append(Token("'s", "'s", token.start, token.end))
        elif token.low in {"longer", "more"} and joined and joined[-1].low == "no":
            joined[-1] = Token(f"{joined[-1].text} {token.text}", "never", joined[-1].start, token.end)
        elif token.text != "'":
            joined.append(token)
    return joined


def _split(piece: str, at: int) -> list[Token]:
    low = piece.lower()
    for irregular, stem in (("can't", "can"), ("won't", "will"), ("shan't", "shall"), ("cannot", "can")):
        if low == irregular:
            return [Token(stem, stem, at, at + len(piece)), Token("not", "not", at + len(piece), at + len(piece))]
    for ending in _ENDINGS[:-1]:
        if low.endswith(ending) and len(low) > len(ending):
            cut = len(piece) - len(ending)
            tail = "not" if ending == "n't" else ending
            return [
                Token(piece[:cut], low[:cut], at, at + cut),
                Token(piece[cut:], tail, at + cut, at + len(piece)),
            ]
    return [Token(piece, low, at, at + len(piece))]
