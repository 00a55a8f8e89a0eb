"""`dreamgen bulk` as people call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dreamgen.bulk import plan_room
from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.marks import Settled, write_mark
from dreamgen.bulk.places import Places
from dreamgen.bulk.reading import FIELDS
from dreamgen.bulk.working import work
from dreamgen.cli.bulk_request import MOST_SEEDS, Crew, folder_of, looks_of, quotas_of, seeds_of
from dreamgen.cli.main import app
from dreamgen.core.brief import Brief
from dreamgen.errors import UsageError
from dreamgen.run.bulking import Bulk, Pool
from dreamgen.run.filming import plan as plan_story
from dreamgen.run.opened import open_run
from dreamgen.run.recipe import Recipe, read_recipe
from tests.bulk.stubs import FakeExecutor
from tests.scripted import ScriptedServer

CLI = CliRunner()
DOCS = Path(__file__).parents[2] / "docs" / "bulk.md"
SMALL = ("--set", "size=[128,72]", "--set", "fps=4", "--set", "shots=1", "--set", 'verify=["sight"]', "--workers", "1")


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def bulk(*arguments: object) -> Result:
    return CLI.invoke(app, ["bulk", *map(str, arguments)])


@pytest.fixture(scope="module")
def plots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    said = [
        {"plot": "Mara, a woman in a red coat, walks into the forest. She finds two apples.", "title": "Apples"},
        {"plot": "Ben sits in a cafe.", "genre": "drama", "look": "flat"},
        {"plot": ""},
        {"plot": "Ben sits in a cafe.", "genre": "drama", "look": "flat"},
    ]
    path = tmp_path_factory.mktemp("plots") / "plots.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in said), "utf-8")
    return path


@pytest.mark.slow
def test_a_probe_an_estimate_and_a_dataset(plots: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    told = json.loads(bulk(plots, "--out", out, *SMALL, "--dry-run", "--probe", "1", "--json", "-q").stdout)
    assert (told["stories"], told["left"], told["left_out"]) == (2, 1, {"no_text": 1, "twice": 1})
    assert told["pairs"]["value"] > 0 and told["wall_seconds"]["value"] > 0 and not (out / "dataset").exists()
    probed = told["measured"][0]

    (tmp_path / "untold.txt").write_text("# Only a heading\n", "utf-8")
    done = bulk(plots, tmp_path / "untold.txt", "--out", out, *SMALL, "--set", "bulk.tries=1", "--json", "--strict")
    made = json.loads(done.stdout)
    assert (done.exit_code, made["stories"], made["done"], made["shards"]) == (5, 3, 2, 1)
    assert [one["reason"] for one in made["put_aside"]] == ["the plot is empty"]
    assert "1 put aside, 2 left out of the plan" in done.stderr and "1 x the plot is empty" in done.stderr
    assert 0.4 < made["pairs"] / told["pairs"]["value"] < 2.5
    assert 0.4 < made["bytes"] / told["dataset_bytes"]["value"] < 2.5
    assert "left out: 1 no text, 1 twice" in done.stderr and "plots.jsonl:3: no text" in done.stderr
    # what the probe made was not made again
    journal = "".join(path.read_text("utf-8") for path in (out / "journal").glob("*.jsonl"))
    walks = [json.loads(line) for line in journal.splitlines()]
    assert [walk["timed"] for walk in walks if walk["item"] == probed and walk["what"] == "done"] == [[]]
    assert len(open_run(out).stories) == 2
    assert Path(made["report"]).is_file()

    again = bulk("--out", out, "--workers", "1")
    assert (again.exit_code, again.stdout.strip()) == (0, str(out))
    assert "2 of 3 done" in again.stderr and "1 shard" in again.stderr
    assert "nothing is left to make" in bulk("--out", out, "--dry-run").stderr
    for other in (("--set", "fps=12"), ("--recipe", "draft")):
        refused = bulk("--out", out, *other)
        assert refused.exit_code == 2 and "goes on as it began" in refused.stderr


def test_an_estimate_by_tables_makes_nothing(plots: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = bulk(plots, "--out", out, *SMALL, "--dry-run", "--probe", "0", "--seeds", "0-99", "--styles", "flat,noir")
    assert done.exit_code == 0 and not out.exists()
    assert "plan: 400 stories" in done.stderr and "left out: 200 twice, 1 no text" in done.stderr
    assert "half or twice as much" in done.stderr and "time with 1 worker" in done.stderr


def test_a_plan_that_does_not_fit_the_disk_is_refused_unless_forced(
    plots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_room, "room", lambda folder: 1000)
    out = tmp_path / "run"
    for more in (["--dry-run", "--probe", "0"], []):
        done = bulk(plots, "--out", out, *SMALL, *more)
        assert done.exit_code == 1 and "the plan does not fit the disk" in done.stderr and not out.exists()
    assert bulk(plots, "--out", out, *SMALL, "--dry-run", "--probe", "0", "--force").exit_code == 0


def test_planned_stories_beyond_the_limit_are_told(tmp_path: Path) -> None:
    (tmp_path / "stories").mkdir()
    for seed in range(3):
        story = plan_story(Recipe(shots=1, seed=seed), Brief(text="Anna runs into a forest."), tmp_path)
        (tmp_path / "stories" / f"{seed}.json").write_text(story.model_dump_json(), "utf-8")
    done = bulk(tmp_path / "stories", "--out", tmp_path / "run", "--limit", "1", "--dry-run", "--probe", "0", "--json")
    assert "plan: 1 story; 2 more without --limit" in done.stderr
    assert json.loads(done.stdout)["beyond_limit"] == 2


def test_stories_of_another_plan_of_the_same_folder_are_told(plots: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("A dog runs.", "utf-8")
    by_tables = ("--out", tmp_path / "run", *SMALL, "--dry-run", "--probe", "0")
    assert "ended here before" not in bulk(other, *by_tables).stderr
    for name in ("apples-1", "ben-2"):
        write_mark(Places(tmp_path / "run"), Settled(item=name, key="", ended="done", reason="", tries=1))
    told = "2 stories that ended here before and are not in this plan: they stay in items/, outside the dataset"
    assert told in bulk(other, *by_tables).stderr


def test_mistakes_are_told_before_anything_is_made(plots: Path, tmp_path: Path) -> None:
    themes = tmp_path / "themes.txt"
    themes.write_text("a lost letter\n", "utf-8")
    out = tmp_path / "run"
    for arguments, words in (
        ([], "there is nothing to make"),
        ([tmp_path / "none.jsonl"], "does not exist"),
        (["--themes", themes], "needs a language model"),
        ([plots, "--styles", "flatt"], "unknown style 'flatt'"),
        ([plots, "--seeds", "9-0"], "names no seeds"),
        ([plots, "--quota", "drama"], "has no genre and number"),
        ([plots, "--quota", "war=3"], "no story is of the genres"),
        ([plots, "--address", "auto"], "--address is for a cluster"),
        ([plots, "--set", "bulk.tires=3"], "unknown key in the recipe's [bulk]: 'tires'"),
    ):
        done = bulk("--out", out, *arguments)
        assert (done.exit_code, words in done.stderr) == (2, True), (arguments, done.stderr)
    assert not out.exists()


def test_quotas_that_are_not_reached_are_told(plots: Path, tmp_path: Path) -> None:
    done = bulk(plots, "--out", tmp_path, *SMALL, "--dry-run", "--probe", "0", "--quota", "drama=3", "--json")
    told = json.loads(done.stdout)
    assert "too few: 1 of 3 of drama" in done.stderr
    assert told["too_few"] == [{"genre": "drama", "wanted": 3, "got": 1}]
    assert told["left_out"] == {"twice": 1, "no_text": 1, "no_quota": 1}


def test_themes_are_counted_in_calls_and_tokens_before_anybody_is_asked(tmp_path: Path) -> None:
    themes = tmp_path / "themes.txt"
    themes.write_text("a lost letter\ntwo bakers\n", "utf-8")
    asked = ["--themes", themes, "--model", "openai:gpt-5-mini", "--set", "story.expand=1x2x3", "--seeds", "0-4"]
    done = bulk("--out", tmp_path / "run", *asked, "--dry-run", "--probe", "0", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["stories"], told["shots"], told["calls"]["value"]) == (0, 10, 60, 50)
    assert told["tokens_in"]["value"] > 10_000 and told["wall_seconds"] is None
    assert "OPENAI_API_KEY" in done.stderr and "before it can run" in done.stderr
    refused = bulk("--out", tmp_path / "run", *asked)
    assert refused.exit_code != 0 and "OPENAI_API_KEY" in refused.stderr and not (tmp_path / "run").exists()


def test_a_probe_tells_what_models_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Crew, "hire", lambda crew: FakeExecutor(work))
    themes = tmp_path / "themes.txt"
    themes.write_text("a lost letter\ntwo bakers\nan old bridge\n", "utf-8")
    price = 'bulk.prices=[{model = "served", tokens_in = 2.0, tokens_out = 8.0}]'
    with ScriptedServer() as server:
        asked = ["--themes", themes, "--model", "served", "--base-url", server.url, "--set", "story.expand=1x1x1"]
        done = bulk("--out", tmp_path / "run", *asked, *SMALL, "--set", price, "--dry-run", "--probe", "1", "--json")
        told = json.loads(done.stdout)
        assert told["left"] == 2 and told["calls"]["value"] == 2 * len(server.asked) > 0
    assert told["money"]["value"] == pytest.approx(
        (2 * told["tokens_in"]["value"] + 8 * told["tokens_out"]["value"]) / 1e6
    )


def test_a_cluster_is_joined_once_to_count_it_and_to_probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hired: list[FakeExecutor] = []

    def hire_one(crew: Crew) -> FakeExecutor:
        hired.append(FakeExecutor())
        return hired[-1]

    monkeypatch.setattr(Crew, "hire", hire_one)
    plan = Plan(items=(Item(id="one", source=Brief(text="Anna runs.")),), recipe=read_recipe())
    with Crew("ray").called(plan, tmp_path, ask=True) as (site, hire):
        assert site.workers == (("all", 2),) and site.cpus == 0
        workers = hire()
        assert workers.start(plan.recipe.bulk) == {"all": 2} and workers.free("all") == 2
        workers.close()
        assert not hired[0].closed
    assert len(hired) == 1 and hired[0].closed
    with Crew("ray", 5).called(plan, tmp_path, ask=True) as (site, _):
        assert site.workers == (("all", 5),) and len(hired) == 1


def test_a_run_without_a_name_is_called_after_its_plots() -> None:
    assert folder_of((Path("data/my plots.jsonl"), Path("more"))) == Path("outputs/my-plots")
    assert folder_of((Path("."),)) == Path("outputs") / Path.cwd().name
    assert folder_of(()) == Path("outputs/bulk")


def test_lists_on_the_command_line() -> None:
    assert looks_of(None) == () and looks_of("noir, flat,noir") == ("noir", "flat")
    assert seeds_of(None) == () and seeds_of("3,0-2, 2") == (3, 0, 1, 2)
    assert quotas_of(["Drama=40", "sci-fi=2,war=0"]) == (("drama", 40), ("sci-fi", 2), ("war", 0))
    for text in ("", "a", "1-", "-1", f"0-{MOST_SEEDS}", f"0-{10**30}", str(2**63)):
        with pytest.raises(UsageError):
            seeds_of(text)
    with pytest.raises(UsageError, match="twice"):
        quotas_of(["drama=1", "drama=2"])
    with pytest.raises(UsageError, match="no genre and number"):
        quotas_of(["drama=" + "9" * 9999])


def test_the_recipe_for_a_node_in_the_docs_is_read_and_written_back(tmp_path: Path) -> None:
    example = DOCS.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    path = tmp_path / "node.toml"
    path.write_text(example, "utf-8")
    recipe = read_recipe(str(path))
    assert sum(pool.gpus * pool.workers for pool in recipe.bulk.pools) == 8
    path.write_text(recipe.toml(), "utf-8")
    assert read_recipe(str(path)) == recipe


def test_the_docs_name_every_key() -> None:
    text = DOCS.read_text("utf-8")
    assert [name for name in (*FIELDS, *Bulk.model_fields, *Pool.model_fields) if f"`{name}`" not in text] == []
