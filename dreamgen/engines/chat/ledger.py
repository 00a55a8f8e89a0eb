"""The account of every call, in a file that outlives the run."""

from __future__ import annotations

from typing import Final

LEDGER: Final = "ledger.jsonl"
"""Its name in the folder that a chat model keeps."""
