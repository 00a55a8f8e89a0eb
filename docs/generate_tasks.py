"""Writes docs/tasks.md: what every task teaches, with an example of each that the programs make of a small world.

Run it with `python docs/generate_tasks.py` after a task or its wording has changed.
"""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path

from dreamgen.core.claims import CLAIM
from dreamgen.core.media import Clip
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

HERE = Path(__file__).parent


def page() -> str:
    """The text of tasks.md."""
    tasks = tomllib.loads(files("dreamgen.qa").joinpath("data/tasks.toml").read_text("utf-8"))
    examples = _examples()
    lines = [
        "# Tasks",
        "",
        "Every answer is computed by a small program from claims that the pixels did not refute. Written by",
        "`python docs/generate_tasks.py`; the examples are made from `docs/small_world.json`.",
        "",
        "| task | teaches | like |",
        "| --- | --- | --- |",
        *(f"| [{name}](#{name}) | {task['teaches']} | {task['like']} |" for name, task in tasks.items()),
    ]
    for name in tasks:
        lines += ["", f"## {name}", *(line for pair in examples.get(name, [])[:3] for line in _example(pair))]
    return "\n".join(lines) + "\n"


def _examples() -> dict[str, list[InstructionPair]]:
    world = json.loads((HERE / "small_world.json").read_text("utf-8"))
    claims = [CLAIM.validate_python(claim) for claim in world["claims"]]
    clip = Clip.model_validate(world["clip"])
    found: dict[str, list[InstructionPair]] = {}
    for one in (clip, clip.model_copy(update={"id": "film"})):
        synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000, film_pairs_per_minute=10_000)
        for pair in synthesizer.synthesize(one, claims, 7, Path()):
            some = found.setdefault(pair.task, [])
            if pair.form not in {other.form for other in some}:
                some.append(pair)
    return found


def _example(pair: InstructionPair) -> list[str]:
    lines = ["", f"*{pair.form.replace('_', '/')}*", ""]
    for turn in pair.turns:
        lines.append(f"> **{'Q' if turn.role == 'human' else 'A'}** {turn.text}  ")
        if turn.role == "human" and pair.options:
            lines += [f"> {letter}. {option}  " for letter, option in zip(LETTERS, pair.options, strict=False)]
    return lines


if __name__ == "__main__":
    (HERE / "tasks.md").write_text(page(), "utf-8")
