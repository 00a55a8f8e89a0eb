"""Many stories or videos as one dataset, in which nothing that is tested on was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dreamgen.core.dataset import Dataset
from dreamgen.core.found import Excerpt, Source
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.receipts import Made, Reject
from dreamgen.core.streaming import PairStream
from dreamgen.errors import DreamgenError
from dreamgen.run.assembling import Share, assemble, fell, rests_on
from dreamgen.run.books import Subject
from dreamgen.run.choosing import Chosen
from dreamgen.run.journal import ClaimLine, VerdictLine, lines
from dreamgen.run.recipe import Recipe, read_recipe
from dreamgen.run.store import Entry
from tests.decided import DOG, pair_of

HALF = read_recipe("storyboard", ["holdout.validation=0.25", "holdout.test=0.25"])


def clip(name: str, source: str = "", **fields: Any) -> Clip:
    excerpt = Excerpt(source=source, start=0.0, end=4.0) if source else None
    video = MediaRef(path=f"clips/{name}.mp4", sha256=name)
    return Clip(id=name, video=video, fps=10, size=(64, 64), frames=40, excerpt=excerpt, **fields)


def story(name: str, plot: str, *clips: str) -> Share:
    subject = Subject(id=name, place=f"items/{name}", inputs=(), plot=plot)
    pairs = [pair_of("where", clip=one) for one in clips]
    named = PairStream.held(pair.model_copy(update={"id": f"{pair.clip}-where"}) for pair in pairs)
    return Share(subject, named, [*map(clip, clips)])


def source(name: str, **fields: Any) -> Source:
    told = {"name": f"{name}.mp4", "sha256": name, "seconds": 9.0, "size": (64, 64), "fps": 25.0, **fields}
    return Source.model_validate({"id": name, **told})


def footage(sources: Sequence[Source], folder: Path) -> Dataset:
    """Two clips of each video, with a pair about each."""
    clips = [clip(f"{one.id}-00{n}", one.id, origin="found") for one in sources for n in (1, 2)]
    pairs = [pair_of("where", clip=one.id, id=f"{one.id}-where") for one in clips]
    return assemble(
        folder, HALF, [Share(Subject(id="", place="videos", inputs=()), PairStream.held(pairs), clips)], sources
    )


def write_choice(run: Path, value: dict[str, Any]) -> None:
    """What a run keeps of how its clips were chosen."""
    path = run / "videos/.store/choose/choose.json"
    path.parent.mkdir(parents=True)
    made = Made(stage="choose", item="choose", key="k", backend="classic")
    path.write_text(Entry(made=made, value=value).model_dump_json(), "utf-8")


def leaks(dataset: Dataset, same: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Groups of clips that show the same and are in two splits."""
    return [clips for clips in same if len({dataset.split_of(one) for one in clips}) > 1]


def test_pairs_and_clips_have_names_that_are_their_own() -> None:
    found = assemble(Path("run"), Recipe(), [story("a", "Mara.", "scene-01"), story("b", "Tom.", "scene-01")])
    assert [pair.id for pair in found.pairs] == ["a-scene-01-where", "b-scene-01-where"]
    assert [(one.id, one.video.path) for one in found.clips] == [
        ("a-scene-01", "items/a/clips/scene-01.mp4"), ("b-scene-01", "items/b/clips/scene-01.mp4"),
    ]  # fmt: skip
    assert found.groups == {"a-scene-01": "a", "b-scene-01": "b"} and set(found.splits.values()) == {"train"}


def test_a_story_with_its_scenes_its_film_and_its_twins_is_in_one_split() -> None:
    names = ("scene-01", "scene-02", "scene-01-rain", "film")
    found = assemble(Path("run"), HALF, [story(f"s{n}", f"Plot {n}.", *names) for n in range(20)])
    assert leaks(found, [[f"s{n}-{name}" for name in names] for n in range(20)]) == []
    assert {found.split_of(one.id) for one in found.clips} == {"train", "validation", "test"}
    rows = [pair.id for split in ("train", "validation", "test") for pair in found.within(split)]
    assert sorted(rows) == sorted(pair.id for pair in found.pairs) and len(set(rows)) == 80


def test_stories_of_one_plot_do_not_leak_into_each_other() -> None:
    shares = [story(f"s{n}-seed{seed}", f"Plot {n}.", "film") for n in range(20) for seed in (1, 2, 3)]
    found = assemble(Path("run"), HALF, shares)
    assert leaks(found, [[f"s{n}-seed{seed}-film" for seed in (1, 2, 3)] for n in range(20)]) == []
    assert len(set(found.splits.values())) == 3


def test_videos_of_one_film_do_not_leak_into_each_other(tmp_path: Path) -> None:
    alike: dict[str, list[dict[str, Any]]] = {
        "url": [{"url": f"https://v.org/{n}?t={k}"} for n in range(12) for k in (0, 9)],
        "film": [{"title": f"A film {n}", "seconds": 60 + n + k / 10} for n in range(12) for k in (0, 1)],
    }
    for what, told in alike.items():
        sources = [source(f"{what}{n:02}", **fields) for n, fields in enumerate(told)]
        found = footage(sources, tmp_path)
        same = [[f"{what}{n + k:02}-00{c}" for k in (0, 1) for c in (1, 2)] for n in range(0, 24, 2)]
        assert leaks(found, same) == [] and len(set(found.splits.values())) == 3
    # the test can tell: videos with nothing in common are divided by lot
    assert leaks(footage([source(f"{n:02}") for n in range(24)], tmp_path), [[f"{n:02}-001" for n in range(24)]])


def test_videos_that_are_nearly_the_same_do_not_leak_into_each_other(tmp_path: Path) -> None:
    sources = [source(f"v{n:02}") for n in range(24)]
    alike = tuple((f"v{n + 1:02}", f"v{n:02}") for n in range(0, 24, 2))
    same = [[f"v{n:02}-001", f"v{n + 1:02}-001"] for n in range(0, 24, 2)]
    assert leaks(footage(sources, tmp_path), same)
    write_choice(tmp_path, Chosen(kept=(), rejects=(), alike=alike).model_dump(mode="json"))
    assert leaks(footage(sources, tmp_path), same) == []


@pytest.mark.parametrize("reason", ["near_duplicate", "no_embedding"])
def test_an_older_run_that_says_not_what_is_nearly_the_same_is_not_divided(tmp_path: Path, reason: str) -> None:
    left = Reject(what="v1-002", kind="clip", stage="choose", reason=reason, clip="v1-002", detail="like v0-001")
    value = Chosen(kept=(), rejects=(left,)).model_dump(mode="json", exclude={"alike"})
    write_choice(tmp_path, value)
    sources = [source("v0"), source("v1")]
    if reason != "near_duplicate":
        assert footage(sources, tmp_path).clips, "nothing is nearly the same"
        return
    with pytest.raises(DreamgenError, match="does not say which of its videos are nearly the same") as caught:
        footage(sources, tmp_path)
    assert "dreamgen annotate" in caught.value.hint
    clips = [clip("v0-001", "v0", origin="found"), clip("v1-001", "v1", origin="found")]
    share = Share(Subject(id="", place="videos", inputs=()), PairStream.held([]), clips)
    assert set(assemble(tmp_path, Recipe(), [share], sources).splits.values()) == {"train"}, "nothing is held out"


def test_it_is_told_when_a_split_that_was_asked_for_stays_empty() -> None:
    alone = [story("s1", "Mara.", "scene-01", "film")]
    assert fell(Recipe(), assemble(Path("run"), Recipe(), alone)) == ""
    words = fell(HALF, assemble(Path("run"), HALF, alone))
    assert words.startswith("note: nothing is in ") and "put 1 story into" in words
    many = assemble(Path("run"), HALF, [story(f"s{n}", f"Plot {n}.", "film") for n in range(20)])
    assert fell(HALF, many) == ""
    rare = read_recipe("storyboard", ["holdout.test=0.000001"])
    none = assemble(Path("run"), rare, [story(f"s{n}", f"Plot {n}.", "film") for n in range(3)])
    assert "nothing is in test" in fell(rare, none) and "3 stories into train" in fell(rare, none)


def test_it_is_told_when_only_videos_that_nothing_is_asked_of_are_left_to_train_on(tmp_path: Path) -> None:
    every = footage([source(f"{n:02}") for n in range(24)], tmp_path)
    assert fell(HALF, every) == ""
    held = every.only(lambda pair: every.split_of(pair.clip) != "train")
    count = len(set(map(held.group_of, held.asked)))
    assert fell(HALF, held) == (
        f"note: nothing is in train, though holdout asks for it: the lot put {count} videos with pairs into "
        "validation and test, and none is divided. There is nothing to train on"
    )


def test_of_many_stories_one_is_read_at_a_time(tmp_path: Path) -> None:
    read: list[str] = []

    def reader(name: str) -> Share:
        def block() -> Sequence[InstructionPair]:
            read.append(name)
            return [pair_of("where", clip="film")]

        return Share(Subject(id=name, place=name, inputs=()), PairStream([block]), [clip("film")])

    found = assemble(tmp_path, Recipe(), [reader("a"), reader("b")])
    assert read == []
    walk = iter(found.pairs)
    assert next(walk).id == "a-where" and read == ["a"] and next(walk).clip == "b-film"
    assert [pair.id for pair in found.asked["b-film"]] == ["b-where"] and len(found.pairs) == 2


def test_what_pairs_rest_on_is_read_story_by_story(tmp_path: Path) -> None:
    verdict = Verdict(about=DOG.id, outcome="supported", confidence=0.8, by="pixels")
    shares = [story(name, f"Plot {name}.", "film", "scene-01") for name in "ab"]
    for share in shares:
        folder = tmp_path / share.subject.place
        folder.mkdir(parents=True)
        (folder / "claims.jsonl").write_text(lines([ClaimLine(clip="film", claim=DOG)]), "utf-8")
        (folder / "verdicts.jsonl").write_text(lines([VerdictLine(clip="film", verdict=verdict)]), "utf-8")
    found = assemble(tmp_path, Recipe(), shares)
    ground = found.grounds["a-film"][DOG.id]
    assert ground.claim == DOG and ground.verdict == verdict
    assert not found.grounds["a-scene-01"] and "c-film" not in found.grounds and len(found.grounds) == 4
    assert [ref.path for ref in rests_on(tmp_path, shares)] == [
        "items/a/claims.jsonl", "items/a/verdicts.jsonl", "items/b/claims.jsonl", "items/b/verdicts.jsonl",
    ]  # fmt: skip
    (tmp_path / "items/b/claims.jsonl").write_text("{broken\n", "utf-8")
    with pytest.raises(DreamgenError, match=r"claims\.jsonl, line 1, is damaged"):
        found.grounds["b-film"]


def test_a_twin_names_the_clip_that_it_is_a_twin_of_as_the_dataset_does(tmp_path: Path) -> None:
    share = story("a", "Plot.", "scene-01", "twin-01")
    clips = [share.clips[0], share.clips[1].model_copy(update={"twin_of": "scene-01"})]
    found = assemble(tmp_path, Recipe(), [share._replace(clips=clips)])
    assert found.by_id["a-twin-01"].twin_of in found.by_id and not found.by_id["a-scene-01"].twin_of
