"""TRL's own `prepare_multimodal_messages` and vision collator, with a processor of Qwen2.5-VL that has no weights.

Its tokenizer knows bytes. The collator needs torchvision, and torchcodec with FFmpeg, as TRL on videos always does.
"""

from __future__ import annotations

from contextlib import chdir
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from dreamgen.core.dataset import SPLITS
from dreamgen.engines.loaders.hub import decodes, quiet_datasets
from dreamgen.engines.loaders.loaded import Loaded
from dreamgen.errors import first_line

_SPECIAL: Final = {
    "vision_bos_token": "<|vision_start|>",
    "vision_eos_token": "<|vision_end|>",
    "image_token": "<|image_pad|>",
    "video_token": "<|video_pad|>",
}
_SIZE: Final = {"shortest_edge": 28 * 28, "longest_edge": 4 * 28 * 28}
"""Of a frame, in pixels: as small as the processor makes them."""
_END: Final = "<|im_end|>"
_PADDING: Final = "<|endoftext|>"
_TEMPLATE: Final = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for block in message['content'] %}"
    "{% if block['type'] == 'video' %}<|vision_start|><|video_pad|><|vision_end|>"
    "{% else %}{{ block['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}"
)


def load(folder: Path) -> Loaded:
    """Every row of every split that comes with its video, and a batch of each split through the collator.

    Raises:
        ImportError: without TRL.
    """
    rows, first, batches = 0, "", []
    with quiet_datasets() as (datasets, cache), chdir(folder):  # the videos' paths begin where the training does
        from trl.data_utils import prepare_multimodal_messages
        from trl.trainer.utils import remove_none_values

        for path in (Path(f"{split}.jsonl") for split in SPLITS):
            if path.is_file():
                data = datasets.load_dataset("json", data_files=str(path), split="train", cache_dir=cache)
                data = data.with_transform(remove_none_values)
                shown = [_shown(prepare_multimodal_messages(row["messages"], images=row["images"])) for row in data]
                rows += sum(map(bool, shown))
                first = first or next(iter(shown), "")
                batches.append([data[n] for n in range(min(2, len(data)))])
        by = f"TRL {version('trl')}"
        try:
            return Loaded(by, rows, all(_collated(batch) for batch in batches))
        except (ImportError, OSError, RuntimeError) as error:  # torchvision or torchcodec: missing, or of another torch
            why = first_line(error).partition(". ")[0]
            note = f"its collator can't run here, so the clip was decoded by PyAV: {why}"
            return Loaded(by, rows, bool(first) and decodes(first), note)


def _shown(messages: list[dict[str, Any]]) -> str:
    """The path of the video in the first message; empty where TRL would train on text alone."""
    return next((str(block["video"]) for block in messages[0]["content"] if block["type"] == "video"), "")


def _collated(batch: list[dict[str, Any]]) -> bool:
    """Whether a batch comes out of the collator with its videos, and with something to learn."""
    from trl.trainer.sft_trainer import DataCollatorForVisionLanguageModeling

    made = DataCollatorForVisionLanguageModeling(toy_processor())(batch)
    return len(made["video_grid_thw"]) == len(batch) and bool((made["labels"] != -100).any(dim=1).all())


def toy_processor() -> Any:
    """One of Qwen2.5-VL's kind, with a tokenizer that knows bytes, and tiny frames.

    Raises:
        ImportError: without transformers or torchvision.
    """
    from transformers import Qwen2VLVideoProcessor

    # first, since it is what can't do without torchvision: the image processor's name warns where that is missing
    video_processor = Qwen2VLVideoProcessor(size=_SIZE, do_sample_frames=True, fps=2, cap_pixels_per_frame=True)
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen2_5_VLProcessor, Qwen2VLImageProcessor

    letters = {letter: n for n, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    plain = Tokenizer(models.BPE(vocab=letters, merges=[]))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token=_PADDING, eos_token=_END, extra_special_tokens=_SPECIAL
    )
    return Qwen2_5_VLProcessor(
        image_processor=Qwen2VLImageProcessor(),
        tokenizer=tokenizer,
        video_processor=video_processor,
        chat_template=_TEMPLATE,
    )
