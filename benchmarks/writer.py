"""Measures the chat writer: `python benchmarks/writer.py`. No network, GPU or trained weights are used.

Calls a second, against a scripted server in another process whose every answer takes a fixed time: what the way from
question to checked answer costs, and whether as many calls are in flight as are allowed. And how many answers have
their shape at the first try, from a tiny model with random weights: decoded under the schema, and told of it in words.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from dreamgen.core.base import derive_seed
from dreamgen.engines.chat.asking import Request
from dreamgen.engines.chat.blank import write_chat_model
from dreamgen.engines.chat.model import ChatModel, Method
from dreamgen.engines.chat.opening import open_chat
from dreamgen.story.expansion.drafts import ActPlan, Outline, Premise, ScenePlan

SHAPES: tuple[type[BaseModel], ...] = (Premise, Outline, ActPlan, ScenePlan)
SYSTEM = "You write films for children. You answer with JSON."


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    latency: float
    """Seconds that the server takes for an answer."""
    calls: tuple[tuple[int, int], ...]
    """Concurrency, and calls that are made with it."""
    answers: int
    """Of the tiny model, in each way."""


FULL = Scale(0.2, ((1, 25), (8, 200), (64, 800)), 32)
QUICK = Scale(0.01, ((1, 2), (8, 8), (64, 16)), 4)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="so little that it only shows that it runs")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve is not None:
        serve(options.serve)
        return
    scale = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory() as folder:
        print(*throughput(scale, Path(folder)), sep="\n", flush=True)
        print("", *validity(scale, Path(folder)), sep="\n", flush=True)


def throughput(scale: Scale, folder: Path) -> Iterator[str]:
    """Calls a second at each concurrency, and a second time, when all is remembered."""
    yield f"Every answer of the server takes {scale.latency:g} s; {os.cpu_count()} cores for both processes."
    yield ""
    yield "| concurrency | calls | calls/s | of the most possible | remembered, calls/s |"
    yield "| --- | --- | --- | --- | --- |"
    for concurrency, calls in scale.calls:
        with scripted(scale.latency) as url:
            model = ChatModel(model="scripted", base_url=url, concurrency=concurrency)
            kept = folder / str(concurrency)
            # libraries are imported before the clock starts
            asked(model, kept / "warm", requests(concurrency, "warm", SHAPES[1:2]))
            took = asked(model, kept, requests(calls, "timed", SHAPES))[1]
            again = asked(model, kept, requests(calls, "timed", SHAPES))[1]
        most = concurrency / scale.latency
        yield f"| {concurrency} | {calls} | {calls / took:.1f} | {calls / took / most:.0%} | {calls / again:.0f} |"


def validity(scale: Scale, folder: Path) -> Iterator[str]:
    """Answers of the tiny model that have their shape at the first try."""
    weights = write_chat_model(folder / "tiny")
    yield "A model with random weights, one thread of the CPU; shapes: " + ", ".join(one.__name__ for one in SHAPES)
    yield ""
    yield "| decoding | answers | valid at the first try | share | s an answer |"
    yield "| --- | --- | --- | --- | --- |"
    ways: tuple[tuple[str, Method], ...] = (("under the schema", "json_schema"), ("told in words", "plain"))
    for name, method in ways:
        model = ChatModel(model=str(weights), device="cpu", method=method, asks=1, concurrency=1)
        right, took = asked(model, folder / method, requests(scale.answers, "shape", SHAPES))
        yield f"| {name} | {scale.answers} | {right} | {right / scale.answers:.0%} | {took / scale.answers:.2f} |"


def requests(number: int, purpose: str, shapes: Sequence[type[BaseModel]]) -> list[Request[Any]]:
    """Questions of which no two are alike."""
    return [
        Request(
            purpose=f"benchmark/{purpose}",
            where=f"{purpose}-{one}",
            system=SYSTEM,
            user=f"Write part {one} of the story of a dog that is lost in a harbour.",
            shape=shapes[one % len(shapes)],
            seed=derive_seed(0, purpose, one),
        )
        for one in range(number)
    ]


def asked(model: ChatModel, kept: Path, questions: Sequence[Request[Any]]) -> tuple[int, float]:
    """Right answers, and seconds."""
    began = time.perf_counter()
    replies = list(open_chat(model, kept).ask(questions))
    return sum(reply.answer is not None for reply in replies), time.perf_counter() - began


@contextmanager
def scripted(latency: float) -> Iterator[str]:
    """The address of a scripted server in a process of its own."""
    command = [sys.executable, __file__, "--serve", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()  # it ends with its input


def serve(latency: float) -> None:
    """Answers until the input ends."""
    sys.path.append(str(Path(__file__).parents[1]))
    from tests.scripted import ScriptedServer

    with ScriptedServer(delay=latency) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
