"""Textual inversion: a word is taught to both of SDXL's text encoders (Gal et al. 2022), as DreamFrame does it.

The numbers are those of DreamFrame's style immobilisation. Three things are done otherwise, since they are accidents
of how it is written. It keeps all tokens under the optimiser and puts all but one back after every step; here the
word's vectors alone are changed, and the table of tokens is never touched. It clips the norm of the gradients of a
whole encoder, most of which it never clears; here that of the word's own gradient. And it rounds the vectors to
bfloat16 as it goes; here they stay in float32, and only what the network sees is rounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from dreamgen.core.base import derive_seed
from dreamgen.engines.diffusion.training.loop import Training
from dreamgen.engines.diffusion.training.noising import Lesson, Network, encoded, loss_of, loudness
from dreamgen.engines.diffusion.word_files import Vectors, write_vectors
from dreamgen.engines.diffusion.words import Spelling, taught

if TYPE_CHECKING:
    import torch

SCHEDULE = (
    (4, 1e-3), (8, 9e-4), (13, 8e-4), (20, 7e-4), (35, 6e-4), (60, 5e-4), (100, 4e-4), (160, 3e-4),
)  # fmt: skip
"""DreamFrame's learning rates: so many steps at each, 400 in all."""
_SPREAD = 0.01
"""Standard deviation of the vectors that DreamFrame begins with."""


class Inversion(Training):
    """How a word is learned. `vectors` and `start` are ours; their defaults leave DreamFrame's way as it is."""

    schedule: tuple[tuple[int, float], ...] = SCHEDULE
    """Steps and learning rate, one stage after the other; stretched to `steps`."""
    vectors: int = Field(default=1, ge=1, le=16)
    """Vectors of the word: more hold more of a style and take more of a prompt's 77 tokens."""
    start: str = ""
    """A word whose meaning the new one begins with; empty for noise."""

    def rate(self, step: int) -> float:
        """The learning rate of a step, from 0."""
        whole, passed = sum(count for count, _ in self.schedule), 0
        for count, rate in self.schedule:
            passed += count
            if step * whole < passed * self.steps:
                return rate
        return self.schedule[-1][1]


class WordLearner:
    """A word on its way.

    Args:
        network: to which it is taught; it stays as it is.
        spelling: how the prompts are spelt while it is taught.
        vectors: its vectors, which change.
        options: how it is learned.
        name: of its files.
    """

    def __init__(self, network: Network, spelling: Spelling, vectors: Vectors, options: Inversion, name: str) -> None:
        self._network = network
        self._spelling = spelling
        self._vectors = vectors
        self._options = options
        self._name = name

    @property
    def groups(self) -> Sequence[Mapping[str, torch.Tensor]]:
        """The vectors, an encoder at a time."""
        return {"clip_l": self._vectors.first}, {"clip_g": self._vectors.second}

    @property
    def loudness(self) -> float:
        """What losses are multiplied with on their way back."""
        return loudness(self._network)

    def loss(self, lesson: Lesson) -> torch.Tensor:
        """How far off the network is, when the word stands in its prompts."""
        words, pooled = encoded(self._network, self._spelling, lesson.prompts)
        return loss_of(self._network, lesson, words, pooled, self._options.min_snr)

    def write(self, folder: Path, suffix: str = "") -> tuple[Path, ...]:
        """The vectors as safetensors and, where there is one an encoder, in DreamFrame's form too."""
        forms = (".safetensors", ".pt") if self._options.vectors == 1 and not suffix else (".safetensors",)
        files = tuple(folder / f"{self._name}{suffix}{form}" for form in forms)
        for file in files:
            write_vectors(self._vectors, file)
        return files


@contextmanager
def word_learner(network: Network, word: str, options: Inversion, name: str) -> Iterator[WordLearner]:
    """A word at its beginning, installed while it is learned."""
    vectors = Vectors(*(_first(network, place, options) for place in (0, 1)))
    with taught(network, {word: vectors}) as spelling:
        yield WordLearner(network, spelling, vectors, options, name)


def _first(network: Network, place: int, options: Inversion) -> torch.Tensor:
    """The vectors (vectors, channels) that one encoder's learning begins with."""
    import torch

    table = network.text_encoders[place].get_input_embeddings().weight
    if options.start:
        numbers = network.tokenizers[place](options.start, add_special_tokens=False).input_ids
        rows = [numbers[number % len(numbers)] for number in range(options.vectors)]
        first: torch.Tensor = table[rows].detach().float().clone()
    else:
        generator = torch.Generator().manual_seed(derive_seed(options.seed, "first", place))
        first = torch.randn(options.vectors, table.shape[1], generator=generator) * _SPREAD
    return first.to(table.device).requires_grad_()
