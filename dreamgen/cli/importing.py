"""`dreamgen import`: stories that others have written become stories of ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from dreamgen.cli.terminal import amount, stderr
from dreamgen.core.story import Story
from dreamgen.errors import UsageError
from dreamgen.run.disk import write_whole
from dreamgen.story.dreamframe.file import read_info
from dreamgen.story.dreamframe.importing import story_of

app = typer.Typer(name="import", help="Bring in a story that was written elsewhere.", no_args_is_help=True)


@app.command("dreamframe")
def dreamframe(
    file: Annotated[Path, typer.Argument(help="DreamFrame's story_info_0.json.", show_default=False)],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The planned story's file, which `dreamgen story` films.")
    ] = Path("story.json"),
    shots: Annotated[int, typer.Option(min=0, help="Keep only so many shots, from the first on; 0 keeps all.")] = 0,
    likeness: Annotated[
        bool, typer.Option("--likeness", help="Let models draw the real people whom the file names.")
    ] = False,
) -> None:
    """Read a story of DreamFrame's, every frame as one shot, and say what was found."""
    if out.suffix.lower() != ".json" or out.is_dir():
        what = "is a folder" if out.is_dir() else "does not end in .json"
        hint = "Give --out a file that ends in .json; a plan is known by it."
        raise UsageError(f"--out {out} {what}", hint)
    if out.exists() and file.exists() and out.samefile(file):
        raise UsageError(f"{out} is the file that is read", "Name another with --out.")
    whole = story_of(read_info(file), file.stem, likeness)
    story = whole.first(shots) if shots else whole
    write_whole(out, story.model_dump_json(indent=1))
    _tell(story)
    typer.echo(str(out))


def _tell(story: Story) -> None:
    console = stderr()
    said = sum(1 for shot in story.shots for event in shot.events if event.says)
    found = (
        amount(len(story.shots), "frame"), amount(said, "dialogue"), amount(len(story.questions), "question"),
        amount(len(story.acts), "act"), amount(len(story.scenes), "scene"), amount(len(story.locations), "place"),
        f"a cast of {len(story.cast)}",
    )  # fmt: skip
    console.print(f"{story.title}: {', '.join(found)}", markup=False, soft_wrap=True)
    for reason, times in Counter(note.reason for note in story.notes).most_common():
        console.print(f"{times:>6}  {reason.replace('_', ' ')}", markup=False, soft_wrap=True)
