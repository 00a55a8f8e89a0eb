"""What a family of models has to tell: how frames stand in its text, and which numbers its network takes for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dreamgen.engines.vision.local.pictures import Looks
from dreamgen.engines.vision.seeing import Frames

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Shown:
    """Frames as a family takes them."""

    text: str
    """What stands in the conversation; the mark of visual tokens once for each run of them."""
    mark: int
    """The token that stands for visual ones."""
    runs: tuple[int, ...]
    """How many visual tokens there are in place of each mark, in order."""
    inputs: Mapping[str, torch.Tensor]
    """What the network takes beside the text."""
    typed: bool = False
    """Whether the network wants to be told which tokens are visual, where it takes that (`mm_token_type_ids`)."""

    @property
    def visual(self) -> int:
        """Visual tokens in all."""
        return sum(self.runs)


@dataclass(frozen=True)
class About:
    """What is known of a loaded model when frames are made ready for it."""

    config: Any
    """transformers' configuration."""
    looks: Looks
    """How it was shown pictures."""
    words: frozenset[str]
    """Tokens that its tokenizer was given beyond its text: <image>, <|image_pad|>."""


class Family(Protocol):
    """One way in which models are shown frames."""

    @property
    def kinds(self) -> Sequence[str]:
        """Values of `model_type` in config.json."""
        ...

    @property
    def entry(self) -> str:
        """What a chat template is told that there is: image or video."""
        ...

    @property
    def rendered(self) -> Sequence[str]:
        """What chat templates write in its place, the longest first."""
        ...

    @property
    def looks(self) -> tuple[tuple[tuple[float, ...], tuple[float, ...]], int]:
        """Mean and spread, and the filter, of pictures, where the folder does not say them."""
        ...

    def show(self, frames: Frames, about: About) -> Shown:
        """Frames, made ready."""
        ...


def seconds(time: float) -> str:
    """A time in words: 0.5 seconds."""
    return f"{time:.1f} seconds"


def listed(frames: Frames) -> str:
    """When the frames were taken, for families whose frames stand in one piece."""
    times = ", ".join(f"{time:.1f}" for time in frames.times)
    many = len(frames.times) != 1
    return (
        f"The video lasts {seconds(frames.seconds)}. Its {len(frames.times)} frames were taken at {times} seconds.\n"
        if many
        else f"The video lasts {seconds(frames.seconds)}. Its one frame was taken at {times} seconds.\n"
    )


def square(said: Any, otherwise: int) -> int:
    """The side that a network's pictures have; some say it twice."""
    return int((said[0] if isinstance(said, list | tuple) else said) or otherwise)
