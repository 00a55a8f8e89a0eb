"""What sharing saves: visual tokens that were encoded, and those that a question found encoded already."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Account:
    """What a model in this process has done so far."""

    questions: int = 0
    """Answered, whatever the answer was worth."""
    clips: int = 0
    """Times that frames were encoded."""
    visual_asked: int = 0
    """Visual tokens that the questions were about, each question for itself."""
    visual_encoded: int = 0
    """Visual tokens that went through the network."""
    prefill_tokens: int = 0
    """Tokens that were read, visual ones among them."""
    written_tokens: int = 0
    """Tokens that were written, in free words."""
    strained: str = ""
    """What could not be done as asked: batch 16 halved to 8 (out of memory). Empty when all could."""

    @property
    def visual_reused(self) -> int:
        """Visual tokens that did not have to be encoded for a question."""
        return max(0, self.visual_asked - self.visual_encoded)

    @property
    def reuse(self) -> float:
        """Share of the visual tokens that were reused, 0-1."""
        return self.visual_reused / self.visual_asked if self.visual_asked else 0.0
