"""Vision-language models with random weights, in the layout of the published ones: for tests and benchmarks.

They are of transformers' real classes, take real frames and any text, and have something to say at once; only what they
say makes no sense. Yes, No and the letters of choices are words of theirs, and likelier than others.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, Final

from dreamgen.core.base import derive_seed
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.vision.blank_kinds import KINDS, TURNS, Kind, Size
from dreamgen.errors import MissingExtra, unknown_name

__all__ = ["FAMILIES", "Size", "write_vision_model"]

FAMILIES: Final = tuple(KINDS)
"""What there is to choose from."""
_WORDS: Final = (
    "the", "a", "is", "in", "of", "to", "and", "she", "he", "it", "red", "blue", "left", "right", "woman", "man", "dog",
    "walks", "runs", "sits", "waves", "video", "frame", "frames", "seconds", "question", "answer", "true", "false",
    "what", "where", "who", "how", "many", "snow", "rain", "day", "night", "coat", "harbour", "street", "system",
    "user", "assistant",
)  # fmt: skip
"""What the tokenizer is made from, beside the answers."""
_ANSWERS: Final = ("Yes", "No", "yes", "no", "A", "B", "C", "D", "E", "F")
"""Words of their own."""
_CONSTANT: Final = 1.5
"""A number that every token brings along, on which the likelihoods rest."""
_STRENGTH: Final = 0.7
"""Of what a layer adds, against what it was given."""


def write_vision_model(folder: Path, family: str, seed: int = 0, size: Size | None = None) -> Path:
    """A vision-language model of some hundred thousand weights in transformers' layout; returns `folder`.

    Args:
        folder: is made when it is missing.
        family: one of `FAMILIES`.
        seed: of the weights.
        size: how large it is.

    Raises:
        UsageError: for a family that there is not.
        MissingExtra: without the libraries.
    """
    kind = KINDS.get(family)
    if kind is None:
        raise unknown_name("family of vision-language models", family, KINDS)
    try:
        import torch
        import transformers  # noqa: F401
    except ImportError as error:
        raise MissingExtra(error.name or "transformers", "vlm", "a tiny vision-language model") from None

    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive_seed(seed, "blank vision model", family))
        tokenizer = _tokenizer(kind)
        built = kind.build(tokenizer, size or Size())
        _lean(built.network, tokenizer)
        built.network.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(built.looks, indent=2), "utf-8")
    if built.processor:
        (folder / "processor_config.json").write_text(json.dumps(built.processor, indent=2), "utf-8")
    return folder


def _tokenizer(kind: Kind) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    special = [*TURNS, *kind.marks]
    trainer = trainers.BpeTrainer(
        vocab_size=560,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=special,
        show_progress=False,
    )
    # words of different frequencies, so that no two merges are tied
    chance = random.Random(0)
    words = (*_ANSWERS, *_WORDS)
    lines = [" ".join(chance.choices(words, range(len(words) + 20, 20, -1), k=12)) for _ in range(400)]
    bare.train_from_iterator([*lines, *(f"{one}\n" for one in _ANSWERS for _ in range(200))], trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bare,
        eos_token=TURNS[2],
        pad_token=TURNS[0],
        additional_special_tokens=[TURNS[1], *kind.marks],
        model_max_length=1_000_000,
    )
    tokenizer.chat_template = _template(kind)
    return tokenizer


def _template(kind: Kind) -> str:
    """ChatML, with what the family writes for frames."""
    return (
        "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
        "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
        "{% for part in message['content'] %}"
        f"{{% if part['type'] == '{kind.said}' %}}{json.dumps(kind.picture)[1:-1].replace(chr(92) + 'n', chr(10))}"
        "{% elif part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>\n"
        "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )


def _lean(network: Any, tokenizer: Any) -> None:
    """Makes answers likelier than other words, words likelier than bytes, and the end of a text near."""
    import torch

    head, words = network.get_output_embeddings(), network.get_input_embeddings()
    with torch.no_grad():
        for weights in network.parameters():
            if weights.dim() > 1:  # as strong as in a trained network, so that pictures and questions change the answer
                weights.normal_(0.0, _STRENGTH / (weights[0].numel() ** 0.5))
        words.weight.normal_(0.0, 0.3)
    # the first channel of every token is the same, so the first weight of a token at the output is its likelihood
    with torch.no_grad():
        words.weight[:, 0] = _CONSTANT
        head.weight.normal_(0.0, 0.15)
        for token in range(len(tokenizer)):
            head.weight[token, 0] = _likelihood(tokenizer.convert_ids_to_tokens(token))


def _likelihood(token: str) -> float:
    word = token.lstrip("\u0120")  # how a space is written in byte-level tokens
    if word in _ANSWERS:
        return 2.2
    if token == TURNS[2]:
        return 1.9
    return 0.3 if len(word) > 2 and word.isascii() and word.isalpha() else -0.6
