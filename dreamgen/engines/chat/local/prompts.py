"""A conversation becomes the tokens that the model was trained to see."""

from __future__ import annotations

from collections.abc import Sequence

from dreamgen.engines.chat.local.weights import Weights
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.errors import ModelError, first_line

Turn = tuple[str, str]
"""Who speaks (system, user, assistant) and what they say."""


def prompt_tokens(weights: Weights, turns: Sequence[Turn]) -> tuple[list[int], int]:
    """The tokens of a conversation, up to where the answer begins, and how many of the first are instructions.

    No text can pass for the marks between the turns: a mark that stands in a text is broken up by a space. The
    instructions are what the system says and what the template has before it; another task may follow them.

    Raises:
        ModelError: when the model's template takes no such conversation.
    """
    marks = _marks(weights)
    said = [(who, _unmarked(text, marks)) for who, text in turns]
    tokens = _tokens(weights, said)
    if len(said) < 2 or said[0][0] != "system":
        return tokens, 0
    other = _tokens(weights, [said[0], ("user", "")])
    return tokens, next(
        (number for number, (one, twin) in enumerate(zip(tokens, other, strict=False)) if one != twin),
        min(len(tokens), len(other)) - 1,
    )


def _tokens(weights: Weights, turns: Sequence[Turn]) -> list[int]:
    with quiet():
        try:
            text = _rendered(weights, turns)
        except Exception as first:  # templates raise as they like, and not all know a system prompt
            try:
                text = _rendered(weights, _without_system(turns))
            except Exception:
                raise ModelError(
                    f"the chat template in {weights.folder} refuses: {first_line(first)}",
                    "Take the tokenizer that came with the model.",
                ) from None
        return [int(token) for token in weights.tokenizer(text, add_special_tokens=False)["input_ids"]]


def _rendered(weights: Weights, turns: Sequence[Turn]) -> str:
    messages = [{"role": who, "content": text} for who, text in turns]
    # models that think aloud first are told not to: their thoughts would not fit the shape
    text: str = weights.tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
    )
    return text


def _without_system(turns: Sequence[Turn]) -> list[Turn]:
    """What the system said, at the head of what the user says first."""
    told = "\n\n".join(text for who, text in turns if who == "system")
    rest = [turn for turn in turns if turn[0] != "system"]
    if not told or not rest:
        return rest
    (who, text), *others = rest
    return [(who, f"{told}\n\n{text}"), *others]


def _marks(weights: Weights) -> list[str]:
    return [str(token.content) for token in weights.tokenizer.added_tokens_decoder.values() if token.special]


def _unmarked(text: str, marks: Sequence[str]) -> str:
    for mark in marks:
        if len(mark) > 1:
            text = text.replace(mark, f"{mark[0]} {mark[1:]}")
    return text
