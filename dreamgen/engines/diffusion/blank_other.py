"""A text-to-image model that is not SDXL, with random weights: Stable Diffusion 3 with a few channels."""

from __future__ import annotations

from pathlib import Path

from dreamgen.engines.diffusion.blank_networks import blank_text_encoder, blank_tokenizer


def write_sd3(folder: Path, seed: int = 8) -> Path:
    """A tiny Stable Diffusion 3 in diffusers' layout, without its third text encoder; returns `folder`."""
    import torch
    from diffusers import (
        AutoencoderKL,
        FlowMatchEulerDiscreteScheduler,
        SD3Transformer2DModel,
        StableDiffusion3Pipeline,
    )

    # the layers of torch take their first weights from its global generator; there is no other way in
    torch.manual_seed(seed)
    tokenizer, tokenizer_2 = blank_tokenizer("<|endoftext|>"), blank_tokenizer("!")
    pipeline = StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=4,
            out_channels=4,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=64,
            caption_projection_dim=32,
            pooled_projection_dim=64,
            pos_embed_max_size=16,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=AutoencoderKL(
            block_out_channels=(16, 16, 32, 32),
            down_block_types=["DownEncoderBlock2D"] * 4,
            up_block_types=["UpDecoderBlock2D"] * 4,
            layers_per_block=1,
            norm_num_groups=8,
            latent_channels=4,
            sample_size=128,
            scaling_factor=1.5305,
            shift_factor=0.0609,
            use_quant_conv=False,
            use_post_quant_conv=False,
        ),
        text_encoder=blank_text_encoder(len(tokenizer), "tiny", pooled=True),
        tokenizer=tokenizer,
        text_encoder_2=blank_text_encoder(len(tokenizer_2), "tiny", pooled=True),
        tokenizer_2=tokenizer_2,
        text_encoder_3=None,
        tokenizer_3=None,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder
