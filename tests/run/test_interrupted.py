"""Ctrl-C or SIGTERM while a language model is asked ends the program with a word, and soon; the next try goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

pytest.importorskip("langchain_openai")

from dreamgen.core.base import Record
from dreamgen.engines.chat.asking import Reply, Request
from dreamgen.engines.chat.ledger import Failed, calls
from dreamgen.engines.chat.model import ChatModel
from dreamgen.engines.chat.opening import open_chat
from dreamgen.run.theming import answers_beside, write_themes
from tests.scripted import Behave, ScriptedServer

PROGRAM = "from dreamgen.engines.chat import flight; flight._GRACE = {grace}; {what}"
"""With another grace: what hangs is waited for no longer than a test has time."""
COMMAND = "from dreamgen.__main__ import main; main()"
ASKING = "import sys; from tests.run.test_interrupted import command; command(*sys.argv[1:])"


class Letter(Record):
    """What takes a while to be written."""

    lines: tuple[Annotated[str, Field(min_length=400, max_length=600)], ...] = Field(min_length=6, max_length=6)


def ask(weights: str, kept: str) -> list[Reply[Letter]]:
    """Has a letter written by a model in this process."""
    model = ChatModel(model=weights, device="cpu", max_output_tokens=20_000)
    return list(open_chat(model, Path(kept)).ask([Request("letter", "home", "You write.", "A letter.", Letter)]))


def command(weights: str, kept: str) -> None:
    """The same, as a program ends."""
    try:
        ask(weights, kept)
    except KeyboardInterrupt:
        sys.exit(130)


def interrupted(
    what: str, arguments: Sequence[str], kept: Path, grace: float, how: signal.Signals = signal.SIGINT
) -> tuple[int, str, float]:
    """Runs a program and presses Ctrl-C when its first call has begun: exit code, words, seconds until the end."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(grace=grace, what=what), *arguments],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while process.poll() is None and not calls(kept):
            time.sleep(0.01)
        time.sleep(0.1)
        began = time.monotonic()
        process.send_signal(how)
        try:
            _, log = process.communicate(timeout=120)
        finally:
            process.kill()
    return process.returncode, log, time.monotonic() - began


def failures(kept: Path) -> list[tuple[str, bool]]:
    """Error of every call that failed, and whether it may have cost something."""
    ends = (call.ended for call in calls(kept))
    return [(end.error, bool(end.tokens)) for end in ends if isinstance(end, Failed)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "ends", "words"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "asked to end")]
)
def test_a_server_that_hangs_is_waited_for_a_moment(how: signal.Signals, ends: int, words: str, tmp_path: Path) -> None:
    out = tmp_path / "themes.jsonl"
    with ScriptedServer([Behave("hang", times=1)]) as server:
        told = ["themes", "10", "--genres", "drama", "--model", "scripted", "--base-url", server.url, "--out", str(out)]
        code, log, seconds = interrupted(COMMAND, told, answers_beside(out), grace=1.0, how=how)
        assert code == ends, log
        assert seconds < 60, "the server hangs for an hour"
        assert "waiting for 1 answer in flight" in log
        assert words in log
        assert "Traceback" not in log
        # the same command once more
        counts, _ = write_themes(10, [("drama", 1.0)], ChatModel(model="scripted", base_url=server.url), 0, out)
    assert counts[0].got == 10
    # nobody knows what the server has made of it
    assert failures(answers_beside(out)) == [("lost", True)]


@pytest.mark.slow
def test_a_model_in_this_process_stops_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("llguidance")
    from dreamgen.engines.chat.blank import write_chat_model

    weights, kept = write_chat_model(tmp_path / "weights"), tmp_path / "answers"
    # a thread that were left inside of torch would abort the whole process
    code, log, _ = interrupted(ASKING, [str(weights), str(kept)], kept, grace=0.0)
    assert (code, log) == (130, "")
    assert failures(kept) == [("CalledOff", False)]
    (reply,) = ask(str(weights), str(kept))
    assert reply.answer is not None
    assert len(calls(kept)) == 2
