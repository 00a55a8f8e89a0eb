from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from dreamgen.cli.terminal import Bars, Lines, duration


def console() -> tuple[Console, io.StringIO]:
    written = io.StringIO()
    return Console(file=written, force_terminal=True, width=100, color_system=None), written


def test_a_log_has_a_line_for_everything_made_and_kept() -> None:
    screen, written = console()
    watch = Lines(screen)
    watch.begins("clip", 3, 1)
    watch.made("clip", "scene-02")
    watch.made("film", "film")
    assert written.getvalue().splitlines() == [
        "clip: kept 1 of 3 from before",
        "clip: made scene-02",
        "film: made",
    ]


def test_a_bar_counts_what_is_there_and_shows_no_bar_where_nothing_is_to_do() -> None:
    screen, written = console()
    watch = Bars(screen)
    watch.begins("render", 2, 2)
    watch.ends("render")
    assert written.getvalue() == ""
    watch.begins("clip", 3, 1)
    watch.made("clip", "scene-02")
    watch.ends("clip")
    assert "filming scenes" in written.getvalue()
    assert "2/3" in written.getvalue()


def test_the_terminal_is_given_back_after_a_failure() -> None:
    screen, written = console()
    watch = Bars(screen)
    watch.begins("clip", 3, 0)
    watch.ends("clip")
    hide, show = "\x1b[?25l", "\x1b[?25h"
    assert written.getvalue().count(hide) == written.getvalue().count(show) == 1


def test_a_night_of_calls_does_not_look_dead_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 110.0, 131.0, 400.0])
    # in that module alone: another thread of this process may look at the time, too
    monkeypatch.setattr("dreamgen.cli.terminal.time", SimpleNamespace(monotonic=clock.__next__))
    screen, written = console()
    watch = Lines(screen)
    watch.begins("story", 1, 0)
    for done in (20, 21, 30, 134):
        watch.goes("story", done, 134)
    assert written.getvalue().splitlines() == [
        "story: 20 of 134 calls answered",
        "story: 30 of 134 calls answered, 5 min left",
        "story: 134 of 134 calls answered",
    ]


def test_a_bar_counts_the_calls_of_a_story() -> None:
    screen, written = console()
    watch = Bars(screen)
    watch.begins("story", 1, 0)
    watch.goes("story", 20, 134)
    watch.goes("story", 140, 141)
    watch.made("story", "story")
    watch.ends("story")
    watch.begins("clip", 2, 0)
    watch.made("clip", "scene-01")
    watch.ends("clip")
    assert "141/141" in written.getvalue()
    assert "1/2" in written.getvalue()


def test_durations_for_people() -> None:
    assert [duration(seconds) for seconds in (9.6, 240, 12600)] == ["10 s", "4 min", "3.5 h"]
