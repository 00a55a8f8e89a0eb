"""How long every form of a dataset takes, and how much memory, with 100,000 pairs about 4,000 clips.

Run it with `python benchmarks/export.py`. It makes a small film of examples/lighthouse.txt, or takes the run that
`--run` names, and makes many stories of it: their clips are copies of its clips, their pairs are its pairs with names
of their own. Then `dreamgen export` writes each form of the registry, in a process of its own, of which the seconds of
wall-clock time, those of a core, and the largest memory in use (resident set size) are told.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from dreamgen.core.dataset import SPLITS
from dreamgen.core.pairs import InstructionPair
from dreamgen.errors import DreamgenError
from dreamgen.export.rules.known import rules_of
from dreamgen.run.exporting import export_again
from dreamgen.run.folder import DATASET
from dreamgen.run.journal import lines
from dreamgen.run.opened import JOINED, JoinedLine, StoryRun, open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import Choice, read_recipe
from dreamgen.run.registry import BACKENDS

SECONDS: Final = 60.0
MEGABYTES: Final = 1000.0
"""Of a form, at most."""
TINY: Final = ("size=[192,108]", "fps=8", "look=flat", "twins=1", "shots=6")
OPTIONS: Final[dict[str, dict[str, Any]]] = {"hicom": {"tasks": []}, "captions": {"parts": True}}
"""With their defaults these two hold few of a film's pairs, and would seem faster than they are."""
_NEEDED: Final = ("*.json", "*.jsonl", "**/*.mp4", "**/*.gz", ".store/clip/*", ".store/film/*", "twins/*/.store/clip/*")
"""What of a story's folder an export reads."""


class Measured(NamedTuple):
    """One form."""

    form: str
    seconds: float
    cpu: float
    """Seconds that it had of a core."""
    megabytes: float
    """Largest resident set size."""
    rows: str
    """As its rule checker counts them, with the defects that it finds; a dash where there is no checker."""


def multiply(source: Path, into: Path, pairs: int, clips: int) -> tuple[int, int, int]:
    """Makes a run of many stories of a run of one; returns how many stories, clips and pairs it has."""
    run = open_run(source)
    told = run.story
    asked = [clip for clip in told.clips if any(pair.clip == clip for pair in told.pairs)]
    stories = max(1, clips // len(asked))
    exports = tuple(
        Choice(backend=form, options=tuple(OPTIONS.get(form, {}).items())) for form in BACKENDS["export"]
    )  # fmt: skip
    holdout = read_recipe("storyboard", ["holdout.validation=0.05", "holdout.test=0.1"]).holdout
    recipe = run.recipe.model_copy(update={"export": exports, "holdout": holdout})
    into.mkdir(parents=True)
    (into / "recipe.toml").write_text(recipe.toml(), "utf-8")
    joined, made = [], 0
    for number in range(stories):
        line = JoinedLine(name=f"story-{number:05d}", place=f"items/{number % 256:02x}/story-{number:05d}")
        wanted = pairs * (number + 1) // stories - made
        _copy(told, into / line.place)
        plot = told.story.model_copy(update={"plot": f"{told.story.plot} It is the {number + 1}th time."})
        (into / line.place / "story.json").write_text(plot.model_dump_json(), "utf-8")
        (into / line.place / "pairs.jsonl").write_text(lines(_repeated(told.pairs, wanted)), "utf-8")
        joined.append(line)
        made += wanted
    (into / JOINED).write_text(lines(joined), "utf-8")
    return stories, stories * len(asked), made


def _copy(story: StoryRun, into: Path) -> None:
    """The files of a story; each video gets some bytes at its end, which players pass over, and so a sum of its own."""
    sums: dict[str, str] = {}
    for path in sorted({path for glob in _NEEDED for path in story.folder.glob(glob) if path.is_file()}):
        target = into / path.relative_to(story.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix != ".mp4":
            if target.name not in ("story.json", "pairs.jsonl"):
                os.link(path, target)
            continue
        data = path.read_bytes()
        name = into.name.encode()
        box = struct.pack(">I4s", 8 + len(name), b"free") + name
        target.write_bytes(data + box)
        sums[hashlib.sha256(data).hexdigest()] = hashlib.sha256(data + box).hexdigest()
    for path in into.glob("**/.store/*/*.json"):
        text = path.read_text("utf-8")
        path.unlink()
        path.write_text(re.sub("[0-9a-f]{64}", lambda found: sums.get(found[0], found[0]), text), "utf-8")


def _repeated(pairs: Sequence[InstructionPair], wanted: int) -> Iterator[InstructionPair]:
    """So many pairs, clip by clip; every repetition has names of its own."""
    whole, rest = divmod(wanted, len(pairs))
    places = [(place, time) for place in range(len(pairs)) for time in range(whole + (place < rest))]
    for place, time_ in places:
        pair, mark = pairs[place], f"-{time_}"
        names = {name: getattr(pair, name) + mark for name in ("id", "twin", "question") if getattr(pair, name)}
        yield pair.model_copy(update=names)


def export_one(run: Path, form: str) -> dict[str, Any]:
    """Exports a run in one form; says how long it took, and how much memory there was in use at most."""
    began = time.perf_counter()
    export_again(open_run(run), [form])
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "cpu": time.process_time(), "megabytes": _most() / 1e6}


def _most() -> int:
    """Bytes of memory that this process had in use at most."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage also counts what the parent had in use when this process was begun
        return 1024 * int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))[0])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def measure(run: Path, form: str, look: bool) -> Measured | str:
    """The same in a process of its own; words where it could not be done."""
    command = [sys.executable, __file__, "--one", form, "--run", str(run)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        return f"{form}: {(ended.stderr.strip().splitlines() or ['?'])[-1]}"
    told = json.loads(ended.stdout.splitlines()[-1])
    rules, rows = rules_of(form) if look else None, "-"
    if rules is not None:
        found = rules(run / DATASET / form)
        rows = f"{found.rows:,}" + (f", {len(found.defects)} defects" if found.defects else "")
    return Measured(form, told["seconds"], told["cpu"], told["megabytes"], rows)


def main() -> None:
    """Prints a row for each form, and fails where one is over the limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="a run of one story to multiply")
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--clips", type=int, default=4_000)
    parser.add_argument("--form", action="append", help="only this form; repeatable")
    parser.add_argument("--out", type=Path, help="where to; a folder that is there is used again")
    parser.add_argument("--no-look", action="store_true", help="do not count rows with the rule checkers")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(export_one(options.run, options.one)))
        return
    with tempfile.TemporaryDirectory(dir=options.out.parent if options.out else None) as scratch:
        source, out = options.run or Path(scratch) / "tiny", options.out or Path(scratch) / "many"
        if not out.is_dir():
            if not options.run:
                dream(Path(__file__).parent.parent / "examples/lighthouse.txt", read_recipe("storyboard", TINY), source)
            stories, clips, pairs = multiply(source, out, options.pairs, options.clips)
            print(f"{pairs:,} pairs about {clips:,} clips of {stories:,} stories, in {len(SPLITS)} splits")
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        print(f"{'form':<14}{'seconds':>9}{'CPU':>7}{'MB':>7}  rows")
        late = [told for form in options.form or BACKENDS["export"] if (told := _row(out, form, not options.no_look))]
    print(f"limits: {SECONDS:.0f} s and {MEGABYTES:.0f} MB a form; over them: {', '.join(late) or 'none'}")
    sys.exit(bool(late))


def _row(out: Path, form: str, look: bool) -> str:
    """Prints a form's row; its name when it is over the limits."""
    shutil.rmtree(out / DATASET / form, ignore_errors=True)
    shutil.rmtree(out / ".store" / f"export-{form}", ignore_errors=True)
    try:
        found = measure(out, form, look)
    except (DreamgenError, ValueError) as error:
        found = f"{form}: {error}"
    finally:
        shutil.rmtree(out / DATASET / form, ignore_errors=True)
    if isinstance(found, str):
        print(found, flush=True)
        return form
    measures = f"{found.seconds:>9.1f}{found.cpu:>7.1f}{found.megabytes:>7.0f}"
    print(f"{found.form:<14}{measures}  {found.rows}", flush=True)
    return form if found.seconds > SECONDS or found.megabytes > MEGABYTES else ""


if __name__ == "__main__":
    main()
