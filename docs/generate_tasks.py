"""Writes docs/tasks.md: what every task teaches, what it rests on, which dimensions of benchmarks it trains for.

The examples are made from the claims that stood in a run of examples/lighthouse.txt (docs/lighthouse.json), and
where that film has none of a sort, from small invented clips (docs/small_world.json,
docs/measured_world.json). Run it with `python docs/generate_tasks.py` after a task or its wording has changed;
`python docs/generate_tasks.py RUN` takes the claims of another run of the lighthouse first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from dreamgen.core.claims import CLAIM, CLAIM_KINDS, Claim
from dreamgen.core.media import Clip
from dreamgen.core.pairs import LETTERS, InstructionPair
from dreamgen.qa.dimensions import dimensions, tasks
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer

HERE = Path(__file__).parent


@dataclass
class Seen:
    """What the examples show of one task."""

    pairs: list[tuple[InstructionPair, str]] = field(default_factory=list)
    """One of each form, with the film that it is about."""
    kinds: set[str] = field(default_factory=set)
    """Kinds of the claims that its pairs rest on."""
    like: set[str] = field(default_factory=set)
    """Dimensions of benchmarks."""


def page() -> str:
    """The text of tasks.md."""
    seen = _seen()
    table = [
        f"| [{name}](#{name}) | {task['teaches']} | {_kinds(seen[name])} | {_dimensions(seen[name].like)} |"
        for name, task in sorted(tasks().items())
        if name in seen
    ]
    lines = [
        "# Tasks",
        "",
        "Every answer is computed by a small program from claims that the pixels did not refute. Written by",
        "`python docs/generate_tasks.py`; the examples are made from the claims of a run of `examples/lighthouse.txt`",
        "(`docs/lighthouse.json`), those marked *invented* from `docs/small_world.json` and",
        "`docs/measured_world.json`.",
        "",
        'A recipe asks only some of them, or leaves some out: `--set qa.tasks=["camera", "holding"]`,',
        '`--set qa.without=["counting"]`.',
        "",
        "| task | teaches | rests on | trains for |",
        "| --- | --- | --- | --- |",
        *table,
        *_coverage(seen),
        "",
        "# Examples",
    ]
    for name in sorted(tasks()):
        lines += ["", f"## {name}", *(line for pair, of in seen[name].pairs[:3] for line in _example(pair, of))]
    return "\n".join(lines) + "\n"


def _seen() -> dict[str, Seen]:
    found: dict[str, Seen] = {name: Seen() for name in sorted(tasks())}
    films = (
        ("lighthouse", _lighthouse()),
        ("invented", _small_world("small_world", ("scene-01", "film"))),
        ("invented", _small_world("measured_world", ("clip-001",))),
    )
    for film, clip, claims in ((film, *one) for film, clips in films for one in clips):
        known = {claim.id: claim.kind for claim in claims}
        synthesizer = ProgramsSynthesizer(pairs_per_minute=10_000, film_pairs_per_minute=10_000)
        for pair in synthesizer.synthesize(clip, claims, 7, Path()):
            task = found[pair.task]
            task.kinds |= {known[claim] for claim in pair.claims}
            task.like |= set(pair.benchmarks)
            if pair.form not in {other.form for other, _ in task.pairs}:
                task.pairs.append((pair, film))
    return found


def _lighthouse() -> Iterator[tuple[Clip, list[Claim]]]:
    for clip in json.loads((HERE / "lighthouse.json").read_text("utf-8")):
        yield _clip(clip["clip"], clip["cuts"], clip["seconds"]), [CLAIM.validate_python(c) for c in clip["claims"]]


def _small_world(file: str, names: Sequence[str]) -> Iterator[tuple[Clip, list[Claim]]]:
    world = json.loads((HERE / f"{file}.json").read_text("utf-8"))
    claims = [CLAIM.validate_python(claim) for claim in world["claims"]]
    for name in names:
        yield _clip(name, world["cuts"], world["seconds"]), claims


def _clip(name: str, cuts: list[float], seconds: float) -> Clip:
    bounds = [0, *(round(cut * 24) for cut in cuts), round(seconds * 24)]
    spans = [{"shot": f"shot-{n}", "first": a, "stop": b} for n, (a, b) in enumerate(pairwise(bounds))]
    files: dict[str, Any] = {
        part: {"path": f"clips/{name}.{end}", "sha256": "0" * 64}
        for part, end in (("video", "mp4"), ("masklets", "masklets.jsonl.gz"))
    }
    return Clip.model_validate(
        {"id": name, "fps": 24, "size": (1024, 576), "frames": bounds[-1], "spans": spans, **files}
    )


def _kinds(seen: Seen) -> str:
    return ", ".join(kind for kind in CLAIM_KINDS if kind in seen.kinds)


def _dimensions(names: Iterable[str]) -> str:
    """`MVBench: action_count; NExT-QA: DC`."""
    known = list(dimensions())
    benches: dict[str, list[str]] = {}
    for name in sorted(names, key=known.index):
        bench, _, rest = name.partition("/")
        benches.setdefault(bench, []).append(rest)
    return "; ".join(f"{bench}: {', '.join(some)}" for bench, some in benches.items())


def _coverage(seen: dict[str, Seen]) -> Iterator[str]:
    """A table for every benchmark: which tasks train for its dimensions, or why none does."""
    bench = ""
    for name, told in dimensions().items():
        if name.split("/")[0] != bench:
            bench = name.split("/")[0]
            yield from ("", f"# {bench}", "", "| dimension | asks | tasks |", "| --- | --- | --- |")
        asked = ", ".join(f"[{task}](#{task})" for task, one in seen.items() if name in one.like and task != "dialogue")
        trained = asked or told.get("instead") or f"not asked: {told['not']}"
        yield f"| {name.split('/', 1)[1]} | {told['asks']} | {trained} |"


def _example(pair: InstructionPair, film: str) -> list[str]:
    invented = " (invented)" if film == "invented" else ""
    lines = ["", f"*{pair.form.replace('_', '/')}{invented}*", ""]
    for turn in pair.turns:
        lines.append(f"> **{'Q' if turn.role == 'human' else 'A'}** {turn.text}  ")
        if turn.role == "human" and pair.options:
            lines += [f"> {letter}. {option}  " for letter, option in zip(LETTERS, pair.options, strict=False)]
    return lines


def take(run: Path) -> None:
    """Writes docs/lighthouse.json: the claims of a run that no verifier refuted."""
    (story,) = (run / "stories").iterdir()
    refuted = set()
    for line in (story / "verdicts.jsonl").read_text("utf-8").splitlines():
        verdict = json.loads(line)
        if verdict.get("verdict", verdict)["outcome"] == "refuted":
            refuted.add((verdict.get("clip"), verdict.get("verdict", verdict)["about"]))
    clips: dict[str, list[dict[str, Any]]] = {}
    for line in (story / "claims.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        claim = told["claim"]
        if (told["clip"], claim.pop("id")) not in refuted:
            clips.setdefault(told["clip"], []).append(claim)
    rows = []
    for name, claims in clips.items():
        cuts = sorted(claim["start"] for claim in claims if claim["kind"] == "cut")
        head = json.dumps({"clip": name, "seconds": max(c["end"] for c in claims), "cuts": cuts})
        body = ",\n".join(json.dumps({k: v for k, v in c.items() if v is not None}, ensure_ascii=False) for c in claims)
        rows.append(f'{head[:-1]}, "claims": [\n{body}\n]}}')
    (HERE / "lighthouse.json").write_text("[" + ",\n".join(rows) + "]\n", "utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take(Path(sys.argv[1]))
    (HERE / "tasks.md").write_text(page(), "utf-8")
