"""A pack becomes the run that it was: no story is written again, and what differs is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.core.found import Source
from dreamgen.errors import DreamgenError, UsageError
from dreamgen.run import packing, unpacking
from dreamgen.run.comparing import Compared, Found, compare, reasons, same_pairs
from dreamgen.run.disk import sha256
from dreamgen.run.filming import Desk, is_written, story_key
from dreamgen.run.packed import End, FileLine, Unit, read_members, writing
from dreamgen.run.packing import pack
from dreamgen.run.recipe import Recipe, read_recipe
from dreamgen.run.store import Entry, Store
from dreamgen.run.trusting import doubts
from dreamgen.run.unpacking import find_videos, unpack


def reentered(folder: Path, change: Callable[[Entry], Entry]) -> None:
    """Changes the entry of the story."""
    path = folder / packing.WRITTEN
    path.write_text(change(Entry.model_validate_json(path.read_bytes())).model_dump_json(indent=1))


@pytest.mark.slow
def test_a_story_comes_out_again_with_the_bytes_it_had(
    one_shot: Path, tmp_path: Path, contents: Callable[[Path], dict[str, bytes]], nobody_writes: None
) -> None:
    packed = pack(one_shot, tmp_path / "run.tar.gz")
    found = unpack(packed.path, tmp_path / "again")
    assert found.whole
    assert found.files == packed.files - 1
    assert found.beside == ("report.html",)
    assert contents(tmp_path / "again") == {
        name: data for name, data in contents(one_shot).items() if name not in found.beside
    }
    assert not found.reasons


@pytest.mark.slow
def test_a_story_of_another_version_is_filmed_as_it_was_planned(
    one_shot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nobody_writes: None
) -> None:
    path = pack(one_shot, tmp_path / "run.tar.gz").path
    monkeypatch.setattr("dreamgen.run.keys.package_version", lambda: "another")
    monkeypatch.setattr("dreamgen.run.keys.code_version", lambda *_: "another")
    found = unpack(path, tmp_path / "again")
    assert found.whole
    assert found.same > found.equal / 2
    assert found.reasons == ("another state of dreamgen's source made it",)
    film = next((tmp_path / "again").glob("stories/*/film.mp4"))
    assert film.read_bytes() == next(one_shot.glob("stories/*/film.mp4")).read_bytes()


def test_another_run_in_the_folder_is_left_alone(one_shot: Path, tmp_path: Path) -> None:
    path = pack(one_shot, tmp_path / "run.tar.gz").path
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("words")
    with pytest.raises(UsageError, match="not empty"):
        unpack(path, tmp_path / "mine")
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_lines_of_what_was_dropped_that_nobody_can_read_are_told(tmp_path: Path) -> None:
    with writing(tmp_path / "bad.tar.gz") as packer:
        packer.add("pack.json", packing.told(packing.header("videos", "", Recipe())))
        packer.add("files/run.jsonl", packing.told(Unit(place="", kind="videos")))
        packer.add("kept/videos/rejects.jsonl", b"no line\n")
        packer.add("end.json", packing.told(End(units=1, files=0, size=0)))
    with pytest.raises(DreamgenError, match=r"rejects\.jsonl in .* can't be read"):
        unpack(tmp_path / "bad.tar.gz", tmp_path / "again")


def test_another_story_in_the_folder_is_left_alone(one_shot: Path, tmp_path: Path) -> None:
    path = pack(one_shot, tmp_path / "run.tar.gz").path
    other = tmp_path / "other"
    unpacking.place(path, other)
    reentered(other, lambda entry: entry.model_copy(update={"value": {"another": "story"}}))
    before = (other / packing.WRITTEN).read_bytes()
    with pytest.raises(UsageError, match="another run"):
        unpack(path, other)
    assert (other / packing.WRITTEN).read_bytes() == before


def test_a_link_in_the_folder_does_not_lead_out_of_it(one_shot: Path, tmp_path: Path) -> None:
    path = pack(one_shot, tmp_path / "run.tar.gz").path
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    out.mkdir()
    (out / ".store").symlink_to(outside)
    with pytest.raises(UsageError):
        unpack(path, out)
    assert not list(outside.iterdir())


def test_a_story_that_is_in_the_store_needs_no_model_and_no_key(
    one_shot: Path, one_shot_plot: Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    asking = read_recipe("storyboard", ["story=chat", "chat.model=openai:some"])
    unpacking.place(pack(one_shot, tmp_path / "run.tar.gz").path, tmp_path / "run")
    desk = Desk(Store(tmp_path / "run"), asking)
    assert not is_written(desk, one_shot_plot)
    key = story_key(desk, one_shot_plot)
    reentered(
        tmp_path / "run",
        lambda entry: entry.model_copy(update={"made": entry.made.model_copy(update={"key": key})}),
    )
    assert is_written(desk, one_shot_plot)
    asking.check(done=("story",))


def test_what_differs_is_told_file_by_file(one_shot: Path, tmp_path: Path) -> None:
    leaf = packing.leaf_of(one_shot, "", answers=True)
    lines = {line.path: line for line in leaf.files}
    film = next(name for name in lines if name.endswith("film.mp4") and name.startswith("stories"))
    picture = next(name for name in lines if "/keyframes/" in name)
    plan = next(name for name in lines if name.endswith("/story.json") and name.startswith("stories"))
    planted = [
        lines[film].model_copy(update={"sha256": "0" * 64}),
        lines[picture].model_copy(update={"sha256": "1" * 64, "look": lines[film].look[: len(lines[picture].look)]}),
        lines[plan].model_copy(update={"sha256": "2" * 64}),
        lines["recipe.toml"],
        FileLine(path="stories/gone.txt", size=1, sha256="3" * 64),
        FileLine(path="cut.mp4", size=1, sha256="4" * 64, role="beside"),
    ]
    found = compare(one_shot, "", planted)
    assert {one.path: one.how for one in found.found} == {
        film: "alike", picture: "different", plan: "different", "stories/gone.txt": "missing",
    }  # fmt: skip
    assert (found.equal, found.beside) == (1, ("cut.mp4",))
    assert not found.whole
    assert not found.alike
    assert "recipe.toml" not in found.new
    assert "receipt.json" in found.new


def test_what_differs_without_any_reason_is_not_right() -> None:
    lost, near = Found(path="pairs.jsonl", how="missing"), Found(path="shot.png", how="alike", shown=True)
    assert not Compared(found=(lost,)).right
    assert Compared(found=(lost,), reasons=("av 1.0 there, 2.0 here",)).right
    assert Compared(found=(lost, near)).right
    assert not Compared(found=(near.model_copy(update={"how": "different"}),), reasons=("another GPU",)).right


def test_what_differs_between_two_machines_is_told() -> None:
    now = packing.header("story", "same", Recipe())
    then = now.model_copy(
        update={"libraries": (("av", "1.0"), *now.libraries[1:]), "machine": "Elsewhere", "version": "0.0.1"}
    )
    told = tuple(reasons(then, now))
    assert told[0].startswith("dreamgen 0.0.1 made it")
    assert f"av 1.0 there, {dict(now.libraries)['av']} here" in told
    assert any("Elsewhere there" in one for one in told)


def test_what_was_begun_is_gone_on_with(one_shot: Path, tmp_path: Path, nobody_writes: None) -> None:
    path = pack(one_shot, tmp_path / "run.tar.gz").path
    unpacking.place(path, tmp_path / "again")
    (tmp_path / "again" / "answers").mkdir()
    placed = {one.name: one.read_bytes() for one in (tmp_path / "again").iterdir() if one.is_file()}
    unpacking.place(path, tmp_path / "again")
    assert placed == {one.name: one.read_bytes() for one in (tmp_path / "again").iterdir() if one.is_file()} != {}


def test_pairs_are_counted_word_for_word(one_shot: Path, tmp_path: Path) -> None:
    pairs = next(one_shot.glob("stories/*/pairs.jsonl"))
    known = pairs.read_bytes().splitlines()
    (found,) = same_pairs([pairs], [*known, b"another"])
    assert (found.pairs, found.pairs_again) == (len(known) + 1, len(known))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (["story=subprocess:Popen", 'story.args=["true"]'], "story would run subprocess:Popen"),
        (["screen=['their.package:Screener']"], "screen would run"),
        (["verify=vlm", "vision.base_url=http://elsewhere"], "vision would ask http://elsewhere"),
        (["verify=[{backend='vlm', vision={base_url='http://elsewhere'}}]"], "verify would ask http://elsewhere"),
        (["qa=[{backend='chat', chat={model='a:b', key_env='MY_SECRET'}}]"], "qa would ask a:b with the key in MY_"),
        (["qa=chat", "chat.model=openai:some", "chat.key_env=MY_SECRET"], "with the key in MY_SECRET"),
    ],
)
def test_a_recipe_that_names_code_or_servers_must_be_trusted(
    changes: list[str], why: str, one_shot_copy: Path, tmp_path: Path
) -> None:
    path = pack(one_shot_copy, tmp_path / "run.tar.gz").path
    named = read_recipe("storyboard", changes)
    members = [
        (one.name, named.toml().encode() if one.name == "kept/recipe.toml" else one.data) for one in read_members(path)
    ]
    with writing(tmp_path / "theirs.tar.gz") as packer:
        for name, data in members:
            packer.add(name, data)
    with pytest.raises(UsageError, match=why) as error:
        unpack(tmp_path / "theirs.tar.gz", tmp_path / "again")
    assert "--trusted" in error.value.hint
    assert not (tmp_path / "again").exists()
    assert unpacking.check_all(tmp_path / "theirs.tar.gz", trusted=True)


def test_an_ordinary_recipe_needs_no_trust() -> None:
    assert not doubts(Recipe())
    assert not doubts(read_recipe("storyboard", ["story=chat", "chat.base_url=http://elsewhere"])), "nobody asks it"


def test_videos_are_found_by_what_is_in_them_whatever_they_are_called(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for name, data in (("renamed.mp4", b"one"), ("two.mp4", b"two"), ("three.mp4", b"something else")):
        (tmp_path / "there" / name).write_bytes(data)

    def source(name: str, file: str) -> Source:
        return Source(
            id=name, name=f"{name}.mp4", sha256=sha256(tmp_path / "there" / file), seconds=1, size=(8, 8), fps=8
        )

    one, two = source("one", "renamed.mp4"), source("two", "two.mp4")
    assert [film.path.name for film in find_videos((one, two), [tmp_path])] == ["renamed.mp4", "two.mp4"]
    lost = one.model_copy(update={"name": "lost.mp4", "sha256": "0" * 64})
    with pytest.raises(UsageError, match=r"1 of 2 videos are missing: lost\.mp4") as error:
        find_videos((lost, two), [tmp_path])
    assert "--videos" in error.value.hint


@pytest.mark.slow
def test_a_run_of_videos_comes_out_again_from_its_videos(one_shot: Path, tmp_path: Path) -> None:
    from dreamgen.run.annotating import annotate

    (tmp_path / "videos").mkdir()
    film = next(one_shot.glob("stories/*/film.mp4"))
    (tmp_path / "videos" / "mine.mp4").write_bytes(film.read_bytes())
    (tmp_path / "videos" / "broken.mp4").write_bytes(b"no video")
    annotate([tmp_path / "videos"], read_recipe(), tmp_path / "run")
    path = pack(tmp_path / "run", tmp_path / "run.tar.gz").path
    (tmp_path / "videos" / "mine.mp4").rename(tmp_path / "videos" / "renamed.mp4")
    with pytest.raises(UsageError, match=r"mine\.mp4"):
        unpack(path, tmp_path / "again")
    found = unpack(path, tmp_path / "again", [tmp_path / "videos"])
    assert found.whole
    rejects = (tmp_path / "again" / "videos" / "rejects.jsonl").read_text().splitlines()
    assert json.loads(rejects[0])["what"].endswith("broken.mp4")
