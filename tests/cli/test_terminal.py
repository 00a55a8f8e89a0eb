from __future__ import annotations

import io

from rich.console import Console

from dreamgen.cli.terminal import Bars, Lines


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
