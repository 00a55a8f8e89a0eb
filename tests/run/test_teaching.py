"""What is claimed of a scene."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dreamgen.core.brief import Brief
from dreamgen.run.opened import open_run
from dreamgen.run.pipeline import dream
from dreamgen.run.recipe import read_recipe


@pytest.mark.slow
def test_a_text_of_which_a_part_is_not_shown_is_no_description_of_its_shot(
    tiny: tuple[str, ...], tmp_path: Path
) -> None:
    plot = "Mara walks through the park. Night fell over the park, and Mara sits down."
    dream(Brief(text=plot), read_recipe("storyboard", tiny), tmp_path / "run", until="claims")
    folder = open_run(tmp_path / "run").story.folder
    lines = [json.loads(line)["claim"] for line in (folder / "claims.jsonl").read_text("utf-8").splitlines()]
    told = {claim["text"] for claim in lines if claim["kind"] == "narration"}
    assert "Mara walks through the park." in told
    assert not any("Night fell" in text for text in told)
