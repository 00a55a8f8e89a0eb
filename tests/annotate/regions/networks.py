"""A small detector with random weights."""

from __future__ import annotations

import json
from pathlib import Path

from dreamgen.engines.diffusion.silence import quiet


def write_detector(folder: Path) -> Path:
    """An OWLv2 in transformers' layout; returns `folder`."""
    import torch
    from transformers import Owlv2Config, Owlv2ForObjectDetection

    from dreamgen.engines.diffusion.blank_networks import blank_tokenizer

    tokens = blank_tokenizer("!")
    small = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 4}
    text = {"vocab_size": len(tokens), "bos_token_id": len(tokens) - 2, "eos_token_id": len(tokens) - 1}
    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = Owlv2Config(
            text_config={**small, **text, "max_position_embeddings": 16},
            vision_config={**small, "image_size": 64, "patch_size": 16},
            projection_dim=32,
        )
        Owlv2ForObjectDetection(config).save_pretrained(folder)
        tokens.save_pretrained(folder)
    numbers = {"image_mean": [0.48, 0.45, 0.4], "image_std": [0.26, 0.26, 0.27], "size": {"height": 64, "width": 64}}
    (folder / "preprocessor_config.json").write_text(json.dumps(numbers))
    return folder
