from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest

import dreamgen

ROOT = Path(__file__).parent.parent
HEAVY = [
    "av",
    "cv2",
    "skia",
    "torch",
    "diffusers",
    "transformers",
    "langchain",
    "moviepy",
    "onnxruntime",
    "ray",
    "datasets",
    "imageio",
]


def loaded_by(statement: str) -> set[str]:
    """The heavy modules that a fresh interpreter has after `statement`."""
    code = f"{statement}\nimport sys; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import dreamgen; dreamgen.dream; dreamgen.Recipe; dreamgen.open_run",
        "import dreamgen.cli.main",
        "from dreamgen.run.recipe import read_recipe; read_recipe('storyboard').check()",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(statement: str) -> None:
    assert loaded_by(statement) == set()


def test_importing_dreamgen_loads_nothing_but_itself() -> None:
    code = "import sys; before = set(sys.modules); import dreamgen; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    foreign = {name.split(".")[0] for name in done.stdout.split()} - sys.stdlib_module_names
    assert foreign == {"dreamgen"}


def test_every_public_name_can_be_had() -> None:
    for name in dreamgen.__all__:
        assert getattr(dreamgen, name) is not None
    assert set(dreamgen.__all__) <= set(dir(dreamgen))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'dreams'"):
        dreamgen.dreams  # noqa: B018


def test_the_core_install_is_light() -> None:
    # read from what is installed, so that what our libraries bring along counts too; ONNX Runtime brings four
    assert len(_closure("dreamgen")) - 1 <= 29


def test_no_package_of_the_core_is_heavy() -> None:
    assert not _closure("dreamgen") & {"torch", "transformers", "diffusers", "moviepy", "langchain", "ray"}


def test_every_package_of_the_core_is_pinned_for_ci() -> None:
    pins = (ROOT / "constraints.txt").read_text("utf-8").lower().replace("_", "-")
    missing = {name for name in _closure("dreamgen") - {"dreamgen"} if f"\n{name}==" not in f"\n{pins}"}
    assert not missing


def test_styles_and_prompts_travel_in_the_wheel() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    included = build["targets"]["wheel"]["force-include"]
    assert included == {"styles": "dreamgen/_shelf/styles", "prompts": "dreamgen/_shelf/prompts"}


def _closure(name: str) -> set[str]:
    """The package and all that it needs without extras, by normalised name."""
    from packaging.requirements import Requirement

    found: set[str] = set()
    waiting = [name]
    while waiting:
        package = waiting.pop().lower().replace("_", "-")
        if package in found:
            continue
        found.add(package)
        for line in requires(package) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return found
