from __future__ import annotations

from pathlib import Path

import pytest

from dreamgen.core.media import Asset, LearnedWord, Style, StyleLora
from dreamgen.engines.diffusion.checkpoint import Checkpoint
from dreamgen.errors import ModelError
from dreamgen.style.drawing import Pictures, draw_references

LORA = Style(name="Ink", words="soft", loras=(StyleLora(file=Asset(where="someone/ink/lora.safetensors")),))
WORD = Style(name="Ink", words="soft", learned=LearnedWord(word="ink", file=Asset(where="someone/ink/w.safetensors")))


@pytest.mark.parametrize("style", [LORA, WORD], ids=["LoRA", "word"])
@pytest.mark.parametrize("offline", [True, False])
def test_a_style_s_weights_are_asked_for_on_the_hub_unless_offline(
    style: Style, offline: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def find(name: str, variant: str = "", offline: bool = False) -> Path:
        asked.append((name.split("/")[0], offline))
        raise ModelError("not here")

    monkeypatch.setattr("dreamgen.style.drawing.find", find)
    wanted = Pictures(diffusion=Checkpoint(offline=offline), work=str(tmp_path))
    with pytest.raises(ModelError, match="not here"):
        draw_references(wanted, style, (), tmp_path)
    assert asked == [("someone", offline)]
