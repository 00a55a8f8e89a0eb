"""Raw text becomes clean sentences: marks of citation, markdown, quotes and line ends are put in order."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from dreamgen.story.writers.lexicon import saying_forms, verb_forms, words

_CITATION = re.compile(r"\[(?:\d{1,3}|[a-z]|note \d+|citation needed|nb \d+|clarification needed|who\?|when\?)\]", re.I)
_TAG = re.compile(r"<[^<>\n]{1,200}>")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((?:[^()\s]*)\)")
_URL = re.compile(r"\b(?:https?://|www\.)[^\s)\]]+")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3}|`+)(?=\S)(.+?)(?<=\S)\1")
_BULLET = re.compile(r"^\s*(?:[-*+•‣·]|\d{1,3}[.)])\s+")
_SWAPS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』", '"'),
        **dict.fromkeys("‘’‚‛`", "'"),
        **dict.fromkeys("—–", " - "),
        **dict.fromkeys("‒‐‑−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009\t", " "),
        **dict.fromkeys("\u200b\u200c\u200d\ufeff\u00ad"),
        **dict.fromkeys("\x0b\x0c\u2028\x85", "\n"),
        "\u2029": "\n\n",
        "…": "...",
        "ﬁ": "fi",
        "ﬂ": "fl",
    }
)
_PART = re.compile(r"(?:chapter|part|act|scene|book|prologue|epilogue|[ivx]+\b|\d+)", re.I)
_SPEAKER = re.compile(
    r"(?:I|We|He|She|They|It|(?:The|A|An|His|Her|My|Their|Our)(?: [\w'-]+){1,3}|[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,2})"
    r"(?: \w+ly| then)?"
)
_END = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|[\n]")
_AHEAD = re.compile(r"[\w'-]+(?: [\w'-]+){0,5}")
_IN_WORD = re.compile(r"[\w.'-]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the plot, cleaned."""

    text: str
    number: int
    """From 0, in the whole text."""
    paragraph: int
    """From 0, in the whole text."""
    section: int
    """Index of the heading that it stands under, or -1."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A plot in order."""

    title: str | None
    """The heading of the whole text, where it has one."""
    headings: tuple[str, ...]
    """Headings of sections, in order."""
    sentences: tuple[Sentence, ...]


def clean(text: str) -> str:
    """The text with plain quotes, dashes and line ends, and without citation marks, tags and markdown.

    Characters that can't be written (NULs and other controls) are dropped.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").translate(_SWAPS)
    text = "".join(ch for ch in text if ch == "\n" or unicodedata.category(ch)[0] != "C")
    text = _CITATION.sub("", text)
    text = _TAG.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _URL.sub(" ", text)
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"\.{4,}", "...", text)
    text = re.sub(r"[ ]+", " ", text)
    return re.sub(r" *\n *", "\n", text).strip()


def read(text: str) -> Reading:
    """The title, the headings and the sentences of a plot."""
    blocks = [block for block in re.split(r"\n{2,}", _lower_shouting(clean(text))) if block.strip()]
    title: str | None = None
    headings: list[str] = []
    sentences: list[Sentence] = []
    paragraph = 0
    for number, block in enumerate(blocks):
        heading, body = _heading(block, last=number == len(blocks) - 1)
        if heading and number == 0 and not _PART.match(heading):
            title = heading
        elif heading:
            headings.append(heading)
        found = _sentences(_unwrap(body))
        for sentence in found:
            sentences.append(Sentence(sentence, len(sentences), paragraph, len(headings) - 1))
        paragraph += bool(found)
    return Reading(title, tuple(headings), tuple(sentences))


def _lower_shouting(text: str) -> str:
    """A text all in capitals, with capitals at the starts of sentences only."""
    letters = [ch for ch in text if ch.isalpha()]
    if len(letters) < 20 or sum(ch.isupper() for ch in letters) < 0.7 * len(letters):
        return text
    lowered = re.sub(r"\bi\b", "I", text.lower())
    lowered = re.sub(r"(^|[.!?\n]\s*[\"']?)([a-z])", lambda match: match[1] + match[2].upper(), lowered)
    first_names = words("names", "first", "male") | words("names", "first", "female")
    return re.sub(r"[a-z]+", lambda match: match[0].capitalize() if match[0] in first_names else match[0], lowered)


def _heading(block: str, last: bool) -> tuple[str | None, str]:
    """The heading that a block starts with, if it does, and what is left."""
    first, _, rest = block.partition("\n")
    marked = re.match(r"#{1,6}\s+(.*?)\s*#*$", first) or re.match(r"(?:={2,})\s*(.+?)\s*(?:={2,})$", first)
    if marked:
        return marked[1].strip() or None, rest
    underline, _, more = rest.partition("\n")
    if re.fullmatch(r"[=\-~]{3,}", underline.strip()):
        return first.strip(), more
    labelled = re.match(r"title\s*:\s*(.+)$", first, re.I)
    if labelled:
        return labelled[1].strip(), rest
    short = (
        len(first.split()) <= 8
        and len(first) <= 70
        and not first.rstrip().endswith((".", "!", "?", ":", ",", ";", '"', "-"))
    )
    if short and not rest and not last and not _BULLET.match(first) and first[:1].isupper():
        return first.strip(), ""
    return None, block


def _unwrap(block: str) -> str:
    """Wrapped lines joined; lines of verse and of lists kept apart."""
    out: list[str] = []
    width = 0
    for line in block.split("\n"):
        bullet = _BULLET.match(line)
        bare = _BULLET.sub("", line).strip().lstrip("|>").strip()
        if not bare or re.fullmatch(r"[-=~*_#\s|]+", bare):
            continue
        verse = width < 60 and bare[:1].isupper() and bool(out) and out[-1][-1].isalpha()
        apart = bool(bullet) or verse
        # of the line that is being put together, however many lines of the text it joins
        width = len(bare) if apart or not out else width + 1 + len(bare)
        if out:
            out.append("\n" if apart else " ")
        out.append(bare)
    return "".join(out)


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    start = 0
    quoted = _quoted(text)
    for match in _END.finditer(text):
        if match.end() <= start or not _ends_here(text, match.start(), match.end(), quoted):
            continue
        piece = text[start : match.end()].strip()
        if piece:
            found.append(piece)
        start = match.end()
    tail = text[start:].strip()
    if tail:
        found.append(tail)
    # marks that stand alone belong to the sentence before
    merged: list[str] = []
    for piece in found:
        if merged and not any(ch.isalnum() for ch in piece):
            merged[-1] += piece
        else:
            merged.append(piece)
    return merged


def _quoted(text: str) -> list[tuple[int, int]]:
    """Spans between pairs of double quotes, in order; a quote without its partner counts for nothing."""
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        marks = [line.start() + at for at, ch in enumerate(line[0]) if ch == '"']
        spans += [(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False) if b - a < 600]
    return spans


def _names_speaker(ending: str, text: str, after: int) -> bool:
    """`"Only two?" I asked.`: the quotation has ended and its sentence has not."""
    if not ending.startswith(("?", "!", "...")):
        return False
    ahead = _AHEAD.match(text, after)
    row = ahead[0].split() if ahead else []
    verb = next((at for at, word in enumerate(row) if at and word in saying_forms()), 0)
    return bool(verb) and _SPEAKER.fullmatch(" ".join(row[:verb])) is not None and not _also_done(row[verb])


def _also_done(form: str) -> bool:
    """Whether a verb of saying is as often one of doing: she began to run, she laughed."""
    return any(lemma in words("verbs", "helpers", "not_only_said") for lemma, _ in verb_forms()[form])


def _ends_here(text: str, at: int, end: int, quoted: list[tuple[int, int]]) -> bool:
    """Whether a sentence ends with the mark at `at`. It looks a few words back and ahead, never through the text."""
    if text[at] == "\n":
        return True
    # the spans do not overlap, so that only the last one to begin before the mark can hold it
    span = bisect_left(quoted, at, key=lambda one: one[0]) - 1
    if span >= 0 and at < quoted[span][1] and end <= quoted[span][1]:
        return False
    after = end
    while text.startswith(" ", after):
        after += 1
    follows = text[after : after + 1]
    if follows.islower() or (follows and text[end - 1] == '"' and _names_speaker(text[at:end], text, after)):
        return False
    before = _word_before(text, at)
    word = before.lower()
    if text[at] == "." and end - at == 1:
        if word in words("words", "abbreviations") and follows not in ("", "\n"):
            return word in {"etc", "a.m", "p.m"}
        # an initial: J. R. Hartley
        if re.fullmatch(r"[a-z](?:\.[a-z])*", word) and before[-1].isupper() and word != "i":
            return not follows.isupper()
    return True


def _word_before(text: str, at: int) -> str:
    """The word that ends at a mark, or on the line before one that stands first on its own; empty without one."""
    stop = at - 1 if text.startswith("\n", at - 1) and at else at
    start = stop
    while start and _IN_WORD.match(text, start - 1):
        start -= 1
    return text[start:stop]
