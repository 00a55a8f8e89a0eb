from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dreamgen.bulk.items import Item, Plan
from dreamgen.bulk.places import Places
from dreamgen.cli.main import app
from dreamgen.core.brief import Brief
from dreamgen.run.recipe import read_recipe
from tests.bulk.shard_world import joined, make_stories, make_story

CLI = CliRunner()


@pytest.fixture(scope="module")
def plan() -> Plan:
    item = Item(id="story-0", source=Brief(text="Mara walks into a forest. She finds an apple."), look="flat")
    return Plan(items=(item,), recipe=read_recipe("storyboard"))


@pytest.fixture(scope="module")
def run(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> str:
    places = Places(tmp_path_factory.mktemp("run"))
    make_story(plan, places, "story-0")
    return str(places.item("story-0"))


def test_a_card_is_printed_and_goes_where_the_shell_sends_it(run: str) -> None:
    told = CLI.invoke(app, ["card", run, "--name", "Apples"])
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith('---\npretty_name: "Apples"\n') and told.stdout.endswith("\n")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("CC-BY-4.0", 'license: "cc-by-4.0"\n'),
        ("https://example.org/mine", 'license: other\nlicense_link: "https://example.org/mine"\n'),
    ],
)
def test_a_licence_is_written_as_the_hub_reads_it(run: str, said: str, told: str) -> None:
    assert f"\n{told}" in CLI.invoke(app, ["card", run, "--license", said]).stdout


def test_publishing_asks_for_what_is_unknown_and_writes_the_rest(run: str, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    told = CLI.invoke(app, ["card", run, "--publish", out])
    assert told.exit_code == 2
    assert "nobody has said the licence of the dataset itself" in told.stderr and "--license cc-by-4.0" in told.stderr
    assert not (tmp_path / "out").exists()
    told = CLI.invoke(app, ["card", run, "--publish", out, "--license", "cc-by-4.0", "--quiet"])
    assert (told.exit_code, told.stdout.strip()) == (0, out), told.output
    assert f'"datePublished": "{datetime.now(UTC).date()}"' in (tmp_path / "out/croissant.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--license", "mti"), "license can't be 'mti' Did you mean 'mit'? Write it as the hub does"),
        (("--license", "nonsense-9"), "license can't be 'nonsense-9' Write it as the hub does"),
        (("--license", "CC BY 4.0"), "Did you mean 'cc-by-4.0'?"),
        (("--license", "other"), "the address of its text, https://..., which makes it 'other'"),
        (("--license", "do what you like"), "license can't be 'do what you like' Write it as the hub does"),
        (("--model-license", "owner/model"), "'owner/model' has no licence"),
        (("--model-license", "owner/model=MIT"), "no model called 'owner/model' had a part"),
        (("--publish", "out", "--sign-key", "key.pem"), "needs both --sign-chain and --sign-key"),
        (("--sign-chain", "chain.pem", "--sign-key", "key.pem"), "nothing is signed where nothing is published"),
    ],
)
def test_mistakes_are_told(run: str, arguments: tuple[str, ...], message: str) -> None:
    told = CLI.invoke(app, ["card", run, *arguments])
    assert told.exit_code == 2 and message in told.stderr.replace("\n", " ")


def test_a_folder_that_can_t_be_is_told_with_the_option_that_named_it(run: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = CLI.invoke(app, ["card", run, "--license", "mit", "--publish", str(tmp_path / "file" / "out")])
    assert told.exit_code == 1 and "Choose another folder with --publish." in told.stderr


def test_shards_have_a_card_of_their_own_and_are_not_signed(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    assert joined(plan, folder, make_stories(plan, folder)) == {}
    told = CLI.invoke(app, ["card", str(folder)])
    assert told.exit_code == 0 and "It is made of 1 story." in told.stdout
    signing = ["--sign-chain", "chain.pem", "--sign-key", "key.pem", "--license", "mit"]
    told = CLI.invoke(app, ["card", str(folder), "--publish", str(tmp_path / "out"), *signing])
    assert told.exit_code == 2 and "lie in tar files, which can't be signed" in told.stderr.replace("\n", " ")
    shutil.rmtree(folder / "dataset/.shards")
    told = CLI.invoke(app, ["card", str(folder)])
    assert told.exit_code == 2 and "is not whole" in told.stderr
