"""A finished run becomes a small file: the same one every time, without what can be made again and without keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.annotate.remembering import HASHES
from dreamgen.core.story import Story
from dreamgen.engines.crashing import SUSPECTS
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run.packed import Member, Unit, read_header, read_members, unit_of
from dreamgen.run.packing import files_of, pack
from dreamgen.run.store import Entry


def members(path: Path) -> dict[str, Member]:
    return {member.name: member for member in read_members(path)}


def test_the_same_run_gives_the_same_bytes(one_shot: Path, one_shot_copy: Path, tmp_path: Path) -> None:
    pack(one_shot, tmp_path / "one.tar.gz")
    pack(one_shot_copy, tmp_path / "two.tar.gz")
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()


def test_a_pack_is_small_and_has_no_picture_and_no_film(one_shot: Path, tmp_path: Path) -> None:
    made = pack(one_shot, tmp_path / "run.tar.gz")
    assert made.kept < 30_000 < 30 * made.kept < made.size
    assert not [name for name in members(made.path) if name.endswith((".png", ".mp4", ".gz", ".jpg"))]


def test_the_story_claims_and_pairs_are_kept_as_they_were(one_shot: Path, tmp_path: Path) -> None:
    found = members(pack(one_shot, tmp_path / "run.tar.gz").path)
    story = Story.model_validate(
        Entry.model_validate_json(found["kept/.store/story/story.json"].data).value, strict=False
    )
    place = f"stories/{story.id}"
    for name in ("claims.jsonl", "pairs.jsonl"):
        assert found[f"kept/{place}/{name}"].data == (one_shot / place / name).read_bytes()
    assert found["kept/recipe.toml"].data == (one_shot / "recipe.toml").read_bytes()


def test_every_file_has_its_hash_and_a_word_on_who_makes_it(one_shot: Path, tmp_path: Path) -> None:
    path = pack(one_shot, tmp_path / "run.tar.gz").path
    unit, files = unit_of(path, members(path)["files/run.jsonl"])
    there = {one.relative_to(one_shot).as_posix() for one in one_shot.rglob("*") if one.is_file()}
    assert {line.path for line in files} == there
    assert {line.path for line in files if line.role == "beside"} >= {"report.html"}
    assert all(line.look for line in files if line.path.endswith("film.mp4") and line.path.startswith("stories"))
    assert unit.pairs and sum(count for _, count in unit.verdicts)


def test_who_packed_it_with_what_is_told(one_shot: Path, tmp_path: Path) -> None:
    header = read_header(pack(one_shot, tmp_path / "run.tar.gz").path)
    assert header.kind == "story"
    assert {"av", "numpy"} <= dict(header.libraries).keys()
    assert header.code


def test_what_models_answered_is_kept_unless_it_is_not_wanted(one_shot_copy: Path, tmp_path: Path) -> None:
    (one_shot_copy / "answers").mkdir()
    (one_shot_copy / "answers" / "ab12.json").write_text('{"text": "yes"}')
    assert "kept/answers/ab12.json" in members(pack(one_shot_copy, tmp_path / "with.tar.gz").path)
    without = pack(one_shot_copy, tmp_path / "without.tar.gz", answers=False)
    assert "kept/answers/ab12.json" not in members(without.path)
    assert without.answers == len('{"text": "yes"}')


def test_what_people_decided_is_kept(one_shot_copy: Path, tmp_path: Path) -> None:
    (one_shot_copy / "decisions.jsonl").write_text("")
    assert "kept/decisions.jsonl" in members(pack(one_shot_copy, tmp_path / "run.tar.gz").path)


def test_a_pack_holds_no_key(one_shot_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    for member in read_members(pack(one_shot_copy, tmp_path / "run.tar.gz").path):
        assert b"sk-very-secret" not in member.data


def test_a_run_that_is_not_whole_is_not_packed(one_shot_copy: Path, tmp_path: Path) -> None:
    (one_shot_copy / "receipt.json").unlink()
    with pytest.raises(UsageError, match="not whole"):
        pack(one_shot_copy, tmp_path / "run.tar.gz")
    assert not (tmp_path / "run.tar.gz").exists()


def test_a_run_with_a_damaged_film_is_not_packed(one_shot_copy: Path, tmp_path: Path) -> None:
    (film,) = one_shot_copy.glob("stories/*/film.mp4")
    film.write_bytes(film.read_bytes()[:-1] + b"?")
    with pytest.raises(DreamgenError, match="not as it was made"):
        pack(one_shot_copy, tmp_path / "run.tar.gz")


def test_the_first_line_of_a_run_says_what_it_is(one_shot: Path, tmp_path: Path) -> None:
    path = pack(one_shot, tmp_path / "run.tar.gz").path
    first = members(path)["files/run.jsonl"].data.split(b"\n")[0]
    assert Unit.model_validate_json(first).kind == "story"


def test_what_only_helps_the_next_run_is_no_file_of_this_one(tmp_path: Path) -> None:
    for name in (".lock", HASHES, SUSPECTS, "sources.jsonl"):
        (tmp_path / name).touch()
    assert [*files_of(tmp_path)] == ["sources.jsonl"]
