"""TRL reads the form `trl` and trains on it, on a machine without a GPU and without FFmpeg."""

from __future__ import annotations

import math
import os
import re
import sys
import tempfile
from contextlib import chdir
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.loaders.arriving import ROWS, check


def with_ffmpeg() -> None:
    """Starts again with PyAV's copy of FFmpeg, under the names by which torchcodec looks for it.

    A library path is read when a program starts, and not later.
    """
    found = find_spec("av")
    if "DREAMGEN_FFMPEG" in os.environ or found is None or found.origin is None:
        return
    bundled = Path(found.origin).parents[1] / "av.libs"
    links = Path(tempfile.mkdtemp())
    for path in bundled.glob("lib*.so.*"):
        if name := re.fullmatch(r"(lib(?:av|sw)\w+)-\w+(\.so\.\d+)[.\d]*", path.name):
            (links / "".join(name.groups())).symlink_to(path)
    paths = f"{links}:{bundled}"
    os.execve(
        sys.executable, [sys.executable, *sys.argv], {**os.environ, "DREAMGEN_FFMPEG": "1", "LD_LIBRARY_PATH": paths}
    )


def with_torchvision() -> Any:
    """Lets torchvision be imported beside a torch without CUDA, as long as what is returned is kept.

    It describes operations that only its build for CUDA brings along; reading a video needs none of them.
    """
    import torch

    if torch.cuda.is_available():
        return None
    library: Any = torch.library
    operations = library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        operations.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return operations


def train(folder: Path, steps: int = 2) -> None:
    """Trains a Qwen2.5-VL of a few thousand weights, as the folder's README says."""
    import datasets
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
    from trl import SFTConfig, SFTTrainer
    from trl.trainer.utils import remove_none_values

    from dreamgen.engines.loaders.trl import toy_processor

    processor = toy_processor()
    known = processor.tokenizer
    tokens = {name: known.convert_tokens_to_ids(getattr(known, name)) for name in ("image_token", "video_token")}
    text = {
        "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4,
        "num_key_value_heads": 2, "vocab_size": len(known), "bos_token_id": None, "eos_token_id": known.eos_token_id,
        "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0},
    }  # fmt: skip
    vision = {
        "depth": 1, "hidden_size": 32, "out_hidden_size": 64, "intermediate_size": 64, "num_heads": 2,
        "fullatt_block_indexes": [0],
    }  # fmt: skip
    ids = {f"{name}_id": number for name, number in tokens.items()}
    model = Qwen2_5_VLForConditionalGeneration(Qwen2_5_VLConfig(text_config=text, vision_config=vision, **ids))
    with tempfile.TemporaryDirectory() as place, chdir(folder):
        rows = datasets.load_dataset("json", data_files={"train": ROWS}, cache_dir=place)
        how = SFTConfig(
            output_dir=place, max_length=None, max_steps=steps, per_device_train_batch_size=1, report_to=[],
            use_cpu=True, bf16=False, save_strategy="no", disable_tqdm=True,
        )  # fmt: skip
        trainer = SFTTrainer(
            model=model,
            processing_class=processor,
            args=how,
            train_dataset=rows.with_transform(remove_none_values)["train"],
        )
        done = trainer.train()
    sys.stdout.write(f"TRL: {done.global_step} steps of SFTTrainer, with a loss of {done.training_loss:.2f}\n")
    if done.global_step != steps or not math.isfinite(done.training_loss):
        raise SystemExit("it did not train")


if __name__ == "__main__":
    with_ffmpeg()
    operations = with_torchvision()
    from dreamgen.engines.loaders.trl import load

    check(load, lambda row: row["messages"][0]["content"].pop(0))
    train(Path(sys.argv[1]))
