"""The files of PLM's sets while they are written: rows as lines and as Parquet, boxes, and which row is which pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dreamgen.engines.parquet import Column, Table, new_table
from dreamgen.export.plm import schemas
from dreamgen.export.plm.marks import Corners
from dreamgen.export.plm.rows import Row

METADATA: Final = "metadata"
PAIRS: Final = "pairs.jsonl"
"""Of each pair: the row that it is, and whom it marks."""

SCHEMAS: Final[Mapping[str, tuple[Column, ...]]] = MappingProxyType(
    {
        "fgqa": schemas.FGQA,
        "sgqa": schemas.SGQA,
        "rcap": schemas.RCAP,
        "rtloc": schemas.RTLOC,
        "rdcap": schemas.RDCAP,
    }
)
"""Task to its columns; fgqa has others where it is for training."""
_SPLITS: Final = ("train", "val", "test")
_OWN_COLUMNS: Final = ("fgqa", "train")
"""Task and split that are a configuration of their own, since `datasets` refuses splits of other columns in one."""

_TEXT: Final = """
Questions about videos in the columns of PLM-VideoBench and, for training, of PLM-Video-Human.

- `TASK/plm_TASK_SPLIT.parquet` and the same as `.jsonl`; `load_dataset` takes the task for the configuration,
  and `fgqa_train` for what is trained on of fgqa, which has other columns.
- `clips/` has the videos, and for each with a marked subject its masks as SA-V has them: `CLIP_manual.json`.
- `metadata/metadata_SPLIT.jsonl` has the boxes of the subjects, frame by frame, by `video` and `masklet_id`.
- `metadata/pairs.jsonl` says which row is which pair of `provenance.jsonl`, and whom it marks.
- `refused.jsonl`, where it is there, names the pairs that could not be written, with the reason.
"""


class Sets:
    """The files of a folder.

    Args:
        into: the folder.
        stack: closes them.
    """

    def __init__(self, into: Path, stack: ExitStack) -> None:
        self.into = into
        self._stack = stack
        self._tables: dict[Path, Table] = {}
        self._tasks: dict[str, set[str]] = {}

    def add(self, task: str, split: str, row: Row) -> None:
        """One more row of a task."""
        self._tasks.setdefault(task, set()).add(split)
        columns = schemas.FGQA_TRAIN if (task, split) == _OWN_COLUMNS else SCHEMAS[task]
        for suffix in (".jsonl", ".parquet"):
            self._table(self.into / task / f"plm_{task}_{split}{suffix}", columns).add(row)

    def name(self, task: str, split: str, uid: int | str, pair: str, subject: str = "") -> None:
        """Notes which pair a row is.

        Args:
            task: of the row.
            split: likewise.
            uid: of the row; in fgqa, of its question.
            pair: its id.
            subject: whom it marks.
        """
        line = {"task": task, "split": split, "uid": uid, "id": pair, "entity": subject}
        self._table(self.into / METADATA / PAIRS).add(line)

    def mark(self, split: str, video: str, masklet: int, boxes: Sequence[Corners | None]) -> None:
        """The boxes of a subject in every frame of a clip."""
        boxed = {str(frame): box for frame, box in enumerate(boxes)}
        line = {"video": video, "masklet_id": masklet, "bbox": boxed}
        self._table(self.into / METADATA / f"metadata_{split}.jsonl").add(line)

    def finish(self) -> None:
        """Writes README.md, whose head says which files are which task."""
        lines = ["---", "configs:"]
        configured = ""
        for task in (one for one in SCHEMAS if one in self._tasks):
            for split in (one for one in _SPLITS if one in self._tasks[task]):
                name = f"{task}_{split}" if (task, split) == _OWN_COLUMNS else task
                lines += [f"- config_name: {name}", "  data_files:"] if name != configured else []
                lines += [f"  - split: {split}", f"    path: {task}/plm_{task}_{split}.parquet"]
                configured = name
        (self.into / "README.md").write_text("\n".join((*lines, "---")) + _TEXT, "utf-8")

    def _table(self, path: Path, columns: Sequence[Column] = ()) -> Table:
        if path not in self._tables:
            path.parent.mkdir(exist_ok=True)
            self._tables[path] = self._stack.enter_context(new_table(path, columns))
        return self._tables[path]
