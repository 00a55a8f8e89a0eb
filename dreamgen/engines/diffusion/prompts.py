"""Prompts become what the network reads: as SDXL does it, in pieces where they are long, and each text once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dreamgen.engines.device import sent
from dreamgen.engines.diffusion.orders import LoraUse, Order, WordUse
from dreamgen.errors import UsageError

if TYPE_CHECKING:
    import torch

    from dreamgen.engines.diffusion.loading import Loaded, Refiner

PIECE = 75
"""Tokens of a prompt that CLIP reads at once, beside the one that begins and the one that ends it."""
_REMEMBERED = 256
"""Texts whose encodings are kept; a story has some hundred prompts, and one negative prompt for all."""
_LOOK_BACK = 20
"""Tokens in which a place to part a long prompt is looked for: after a comma or full stop, if there is one."""


@dataclass(frozen=True)
class Said:
    """One encoded text."""

    words: torch.Tensor
    """(1, 77 * pieces, channels): the last hidden layer but one. Pieces are a power of two, see `Reader`."""
    pooled: torch.Tensor
    """(1, channels): the summary by the second encoder, of the first piece."""


class Reader:
    """Encodes texts for one model.

    A prompt of more than 75 tokens is parted, every piece is encoded by itself, and the network reads all of them. The
    number of pieces is filled up to a power of two with empty ones. So in a batch, or beside a longer negative prompt,
    a shorter text can be repeated to the length of the longest: attention to words that stand there twice is attention
    to the words, and no row depends on how long the others are.

    Args:
        speaker: the model, or its refiner.
        base: the model, whose LoRAs may change the text encoders; None for the refiner, which has none.
        steady: whether every batch is two pieces long, or as long as the longest one so far, since a compiled network
            is compiled anew for another length.
    """

    def __init__(self, speaker: Loaded | Refiner, base: Loaded | None, steady: bool = False) -> None:
        self._speaker = speaker
        self._base = base
        self._steady = steady
        # most prompts of a story are longer than one piece; repeating a shorter one changes nothing
        self._longest = 2 * (PIECE + 2) if steady else 0
        self._said: OrderedDict[tuple[object, ...], Said] = OrderedDict()
        self.runs = 0
        """How often the encoders ran."""

    def read(self, text: str, order: Order, negative: bool = False) -> Said:
        """What is said; an empty negative prompt is zeros where the model was trained so.

        Args:
            text: to encode.
            order: whose learned words and LoRAs count.
            negative: whether it is what not to show.
        """
        zeros = negative and not text and self._speaker.zero_negative
        key = (text, zeros, _words_key(order.words), _loras_key(order.loras) if self._base else ())
        kept = self._said.get(key)
        if kept is None:
            kept = self._encoded(text, order)
            if zeros:
                kept = Said(kept.words.new_zeros(kept.words.shape), kept.pooled.new_zeros(kept.pooled.shape))
            self._said[key] = kept
            if len(self._said) > _REMEMBERED:
                self._said.popitem(last=False)
        self._said.move_to_end(key)
        return kept

    def together(self, said: Sequence[Said]) -> tuple[torch.Tensor, torch.Tensor]:
        """The rows of a batch: (rows, tokens, channels), (rows, channels)."""
        words, pooled = side_by_side(said, self._longest)
        if self._steady:
            self._longest = words.shape[1]
        return words, pooled

    def region(self, text: str, order: Order) -> torch.Tensor:
        """Words of a part of a picture, (1, 77, channels).

        Raises:
            UsageError: when they are more than 77 tokens.
        """
        words = self.read(text, order).words
        if words.shape[1] > PIECE + 2:
            raise UsageError(f"the words for a part of a picture are too long (75 tokens at most): {text!r}")
        return words

    def _encoded(self, text: str, order: Order) -> Said:
        import torch

        from dreamgen.engines.diffusion.adapters.bank import text_encoders_with
        from dreamgen.engines.diffusion.words import installed

        self.runs += 1
        with ExitStack() as stack:
            stack.enter_context(torch.no_grad())
            spelling = stack.enter_context(installed(self._speaker, order.words))
            if self._base is not None:
                stack.enter_context(text_encoders_with(self._base, order.loras))
            spelt = spelling.spelt(text)
            parted = [_pieces(tokenizer, spelt) for tokenizer in spelling.tokenizers]
            count = _power_of_two(max(map(len, parted)))
            hidden = []
            for tokenizer, encoder, pieces in zip(
                spelling.tokenizers, self._speaker.text_encoders, parted, strict=True
            ):
                numbers = _numbers(tokenizer, pieces + [[]] * (count - len(pieces)), encoder.device)
                said = encoder(numbers, output_hidden_states=True)
                hidden.append(said.hidden_states[-2])
                pooled = said[0][:1]
            words = torch.cat(hidden, dim=-1)
        return Said(words.reshape(1, -1, words.shape[-1]), pooled)


def side_by_side(said: Sequence[Said], least: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Texts as rows, each repeated to the length of the longest, and to `least` tokens; see `Reader.together`."""
    import torch

    longest = max(least, *(each.words.shape[1] for each in said))
    rows = [each.words.repeat(1, longest // each.words.shape[1], 1) for each in said]
    return torch.cat(rows), torch.cat([each.pooled for each in said])


def _pieces(tokenizer: Any, text: str) -> list[list[int]]:
    """The numbers of the tokens of a text, parted between words."""
    numbers: list[int] = tokenizer(text, add_special_tokens=False, verbose=False).input_ids
    pieces = []
    while len(numbers) > PIECE:
        place = _parting(tokenizer.convert_ids_to_tokens(numbers[:PIECE]))
        pieces.append(numbers[:place])
        numbers = numbers[place:]
    return [*pieces, numbers]


def _parting(tokens: Sequence[str]) -> int:
    """How many of these tokens go before the parting."""
    near = range(len(tokens), max(len(tokens) - _LOOK_BACK, 0), -1)
    stops = (place for place in near if tokens[place - 1].removesuffix("</w>") in {",", ".", ";", ":", "!", "?"})
    ends = (place for place in near if tokens[place - 1].endswith("</w>"))
    return next(stops, 0) or next(ends, 0) or len(tokens)


def _numbers(tokenizer: Any, pieces: Sequence[Sequence[int]], device: torch.device) -> torch.Tensor:
    """(pieces, 77): each begun, ended and filled up as CLIP was trained."""
    import torch

    begin, end, fill = tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id
    rows = [[begin, *piece, end, *[fill] * (PIECE - len(piece))] for piece in pieces]
    return sent(torch.tensor(rows), device)


def _power_of_two(count: int) -> int:
    return 1 << (count - 1).bit_length()


def _words_key(words: Sequence[WordUse]) -> tuple[object, ...]:
    return tuple((use.word, str(use.file), use.file.stat().st_mtime_ns) for use in words if use.file.exists())


def _loras_key(loras: Sequence[LoraUse]) -> tuple[object, ...]:
    return tuple(
        (str(use.file), use.weight, use.file.stat().st_mtime_ns) for use in loras if use.weight and use.file.exists()
    )
