"""lmms-eval runs the form `lmmseval` with its dummy model, from another folder than the one it was written to."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from dreamgen.engines.loaders.lmmseval import load

TASK = "dreamgen_mcq.jsonl"


def check(folder: Path) -> None:
    """Reads a copy of the folder, and the copy again with one row that names no clip."""
    wanted = json.loads((folder / "version.json").read_bytes())["items"]
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / "moved"))
        loaded = load(copy)
        sys.stdout.write(f"{loaded.by}: {loaded.rows} of {wanted} rows arrived; clip decoded: {loaded.decoded}\n")
        if loaded.rows != wanted or not loaded.decoded or loaded.note:
            raise SystemExit(f"not everything arrived. {loaded.note}")
        *lines, last = (copy / TASK).read_text("utf-8").splitlines()
        spoilt = {key: value for key, value in json.loads(last).items() if key != "video"}
        (copy / TASK).write_text("\n".join([*lines, json.dumps(spoilt)]) + "\n", "utf-8")
        try:
            left = load(copy).rows
        except Exception as error:  # whatever its code raises would have stopped the evaluation
            sys.stdout.write(f"{loaded.by}: a row without its clip stops it: {type(error).__name__}: {error}\n")
            return
    if left == wanted:
        raise SystemExit("the spoilt row was not noticed")


if __name__ == "__main__":
    check(Path(sys.argv[1]).resolve())
