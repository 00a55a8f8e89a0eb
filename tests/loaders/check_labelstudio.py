"""Label Studio's own checks take the form `labelstudio`, and a region of a control that there is not is noticed."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from dreamgen.engines.loaders.labelstudio import load

TASKS = "train.json"


def check(folder: Path) -> None:
    """Reads the folder, and a copy of it with one spoilt task."""
    wanted = len(json.loads((folder / TASKS).read_bytes()))
    loaded = load(folder)
    sys.stdout.write(f"{loaded.by}: {loaded.rows} of {wanted} tasks arrived; clip decoded: {loaded.decoded}\n")
    if loaded.rows != wanted or not loaded.decoded:
        raise SystemExit(f"not everything arrived. {loaded.note}")
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / "spoilt"))
        tasks = json.loads((copy / TASKS).read_bytes())
        tasks[-1]["predictions"][0]["result"][0]["from_name"] = "nobody"
        (copy / TASKS).write_text(json.dumps(tasks), "utf-8")
        left = load(copy).rows
    sys.stdout.write(f"{loaded.by}: with one task spoilt, {left} arrived\n")
    if left != wanted - 1:
        raise SystemExit("the spoilt task was not noticed")


if __name__ == "__main__":
    check(Path(sys.argv[1]).resolve())
