"""A chat model with random weights, in the layout of the published ones: for tests, for benchmarks, to try things out.

It can read and write any text, and has something to say at once; only what it says makes no sense. Its words are a
little likelier than odd bytes, and the end of a text is near, so that an answer comes in a moment.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

from dreamgen.engines.diffusion.silence import quiet
from dreamgen.errors import MissingExtra

_TEMPLATE: Final = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""ChatML, which Qwen and many others were trained with."""
_SPECIAL: Final = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_BYTES: Final = 256
_WORDS: Final = (
    "the", "a", "and", "in", "of", "to", "is", "with", "she", "he", "it", "her", "his", "they", "are", "on", "at",
    "red", "blue", "old", "young", "woman", "man", "boy", "girl", "dog", "cat", "walks", "runs", "sits", "waves",
    "looks", "smiles", "takes", "gives", "opens", "holds", "lamp", "door", "letter", "key", "boat", "coat", "forest",
    "street", "house", "harbour", "night", "day", "rain", "snow", "sun", "sea", "light", "heart", "story", "scene",
    "act", "shot", "title", "content", "place", "people", "question", "answer", "what", "why", "how", "where", "who",
    "says", "feels", "happy", "sad", "angry", "calm", "worried", "lost", "found", "home", "road", "river", "bird",
    "song",
)  # fmt: skip
"""What the tokenizer is made from."""
_WIDTH: Final = 64
_CONSTANT: Final = 0.5
"""A number that every token brings along, on which the likelihoods rest."""
_SPREAD: Final = 0.15
"""Standard deviation of the other weights at the output."""


def write_chat_model(folder: Path, vocab: int = 512, context: int = 32_768, seed: int = 0) -> Path:
    """A language model of a hundred thousand weights in transformers' layout; returns `folder`.

    Args:
        folder: is made when it is missing.
        vocab: most tokens that it knows; the 256 bytes and three special ones are always among them.
        context: most tokens that it reads and writes together.
        seed: of the weights.

    Raises:
        MissingExtra: without the libraries.
    """
    try:
        import torch
        from transformers import Qwen2Config, Qwen2ForCausalLM
    except ImportError as error:
        raise MissingExtra(error.name or "transformers", "local-llm", "a tiny language model") from None

    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        tokenizer = _tokenizer(max(vocab, _BYTES + len(_SPECIAL)), context)
        config = Qwen2Config(
            vocab_size=len(tokenizer),
            hidden_size=_WIDTH,
            intermediate_size=2 * _WIDTH,
            num_hidden_layers=1,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=context,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            tie_word_embeddings=False,
        )
        network = Qwen2ForCausalLM(config)
        _lean(network, tokenizer)
        network.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(vocab: int, context: int) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=list(_SPECIAL),
        show_progress=False,
    )
    # words of different frequencies, so that no two merges are tied
    chance = random.Random(0)
    lines = [" " + " ".join(chance.choices(_WORDS, range(len(_WORDS), 0, -1), k=12)) for _ in range(400)]
    bare.train_from_iterator(lines, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bare,
        eos_token=_SPECIAL[2],
        pad_token=_SPECIAL[0],
        additional_special_tokens=[_SPECIAL[1]],
        model_max_length=context,
    )
    tokenizer.chat_template = _TEMPLATE
    return tokenizer


def _lean(network: Any, tokenizer: Any) -> None:
    """Makes words likelier than bytes, and the end of a text near: in a shape that is a quotation mark."""
    import torch

    # the first channel of every token is the same, so the first weight of a token at the output is its likelihood
    with torch.no_grad():
        network.model.embed_tokens.weight[:, 0] = _CONSTANT
        network.lm_head.weight.normal_(0.0, _SPREAD)
        for token in range(len(tokenizer)):
            network.lm_head.weight[token, 0] = _likelihood(tokenizer.convert_ids_to_tokens(token))


def _likelihood(token: str) -> float:
    if token == _SPECIAL[2]:
        return 0.4
    if token.startswith('"'):
        return 0.9
    word = token.lstrip("\u0120")  # how a space is written in byte-level tokens
    if word.isascii() and word.isalpha():
        return 0.5 if len(word) > 2 else 0.0
    return -0.6
