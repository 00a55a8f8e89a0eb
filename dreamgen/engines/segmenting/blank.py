"""A SAM 2 with random weights, in the layout of the published ones: for tests and dry runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dreamgen.core.base import derive_seed
from dreamgen.engines.diffusion.silence import quiet
from dreamgen.engines.segmenting.segmenter import ready

_WIDTH, _MEMORY = 128, 64
"""Channels of what is seen and of what is remembered. transformers' code takes the second to be 64 and the first to be
larger, whatever the configuration says."""


def write_segmenter(folder: Path, seed: int = 0, side: int = 64) -> Path:
    """A video segmenter of some hundred thousand weights in transformers' layout; returns `folder`.

    Args:
        folder: is made when it is missing.
        seed: of the weights.
        side: pixels of its pictures, a multiple of 32; the published ones have 1024.

    Raises:
        MissingExtra: without the libraries.
    """
    ready()
    import torch
    from transformers import Sam2VideoModel

    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive_seed(seed, "blank segmenter"))
        network = Sam2VideoModel(_config(side))
        for name, weights in network.named_parameters():
            # fresh weights are so small that it would say the same of every place
            if weights.dim() > 1:
                torch.nn.init.normal_(weights, std=1.5 / weights[0].numel() ** 0.5)
            elif not name.endswith("weight"):
                torch.nn.init.normal_(weights, std=0.2)
        # most things are there most of the time
        torch.nn.init.ones_(network.mask_decoder.pred_obj_score_head.proj_out.bias)
        network.save_pretrained(folder)
    looks = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "size": {"height": side}}
    (folder / "preprocessor_config.json").write_text(json.dumps(looks, indent=2), "utf-8")
    return folder


def _config(side: int) -> Any:
    from transformers import Sam2VideoConfig
    from transformers.models.sam2.configuration_sam2 import Sam2HieraDetConfig, Sam2VisionConfig

    sizes = [[side // 4] * 2, [side // 8] * 2, [side // 16] * 2]
    backbone = Sam2HieraDetConfig(
        hidden_size=8, image_size=[side, side], blocks_per_stage=[1, 2, 1, 1], embed_dim_per_stage=[8, 16, 32, 64],
        num_attention_heads_per_stage=[1, 1, 2, 2], window_size_per_stage=[4, 4, 4, 2], global_attention_blocks=[2],
        window_positional_embedding_background_size=[4, 4],
    )  # fmt: skip
    vision = Sam2VisionConfig(
        backbone_config=backbone, backbone_channel_list=[64, 32, 16, 8], backbone_feature_sizes=sizes,
        fpn_hidden_size=_WIDTH,
    )  # fmt: skip
    return Sam2VideoConfig(
        vision_config=vision,
        prompt_encoder_config={"hidden_size": _WIDTH, "image_size": side, "patch_size": 16, "mask_input_channels": 4},
        mask_decoder_config={
            "hidden_size": _WIDTH, "mlp_dim": 64, "num_attention_heads": 2, "iou_head_hidden_dim": 32,
            "attention_downsample_rate": 2,
        },
        image_size=side, memory_attention_hidden_size=_WIDTH, memory_attention_num_layers=1,
        memory_attention_feed_forward_hidden_size=64, memory_attention_rope_feat_sizes=sizes[-1],
        memory_encoder_hidden_size=_WIDTH, memory_encoder_output_channels=_MEMORY, mask_downsampler_embed_dim=_WIDTH,
        memory_fuser_embed_dim=_WIDTH, memory_fuser_intermediate_dim=64, memory_fuser_num_layers=1,
    )  # fmt: skip
