"""How this benchmark asks and scores: what is shown, how an answer is read, what is counted.

The file stands beside the questions and the clips, needs nothing but Python, and may be moved together with them;
lmms-eval calls `doc_to_...`, `process_results` and what sums up. Reading is strict: an answer that is none of those
that were asked for is wrong, and `unparsed` says how many there were. No model judges.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
LETTERS = "ABCDEFGH"

_THOUGHT = re.compile(r"\A.*</think>", re.S | re.I)
_LEAD = re.compile(
    r"\A(?:(?:so|therefore|thus),?\s+)?(?:(?:the|my)\s+)?(?:(?:correct|right|best|final)\s+)?(?:answer|option|choice)"
    r"(?:\s+is)?\s*:?\s*",
    re.I,
)
_EMPHASIS = re.compile(r"\*\*|__|`")
_ALONE = re.compile(r"[(\[]?([A-Za-z])[)\]]?[.:)]?\Z")
_WITH_TEXT = re.compile(r"(?:\(([A-Za-z])\)|\[([A-Za-z])\]|([A-Za-z])[.):])\s+(\S.*)\Z", re.S)
_LATER = re.compile(r"(?:^|\s)(?:\(([A-H])\)|\[([A-H])\]|([A-H])[.):])(?=\s|$)|(?m:^[ \t]*([A-H])[ \t]*$)")


def doc_to_visual(doc: Mapping[str, Any]) -> list[str]:
    """The clip's path, beside this file."""
    return [str(FOLDER / doc["video"])]


def doc_to_text(doc: Mapping[str, Any], lmms_eval_specific_kwargs: Mapping[str, str] | None = None) -> str:
    """The question with its options, and how to answer; never the answer."""
    words = lmms_eval_specific_kwargs or {}
    options = [f"{letter}. {option}" for letter, option in zip(LETTERS, doc.get("options") or (), strict=False)]
    asked = "\n".join((doc["question"], *options))
    return f"{words.get('pre_prompt', '')}{asked}{words.get('post_prompt', '')}"


def doc_to_target(doc: Mapping[str, Any]) -> str:
    """The letter, yes or no, or the reference text."""
    return str(doc["answer"])


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is counted for one question: every measure that it is a part of, with the same facts."""
    text = results[0] if results else ""
    if doc["form"] == "caption":
        return {"answered": {"id": doc["id"], "clip": doc["video"], "score": int(bool(text.strip()))}}
    read = read_answer(text, doc)
    right = int(bool(read) and read == read_answer(str(doc["answer"]), doc))
    # lmms-eval takes the spread of `score` for the error of every measure, which a measure of whole groups has none of
    item = {"id": doc["id"], "clip": doc["video"], "read": read or ""}
    found = {"exact": {**item, "score": right}}
    if doc["form"] != "open":
        found = {name: {**item, "score": right} for name in ("acc", f"acc_{doc['task']}")}
        found["unparsed"] = {**item, "score": int(not read)}
    for measure, key in (("mbacc", "group"), ("contrast_acc", "contrast")):
        if doc[key]:
            found[measure] = {**item, "right": right, "of": doc[key]}
    return found


def read_answer(text: str, doc: Mapping[str, Any]) -> str | None:
    """The letter, yes or no that a text answers, or its words; None where it says none of them."""
    if doc["form"] == "open":
        return _plain(_told(text)) or None
    return read_yes_no(text) if doc["form"] == "yes_no" else read_letter(text, doc["options"])


def read_letter(text: str, options: Sequence[str]) -> str | None:
    """The letter that an answer to a choice names, or of the one option that it repeats; None where it is in doubt.

    A letter counts alone on its line or with a mark: "B", "(b)", "B. Red". "A man walks" names no letter, "B. Red"
    where red is C names two, and so does "A. or B.".
    """
    said = _told(text)
    same = [letter for letter, option in zip(LETTERS, options, strict=False) if _plain(option) == _plain(said)]
    if len(same) == 1:
        return same[0]
    first, _, rest = said.partition("\n")
    found = _ALONE.match(first.strip())
    if found is None:
        found = _WITH_TEXT.match(said)
        rest = found[4] if found else ""
    if found is None:
        return None
    letter = _named(found)
    words = {known: _plain(option) for known, option in zip(LETTERS, options, strict=False)}
    own = words.pop(letter, None) == _plain(rest)
    later = {_named(one) for one in _LATER.finditer(rest)}
    sure = (own or later <= {letter}) and _plain(rest) not in words.values()
    return letter if sure and letter in LETTERS[: len(options)] else None


def read_yes_no(text: str) -> str | None:
    """Yes or no where an answer begins with one of them and does not say the other too; else None."""
    words = re.findall(r"[a-z']+", _told(text).casefold())
    said = {"yes", "no"} & set(words)
    return words[0] if len(said) == 1 and words[0] in said else None


def mean_score(results: Sequence[Mapping[str, Any]]) -> float:
    """The share of right answers, or of answers that could not be read."""
    return sum(one["score"] for one in results) / len(results) if results else 0.0


def multi_binary(results: Sequence[Mapping[str, Any]]) -> float:
    """MBAcc (PerceptionLM, section 5): the share of questions of which every binary pair is answered rightly."""
    return _all_right(results)


def right_everywhere(results: Sequence[Mapping[str, Any]]) -> float:
    """The share of questions that are answered rightly for each of the clips that differ in one thing."""
    return _all_right(results, least=2)


def _all_right(results: Sequence[Mapping[str, Any]], least: int = 1) -> float:
    groups: dict[str, list[int]] = defaultdict(list)
    for one in results:
        groups[one["of"]].append(one["right"])
    whole = [all(right) for right in groups.values() if len(right) >= least]  # --limit may cut one off
    return sum(whole) / len(whole) if whole else 0.0


def _told(text: str) -> str:
    """An answer without what was thought before, marks of emphasis and "The answer is"."""
    rest = _THOUGHT.sub("", text)
    if "<think>" in rest.lower():
        return ""  # cut off before it came to an answer
    return _LEAD.sub("", _EMPHASIS.sub("", rest).strip(), count=1)


def _named(found: re.Match[str]) -> str:
    return next(one for one in found.groups() if one).upper()


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
