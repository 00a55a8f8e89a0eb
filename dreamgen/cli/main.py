"""The command line: one file a verb, and one place where errors become words and exit codes.

Exit codes: 0 done, 1 error, 2 wrong usage, 3 an optional library is missing, 4 a model failed,
5 finished with rejects under --strict, 130 interrupted, 143 asked to end (SIGTERM).
"""

from __future__ import annotations

import errno
import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import dreamgen
from dreamgen.bulk.leaving import ASKED_TO_END, AskedToEnd, asked_in_words
from dreamgen.cli import (
    annotate,
    bulk,
    calibrate,
    card,
    coreset,
    doctor,
    edit,
    evaluate,
    export,
    importing,
    overlay,
    pack,
    report,
    review,
    status,
    story,
    style,
    themes,
    verify_run,
    why,
)
from dreamgen.cli.terminal import complain
from dreamgen.errors import DreamgenError

_AGAIN = "run the same command again: everything finished so far is kept."
_ELSEWHERE = "Choose another folder with {option}."
_NO_OPTION = "Mend that, or work in a copy of the folder."
_DISK = {
    errno.ENOSPC: ("the disk is full", f"Free some space and {_AGAIN}"),
    errno.EDQUOT: ("your disk quota is used up", f"Free some space and {_AGAIN}"),
    errno.EFBIG: ("a file grew larger than this system allows", f"Raise the limit and {_AGAIN}"),
    errno.EIO: ("the disk does not answer as it should", f"Look to it and {_AGAIN}"),
    errno.ESTALE: ("the disk that others share was taken away", f"Mount it anew and {_AGAIN}"),
    errno.EMFILE: ("too many files are open", f"Raise `ulimit -n` and {_AGAIN}"),
    errno.ENFILE: ("too many files are open on this machine", f"Wait a moment and {_AGAIN}"),
    errno.EROFS: ("the file system is read-only", _ELSEWHERE),
    errno.EACCES: ("no permission", _ELSEWHERE),
    errno.EPERM: ("no permission", _ELSEWHERE),
    errno.ENOTDIR: ("a file is where a folder should be", _ELSEWHERE),
    errno.EEXIST: ("a file is where a folder should be", _ELSEWHERE),
    errno.EISDIR: ("a folder is where a file should be", _ELSEWHERE),
    errno.ENOENT: ("there is no such file or folder, and none can be made", "Check the path."),
    errno.ENAMETOOLONG: ("the name is too long for this system", "Choose a shorter one."),
    errno.ELOOP: ("symbolic links lead round in a circle", _ELSEWHERE),
    errno.EINVAL: ("the system refuses this name", _ELSEWHERE),
}


class Program(TyperGroup):
    """The program inside its error handling: what people can mend is said in words, bugs keep their traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the chosen verb and turns errors into exit codes."""
        try:
            with asked_in_words():
                return super().invoke(ctx)
        except DreamgenError as error:
            complain(error.message, error.hint)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            complain("interrupted", _AGAIN.capitalize())
            raise typer.Exit(130) from None
        except AskedToEnd:
            complain("asked to end", _AGAIN.capitalize())
            raise typer.Exit(ASKED_TO_END) from None
        except OSError as error:
            if error.errno not in _DISK:
                raise
            what, hint = _DISK[error.errno]
            where = f": {os.fspath(error.filename)}" if error.filename else ""
            complain(f"{what}{where}", self._elsewhere(ctx) if hint == _ELSEWHERE else hint)
            raise typer.Exit(1) from None

    def _elsewhere(self, ctx: Any) -> str:
        """How the chosen verb is told where to write, if it is."""
        verb = self.get_command(ctx, ctx.invoked_subcommand or "")
        options = {name for one in (verb.params if verb else ()) for name in one.opts}
        option = next((name for name in ("--out", "--publish") if name in options), "")
        return _ELSEWHERE.format(option=option) if option else _NO_OPTION


app = typer.Typer(
    cls=Program,
    name="dreamgen",
    help="Story plots become verified video-instruction data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("story")(story.story)
app.command("bulk")(bulk.bulk)
app.command("status")(status.status)
app.command("annotate")(annotate.annotate)
app.command("coreset")(coreset.coreset)
app.command("themes")(themes.themes)
app.add_typer(style.app, name="style")
app.command("report")(report.report)
app.command("review")(review.review)
app.command("why")(why.why)
app.command("overlay")(overlay.overlay)
app.command("export")(export.export)
app.command("card")(card.card)
app.command("pack")(pack.pack)
app.command("unpack")(pack.unpack)
app.command("verify-run")(verify_run.verify_run)
app.add_typer(importing.app, name="import")
app.command("edit")(edit.edit)
app.add_typer(evaluate.app, name="evaluate")
app.command("calibrate")(calibrate.calibrate)
app.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dreamgen {dreamgen.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Story plots become verified video-instruction data."""
