from __future__ import annotations

import io
import os
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from rich.console import Console

from dreamgen.bulk.forecast import Eta
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Settled
from dreamgen.bulk.metrics import Metrics
from dreamgen.bulk.schedule import Counts
from dreamgen.bulk.snapshot import Disk, PoolNow, Snapshot, StageNow, Trouble
from dreamgen.bulk.spending import Asked
from dreamgen.bulk.viewing import UNSEEN
from dreamgen.bulk.working import Outcome
from dreamgen.cli.bulk_board import Board
from dreamgen.cli.bulk_view import Drawing, Lasting, Log, Watched, view_for
from dreamgen.core.brief import Brief
from dreamgen.engines.gpu_use import Gpu
from dreamgen.run.recipe import read_recipe

POOLS = tuple(
    PoolNow(
        pool=name, workers=workers, running=workers, waiting=waiting, walks=1200, a_minute=37.0, seconds=seconds,
        failed=0, died=0, gpu_use=use,
    )
    for name, workers, waiting, seconds, use in (
        ("write", 4, 0, 5.6, None), ("draw", 8, 17, 12.8, 0.93), ("check", 4, 1, 4.1, None),
    )
)  # fmt: skip
STAGES = tuple(
    StageNow(stage=name, pool="write", made=1200, a_minute=37.0, seconds=900.0)
    for name in ("story", "style", "render", "clip", "film", "claims", "verify", "qa", "screen")
)
GPU = Gpu(index=0, name="NVIDIA H100", use=0.97, memory_used=6 << 30, memory_total=80 << 30)
NOW = Snapshot(
    elapsed=2210, total=10_000, before=0, done=1201, put_aside=3, others=0, running=16, waiting=18, left=8762,
    a_minute=36.9, retried=6, failed_share=0.015, judged=200, most_failed=0.2, judged_from=20,
    eta=Eta(seconds=14_200, low=13_600, high=14_800, binds="draw"), pools=POOLS, stages=STAGES,
    asked=(Asked(model="writer-1", calls=22_310, failed=12, tokens_in=31_234_000, tokens_out=12_410_000, money=12.3),),
    money=41.27, memory_mib=2410, gpus=(GPU, GPU),
    written=92_000_000_000, disk=Disk(free=400_000_000_000, total=4_000_000_000_000), disk_needed=673_000_000_000,
    troubles=(Trouble(item="the_lost_letter-9a81c2d3", what="died", reason="its worker was ended by signal 9 " * 9),),
)  # fmt: skip


def screen(width: int = 100, height: int = 60) -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, force_terminal=True, width=width, height=height, color_system=None), written


def drawn(width: int, height: int = 60, now: Snapshot = NOW) -> list[str]:
    console, written = screen(width, height)
    console.print(Board(now))
    return written.getvalue().splitlines()


def plan(count: int) -> Plan:
    items = tuple(Item(id=f"story-{k}", source=Brief(text="Mara sings."), seed=k, look="flat") for k in range(count))
    return Plan(items=items, recipe=read_recipe("storyboard"))


@pytest.mark.parametrize("width", [36, 44, 60, 84, 100, 160])
def test_the_board_fits_every_width(width: int) -> None:
    lines = drawn(width)
    assert max(map(len, lines)) <= width
    told = " ".join(" ".join(lines).split())
    for words in ("1204 of 10000", "3 put aside", "draw binds", "97% 97% busy", "41.27", "31.2 M in", "673 GB"):
        assert words in told


def test_a_narrow_board_leaves_out_what_is_needed_least() -> None:
    headings = {
        width: next(line.split() for line in drawn(width) if line.startswith("pool")) for width in (100, 60, 44)
    }
    assert headings[44] == ["pool", "workers", "busy", "queue", "walks"]
    assert headings[60] == [*headings[44], "a", "minute", "each"]
    assert headings[100] == [*headings[60], "GPU", "failed", "died"]


@pytest.mark.parametrize("height", [6, 12, 20, 24, 40])
def test_the_board_fits_a_low_terminal(height: int) -> None:
    lines = drawn(100, height)
    assert len(lines) < height
    assert "1204 of 10000" in lines[1]
    assert any(line.startswith("failures") for line in lines) == (height >= 12)
    assert any(line.startswith("stage") for line in lines) == (height >= 40)


def test_a_disk_that_is_too_small_stands_out() -> None:
    console = Console(file=io.StringIO(), record=True, force_terminal=True, width=100, color_system="truecolor")
    console.print(Board(NOW))
    html = console.export_html(inline_styles=True)
    assert "color: #800000" in html.split("673 GB still needed")[0].rsplit("<span", 1)[1]


def test_without_colour_the_board_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    written = io.StringIO()
    Console(file=written, force_terminal=True, width=100, height=60).print(Board(NOW))
    assert "\x1b[3" not in written.getvalue().replace("\x1b[3m", "")


def test_a_log_has_a_line_a_minute_and_one_for_every_failure(tmp_path: Path) -> None:
    console, written = screen()
    seconds = [0.0]
    view = Watched(tmp_path, Log(console), None, clock=lambda: seconds[0])
    view.starts(plan(100), {}, {"all": 2})
    for k in range(20):
        view.began([f"story-{k}"], "all")
        seconds[0] += 6.0
        view.counts(Counts(waiting={"all": 0}))
        seconds[0] += 3.0
        view.ended("all", Outcome(item=f"story-{k}", ended="done"))
        view.settled(Settled(item=f"story-{k}", key="", ended="done"))
    view.ended("all", Outcome(item="story-50", ended="failed", stage="clip", reason="no [weights]"))
    view.settled(Settled(item="story-50", key="", ended="put_aside", reason="no [weights]", tries=3))
    view.ended("all", Outcome(item="story-52", ended="failed", reason="no room"))
    view.died(["story-51"], "all", "killed")
    view.closes()
    assert written.getvalue().splitlines() == [
        "0 of 100 stories",
        "6 of 100 stories, 1 in hand; 6.0 a minute, 7 min left (7 min to 7 min)",
        "13 of 100 stories, 1 in hand; 6.3 a minute, 7 min left (6 min to 7 min)",
        "story-50 failed at clip: no [weights]",
        "story-50 was put aside after 3 failures: no [weights]",
        "story-52 failed in the pool all: no room",
        "a worker of the pool all died with story-51: killed",
        "20 of 100 stories are whole, 1 put aside, 79 stories left; 21 ended in 3 min",
    ]


def test_that_the_dataset_is_written_is_told_at_once(tmp_path: Path) -> None:
    console, written = screen()
    view = Watched(tmp_path, Log(console), None, clock=lambda: 0.0)
    view.starts(plan(1), {}, {"all": 2})
    view.began(["story-0"], "all")
    view.settled(Settled(item="story-0", key="", ended="done"))
    for _ in range(3):
        view.counts(Counts(waiting={"all": 0}))
    assert written.getvalue().splitlines() == ["0 of 1 stories", "1 of 1 stories; the dataset is written now"]


def test_a_terminal_that_is_closed_does_not_end_the_run(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    console = Lasting(file=os.fdopen(writer, "w"), force_terminal=True)
    seconds = [0.0]
    view = Watched(tmp_path, Drawing(console), None, clock=lambda: seconds[0])
    view.starts(plan(5), {}, {"all": 2})
    os.close(reader)
    for _ in range(3):
        seconds[0] += 10.0
        view.counts(Counts(waiting={"all": 0}))
        view.died(["story-1"], "all", "killed")
    view.closes()
    assert view.snapshot().pools[0].died == 3
    with suppress(BrokenPipeError):
        console.file.close()


def test_the_page_is_up_to_date_whatever_the_log_shows(tmp_path: Path) -> None:
    console, written = screen()
    seconds = [0.0]
    page = Metrics()
    view = Watched(tmp_path, Log(console), page, clock=lambda: seconds[0])
    view.starts(plan(5), {}, {"all": 2})
    view.began(["story-0"], "all")
    seconds[0] += 5.0
    view.counts(Counts(waiting={"all": 3}))
    with urllib.request.urlopen(page.address, timeout=60) as answer:
        told = answer.read().decode()
    assert 'dreamgen_bulk_queue{pool="all"} 3.0' in told
    assert 'dreamgen_bulk_running{pool="all"} 1.0' in told
    assert len(written.getvalue().splitlines()) == 1
    view.closes()


def test_the_board_is_drawn_twice_a_second_at_most(tmp_path: Path) -> None:
    console, written = screen()
    seconds = [0.0]
    view = Watched(tmp_path, Drawing(console), None, clock=lambda: seconds[0])
    view.starts(plan(5), {}, {"all": 2})
    for _ in range(100):
        seconds[0] += 0.05
        view.counts(Counts(waiting={"all": 0}))
    view.closes()
    assert written.getvalue().count("of 5 stories,") == pytest.approx(11, abs=1)


def test_the_terminal_is_given_back(tmp_path: Path) -> None:
    console, written = screen()
    view = Watched(tmp_path, Drawing(console), None, clock=lambda: 0.0)
    view.starts(plan(5), {}, {"all": 2})
    view.says("a sentence")
    view.closes()
    hide, show = "\x1b[?25l", "\x1b[?25h"
    assert written.getvalue().count(hide) == written.getvalue().count(show) == 1
    assert "a sentence\n" in written.getvalue()
    assert written.getvalue().rstrip().endswith("0 of 5 stories are whole, 5 stories left; 0 ended in 0 s")


def test_a_terminal_that_grows_narrower_is_cleared(tmp_path: Path) -> None:
    console, written = screen(width=120)
    drawing = Drawing(console)
    drawing.shows(NOW)
    assert "\x1b[2J" not in written.getvalue()
    console.width = 60
    drawing.shows(NOW)
    assert "\x1b[2J" in written.getvalue()
    drawing.closes(NOW)


def test_a_driver_that_never_began_says_nothing(tmp_path: Path) -> None:
    console, written = screen()
    Watched(tmp_path, Log(console), None).closes()
    assert written.getvalue() == ""


def test_quiet_means_quiet_and_metrics_are_served_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert view_for(True, tmp_path) is UNSEEN
    view = view_for(True, tmp_path, metrics=0)
    view.starts(plan(5), {}, {"all": 2})
    view.closes()
    assert capsys.readouterr() == ("", "")


def test_the_address_of_the_metrics_is_told_and_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    view = view_for(False, tmp_path, metrics=0)
    view.starts(plan(5), {}, {"all": 2})
    address = capsys.readouterr().err.split()[2]
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert b"dreamgen_bulk_items_planned 5.0" in answer.read()
    view.closes()
