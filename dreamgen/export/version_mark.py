"""The frozen version of a benchmark: a fingerprint of its items, so that only scores on the same items are compared."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

VERSION_FILE: Final = "version.json"


class Mark:
    """Grows item by item, in the order of each file."""

    def __init__(self) -> None:
        self._sums: dict[str, Any] = {}
        self.items: Counter[str] = Counter()
        """How many were heard, by the file that they are in."""

    def hear(self, file: str, video: str, question: str, options: Sequence[str], answer: str) -> None:
        """Adds an item.

        Args:
            file: that it is in.
            video: the clip's name in the folder, which changes with its content.
            question: as it is asked.
            options: of a choice; none where they are part of the question, or there are none.
            answer: the right one.
        """
        self.items[file] += 1
        found = self._sums.setdefault(file, hashlib.blake2b(digest_size=16))
        item = json.dumps([video, question, list(options), answer], ensure_ascii=False)
        found.update(f"{item}\n".encode("utf-8", "surrogatepass"))

    @property
    def fingerprint(self) -> str:
        """32 hex digits that name all items so far, whatever the order in which files grew."""
        every = sorted((file, found.hexdigest()) for file, found in self._sums.items())
        return hashlib.blake2b(json.dumps(every).encode(), digest_size=16).hexdigest()
