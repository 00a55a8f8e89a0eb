"""Plots, grids and quotas become plans."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.bulk.items import Plan
from dreamgen.bulk.places import Places
from dreamgen.bulk.plan import Shortfall, Wanted, make_plan, read_plan, write_left_out
from dreamgen.errors import UsageError
from dreamgen.run import disk
from dreamgen.run.journal import lines
from dreamgen.run.recipe import Recipe, read_recipe

RECIPE = Recipe()
LINE = st.fixed_dictionaries(
    {"plot": st.text("abc XYZ.\u2028é", min_size=1, max_size=12)},
    optional={"title": st.text(max_size=8), "seed": st.integers(0, 3), "look": st.sampled_from(["flat", "noir"])},
)


def jsonl(folder: Path, said: Sequence[object], name: str = "plots.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in said), "utf-8")
    return path


def plan(said: Sequence[object], **wanted: object) -> Plan:
    with TemporaryDirectory() as folder:
        return make_plan(Wanted(plots=(jsonl(Path(folder), said),), **wanted), RECIPE).plan  # type: ignore[arg-type]


def stories(genres: str) -> list[object]:
    return [{"plot": f"Anna finds {number} apples.", "genre": genre} for number, genre in enumerate(genres.split())]


@settings(max_examples=40)
@given(st.lists(LINE, min_size=1, max_size=6), st.randoms())
def test_a_story_is_called_the_same_wherever_it_stands(said: list[object], random: Random) -> None:
    said = [{"plot": "One that can be used."}, *said]
    before = {item.source: item.id for item in plan(said).items}
    more = [*said, {"plot": "Another one.", "title": "More"}]
    after = plan(more).items
    assert before.items() <= {item.source: item.id for item in after}.items()
    random.shuffle(more)
    shuffled = plan(more).items
    # one that comes twice under two titles is called as where it stands first
    assert {item.id.rpartition("-")[2] for item in shuffled} == {item.id.rpartition("-")[2] for item in after}
    assert len(shuffled) == len(after)


@settings(max_examples=40)
@given(st.lists(LINE, min_size=1, max_size=6))
def test_every_line_is_in_the_plan_or_has_a_reason(said: list[object]) -> None:
    found = plan([{"plot": "One that can be used."}, *said])
    assert len(found.items) + len(found.rejects) == 1 + len(said)
    assert len({item.id for item in found.items}) == len(found.items)


def test_stories_without_a_seed_get_one_each_from_the_story_and_the_recipe() -> None:
    first = plan([{"plot": "Anna runs."}, {"plot": "Ben runs."}]).items
    assert first[0].seed != first[1].seed
    assert plan([{"plot": "Ben runs."}]).items == first[1:]
    assert all(0 <= item.seed < 2**31 and item.look == RECIPE.look for item in first)


def test_a_grid_is_every_story_in_every_look_by_every_seed(tmp_path: Path) -> None:
    themes = tmp_path / "themes.txt"
    themes.write_text("a lost letter\ntwo bakers\n", "utf-8")
    chat = read_recipe("storyboard", ["story.backend=chat", "chat.model=scripted"])
    wanted = Wanted(themes=(themes,), looks=("flat", "noir"), seeds=(0, 1, 2))
    items = make_plan(wanted, chat).plan.items
    assert len({item.id for item in items}) == 12
    assert Counter((item.look, item.seed) for item in items) == dict.fromkeys(
        ((look, seed) for look in ("flat", "noir") for seed in range(3)), 2
    )
    own = [{"plot": "Anna runs.", "seed": 9, "look": "gouache"}]
    assert {(item.look, item.seed) for item in plan(own, looks=("flat",), seeds=(1,)).items} == {("flat", 1)}


def test_a_theme_needs_somebody_to_invent_its_story() -> None:
    with pytest.raises(UsageError, match="needs a language model") as caught:
        plan([{"plot": "Anna runs."}, {"theme": "a lost letter", "id": "drama-001"}])
    assert "drama_001" in caught.value.message and "--model" in caught.value.hint


def test_quotas_draw_the_same_stories_every_time_and_say_what_is_missing(tmp_path: Path) -> None:
    said = stories("drama " * 6 + "comedy " * 2 + "war")
    wanted = Wanted(plots=(jsonl(tmp_path, said),), quotas=(("drama", 3), ("comedy", 5)))
    found = make_plan(wanted, RECIPE)
    genres = Counter(item.source.genre for item in found.plan.items)
    assert genres == {"drama": 3, "comedy": 2}
    assert found.short == (Shortfall("comedy", 5, 2),)
    assert Counter(one.reason for one in found.plan.rejects) == {"quota": 3, "no_quota": 1}
    assert make_plan(wanted, RECIPE) == found
    # whoever was drawn stays drawn when others go
    drawn = {item.source for item in found.plan.items}
    fewer = [line for line, item in zip(said, plan(said).items, strict=True) if item.source in drawn]
    assert {item.source for item in plan(fewer, quotas=wanted.quotas).items} == drawn


def test_quotas_that_nothing_meets_say_what_there_is() -> None:
    with pytest.raises(UsageError, match="asked for: war") as caught:
        plan(stories("drama comedy drama"), quotas=(("war", 3),))
    assert caught.value.hint == "There are: comedy, drama"


def test_a_limit_takes_the_first_and_counts_the_others(tmp_path: Path) -> None:
    wanted = Wanted(plots=(jsonl(tmp_path, stories("drama " * 5)),), limit=2)
    found = make_plan(wanted, RECIPE)
    assert (len(found.plan.items), found.beyond, found.plan.rejects) == (2, 3, ())


def test_several_sources_are_one_plan(tmp_path: Path) -> None:
    (tmp_path / "plot.txt").write_text("Anna runs.", "utf-8")
    list_of = jsonl(tmp_path, [{"plot": "Ben runs."}, {"plot": "Anna runs."}])
    found = make_plan(Wanted(plots=(tmp_path / "plot.txt", list_of)), RECIPE).plan
    assert [item.id.partition("-")[0] for item in found.items] == ["plot", "ben_runs"]
    assert [one.reason for one in found.rejects] == ["twice"]


def test_nothing_that_can_be_used_is_an_error_that_says_why() -> None:
    with pytest.raises(UsageError, match="2 no_text, 1 wrong_value") as caught:
        plan([{"plot": ""}, {"plot": "."}, {"plot": 3}])
    assert "plots.jsonl:1" in caught.value.hint
    with pytest.raises(UsageError, match="nothing to make"):
        make_plan(Wanted(), RECIPE)


def test_a_plan_is_read_back_from_its_folder(tmp_path: Path) -> None:
    made = plan([{"plot": "Anna runs.", "look": "noir"}, {"plot": ""}])
    disk.write_whole(Places(tmp_path).plan, lines(made.items))
    disk.write_whole(tmp_path / "recipe.toml", made.recipe.toml())
    write_left_out(made, tmp_path)
    assert read_plan(tmp_path) == made
    assert read_plan(tmp_path).key == made.key
    with pytest.raises(UsageError, match="no bulk run"):
        read_plan(tmp_path / "elsewhere")


def test_twenty_thousand_lines_take_a_second_or_so(tmp_path: Path) -> None:
    said = [{"plot": f"Anna walks into forest {k}. She finds {k} apples. " * 6} for k in range(20_000)]
    path = jsonl(tmp_path, said)
    began = time.process_time()
    assert len(make_plan(Wanted(plots=(path,)), RECIPE).plan.items) == 20_000
    assert time.process_time() - began < 10, "several seconds of a slow core"
