from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from dreamgen.cli import doctor_vision
from dreamgen.cli.main import app
from dreamgen.engines.vision.model import VisionModel
from tests.scripted import Asked, Behave, ScriptedServer, Told

CLI = CliRunner()


def colour(asked: Asked) -> Told:
    """Knows red, green and blue when it sees them."""
    seen = ("red", "green", "blue")[asked.pictures[0].mean((0, 1)).argmax()]
    yes = 0.9 if f"picture {seen}?" in asked.user else 0.1
    return Told("Yes" if yes > 0.5 else "No", {"Yes": yes, "No": 1 - yes})


def found(vision: VisionModel, probe: bool = False) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.found) for check in doctor_vision.model_checks(vision, probe)}


def test_a_model_that_nobody_named() -> None:
    assert found(VisionModel()) == {"eyes": (False, "no vision-language model is named")}


def test_a_server_is_reached_without_asking_the_model() -> None:
    with ScriptedServer() as server:
        told = found(VisionModel(model="served", base_url=server.url))
        assert told["server"] == (True, "answers with status 200")
        assert told["pictures"] == (True, "not asked; --probe shows it three pictures")
        assert not server.asked
    ok, words = found(VisionModel(model="served", base_url=server.url), probe=True)["server"]
    assert not ok
    assert "can't be reached" in words


def test_a_probe_says_whether_it_takes_pictures_and_tells_probabilities_and_how_fast() -> None:
    with ScriptedServer(reply=colour) as server:
        told = found(VisionModel(model="served", base_url=server.url), probe=True)
    assert told["pictures"] == (True, "takes pictures; 9 of 9 questions about plain colours answered right")
    assert told["probabilities"] == (True, "told; the least sure answer has 0.90")
    assert "answers a second" in told["pace"][1]


def test_a_model_that_says_yes_to_everything_is_told_so_far_as_a_probe_can_tell() -> None:
    with ScriptedServer(reply=lambda asked: Told("Yes")) as server:
        told = found(VisionModel(model="served", base_url=server.url), probe=True)
    assert told["pictures"][1] == "takes pictures; 3 of 9 questions about plain colours answered right"
    assert told["probabilities"] == (True, "not told")


def test_a_model_that_chats_or_takes_no_pictures_is_a_failure() -> None:
    with ScriptedServer(reply=lambda asked: Told("What a lovely picture!")) as server:
        ok, words = found(VisionModel(model="served", base_url=server.url), probe=True)["pictures"]
    assert not ok and "What a lovely picture!" in words
    with ScriptedServer([Behave(status=400, message="not a multimodal model")]) as server:
        ok, words = found(VisionModel(model="served", base_url=server.url), probe=True)["pictures"]
    assert not ok and "takes no pictures" in words


def test_a_key_is_told_by_its_variable_s_name_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    ok, words = found(VisionModel(model="openai:gpt-5-mini"))["eyes"]
    assert not ok and "OPENAI_API_KEY" in words
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-indeed")
    assert "secret" not in str(found(VisionModel(model="openai:gpt-5-mini")))


def test_the_doctor_is_asked_about_a_recipe_whose_verifier_sees() -> None:
    with ScriptedServer(reply=colour) as server:
        named = ["verify=vlm", "vision.model=served", f"vision.base_url={server.url}"]
        changes = [part for change in named for part in ("--set", change)]
        told = CLI.invoke(app, ["doctor", "--recipe", "storyboard", *changes, "--probe", "--json"])
    assert told.exit_code == 0, told.output
    assert {check["name"] for check in json.loads(told.stdout)} > {
        "eyes",
        "server",
        "pictures",
        "probabilities",
        "pace",
    }


def test_nobody_is_probed_where_nobody_is_asked() -> None:
    told = CLI.invoke(app, ["doctor", "--recipe", "storyboard", "--probe"])
    assert told.exit_code == 2
    assert "vision.model" in told.stderr
