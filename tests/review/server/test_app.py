from __future__ import annotations

import errno
from pathlib import Path

import pytest

from dreamgen.core.media import MediaRef
from dreamgen.review.server.bench import Bench
from dreamgen.review.server.telling import rows
from dreamgen.run.decisions import DECISIONS, Change, read_decisions
from dreamgen.run.journal import lines
from tests.decided import PAIRS, SCRIPT, clip_of, pair_of, write_run
from tests.review.server.conftest import Client


def ids(reviewer: Client, query: str = "") -> list[str]:
    return [row["id"] for row in reviewer.get(f"/api/pairs?{query}").json["rows"]]


def test_the_list_shows_every_pair_and_what_was_decided(reviewer: Client) -> None:
    assert ids(reviewer) == [pair.id for pair in PAIRS]
    reviewer.decide("where-1", verdict="accept")
    told = reviewer.get("/api/pairs").json
    assert told["rows"][0]["state"] == "accept" and told["rows"][1]["state"] == "undecided"
    assert told["progress"] == {"total": 5, "percent": 0.0, "accept": 1, "undecided": 4}


def test_filters_leave_what_fits(reviewer: Client) -> None:
    reviewer.decide("seen-1", verdict="reject", reason="irrelevant")
    found = {
        "task=attribute": ["colour-1"],
        "form=yes_no": ["seen-1"],
        "state=undecided": ["where-1", "colour-1", "region-1", "odd-1"],
        "state=reject": ["seen-1"],
        "outcome=refuted": [],
        "outcome=supported&form=choice": ["colour-1"],
        "clip=park-002": [],
        "least=0.95": ["colour-1"],
        "most=0.6": ["seen-1"],
        "text=JUMPS": [],
        "text=it+runs": ["region-1"],
        "text=white": ["colour-1"],
        "order=weight&form=open": ["where-1", "odd-1"],
    }
    for query, wanted in found.items():
        assert ids(reviewer, query) == wanted, query
    assert reviewer.get("/api/pairs?least=much").status == 400


def test_a_long_list_comes_in_pages_that_leave_nothing_out(tmp_path: Path) -> None:
    pairs = tuple(pair_of(f"p-{number}") for number in range(450))
    bench = Bench(write_run(tmp_path / "many", pairs))
    found, start = [], 0
    while start is not None:
        told = rows(bench, bench.view(), {"from": str(start)})
        assert told["count"] == 450
        found += [row["id"] for row in told["rows"]]
        start = told["next"]
    assert found == [pair.id for pair in pairs]


def test_a_pair_comes_with_its_clip_claims_and_verdicts(reviewer: Client) -> None:
    told = reviewer.get("/api/pair?id=colour-1").json
    assert told["options"] == ["Grey", "Brown", "White"] and told["answer_index"] == 1
    assert (told["span"], told["fps"], told["seconds"], told["size"]) == ([1.0, 3.0], 10, 4.0, [64, 48])
    (claim,) = told["claims"]
    assert "entity dog" in claim["words"] and claim["outcome"] == "supported" and claim["evidence"] == "4 frames"
    assert told["source"] == {"file": "park.mp4", "licence": "CC0"}
    assert reviewer.get("/api/pair?id=nobody").status == 404


def test_boxes_are_those_of_whom_the_pair_marks_within_its_span(reviewer: Client) -> None:
    (dog,) = reviewer.get("/api/boxes?id=region-1").json
    assert dog["entity"] == "dog" and dog["frames"][0][1:] == [0.1, 0.2, 0.3, 0.4]
    frames = [frame for frame, *_ in dog["frames"]]
    assert frames == list(range(9, 32))
    assert reviewer.get("/api/boxes?id=where-1").json == []


def test_a_clip_can_be_sought_in(reviewer: Client) -> None:
    whole = reviewer.get("/media/0")
    assert whole.status == 200 and whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes" and len(whole.body) == 10_240
    part = reviewer.get("/media/0", Range="bytes=100-299")
    assert part.status == 206 and part.body == whole.body[100:300]
    assert part.headers["content-range"] == "bytes 100-299/10240"
    assert reviewer.get("/media/0", Range="bytes=99999-").status == 416


def test_a_link_that_leads_out_of_the_run_is_not_followed(reviewer: Client, tmp_path: Path) -> None:
    video = reviewer.folder / "videos" / "clips" / "park.mp4"
    video.unlink()
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    video.symlink_to(secret)
    assert reviewer.get("/media/0").status == 404
    video.unlink()
    assert reviewer.get("/media/0").status == 404


def test_texts_are_data_wherever_they_come_from(reviewer: Client) -> None:
    answer = reviewer.decide("odd-1", verdict="reject", reason="irrelevant", note=SCRIPT)
    assert answer.headers["content-type"] == "application/json"
    for path in ("/api/pairs", "/api/pair?id=odd-1", "/api/run"):
        assert reviewer.get(path).headers["content-type"] == "application/json"
    assert reviewer.get("/api/pair?id=odd-1").json["turns"][1]["text"] == SCRIPT
    for path in ("/", "/review.js", f"/?text={SCRIPT.replace(' ', '%20')}", "/api/pair?id=%3Cscript%3E"):
        assert SCRIPT.encode() not in reviewer.get(path).body


def test_a_decision_is_written_with_who_made_it_and_what_was_seen(reviewer: Client) -> None:
    told = reviewer.decide("where-1", verdict="reject", reason="unanswerable", note="too dark").json
    assert told["pair"]["state"] == "reject" and told["pair"]["version"] == 1
    (line,) = read_decisions(reviewer.folder).lines
    assert (line.reviewer, line.note, line.seen, line.sample) == ("ada", "too dark", PAIRS[0], 0.0)


def test_a_fix_is_shown_beside_what_was_there_before(reviewer: Client) -> None:
    turns = [{"role": "human", "text": "Where is the dog?"}, {"role": "assistant", "text": "In a garden."}]
    told = reviewer.decide("where-1", verdict="fix", reason="incorrect", turns=turns).json["pair"]
    assert told["turns"][1]["text"] == "In a park." and told["decision"]["turns"][1]["text"] == "In a garden."
    same = [turn.model_dump() for turn in PAIRS[0].turns]
    refused = reviewer.decide("where-1", 1, verdict="fix", reason="incorrect", turns=same)
    assert refused.status == 400 and "nothing was changed" in refused.json["error"]


def test_the_second_of_two_tabs_is_told_what_the_first_decided(reviewer: Client) -> None:
    assert reviewer.decide("where-1", 0, verdict="accept").status == 200
    late = reviewer.decide("where-1", 0, verdict="reject", reason="incorrect")
    assert late.status == 409 and late.json["pair"]["state"] == "accept" and late.json["pair"]["version"] == 1
    assert reviewer.decide("where-1", 1, verdict="undo").json["pair"]["state"] == "undecided"
    assert reviewer.decide("seen-1", 0, verdict="accept").status == 200


def test_decisions_of_another_process_and_a_run_that_was_made_again_are_seen_at_once(reviewer: Client) -> None:
    ids(reviewer)
    Bench(reviewer.folder, reviewer="eve").decide("where-1", Change(verdict="accept"), 0)
    assert ids(reviewer, "state=accept") == ["where-1"]
    changed = pair_of(rationale="There are trees.")
    (reviewer.folder / "videos" / "pairs.jsonl").write_text(lines((changed, *PAIRS[1:])), "utf-8")
    assert ids(reviewer, "state=outdated") == ["where-1"]
    assert any("1 pair has changed since" in words for words in reviewer.get("/api/run").json["notes"])


def test_a_line_that_was_cut_short_is_told_on_the_page(reviewer: Client) -> None:
    reviewer.decide("where-1", verdict="accept")
    with (reviewer.folder / DECISIONS).open("a", encoding="utf-8") as file:
        file.write('{"verdict": "rej')
    assert any("cut short" in words for words in reviewer.get("/api/run").json["notes"])
    assert reviewer.decide("seen-1", verdict="accept").status == 200
    assert reviewer.get("/api/run").json["notes"] == []


def test_a_damaged_file_of_decisions_is_told_and_nothing_is_written(reviewer: Client) -> None:
    reviewer.decide("where-1", verdict="accept")
    whole = (reviewer.folder / DECISIONS).read_bytes()
    (reviewer.folder / DECISIONS).write_bytes(b"{}\n" + whole)
    told = reviewer.get("/api/pairs")
    assert told.status == 500 and "line 1, is damaged" in told.json["error"]
    assert reviewer.decide("seen-1", verdict="accept").status == 400
    assert (reviewer.folder / DECISIONS).read_bytes() == b"{}\n" + whole


def test_a_disk_that_takes_no_decision_is_told(reviewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("dreamgen.run.decisions.os.fsync", full)
        answer = reviewer.decide("where-1", verdict="accept")
    assert answer.status == 500 and "No space left" in answer.json["error"]


def test_P13_only_the_audit_sample_is_shown_and_its_decisions_say_so(tmp_path: Path) -> None:
    pairs = tuple(pair_of(f"p-{number}") for number in range(40))
    bench = Bench(write_run(tmp_path / "run", pairs), 10.0, "ada")
    shown = rows(bench, bench.view(), {})
    assert shown["count"] == 4 == shown["progress"]["total"]
    assert rows(bench, bench.view(), {"everything": "yes"})["count"] == 40
    bench.decide(shown["rows"][0]["id"], Change(verdict="accept"), 0)
    other = next(item.name for item in bench.view().items.values() if not item.sampled)
    bench.decide(other, Change(verdict="accept"), 0)
    assert [line.sample for line in read_decisions(bench.folder).lines] == [10.0, 0.0]


def test_a_clip_that_was_filmed_again_is_another_video_for_the_browser(reviewer: Client) -> None:
    before = reviewer.get("/api/pair?id=where-1").json["video"]
    again = clip_of().model_copy(update={"video": MediaRef(path="clips/park.mp4", sha256="9" * 64)})
    write_run(reviewer.folder, (*PAIRS, pair_of("new-1")), again)
    assert reviewer.get("/api/pair?id=where-1").json["video"] != before
