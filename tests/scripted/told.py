"""What a test has the scripted server say, word by word and with the probabilities of other words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Told:
    """An answer in the words of a test. It is cut off where the request allows no more words."""

    text: str
    """What is said."""
    chances: Mapping[str, float] = field(default_factory=dict)
    """Of the words that could stand in the place of `at`, when the request wants to know; empty: it never tells."""
    at: int = 0
    """Which word that is."""

    def choice(self, body: Mapping[str, Any]) -> tuple[str, str, dict[str, Any] | None]:
        """Text, reason to stop, and probabilities, as far as a request wants and allows them."""
        words = re.findall(r"\s*\S+|\s+$", self.text)
        most = body.get("max_tokens") or body.get("max_completion_tokens") or len(words)
        kept = words[:most]
        told = bool(self.chances and body.get("logprobs"))
        tokens = [self._token(number, word, int(body.get("top_logprobs") or 0)) for number, word in enumerate(kept)]
        finish = "length" if len(words) > most else "stop"
        return "".join(kept), finish, {"content": tokens, "refusal": None} if told else None

    def _token(self, number: int, word: str, most: int) -> dict[str, Any]:
        chances = self.chances if number == self.at else {word: 1.0}
        tops = sorted(chances.items(), key=lambda one: -one[1])[:most]
        return {
            **_logarithm(word, dict(chances).get(word, 0.0)),
            "top_logprobs": [_logarithm(text, chance) for text, chance in tops],
        }


def _logarithm(text: str, chance: float) -> dict[str, Any]:
    return {"token": text, "logprob": math.log(chance) if chance else -9999.0, "bytes": list(text.encode())}
