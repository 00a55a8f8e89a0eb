"""Stylist `lora`: teaches a text-to-image model the style as a low-rank change of its attention."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from dreamgen.core.media import MediaRef, Style, StyleLora
from dreamgen.core.story import Story
from dreamgen.engines.diffusion.training.lora import LoraTraining
from dreamgen.style.learning import Source, check_folder, check_installed, learn, word_for, worded
from dreamgen.style.stylists.palette import PaletteStylist


class LoraStylist(LoraTraining, Source):
    """The LoRA under style/, and the word that it was learned with among the style's words.

    LoRAs that the style brings along stay; one that was learned for this story already is not learned again.
    """

    weight: float = Field(default=0.6)
    """How strongly it is applied in keyframes; DreamFrame's number."""

    @model_validator(mode="after")
    def _installed(self) -> LoraStylist:
        check_installed("the stylist 'lora'", "peft")
        return self

    def ready(self) -> None:
        """Checks the folder of pictures, where one is named, before anything is made."""
        check_folder(self)

    def settle(self, style: Style, story: Story, into: Path) -> Style:
        """The style with the story's palette and a LoRA more."""
        settled = PaletteStylist().settle(style, story, into)
        if any(isinstance(lora.file, MediaRef) for lora in style.loras):
            return settled
        learned = StyleLora(
            file=learn(self, self, settled, [place.name for place in story.locations], into), weight=self.weight
        )
        words = worded(word_for(self, style), style.words)
        return settled.model_copy(update={"loras": (*style.loras, learned), "words": words})
