"""lmms-eval with its dummy model: it builds every task below a folder, asks every question and scores every answer."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from importlib.metadata import version
from pathlib import Path
from typing import Final

from dreamgen.engines.loaders.loaded import Loaded

_FRAMES: Final = 8
_SCORES: Final = ("acc", "exact", "answered")
"""One of them is on every answer that was scored."""


def load(folder: Path) -> Loaded:
    """Every question of every task; the model reads the file of its clip, and answers A. One clip is decoded.

    Raises:
        ImportError: without lmms-eval.
    """
    from lmms_eval.evaluator import simple_evaluate
    from lmms_eval.models.model_utils.load_video import read_video
    from lmms_eval.tasks import TaskManager
    from loguru import logger

    logger.disable("lmms_eval")
    tasks = TaskManager(include_path=str(folder), include_defaults=False)
    try:
        with redirect_stderr(io.StringIO()):  # it shows bars of its own
            found = simple_evaluate(
                model="dummy",
                model_args="read_bytes=-1",
                tasks=list(tasks.all_subtasks),
                task_manager=tasks,
                batch_size=1,
                bootstrap_iters=0,
                force_simple=True,
            )
    finally:
        logger.enable("lmms_eval")
    samples = [sample for some in found["samples"].values() for sample in some]
    scored = sum(any(score in sample for score in _SCORES) for sample in samples)
    shown = {str(folder / sample["doc"]["video"]) for sample in samples}
    shortest = min(shown, key=lambda path: Path(path).stat().st_size, default="")
    decoded = bool(shortest) and len(read_video(shortest, num_frm=_FRAMES)) == _FRAMES
    return Loaded(f"lmms-eval {version('lmms-eval')}", rows=scored, decoded=decoded)
