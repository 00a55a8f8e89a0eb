"""Image-to-video models with random weights, in diffusers' layout and a few channels wide: for tests and dry runs.

Each has all the parts of the published one, and makes a few frames of noise in less than a second on one core.
Nothing is downloaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from dreamgen.engines.diffusion.blank import WORDS

MotionKind = Literal["svd", "ltx", "wan", "cogvideox"]
"""Stable Video Diffusion, LTX-Video, Wan 2.1, CogVideoX 1.5."""

_TEXT = 32  # channels of the encoded words


def write_motion(folder: Path, kind: MotionKind, seed: int = 8) -> Path:
    """An image-to-video model with tiny random weights; returns `folder`."""
    import torch

    makers = {"svd": _svd, "ltx": _ltx, "wan": _wan, "cogvideox": _cogvideox}
    with torch.random.fork_rng(devices=[]):
        # layers take their first weights from the global generator; there is no other way in
        torch.manual_seed(seed)
        makers[kind]().save_pretrained(folder, safe_serialization=True)
    return folder


def _svd() -> Any:
    from diffusers import (
        AutoencoderKLTemporalDecoder,
        EulerDiscreteScheduler,
        StableVideoDiffusionPipeline,
        UNetSpatioTemporalConditionModel,
    )
    from transformers import CLIPVisionModelWithProjection

    return StableVideoDiffusionPipeline(
        vae=AutoencoderKLTemporalDecoder(
            block_out_channels=(32, 32, 32, 32),
            down_block_types=("DownEncoderBlock2D",) * 4,
            layers_per_block=1,
            latent_channels=4,
            force_upcast=False,
        ),
        image_encoder=CLIPVisionModelWithProjection(_seen(_TEXT)),
        unet=UNetSpatioTemporalConditionModel(
            block_out_channels=(32, 64),
            down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
            up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
            layers_per_block=1,
            sample_size=16,
            in_channels=8,
            out_channels=4,
            cross_attention_dim=_TEXT,
            num_attention_heads=(2, 4),
            addition_time_embed_dim=32,
            projection_class_embeddings_input_dim=96,
            num_frames=4,
        ),
        # the published scheduler_config.json
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction",
            sigma_min=0.002, sigma_max=700.0, steps_offset=1, timestep_spacing="leading", timestep_type="continuous",
            use_karras_sigmas=True, interpolation_type="linear",
        ),
        feature_extractor=_image_processor(),
    )  # fmt: skip


def _ltx() -> Any:
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXImageToVideoPipeline,
        LTXVideoTransformer3DModel,
    )

    return LTXImageToVideoPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=AutoencoderKLLTXVideo(
            latent_channels=8,
            block_out_channels=(8, 8, 8, 8),
            decoder_block_out_channels=(8, 8, 8, 8),
            layers_per_block=(1, 1, 1, 1, 1),
            decoder_layers_per_block=(1, 1, 1, 1, 1),
            patch_size=4,
        ),
        text_encoder=_text_encoder(),
        tokenizer=_tokenizer(),
        transformer=LTXVideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            num_attention_heads=2,
            attention_head_dim=16,
            cross_attention_dim=_TEXT,
            num_layers=1,
            caption_channels=_TEXT,
        ),
    )


def _wan() -> Any:
    from diffusers import (
        AutoencoderKLWan,
        FlowMatchEulerDiscreteScheduler,
        WanImageToVideoPipeline,
        WanTransformer3DModel,
    )
    from transformers import CLIPVisionModel, UMT5Config, UMT5EncoderModel

    return WanImageToVideoPipeline(
        tokenizer=_tokenizer(),
        text_encoder=UMT5EncoderModel(UMT5Config(**_t5_shape())),
        vae=AutoencoderKLWan(base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        image_processor=_image_processor(),
        image_encoder=CLIPVisionModel(_seen(16)),
        transformer=WanTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=12,
            in_channels=36,
            out_channels=16,
            text_dim=_TEXT,
            freq_dim=32,
            ffn_dim=32,
            num_layers=1,
            image_dim=16,
            rope_max_seq_len=64,
        ),
    )


def _cogvideox() -> Any:
    from diffusers import (
        AutoencoderKLCogVideoX,
        CogVideoXDDIMScheduler,
        CogVideoXImageToVideoPipeline,
        CogVideoXTransformer3DModel,
    )

    return CogVideoXImageToVideoPipeline(
        tokenizer=_tokenizer(),
        text_encoder=_text_encoder(),
        vae=AutoencoderKLCogVideoX(
            block_out_channels=(8, 8, 8, 8), latent_channels=4, layers_per_block=1, norm_num_groups=2
        ),
        transformer=CogVideoXTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=16,
            in_channels=8,
            out_channels=4,
            time_embed_dim=4,
            text_embed_dim=_TEXT,
            num_layers=1,
            sample_width=64,
            sample_height=64,
            sample_frames=9,
            patch_size_t=2,
            use_rotary_positional_embeddings=True,
        ),
        scheduler=CogVideoXDDIMScheduler(),
    )


def _text_encoder() -> Any:
    from transformers import T5Config, T5EncoderModel

    return T5EncoderModel(T5Config(**_t5_shape()))


def _t5_shape() -> dict[str, Any]:
    return {
        "d_model": _TEXT, "d_ff": 37, "d_kv": 8, "num_layers": 2, "num_heads": 4, "vocab_size": len(_tokenizer()),
        "tie_word_embeddings": False,
    }  # fmt: skip


def _tokenizer() -> Any:
    """T5's, with a vocabulary of letters and `WORDS`: the published one can't be made in code."""
    from transformers import T5Tokenizer

    letters = [chr(code) for code in range(ord("!"), ord("~") + 1)]
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -8.0) for letter in letters]
    pieces += [(f"▁{word}", -4.0) for word in WORDS]
    return T5Tokenizer(vocab=pieces, extra_ids=0, model_max_length=512)


def _seen(width: int) -> Any:
    from transformers import CLIPVisionConfig

    return CLIPVisionConfig(
        hidden_size=width, projection_dim=width, intermediate_size=37, num_hidden_layers=3, num_attention_heads=4,
        image_size=224, patch_size=32,
    )  # fmt: skip


def _image_processor() -> Any:
    from transformers import CLIPImageProcessor

    # the side that the pipeline of Stable Video Diffusion resizes to, whatever the processor says
    return CLIPImageProcessor(size={"shortest_edge": 224}, crop_size={"height": 224, "width": 224})
