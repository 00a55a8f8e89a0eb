"""Measures how fast pictures are drawn, DreamFrame's way and ours, in one run: `python benchmarks/diffusion.py`.

Weights are random: at `--scale full` those of the published configurations, since speed does not depend on values.
Nothing is downloaded. What each group measures stands in docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from diffusion_counting import count_networks, memory_rows
from diffusion_measures import Bench, machine, numbers, product_rates
from diffusion_tables import tables
from diffusion_ways import Ways
from diffusion_world import write_adapters

from dreamgen.engines.device import machine as chosen
from dreamgen.engines.device import set_up
from dreamgen.engines.diffusion.loading import quiet

GROUPS = ("seed", "ours", "compiled", "mixed", "cost", "cost-unguided", "attention", "cache", "parts", "batch")


@dataclass(frozen=True)
class Scale:
    """What is measured unless the command line says otherwise."""

    size: tuple[int, int]
    batch: int
    rounds: int
    """Batches in a repeat, so that it shows when one is begun while another is finished."""
    repeats: int
    steps: tuple[int, int, int]
    """DreamFrame's, those of the long way, and of the short one."""
    side: int
    """Of the matrices whose product is the yardstick."""
    seconds: float
    """For each number format."""


SCALES = {
    "full": Scale((1024, 1024), 8, 3, 3, (40, 30, 4), 8192, 2.0),
    "tiny": Scale((64, 64), 2, 2, 2, (4, 2, 1), 256, 0.05),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints the tables."""
    options = read(arguments)
    scale = SCALES[options.scale]
    place = chosen(options.device)
    set_up(place, 1 if options.scale == "tiny" else 0)
    size, batch = options.size or scale.size, options.batch or scale.batch
    if options.count:
        for name, tflop in count_networks(options.scale, size):
            print(f"{name}: {tflop:.6g} TFLOP a call at {size[0]}x{size[1]}")
        print("", *memory_rows(), sep="\n")
        return
    with tempfile.TemporaryDirectory() as folder, quiet():
        bench = Bench(str(place.device), options.scale, options.repeats or scale.repeats, Path(folder))
        rates = product_rates(bench, scale.side, scale.seconds)
        head = (
            machine(bench.device),
            f"{size[0]}x{size[1]}, {batch} at once, {scale.rounds} batches a repeat, {numbers(place)}, "
            f"scale {options.scale}",
            "matrix products: " + ", ".join(f"{name} {rate:.3g} TFLOP/s" for name, rate in rates.items()),
        )
        print(*head, sep="\n", flush=True)
        weights = write_adapters(Path(folder), options.scale, place)
        ways = Ways(bench, weights, size, (batch, scale.rounds), scale.steps)
        for name in options.only:
            ways.groups()[name]()
            print(*tables([row for row in bench.rows if row.group == name], rates), sep="\n", flush=True)
            # after every group, so that a run that is cut short has something to show
            if options.markdown:
                options.markdown.write_text("\n".join([*head, *tables(bench.rows, rates)]) + "\n", "utf-8")
            if options.json:
                found = {"machine": head[0], "size": size, "scale": options.scale, "products": rates}
                rows = [asdict(row) for row in bench.rows]
                options.json.write_text(json.dumps({**found, "rows": rows}, indent=1) + "\n", "utf-8")


def read(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=tuple(SCALES), default="tiny", help="size of the networks")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1")
    parser.add_argument("--size", type=pixels, help="of the pictures, such as 1024x1024")
    parser.add_argument("--batch", type=int, help="pictures at once, in our ways")
    parser.add_argument("--repeats", type=int, help="runs of each")
    parser.add_argument("--only", type=names, default=GROUPS, help=f"groups, of {','.join(GROUPS)}")
    parser.add_argument("--count", action="store_true", help="only count work and memory, without running")
    parser.add_argument("--json", type=Path, help="also write all numbers to this file")
    parser.add_argument("--markdown", type=Path, help="also write the tables to this file")
    return parser.parse_args(arguments)


def pixels(text: str) -> tuple[int, int]:
    """`1024x576`."""
    width, height = text.split("x")
    return int(width), int(height)


def names(text: str) -> tuple[str, ...]:
    """`seed,ours`."""
    wanted = tuple(text.split(","))
    unknown = [name for name in wanted if name not in GROUPS]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown group {unknown[0]!r}; choices: {', '.join(GROUPS)}")
    return wanted


if __name__ == "__main__":
    main()
