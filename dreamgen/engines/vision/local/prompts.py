"""A question about frames becomes the tokens that a model was trained to see, by its own chat template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.vision.local.showing import Shown
from dreamgen.engines.vision.local.weights import Weights
from dreamgen.engines.vision.seeing import Query
from dreamgen.errors import ModelError, first_line

_SYSTEM, _QUESTION, _FRAMES = "\ue000system\ue000", "\ue000question\ue000", "\ue000frames\ue000"
"""What a template is given in place of the texts, so that nothing in them can pass for its own words."""
_SPLIT: Final = re.compile(f"({_SYSTEM}|{_QUESTION}|{_FRAMES})")


@dataclass(frozen=True)
class Asked:
    """A question in tokens."""

    before: tuple[int, ...]
    """Everything up to the last of the frames: the same for all questions under the same instructions."""
    after: tuple[int, ...]
    """The rest, up to where the answer begins."""


def asked(weights: Weights, query: Query, shown: Shown | None) -> Asked:
    """The tokens of a question.

    No text can pass for the marks of a conversation: one that stands in a text is broken up by a space.

    Raises:
        ModelError: when the model's template takes no such conversation.
    """
    texts = {
        _SYSTEM: _unmarked(query.system, weights.about.words),
        _QUESTION: _unmarked(query.text, weights.about.words),
        _FRAMES: shown.text if shown is not None else "",
    }
    framed = shown is not None
    layout = weights.layouts.get(framed) or weights.layouts.setdefault(framed, _layout(weights, framed))
    text = "".join(texts.get(part, part) for part in layout)
    with quiet():
        bare = weights.tokenizer(text, add_special_tokens=False)["input_ids"]
    tokens = list(_spread([int(token) for token in bare], shown))
    # without frames, what is shared is the first token, which stands before anything that could be cut elsewhere
    last = max((place for place, token in enumerate(tokens) if shown is not None and token == shown.mark), default=0)
    return Asked(tuple(tokens[: last + 1]), tuple(tokens[last + 1 :]))


def _spread(tokens: Sequence[int], shown: Shown | None) -> Iterator[int]:
    """Tokens with as many marks in place of each as it has visual tokens."""
    runs = iter(shown.runs if shown is not None else ())
    for token in tokens:
        if shown is None or token != shown.mark:
            yield token
            continue
        for _ in range(next(runs)):
            yield token


def _layout(weights: Weights, framed: bool) -> tuple[str, ...]:
    """What a template writes around the texts, with their stand-ins between."""
    first: Exception | None = None
    with quiet():
        for turns in _ways(weights.family.entry if framed else ""):
            try:
                text = str(
                    weights.tokenizer.apply_chat_template(
                        turns, tokenize=False, add_generation_prompt=True, enable_thinking=False
                    )
                )
            except Exception as error:  # templates raise as they like, and not all know a system prompt
                first = first or error
                continue
            found = _found(text, weights.family.rendered if framed else ())
            if found is not None:
                return found
    why = first_line(first) if first is not None else "it leaves out what is asked"
    raise ModelError(
        f"the chat template in {weights.folder} refuses: {why}", "Take the tokenizer that came with the model."
    )


def _ways(entry: str) -> Iterator[list[dict[str, Any]]]:
    """The same conversation in the ways that templates know."""
    for seen in ([{"type": entry}], [{"type": "text", "text": _FRAMES}]) if entry else ([],):
        user = {"role": "user", "content": [*seen, {"type": "text", "text": _QUESTION}]}
        yield [{"role": "system", "content": [{"type": "text", "text": _SYSTEM}]}, user]
        yield [{"role": "system", "content": _SYSTEM}, user]
        yield [{"role": "user", "content": [*seen, {"type": "text", "text": f"{_SYSTEM}\n\n{_QUESTION}"}]}]
    yield [{"role": "user", "content": f"{_FRAMES if entry else ''}{_SYSTEM}\n\n{_QUESTION}"}]


def _found(text: str, rendered: Sequence[str]) -> tuple[str, ...] | None:
    """A rendered conversation in parts; None where something of it is missing or stands there twice."""
    mark = next((words for words in rendered if words in text), "")
    if mark and _FRAMES not in text:
        text = text.replace(mark, _FRAMES, 1)
    wanted = [_SYSTEM, _QUESTION, *([_FRAMES] if rendered else [])]
    if any(text.count(one) != 1 for one in wanted):
        return None
    tail = text.rpartition(_QUESTION)[2]
    # a model that thinks aloud first is told that it has: the first word is to be the answer
    thinks = "<think>" in tail and "</think>" not in tail
    gap = "" if tail.endswith("\n") else "\n"
    closed = f"{gap}\n</think>\n\n" if thinks else ""
    return tuple(part for part in _SPLIT.split(text + closed) if part)


def _unmarked(text: str, words: frozenset[str]) -> str:
    """A text in which no token of the conversation's own stands."""
    text = text.replace("\ue000", " ").encode("utf-8", "replace").decode("utf-8")
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 1 and not word.isspace():
            text = text.replace(word, f"{word[0]} {word[1:]}")
    return text
