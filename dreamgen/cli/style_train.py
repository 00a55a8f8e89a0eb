"""`dreamgen style train`: a style is learned from pictures and becomes a style pack."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dreamgen.cli.terminal import amount, stderr
from dreamgen.core.media import Style
from dreamgen.engines.diffusion.training.course import Course
from dreamgen.engines.diffusion.training.looking import looking
from dreamgen.engines.diffusion.training.loop import Progress as Far
from dreamgen.engines.diffusion.training.study import study
from dreamgen.errors import UsageError
from dreamgen.run import disk
from dreamgen.run.lock import locked
from dreamgen.run.recipe import read_recipe
from dreamgen.style.book import read_style
from dreamgen.style.learning import course_of, word_for
from dreamgen.style.packing import write_pack
from dreamgen.style.stylists.lora import LoraStylist

Method = Literal["inversion", "lora"]


def train(  # noqa: PLR0913 -- a command's options are its arguments
    word: Annotated[str, typer.Option(help="The word that shall stand for the style in prompts.", show_default=False)],
    method: Annotated[Method, typer.Option(help="Learn a word (inversion) or a change of the model (lora).")] = (
        "inversion"
    ),
    images: Annotated[
        Path | None, typer.Option(help="A folder of PNG, JPEG or WebP files in the style.", show_default=False)
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(
            help="A style to build on; without --images, pictures are drawn from its words.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The training's folder.", show_default="outputs/style-<word>")
    ] = None,
    recipe: Annotated[str, typer.Option(help="The recipe that names the weights.")] = "sdxl",
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Changes the recipe: diffusion.model=/path, style.rank=8. Repeatable."),
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Steps of the optimiser.", show_default="400; lora 800")] = None,
    size: Annotated[int | None, typer.Option(help="Width and height in pixels.", show_default="768")] = None,
    seed: Annotated[int | None, typer.Option(help="Decides all that is drawn by lot.", show_default="46")] = None,
    samples: Annotated[int, typer.Option(help="Pictures to draw with each intermediate result.", min=0)] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Learn a style from pictures. Run it again to go on where it stopped."""
    if images is None and style is None:
        raise UsageError(
            "there is nothing to learn from", "Give pictures with --images, or a style to draw with --style."
        )
    source = _source(
        recipe, [f"style.backend={method}", *(changes or [])], {"steps": steps, "side": size, "seed": seed}
    )
    source = source.model_copy(update={"images": str(images or ""), "word": word, "work": ""})
    base = read_style(style) if style is not None else Style(name=word, words=f"in {word} style")
    if method == "inversion" and base.learned is not None:
        raise UsageError(
            f"the style {style!r} has a learned word already: {base.learned.word}",
            "Learn a LoRA beside it with --method lora, or build on another style.",
        )
    word_for(source, base)
    source.ready()
    folder = out or Path("outputs") / f"style-{_slug(word)}"
    if images is not None and folder.resolve().is_relative_to(images.resolve()):
        raise UsageError(
            f"{folder} lies in the pictures' own folder, and what is drawn there would be learned from",
            "Choose another folder with --out.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with locked(folder):
            course = course_of(source, source, base, (), folder)
            _tell_skipped(course, quiet)
            look = {"look": _looking(course, samples)} if samples else {}
            with _told(quiet) as watch:
                learned = study(course, folder, watch, **look)
            pack = folder / f"{course.name}.toml"
            write_pack(pack, course, learned.file.name, base)
    finally:
        disk.drop_if_empty(folder)
    if not quiet:
        stderr().print(
            f"loss on fixed lessons: {learned.before:.4f} before, {learned.after:.4f} after",
            markup=False,
            soft_wrap=True,
        )
    typer.echo(str(pack))


def _source(recipe: str, changes: list[str], given: dict[str, int | None]) -> Any:
    """The stylist, with the recipe's model alone: what holds keyframes to cast and layout teaches no style."""
    bare = [f"diffusion.{part}=" for part in ("identity", "style_adapter", "image_encoder", "control")]
    options = [f"style.{name}={value}" for name, value in given.items() if value is not None]
    return read_recipe(recipe, [*bare, *changes, *options]).build("style")


def _slug(word: str) -> str:
    return "".join(letter for letter in word if letter.isalnum() or letter in "-_") or "word"


def _looking(course: Course, samples: int) -> Callable[[int, tuple[Path, ...]], None]:
    prompts = [course.prompts[number % len(course.prompts)] for number in range(samples)]
    return looking(
        course.checkpoint,
        isinstance(course.method, LoraStylist),
        course.word,
        prompts,
        course.method.side,
        course.method.seed,
    )


def _tell_skipped(course: Course, quiet: bool) -> None:
    if quiet:
        return
    console = stderr()
    console.print(
        f"learning {course.word} from {amount(len(course.pictures), 'picture')}", markup=False, soft_wrap=True
    )
    for each in course.skipped:
        console.print(f"left out: {each.name}: {each.reason.replace('_', ' ')}", markup=False, soft_wrap=True)


@contextmanager
def _told(quiet: bool) -> Iterator[Callable[[Far], None]]:
    """Tells how far it is: a bar for eyes, lines for a log."""
    console = stderr()
    if quiet:
        yield lambda far: None
    elif console.is_terminal:
        columns = (TextColumn("learning"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        with Progress(*columns, TimeRemainingColumn(compact=True, elapsed_when_finished=True), console=console) as bar:
            task = bar.add_task("", total=None)
            yield lambda far: bar.update(task, total=far.steps, completed=far.step, description=_loss(far))
    else:
        yield _Lines(lambda words: console.print(words, markup=False, soft_wrap=True)).hear


class _Lines:
    """A line at every twentieth of the way."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._began: tuple[int, float] | None = None

    def hear(self, far: Far) -> None:
        if self._began is None:
            self._began = far.step, time.monotonic()
            if far.step:
                self._say(f"going on after step {far.step} of {far.steps}")
            return
        if far.step % max(1, far.steps // 20) and far.step != far.steps:
            return
        first, began = self._began
        left = (time.monotonic() - began) / (far.step - first) * (far.steps - far.step)
        self._say(f"step {far.step} of {far.steps}, {_loss(far)}, {_duration(left)} left")


def _loss(far: Far) -> str:
    return "" if math.isnan(far.loss) else f"loss {far.loss:.4f}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
