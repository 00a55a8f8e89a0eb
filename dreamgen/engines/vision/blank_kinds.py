"""What tiny vision-language models are built from: one configuration and one processor a family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

TURNS: Final = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
"""What stands between the turns of a conversation."""


@dataclass(frozen=True)
class Size:
    """How large a tiny model is."""

    width: int = 32
    """Numbers of a token; a multiple of 16."""
    layers: int = 2
    """Of the language model, and of the vision tower."""
    side: int = 56
    """Pixels of a picture, for families whose pictures have one size; a multiple of 28."""
    context: int = 32_768
    """Tokens that it reads."""


@dataclass(frozen=True)
class Built:
    """One family's parts."""

    network: Any
    """With random weights."""
    looks: Mapping[str, Any]
    """What its preprocessor_config.json says."""
    processor: Mapping[str, Any] = field(default_factory=dict)
    """What its processor_config.json says."""


@dataclass(frozen=True)
class Kind:
    """One family."""

    build: Callable[[Any, Size], Built]
    """Makes a network for a tokenizer."""
    marks: tuple[str, ...]
    """Tokens of its own."""
    picture: str
    """What its chat template writes for frames."""
    said: str = "image"
    """What its chat template is told that there is."""


def _text(tokenizer: Any, size: Size, kind: str) -> dict[str, Any]:
    """The language model inside."""
    return {
        "model_type": kind,
        "vocab_size": len(tokenizer),
        "hidden_size": size.width,
        "intermediate_size": 2 * size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": size.width // 4,
        "max_position_embeddings": size.context,
        "bos_token_id": tokenizer.convert_tokens_to_ids(TURNS[0]),
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "tie_word_embeddings": False,
    }


def _eye(size: Size, **more: Any) -> dict[str, Any]:
    """The vision tower inside, as SigLIP and its kin are told of it."""
    return {
        "hidden_size": size.width,
        "intermediate_size": 2 * size.width,
        "num_hidden_layers": size.layers,
        "num_attention_heads": 2,
        "image_size": size.side,
        "patch_size": 14,
        **more,
    }


def _looks(processor: str, mean: float = 0.5, **more: Any) -> dict[str, Any]:
    return {
        "image_processor_type": processor,
        "do_resize": True,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "do_convert_rgb": True,
        "image_mean": [mean] * 3,
        "image_std": [0.5] * 3,
        **more,
    }


_QWEN: Final = ("<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>")
_QWEN_PICTURE: Final = "<|vision_start|><|image_pad|><|vision_end|>"


def _qwen_marks(tokenizer: Any) -> dict[str, int]:
    names = ("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id")
    return dict(zip(names, map(tokenizer.convert_tokens_to_ids, _QWEN), strict=True))


def _qwen(name: str, patch: int = 14) -> Callable[[Any, Size], Built]:
    """Qwen2-VL, Qwen2.5-VL, Qwen3-VL and its mixture of experts: what they call the same things differs."""

    def build(tokenizer: Any, size: Size) -> Built:
        import transformers

        config = getattr(transformers, f"{name}Config")(
            text_config=_qwen_text(name, tokenizer, size),
            vision_config={
                "depth": size.layers,
                "num_heads": 2,
                "patch_size": patch,
                "spatial_merge_size": 2,
                "temporal_patch_size": 2,
                **_QWEN_EYES[name](size),
            },
            **_qwen_marks(tokenizer),
        )
        return Built(getattr(transformers, f"{name}ForConditionalGeneration")(config), _qwen_looks(size, patch))

    return build


def _qwen_text(name: str, tokenizer: Any, size: Size) -> dict[str, Any]:
    """The language model inside, whose places have three axes."""
    newer = name.startswith("Qwen3")
    kind = {"Qwen2VL": "qwen2_vl", "Qwen2_5_VL": "qwen2_5_vl", "Qwen3VL": "qwen3_vl", "Qwen3VLMoe": "qwen3_vl_moe"}
    text = _text(tokenizer, size, f"{kind[name]}_text")
    third = size.width // 8 // 3
    rope = {
        "rope_type": "default",
        "rope_theta": 10_000.0,
        "mrope_section": [size.width // 8 - 2 * third, third, third],
        **({"mrope_interleaved": True} if newer else {}),
    }
    text |= {"rope_parameters": rope, "rope_scaling": rope}
    if not newer:
        del text["head_dim"]
    if name == "Qwen3VLMoe":
        text |= {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": size.width}
    return text


def _qwen_eye(size: Size, **more: Any) -> dict[str, Any]:
    return {
        "hidden_size": size.width,
        "out_hidden_size": size.width,
        "intermediate_size": 2 * size.width,
        **more,
    }


_QWEN_EYES: Final[Mapping[str, Callable[[Size], dict[str, Any]]]] = {
    "Qwen2VL": lambda size: {"embed_dim": size.width, "hidden_size": size.width, "mlp_ratio": 2},
    "Qwen2_5_VL": lambda size: _qwen_eye(
        size, window_size=56, fullatt_block_indexes=[size.layers - 1], tokens_per_second=2
    ),
    "Qwen3VL": lambda size: _qwen_eye(size, num_position_embeddings=256, deepstack_visual_indexes=[0]),
    "Qwen3VLMoe": lambda size: _qwen_eye(size, num_position_embeddings=256, deepstack_visual_indexes=[0]),
}
"""The vision tower of each, in its own words."""


def _qwen_looks(size: Size, patch: int) -> dict[str, Any]:
    return _looks(
        "Qwen2VLImageProcessor",
        patch_size=patch,
        temporal_patch_size=2,
        merge_size=2,
        size={"shortest_edge": (2 * patch) ** 2, "longest_edge": (2 * size.side) ** 2},
        resample=3,
    )


_IDEFICS: Final = ("<fake_token_around_image>", "<global-img>", "<image>")


def _idefics(name: str) -> Callable[[Any, Size], Built]:
    def build(tokenizer: Any, size: Size) -> Built:
        import transformers

        config = getattr(transformers, f"{name}Config")(
            text_config=_text(tokenizer, size, "llama"),
            vision_config=_eye(size),
            image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
            scale_factor=2,
        )
        looks = _looks(
            f"{name}ImageProcessor",
            size={"longest_edge": size.side},
            max_image_size={"longest_edge": size.side},
            do_image_splitting=False,
            do_pad=True,
            resample=1,
        )
        tokens = (size.side // 14 // 2) ** 2
        network = getattr(transformers, f"{name}ForConditionalGeneration")(config)
        return Built(network, looks, {"processor_class": f"{name}Processor", "image_seq_len": tokens})

    return build


def _onevision(tokenizer: Any, size: Size) -> Built:
    from transformers import LlavaOnevisionConfig, LlavaOnevisionForConditionalGeneration

    config = LlavaOnevisionConfig(
        vision_config=_eye(size, model_type="siglip_vision_model", vision_use_head=False),
        text_config=_text(tokenizer, size, "qwen2"),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        vision_feature_select_strategy="full",
        vision_feature_layer=-1,
        image_grid_pinpoints=[[size.side, size.side]],
    )
    square = {"height": size.side, "width": size.side}
    looks = _looks(
        "LlavaOnevisionImageProcessor", size=square, image_grid_pinpoints=[[size.side, size.side]], resample=3
    )
    return Built(LlavaOnevisionForConditionalGeneration(config), looks)


def _internvl(tokenizer: Any, size: Size) -> Built:
    from transformers import InternVLConfig, InternVLForConditionalGeneration

    config = InternVLConfig(
        vision_config=_eye(size, image_size=[size.side] * 2, patch_size=[14, 14]),
        text_config=_text(tokenizer, size, "qwen2"),
        image_token_id=tokenizer.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=(size.side // 14 // 2) ** 2,
        downsample_ratio=0.5,
        tie_word_embeddings=False,
    )
    looks = _looks(
        "GotOcr2ImageProcessor", size={"height": size.side, "width": size.side}, crop_to_patches=False, resample=3
    )
    return Built(InternVLForConditionalGeneration(config), looks)


def _perception(tokenizer: Any, size: Size) -> Built:
    """The published ones have a tower of timm's; this one has SigLIP's, so that timm is not needed."""
    from transformers import PerceptionLMConfig, PerceptionLMForConditionalGeneration

    config = PerceptionLMConfig(
        vision_config=_eye(
            size, model_type="siglip_vision_model", vision_use_head=False, model_args={"embed_dim": size.width}
        ),
        text_config=_text(tokenizer, size, "llama"),
        vision_use_cls_token=False,
        projector_pooling_ratio=2,
        image_token_id=tokenizer.convert_tokens_to_ids("<|image|>"),
        video_token_id=tokenizer.convert_tokens_to_ids("<|video|>"),
    )
    looks = _looks("PerceptionLMImageProcessor", tile_size=size.side, vision_input_type="vanilla", resample=3)
    return Built(PerceptionLMForConditionalGeneration(config), looks)


KINDS: Final[Mapping[str, Kind]] = {
    "qwen2_vl": Kind(_qwen("Qwen2VL"), _QWEN, _QWEN_PICTURE),
    "qwen2_5_vl": Kind(_qwen("Qwen2_5_VL"), _QWEN, _QWEN_PICTURE),
    "qwen3_vl": Kind(_qwen("Qwen3VL", 16), _QWEN, _QWEN_PICTURE),
    "qwen3_vl_moe": Kind(_qwen("Qwen3VLMoe", 16), _QWEN, _QWEN_PICTURE),
    "idefics3": Kind(_idefics("Idefics3"), _IDEFICS, "<image>"),
    "smolvlm": Kind(_idefics("SmolVLM"), _IDEFICS, "<image>"),
    "llava_onevision": Kind(_onevision, ("<image>", "<video>"), "<video>", "video"),
    "internvl": Kind(_internvl, ("<img>", "</img>", "<IMG_CONTEXT>", "<video>"), "<video>\n", "video"),
    "perception_lm": Kind(_perception, ("<|image|>", "<|video|>"), "<|video|>", "video"),
}
"""Value of `model_type` to how a family is built."""
