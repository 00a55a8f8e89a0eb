"""The whole job with a language model as the writer: from a theme, by the command line, to pairs and datasets.

The model is real and knows nothing: its weights are random. What it names is words thrown together; that it can be
drawn, filmed and asked about all the same is what decoding under the schema and the checks after it are for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dreamgen.cli.main import app
from dreamgen.core.story import Story
from dreamgen.engines.chat.ledger import LEDGER
from dreamgen.run.opened import open_run
from tests.scripted.serving import NAME, ServedModel

Contents = Callable[[Path], dict[str, bytes]]

SMALL = (
    "story.backend=chat", "chat.device=cpu", "chat.asks=1", "story.repairs=1", "size=192x108", "fps=4", "look=flat",
    "render.workers=1", "clip.workers=1", 'verify=["sight"]',
)  # fmt: skip


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A chat model's folder; nobody asks the hub."""
    pytest.importorskip("torch").set_num_threads(1)
    for library in ("llguidance", "langchain_openai", "json_repair"):
        pytest.importorskip(library)
    from dreamgen.engines.chat.blank import write_chat_model

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield write_chat_model(tmp_path_factory.mktemp("weights") / "tiny")


def story(out: Path, expand: str, *arguments: str) -> Result:
    changes = (part for each in SMALL for part in ("--set", each))
    return CliRunner().invoke(
        app, ["story", "--theme", "a lost letter", "--expand", expand, "--out", str(out), *changes, *arguments]
    )


def asked_for(out: Path) -> list[str]:
    """What every call was for: the whole story, an act, a scene."""
    lines = (out / "answers" / LEDGER).read_text("utf-8").splitlines()
    return [entry["where"] for entry in map(json.loads, lines) if entry["line"] == "began"]


def planned(out: Path) -> Story:
    """The story on the disk, without the name of the model."""
    (path,) = out.glob("stories/*/story.json")
    found = Story.model_validate_json(path.read_text("utf-8"))
    assert found.writing is not None
    return found.model_copy(update={"writing": found.writing.model_copy(update={"model": ""})})


@pytest.mark.slow
def test_a_model_that_knows_nothing_writes_a_story_that_ends_in_datasets(
    weights: Path, contents: Contents, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    first = story(out, "2x1x2", "--model", str(weights), "--shots", "3")
    assert first.exit_code == 0, first.stderr
    asked, made = asked_for(out), contents(out)
    assert {"scene-01-01", "scene-02-01"} < set(asked)
    assert [len(scene.shots) for act in planned(out).acts for scene in act.scenes] == [2, 1]
    run = open_run(out)
    assert len(run.pairs) > 0
    assert len(list(out.glob("stories/*/keyframes/*.png"))) >= 3
    assert {path.name for path in (out / "dataset").iterdir()} >= {"llava"}

    again = story(out, "2x1x2", "--model", str(weights), "--shots", "3")
    assert again.exit_code == 0, again.stderr
    assert asked_for(out) == asked
    assert contents(out) == made


@pytest.mark.slow
def test_a_served_model_writes_the_story_that_the_one_in_this_process_writes(weights: Path, tmp_path: Path) -> None:
    here = story(tmp_path / "here", "1x1x2", "--model", str(weights), "--stop-after", "plan")
    assert here.exit_code == 0, here.stderr
    with ServedModel(weights) as server:
        reached = ("--model", NAME, "--base-url", server.url)
        there = story(tmp_path / "there", "1x1x2", *reached, "--stop-after", "plan")
        assert there.exit_code == 0, there.stderr
    assert len(server.asked) == len(asked_for(tmp_path / "there"))
    assert sorted(asked_for(tmp_path / "there")) == sorted(asked_for(tmp_path / "here"))
    assert planned(tmp_path / "there") == planned(tmp_path / "here")
    assert sum(len(scene.shots) for act in planned(tmp_path / "there").acts for scene in act.scenes) == 2


@pytest.mark.slow
def test_a_server_that_heeds_no_shape_ends_in_an_error_and_not_in_a_crash(weights: Path, tmp_path: Path) -> None:
    with ServedModel(weights, shaped=False) as server:
        refused = story(tmp_path / "run", "1x2x2", "--model", NAME, "--base-url", server.url)
    assert refused.exit_code == 4
    assert "malformed, asked 1 times" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not list(tmp_path.glob("run/stories/*"))
