"""Learned words (textual inversion, Gal et al. 2022): how text encoders come to know them for a while.

While a word is installed, the encoder's table of tokens is left alone: the word's vectors take the place of what the
table gives. So nothing has to be put back afterwards, and no other token can have changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dreamgen.engines.diffusion.orders import WordUse
from dreamgen.engines.diffusion.word_files import LEARN, Vectors, read_vectors
from dreamgen.errors import ModelError, UsageError

if TYPE_CHECKING:
    import torch


class Speaks(Protocol):
    """Whoever has text encoders: a loaded model."""

    @property
    def tokenizers(self) -> Sequence[Any]:
        """SDXL's two, or the refiner's one, which is the second of them."""
        ...

    @property
    def text_encoders(self) -> Sequence[Any]:
        """As many."""
        ...


@dataclass(frozen=True)
class Spelling:
    """How prompts are spelt while words are installed."""

    tokenizers: tuple[Any, ...]
    """They know the words; the model's own where those need no new token."""
    expansions: tuple[tuple[str, str], ...]
    """A word of several vectors, and the tokens that it is written with."""

    def spelt(self, prompt: str) -> str:
        """The prompt as the tokenizers want it: every word of several vectors written out."""
        for word, tokens in self.expansions:
            written = tokens.replace("\\", r"\\")
            prompt = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", written, prompt, flags=re.IGNORECASE)
        return prompt


def token_of(tokenizer: Any, word: str) -> int | None:
    """The number of the token that is this word; None when it is spelt with several."""
    numbers = tokenizer(word, add_special_tokens=False).input_ids
    return int(numbers[0]) if len(numbers) == 1 and numbers[0] != tokenizer.unk_token_id else None


@contextmanager
def installed(loaded: Speaks, words: Iterable[WordUse]) -> Iterator[Spelling]:
    """Lets the text encoders know learned words from files; see `taught`."""
    files: dict[str, Path] = {}
    for use in words:
        if files.setdefault(use.word, use.file) != use.file:
            raise UsageError(f"one picture can't use {use.word!r} as learned in {files[use.word]} and in {use.file}")
    with taught(loaded, {word: read_vectors(file) for word, file in files.items()}) as spelling:
        yield spelling


@contextmanager
def taught(loaded: Speaks, words: Mapping[str, Vectors]) -> Iterator[Spelling]:
    """Lets the text encoders know learned words; afterwards they and the tokenizers are what they were.

    A word that is one token already stands for its vectors instead; any other gets a token of its own. Gradients
    flow to the vectors.

    Raises:
        UsageError: for words that a tokenizer can't tell apart.
        ModelError: for vectors that the encoders can't take.
    """
    spellings = {word: _names(word, len(vectors.second)) for word, vectors in words.items()}
    tokenizers = []
    with ExitStack() as stack:
        for place, (tokenizer, encoder) in enumerate(zip(loaded.tokenizers, loaded.text_encoders, strict=True)):
            second = place == 1 or len(loaded.text_encoders) == 1
            tables = {word: vectors.second if second else vectors.first for word, vectors in words.items()}
            knowing, numbers = _knowing(tokenizer, [name for names in spellings.values() for name in names])
            rows: dict[int, tuple[torch.Tensor, int]] = {}
            for word, table in tables.items():
                _check_width(word, table, encoder)
                rows |= {numbers[name]: (table, row) for row, name in enumerate(spellings[word])}
            tokenizers.append(knowing)
            if rows:
                stack.enter_context(_speaking(encoder, rows, knowing.eos_token_id))
        several = {word: " ".join(names) for word, names in spellings.items() if len(names) > 1}
        yield Spelling(tuple(tokenizers), tuple(several.items()))


def _names(word: str, count: int) -> list[str]:
    return [word, *(f"{word}_{number}" for number in range(1, count))]


def _knowing(tokenizer: Any, names: Sequence[str]) -> tuple[Any, dict[str, int]]:
    """A tokenizer that has one token for every name, and their numbers."""
    import copy

    from tokenizers import AddedToken

    known = {name: token_of(tokenizer, name) for name in names}
    numbers = {name: number for name, number in known.items() if number is not None}
    new = [name for name, number in known.items() if number is None]
    if not all(name.strip() for name in new) or len({name.lower() for name in new}) != len(new):
        raise UsageError(f"these words can't be told apart: {', '.join(map(repr, new))}", "Choose other words.")
    if new:
        size = len(tokenizer)
        tokenizer = copy.deepcopy(tokenizer)
        # only where it stands alone: "inkwash" must not break up "inkwashed"
        tokenizer.add_tokens([AddedToken(name, single_word=True) for name in new])
        numbers |= {name: size + place for place, name in enumerate(new)}
    return tokenizer, numbers


@contextmanager
def _speaking(encoder: Any, rows: Mapping[int, tuple[torch.Tensor, int]], end: int) -> Iterator[None]:
    """Lets an encoder give these rows of tables for these tokens, as they are when it is asked."""
    import torch

    table = encoder.get_input_embeddings()
    asked: list[torch.Tensor] = []

    def before(_: Any, args: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor]:
        asked.append(args[0])
        return (torch.where(args[0] < table.num_embeddings, args[0], 0),)

    def after(_: Any, __: Any, found: torch.Tensor) -> torch.Tensor:
        numbers = asked.pop()
        for number, (vectors, row) in rows.items():
            found = torch.where((numbers == number).unsqueeze(-1), vectors[row].to(found), found)
        return found

    # SDXL's published encoders take the highest token of a prompt for its end, which a new token would be
    odd = [part for part in encoder.modules() if getattr(part, "eos_token_id", None) == 2]
    hooks = [table.register_forward_pre_hook(before), table.register_forward_hook(after)]
    try:
        for part in odd:
            part.eos_token_id = end
        yield
    finally:
        for part in odd:
            part.eos_token_id = 2
        for hook in hooks:
            hook.remove()


def _check_width(word: str, table: torch.Tensor, encoder: Any) -> None:
    wanted, given = encoder.get_input_embeddings().embedding_dim, table.shape[-1]
    if given != wanted:
        raise ModelError(
            f"the learned word {word!r} has {given} numbers; this model's text encoder takes {wanted}", LEARN
        )
