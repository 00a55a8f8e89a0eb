"""A run in further forms: what no loader would take is left out or mended, and told."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.pairs import InstructionPair
from dreamgen.engines.files import refer
from dreamgen.engines.video import Facts, probe, read_frames, write_video
from dreamgen.errors import UsageError
from dreamgen.run import rereading
from dreamgen.run.checking import check_run
from dreamgen.run.decisions import Decisions
from dreamgen.run.exporting import export_again, shares_of
from dreamgen.run.journal import lines, read_lines
from dreamgen.run.opened import open_run
from dreamgen.run.watch import Watch
from tests.decided import PAIRS, clip_of, pair_of, write_run


class Heard(Watch):
    """Remembers the notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def says(self, words: str) -> None:
        self.notes.append(words)


def change_entry(run: Path, clip: str, **fields: Any) -> None:
    (path,) = run.glob(f"stories/*/.store/{'film' if clip == 'film' else 'clip'}/{clip}.json")
    entry = json.loads(path.read_text("utf-8"))
    entry["value"].update(fields)
    path.write_text(json.dumps(entry), "utf-8")


def count(path: Path) -> int:
    return path.read_text("utf-8").count("\n")


def test_a_clip_that_no_loader_takes_costs_its_own_pairs_alone(one_shot_copy: Path) -> None:
    heard = Heard()
    change_entry(one_shot_copy, "film", frames=9)
    (folder,) = export_again(open_run(one_shot_copy), ["llamavid"], heard)
    rows = json.loads((folder / "train.json").read_text("utf-8"))
    refused = [json.loads(line) for line in (folder / "refused.jsonl").read_text("utf-8").splitlines()]
    assert rows and refused and {line["reason"] for line in refused} == {"wrong_record"}
    assert not {row["id"] for row in rows} & {line["what"] for line in refused}
    assert not any(row["video"].endswith("film.mp4") for row in rows)
    assert count(folder / "provenance.jsonl") == len(rows)
    told = f"{len(refused)} pairs are not in llamavid: {len(refused)} wrong_record"
    assert f"note: {told}; dataset/llamavid/refused.jsonl has a line for each" in heard.notes
    # what is there already is told of, too
    again = Heard()
    export_again(open_run(one_shot_copy), ["llamavid"], again)
    assert any(told in words for words in again.notes)
    assert not [flaw for flaw in check_run(one_shot_copy).flaws if "llamavid" in flaw.what]


def test_a_clip_that_is_too_short_is_mended_in_a_copy(one_shot_copy: Path) -> None:
    (path,) = one_shot_copy.glob("stories/*/clips/scene-01.mp4")
    few = [picture for _, picture in read_frames(path, stop=5)]
    write_video(iter(few), path, 2, probe(path).size)
    story = path.parent.parent
    video, was = refer(path, story), path.read_bytes()
    fields = {"frames": 5, "fps": 2, "video": video.model_dump(), "spans": [], "masklets": None}
    change_entry(one_shot_copy, "scene-01", **fields)
    heard = Heard()
    folder, packed = export_again(open_run(one_shot_copy), ["llamavid", "webdataset"], heard)
    assert probe(folder / "clips/scene-01.mp4") == Facts(Fraction(4), (192, 108), 10) and path.read_bytes() == was
    lines_ = [json.loads(line) for line in (folder / "provenance.jsonl").read_text("utf-8").splitlines()]
    sums = {line["sha256"] for line in lines_ if line["clip"].endswith("scene-01")}
    assert sums == {refer(folder / "clips/scene-01.mp4", folder).sha256} != {video.sha256}
    assert (packed / "mended.jsonl").read_bytes() == (folder / "mended.jsonl").read_bytes()
    assert [words for words in heard.notes if "1 clip was changed for webdataset" in words]
    assert not [*one_shot_copy.rglob(".making-*")]


def test_a_form_has_the_clips_of_the_run_and_no_copies_of_them(one_shot_copy: Path) -> None:
    (folder,) = export_again(open_run(one_shot_copy), ["llamavid"])
    (path,) = one_shot_copy.glob("stories/*/clips/scene-01.mp4")
    assert (folder / "clips/scene-01.mp4").samefile(path)
    assert not (folder / "train.json").samefile(folder / "provenance.jsonl")


def test_a_form_without_marks_says_how_many_pairs_it_leaves_out(one_shot_copy: Path) -> None:
    (path,) = one_shot_copy.glob("stories/*/pairs.jsonl")
    pairs = read_lines(path, InstructionPair)
    marked = next(pair for pair in pairs if pair.form == "open").model_copy(update={"form": "region_caption"})
    path.write_text(lines([marked, *(pair for pair in pairs if pair.id != marked.id)]), "utf-8")
    heard = Heard()
    export_again(open_run(one_shot_copy), ["llamavid"], heard)
    assert "llamavid: 1 pair about marked subjects left out, since this form has no marks" in heard.notes


def test_a_run_without_pairs_says_how_to_go_on(one_shot_copy: Path) -> None:
    (path,) = one_shot_copy.glob("stories/*/pairs.jsonl")
    path.write_text("", "utf-8")
    with pytest.raises(UsageError, match="has no pairs yet") as error:
        export_again(open_run(one_shot_copy), ["llava"])
    assert "give the run its command again" in error.value.hint


def test_pairs_about_videos_are_read_in_stretches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "TOGETHER", 2)
    clips = [clip_of().model_copy(update={"id": f"park-00{n}"}) for n in range(4)]
    pairs = tuple(pair_of(f"{clip.id}-{n}", clip=clip.id) for clip in clips for n in range(3))
    run = write_run(tmp_path / "run", pairs)
    (run / "videos/clips.jsonl").write_text(lines(clips), "utf-8")
    (share,) = shares_of(open_run(run))
    stream = rereading.pairs_of(open_run(run).part, Decisions())
    assert [len(block()) for block in stream.blocks] == [3, 3, 3, 3] and tuple(share.pairs) == pairs
    # not where the pairs about a clip lie here and there
    (run / "videos/pairs.jsonl").write_text(lines(pairs[::2] + pairs[1::2]), "utf-8")
    stream = rereading.pairs_of(open_run(run).part, Decisions())
    assert [len(block()) for block in stream.blocks] == [12]


def test_what_was_read_is_not_kept(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path / "run"))
    stream = rereading.pairs_of(run.part, Decisions())
    assert tuple(stream) == PAIRS == read_lines(run.part.folder / "pairs.jsonl", InstructionPair)
    assert "pairs" not in vars(run.part) and "pairs" not in vars(rereading.anew(run.part))
    shutil.rmtree(run.folder / "videos")
    with pytest.raises(OSError, match=r"pairs\.jsonl"):
        tuple(stream)
