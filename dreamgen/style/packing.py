"""What was learned of a style becomes a style pack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dreamgen.core.media import Asset, File, Style
from dreamgen.core.toml import toml
from dreamgen.engines.diffusion.training.course import Course
from dreamgen.engines.diffusion.training.inversion import Inversion
from dreamgen.engines.files import whole
from dreamgen.style.learning import worded
from dreamgen.style.stylists.lora import LoraStylist


def write_pack(path: Path, course: Course, file: str, base: Style) -> None:
    """Writes the pack of a style that was learned; files of the style that it builds on stay where they are.

    Args:
        path: of the pack.
        course: what was learned.
        file: the name of what came of it, beside the pack.
        base: the style that it builds on.
    """
    own = base.model_dump(mode="json", exclude_defaults=True, include={"negative", "palette", "painter", "guidance"})
    keys: dict[str, Any] = {
        "description": f"{course.word}: learned from {len(course.pictures)} pictures",
        "words": worded(course.word, base.words),
        **own,
        "brush": base.brush.model_dump(mode="json", exclude_none=True),
        "scheduler": base.scheduler,
        "references": [_where(reference) for reference in base.references],
        "loras": [{"file": _where(lora.file), "weight": lora.weight} for lora in base.loras],
    }
    if base.learned is not None:
        keys["learned"] = {"word": base.learned.word, "file": _where(base.learned.file)}
    if isinstance(course.method, Inversion):
        keys["learned"] = {"word": course.word, "file": file}
    else:
        weight = course.method.weight if isinstance(course.method, LoraStylist) else 1.0
        keys["loras"].append({"file": file, "weight": weight})
    keys = {key: value for key, value in keys.items() if value not in ("", [], {})}
    with whole(path) as unfinished:
        unfinished.write_text("".join(f"{key} = {toml(value)}\n" for key, value in keys.items()), "utf-8")


def _where(file: File) -> str:
    return file.where if isinstance(file, Asset) else file.path
