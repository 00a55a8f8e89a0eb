from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from dreamgen.core.pairs import Turn
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run.decisions import DECISIONS, Change, Decision, Overtaken, add, read_decisions, seen_as
from tests.decided import PAIRS, clip_of, pair_of

ACCEPT, UNDO = Change(verdict="accept"), Change(verdict="undo")
WRONG = Change(verdict="reject", reason="incorrect", note="it is a cat")


def decide(folder: Path, change: Change, pair: str = "where-1", version: int | None = None) -> Decision:
    known = read_decisions(folder).versions().get(pair, 0) if version is None else version
    return add(folder, pair, change, known, of="hash", seen=pair_of(pair), reviewer="ada")


def test_a_decision_is_read_back_as_it_was_made(tmp_path: Path) -> None:
    fix = Change(
        verdict="fix", reason="lacking_detail", turns=(Turn(role="human", text="q"), Turn(role="assistant", text="a"))
    )
    made = [decide(tmp_path, ACCEPT, "a"), decide(tmp_path, WRONG, "b"), decide(tmp_path, fix, "c")]
    found = read_decisions(tmp_path)
    assert found.lines == tuple(made) and found.told == ()
    assert [line.number for line in made] == [1, 2, 3]
    assert found.standing()["b"].note == "it is a cat" and found.standing()["c"].turns == fix.turns


def test_undo_takes_one_decision_back_after_the_other(tmp_path: Path) -> None:
    decide(tmp_path, ACCEPT)
    decide(tmp_path, WRONG)
    decide(tmp_path, UNDO)
    assert read_decisions(tmp_path).standing()["where-1"].verdict == "accept"
    decide(tmp_path, UNDO)
    assert read_decisions(tmp_path).standing() == {}
    with pytest.raises(UsageError, match="nothing to undo"):
        decide(tmp_path, UNDO)
    assert len(read_decisions(tmp_path).lines) == 4


def test_who_has_not_seen_the_last_decision_is_refused(tmp_path: Path) -> None:
    decide(tmp_path, ACCEPT)
    with pytest.raises(Overtaken, match="in the meantime"):
        decide(tmp_path, WRONG, version=0)
    decide(tmp_path, WRONG, "other", version=0)
    assert [line.verdict for line in read_decisions(tmp_path).lines] == ["accept", "reject"]


def test_a_last_line_that_was_cut_short_is_told_and_replaced(tmp_path: Path) -> None:
    decide(tmp_path, ACCEPT, "a")
    whole = (tmp_path / DECISIONS).read_bytes()
    decide(tmp_path, WRONG, "b")
    both = (tmp_path / DECISIONS).read_bytes()
    for cut in (len(whole) + 1, len(whole) + 40, len(both) - 1):
        (tmp_path / DECISIONS).write_bytes(both[:cut])
        found = read_decisions(tmp_path)
        assert [line.pair for line in found.lines] == ["a"]
        assert "cut short" in found.told[0]
    decide(tmp_path, ACCEPT, "c")
    after = read_decisions(tmp_path)
    assert [line.pair for line in after.lines] == ["a", "c"] and after.told == ()
    assert (tmp_path / DECISIONS).read_bytes().startswith(whole)


def test_a_last_line_of_zeros_is_no_decision(tmp_path: Path) -> None:
    decide(tmp_path, ACCEPT, "a")
    with (tmp_path / DECISIONS).open("ab") as file:
        file.write(b"\0" * 200 + b"\n")
    assert "cut short" in read_decisions(tmp_path).told[0]
    decide(tmp_path, ACCEPT, "b")
    assert [line.pair for line in read_decisions(tmp_path).lines] == ["a", "b"]


def test_a_damaged_line_in_the_middle_is_an_error(tmp_path: Path) -> None:
    for name in "abc":
        decide(tmp_path, ACCEPT, name)
    first, _, last = (tmp_path / DECISIONS).read_text("utf-8").splitlines(keepends=True)
    (tmp_path / DECISIONS).write_text(first + "{oops}\n" + last, "utf-8")
    with pytest.raises(DreamgenError, match="line 2, is damaged"):
        read_decisions(tmp_path)


def test_a_line_that_was_changed_later_is_told(tmp_path: Path) -> None:
    for name in "abc":
        decide(tmp_path, ACCEPT, name)
    text = (tmp_path / DECISIONS).read_text("utf-8")
    (tmp_path / DECISIONS).write_text(text.replace('"pair":"b"', '"pair":"x"'), "utf-8")
    (words,) = read_decisions(tmp_path).told
    assert "before line 3 was changed" in words


@pytest.mark.parametrize(
    "change",
    [
        Change(verdict="reject"),
        Change(verdict="fix"),
        Change(verdict="fix", reason="irrelevant"),
        Change(verdict="accept", reason="incorrect"),
        Change(verdict="accept", turns=PAIRS[0].turns),
        Change(verdict="fix", reason="incorrect", options=("a", "b")),
    ],
)
def test_verdict_reason_and_words_must_go_together(change: Change) -> None:
    with pytest.raises(UsageError):
        change.check()


def test_the_hash_is_of_what_is_seen_and_of_nothing_else() -> None:
    pair, clip = PAIRS[1], clip_of()
    same = {
        "weight": 0.1, "claims": ("c9",), "twin": "other", "audited": True, "options": ("White", "Brown", "Grey"),
        "benchmarks": ("PLM-FGQA/Pose",),
    }  # fmt: skip
    for name, value in same.items():
        assert seen_as(pair.model_copy(update={name: value}), clip) == seen_as(pair, clip), name
    other = {
        "answer_index": 0,
        "options": ("Red", "Brown", "White"),
        "span": (0.0, 1.0),
        "rationale": "So.",
        "form": "x",
    }
    for name, value in other.items():
        assert seen_as(pair.model_copy(update={name: value}), clip) != seen_as(pair, clip), name
    filmed_again = clip.model_copy(update={"video": clip.video.model_copy(update={"sha256": "f" * 64})})
    assert seen_as(pair, filmed_again) != seen_as(pair, clip)


def test_new_masks_make_another_region_pair_and_no_other_question() -> None:
    clip = clip_of()
    assert clip.masklets is not None
    marked = clip.model_copy(update={"masklets": clip.masklets.model_copy(update={"sha256": "f" * 64})})
    assert seen_as(PAIRS[3], marked) != seen_as(PAIRS[3], clip)
    assert seen_as(PAIRS[0], marked) == seen_as(PAIRS[0], clip)


def test_threads_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    def many(who: str) -> None:
        for number in range(10):
            decide(tmp_path, ACCEPT, f"{who}-{number}")

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(many, ("ada", "bob", "eve")))
    found = read_decisions(tmp_path)
    assert len(found.standing()) == 30 and found.told == ()
    assert [line.number for line in found.lines] == list(range(1, 31))


ENDLESS = """
import sys, time
from itertools import count
from pathlib import Path
from dreamgen.run.decisions import Change, add
from tests.decided import pair_of
for number in count():
    name = f"{sys.argv[2]}-{number}"
    add(Path(sys.argv[1]), name, Change(verdict="accept"), 0, of="hash", seen=pair_of(), reviewer="ada")
    print(name, flush=True)
    time.sleep(0.002)  # who never lets go of the file keeps the other out of it for longer than that one waits
"""


@pytest.mark.slow
def test_processes_that_write_at_once_and_are_killed_lose_nothing_that_was_decided(tmp_path: Path) -> None:
    with ExitStack() as stack:
        command = [sys.executable, "-c", ENDLESS, str(tmp_path)]
        workers = [
            stack.enter_context(subprocess.Popen([*command, who], stdout=subprocess.PIPE, text=True))
            for who in ("ada", "bob")
        ]
        pipes = [worker.stdout for worker in workers if worker.stdout]
        said = [pipe.readline().strip() for pipe in pipes]
        for worker in workers:
            worker.kill()
        said += [name for pipe in pipes for name in pipe.read().split()]
    found = read_decisions(tmp_path)
    assert set(said) <= found.standing().keys() and {name[:3] for name in said} == {"ada", "bob"}
    decide(tmp_path, WRONG, "last")
    after = read_decisions(tmp_path)
    assert after.told == () and [line.number for line in after.lines] == list(range(1, len(found.lines) + 2))


def test_what_was_read_before_is_not_read_again(tmp_path: Path) -> None:
    for name in "abc":
        decide(tmp_path, ACCEPT, name)
    before = read_decisions(tmp_path)
    decide(tmp_path, WRONG, "d")
    after = read_decisions(tmp_path, before)
    assert after == read_decisions(tmp_path) and after.lines[0] is before.lines[0]
    (tmp_path / DECISIONS).write_bytes(b"")
    decide(tmp_path, ACCEPT, "e")
    assert [line.pair for line in read_decisions(tmp_path, after).lines] == ["e"]


def test_a_text_with_line_ends_of_all_sorts_stays_one_line(tmp_path: Path) -> None:
    decide(tmp_path, Change(verdict="reject", reason="irrelevant", note="a\u2028b\x85c\r\nd\x0b"))
    assert read_decisions(tmp_path).lines[0].note == "a\u2028b\x85c\r\nd\x0b"
    assert len((tmp_path / DECISIONS).read_bytes().splitlines()) == 1
    assert json.loads((tmp_path / DECISIONS).read_bytes())["reviewer"] == "ada"
