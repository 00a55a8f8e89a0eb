"""Whether every row of a form arrives in its trainer's own loader, and a row that is spoilt does not."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dreamgen.engines.loaders.loaded import Loaded

SIDECAR = "provenance.jsonl"
ROWS = "train.jsonl"


def check(load: Callable[[Path], Loaded], spoil: Callable[[dict[str, Any]], object]) -> None:
    """Reads the folder that the command line names, and a copy of it with one spoilt row.

    Args:
        load: the loader.
        spoil: makes a row one that the trainer would drop or stop at.
    """
    folder = Path(sys.argv[1]).resolve()
    wanted = sum(1 for line in (folder / SIDECAR).open("rb") if line.strip())
    loaded = load(folder)
    sys.stdout.write(f"{loaded.by}: {loaded.rows} of {wanted} rows arrived; clip decoded: {loaded.decoded}\n")
    if loaded.rows != wanted or not loaded.decoded or loaded.note:
        raise SystemExit(f"not everything arrived. {loaded.note}")
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        shutil.copytree(folder, copy)
        lines = (copy / ROWS).read_text("utf-8").splitlines()
        row = json.loads(lines[-1])
        spoil(row)
        (copy / ROWS).write_text("\n".join([*lines[:-1], json.dumps(row)]) + "\n", "utf-8")
        try:
            left = load(copy).rows
        except ValueError as error:
            sys.stdout.write(f"{loaded.by}: a spoilt row stops it: {error}\n")
            return
    sys.stdout.write(f"{loaded.by}: with one row spoilt, {left} arrived\n")
    if left != wanted - 1:
        raise SystemExit("the spoilt row was not noticed")
