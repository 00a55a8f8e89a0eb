"""`dreamgen style preview`: one small scene in every style."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from dreamgen.cli.terminal import stderr
from dreamgen.core.contracts import Renderer
from dreamgen.core.media import Style
from dreamgen.engines.pictures import read_picture, write_png
from dreamgen.errors import UsageError
from dreamgen.run.recipe import read_recipe
from dreamgen.style.book import read_style, style_names
from dreamgen.style.scene import preview_story
from dreamgen.style.sheet import beside, write_sheet

Pixels = NDArray[np.uint8]


def preview(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Styles from `dreamgen style list`, or TOML files.", show_default="all of the list"),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the pictures.")] = Path("previews"),
    size: Annotated[str, typer.Option(help="Of each picture in pixels, 16:9.")] = "1024x576",
    recipe: Annotated[str, typer.Option(help="Whose renderer draws: a recipe by name, or a TOML file.")] = "storyboard",
    changes: Annotated[list[str] | None, typer.Option("--set", help="Changes the recipe. Repeatable.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Draw one scene by day and by night in each style.

    Writes NAME.png for each, and styles.jpg with all of them. Learns nothing: a style is shown as its pack has it.
    """
    looks = {Path(name).stem if name.endswith(".toml") else name: name for name in names or style_names()}
    styles = {look: read_style(name) for look, name in looks.items()}
    chosen = read_recipe(recipe, [f"size={size}", *(changes or ())])
    chosen.check()
    renderer: Renderer = chosen.build("render")
    drawn: dict[str, tuple[Pixels, Pixels]] = {}
    for name, style in styles.items():
        day, night = drawn[name] = _drawn(renderer, style)
        write_png(beside(day, night), out / f"{name}.png")
        if not quiet:
            stderr().print(f"drew {name}", markup=False)
        typer.echo(out / f"{name}.png")
    if drawn:
        write_sheet(drawn, out / "styles.jpg")
        typer.echo(out / "styles.jpg")


def _drawn(renderer: Renderer, style: Style) -> tuple[Pixels, Pixels]:
    """The scene by day and by night."""
    story = preview_story()
    with TemporaryDirectory(prefix="dreamgen-preview-") as name:
        into = Path(name)
        for _ in renderer.introduce(story, style, into):
            pass  # a renderer that keeps faces alike looks at the portraits' files
        first = {keyframe.shot: into / keyframe.image.path for keyframe in renderer.render(story, style, into)}
        missing = [shot.id for shot in story.shots if shot.id not in first]
        if missing:
            raise UsageError(f"the renderer drew no picture of the scene by {' and '.join(missing)}")
        day, night = (read_picture(first[shot.id]) for shot in story.shots)
    return day, night
