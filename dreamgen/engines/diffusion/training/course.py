"""What is to be learned, how and from what: everything that shapes a training, with a name for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dreamgen.core.base import fingerprint
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.engines.diffusion.signature import signature
from dreamgen.engines.diffusion.training.images import Picture, Skipped
from dreamgen.engines.diffusion.training.inversion import Inversion
from dreamgen.engines.diffusion.training.lora import LoraTraining

Method = Inversion | LoraTraining
"""How a style is learned: as a word, or as a LoRA."""


@dataclass(frozen=True)
class Course:
    """What is to be learned, and what from."""

    word: str
    """The word that stands for the style."""
    prompts: tuple[str, ...]
    """What the pictures are called, with `{word}` for the word."""
    pictures: tuple[Picture, ...]
    """To learn from."""
    skipped: tuple[Skipped, ...]
    """Left out."""
    checkpoint: Checkpoint
    """The model that learns."""
    method: Method
    """How."""

    def plan(self) -> dict[str, Any]:
        """Everything that shapes the result, as JSON."""
        # a stylist has more fields, which shape where pictures come from and not what is learned of them
        own = set((Inversion if isinstance(self.method, Inversion) else LoraTraining).model_fields)
        model = self.checkpoint.model_dump(include={"model", "family", "vae", "variant", "device", "dtype", "threads"})
        return {
            "method": "inversion" if isinstance(self.method, Inversion) else "lora",
            "word": self.word,
            "model": model,
            "weights": {name: digest for name, digest in signature(self.checkpoint) if name in model},
            "options": self.method.model_dump(mode="json", include=own),
            "prompts": list(self.prompts),
            "images": [{"name": picture.name, "sha256": picture.sha256} for picture in self.pictures],
        }

    @property
    def key(self) -> str:
        """Names everything that shapes the result: bytes, and not where they lie."""
        plan = self.plan()
        model = {name: value for name, value in plan["model"].items() if name not in plan["weights"]}
        return fingerprint({**plan, "model": model, "images": [image["sha256"] for image in plan["images"]]})

    @property
    def name(self) -> str:
        """The word as a file name."""
        return re.sub(r"[^\w.-]+", "", self.word).strip(".") or "word"
