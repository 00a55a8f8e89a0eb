"""The families of vision-language models that can be shown frames here."""

from __future__ import annotations

from typing import Final

from dreamgen.engines.vision.local.families.idefics import Idefics
from dreamgen.engines.vision.local.families.internvl import InternVL
from dreamgen.engines.vision.local.families.onevision import OneVision
from dreamgen.engines.vision.local.families.perception import Perception
from dreamgen.engines.vision.local.families.qwen import Qwen
from dreamgen.engines.vision.local.showing import Family

_ALL: Final[tuple[Family, ...]] = (Qwen(), Idefics(), OneVision(), InternVL(), Perception())

FAMILIES: Final[dict[str, Family]] = {kind: family for family in _ALL for kind in family.kinds}
"""`model_type` of a config.json to how its frames are made ready."""

NAMES: Final = "Qwen2-VL, Qwen2.5-VL, Qwen3-VL, SmolVLM, Idefics3, LLaVA-OneVision, InternVL and PerceptionLM"
"""The families in words."""
