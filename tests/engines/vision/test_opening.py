from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dreamgen.engines.vision import opening
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import open_vision, ready
from dreamgen.engines.vision.seeing import Query
from dreamgen.errors import MissingExtra, ModelError, UsageError
from tests.engines.vision.local.noisy import QUESTIONS, model, noise


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    pytest.importorskip("torch").set_num_threads(1)
    pytest.importorskip("transformers")
    from dreamgen.engines.vision.blank import write_vision_model

    return write_vision_model(tmp_path / "tiny", "qwen3_vl")


def test_a_model_in_this_process_is_opened_with_its_memory(tiny: Path, tmp_path: Path) -> None:
    kept = tmp_path / "answers"
    first = list(open_vision(model(tiny), kept).ask(noise(), QUESTIONS))
    assert all(seen.chances for seen in first)
    # what was answered is not asked again: the weights are not even loaded
    opened = open_vision(model(tiny), kept)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dreamgen.engines.vision.local.looking.shared", _never)
        assert [seen.chances for seen in opened.ask(noise(), QUESTIONS)] == [seen.chances for seen in first]


def test_nothing_is_loaded_before_there_is_a_question(tiny: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dreamgen.engines.vision.local.looking.shared", _never)
        opened = open_vision(model(tiny), tmp_path / "answers")
        assert list(opened.ask(noise(), ())) == []
        with pytest.raises(AssertionError, match="loaded"):
            next(opened.ask(noise(), QUESTIONS))


def _never(_: VisionModel) -> None:
    raise AssertionError("the weights were loaded")


def test_no_name_and_no_folder_are_told_with_the_ways_to_name_one() -> None:
    for name in ("", "/no/such/folder"):
        with pytest.raises(UsageError, match=r"vision\.base_url"):
            ready(VisionModel(model=name))


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    with pytest.raises(ModelError, match=r"no config\.json"):
        ready(VisionModel(model=str(tmp_path)))


@pytest.mark.parametrize(
    ("missing", "named"), [("torch", "Qwen/Qwen3-VL-4B-Instruct"), ("langchain_openai", "openai:gpt-5-mini")]
)
def test_a_missing_library_is_told_before_anything_else(
    missing: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "installed", lambda library: library != missing)
    with pytest.raises(MissingExtra) as caught:
        ready(VisionModel(model=named))
    assert caught.value.hint == 'pip install "dreamgen[vlm]"'


def test_a_key_that_is_not_set_is_told_and_never_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("langchain_openai")
    monkeypatch.delenv("MY_VLM_KEY", raising=False)
    with pytest.raises(UsageError, match="MY_VLM_KEY") as caught:
        ready(VisionModel(model="openai:gpt-5-mini", key_env="MY_VLM_KEY"))
    assert "vision.key_env" in caught.value.hint
    with pytest.raises(UsageError) as caught:
        ready(VisionModel(model="openai:gpt-5-mini", key_env="sk-very-secret"))
    assert "sk-very-secret" not in str(caught.value)


def test_a_served_model_is_opened_without_a_call(tmp_path: Path) -> None:
    pytest.importorskip("langchain_openai")
    served = VisionModel(model="any", base_url="http://localhost:9/v1")
    ready(served)
    assert list(open_vision(served, tmp_path).ask(None, ())) == []


def test_the_door_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from dreamgen.engines.vision.opening import open_vision, ready\n"
        "from dreamgen.engines.vision.kinship import family_of\n"
        "print(sorted({'torch', 'transformers', 'langchain', 'openai', 'cv2', 'av'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_question_is_whole_in_itself(tiny: Path, tmp_path: Path) -> None:
    opened = open_vision(model(tiny), tmp_path / "answers")
    (alone,) = opened.ask(noise(), QUESTIONS[1:2])
    again = list(open_vision(model(tiny), tmp_path / "others").ask(noise(), QUESTIONS))
    assert again[1].chances == alone.chances
    assert isinstance(alone.query, Query)
