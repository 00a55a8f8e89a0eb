"""A JSON schema becomes what may come next, whatever the model would rather say.

llguidance's parser computes which tokens can go on to a text that fits the schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dreamgen.engines.chat.local.weights import Weights
from dreamgen.errors import ModelError, first_line

_WRITING: Final = {"whitespace_flexible": False, "json_allowed_escapes": '"\\n'}
"""No blanks between the parts, and of escapes those for quotation marks, backslashes and new lines alone: no control
characters come into a text."""


class Guide:
    """Follows one answer, token by token."""

    def __init__(self, weights: Weights, schema: Mapping[str, Any]) -> None:
        """Begins before the first token.

        Raises:
            ModelError: for a schema that can't be followed, with what is wrong in it.
        """
        from llguidance import LLMatcher

        self._size = weights.size
        self._matcher = LLMatcher(weights.spelling, _grammar(json.dumps(schema)))
        if self._matcher.is_error():
            raise _unfit(self._matcher.get_error())

    def allowed(self) -> NDArray[np.bool_]:
        """Whether each token may come next, by its number."""
        packed = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        bits = np.unpackbits(packed, bitorder="little", count=self._size)
        if self._matcher.is_error():
            raise _unfit(self._matcher.get_error())
        return bits.view(np.bool_)

    def take(self, token: int) -> None:
        """Goes on by a token that was allowed."""
        if not self._matcher.is_stopped() and not self._matcher.consume_token(token):
            raise _unfit(self._matcher.get_error())


@lru_cache(maxsize=64)
def _grammar(schema: str) -> str:
    from llguidance import LLMatcher

    try:
        grammar: str = LLMatcher.grammar_from_json_schema(schema, defaults=_WRITING)
    except Exception as error:  # whatever its Rust parts raise
        raise _unfit(first_line(error)) from None
    wrong = LLMatcher.validate_grammar(grammar)
    if wrong:
        raise _unfit(wrong)
    return grammar


def _unfit(said: str) -> ModelError:
    return ModelError(
        f"an answer can't be held to its shape: {said.strip().splitlines()[0] if said.strip() else 'no reason given'}",
        "--set chat.method=plain asks for the shape in words.",
    )
