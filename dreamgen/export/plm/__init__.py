"""Perception LM's own forms: what its trainer reads, and what its published sets and SA-V look like."""

from __future__ import annotations

from typing import Final

LEFT_OUT: Final = "left_out.jsonl"
"""The pairs that could not be written, each with the reason; there is no such file where all could."""
