"""What every record shares: frozen, no unknown keys, an identity that is a hash of sorted JSON."""

from __future__ import annotations

import hashlib
import json
import random
from abc import ABC, abstractmethod
from typing import Any

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen value. Unknown keys are refused, so a typo in a file is an error and not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Explained(Record):
    """A record that a model fills in: what stands under a field is in its JSON schema.

    Pydantic looks that up in the source of each class, which all other records are spared.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)


class Summed(ABC):
    """What is too much to be hashed at once, and knows a hash of its own."""

    @property
    @abstractmethod
    def digest(self) -> str:
        """The same in every process and on every machine."""


def fingerprint(value: Any) -> str:
    """32 hex digits that name `value`, the same in every process and on every machine.

    Args:
        value: a record, or plain JSON values (dict, list, tuple, str, int, float, bool, None),
            or any nesting of these; what is `Summed` counts as its digest.

    Raises:
        TypeError: for a value that can't be hashed the same way in two processes (a set, an object).
    """
    text = json.dumps(value, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Summed):
        return value.digest
    raise TypeError(f"no stable fingerprint for a {type(value).__name__}: {value!r}")


def derive_seed(seed: int, *where: str | int) -> int:
    """A 63-bit seed for one purpose in one place: `derive_seed(7, "pose", "shot-03", "mara")`.

    It depends on where, never on order or time, so removing one thing changes nothing else.
    """
    digest = hashlib.blake2b(repr((seed, *where)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def derived_random(seed: int, *where: str | int) -> random.Random:
    """A `random.Random` of its own for one purpose in one place; see `derive_seed`."""
    return random.Random(derive_seed(seed, *where))
