"""`dreamgen card`: what a reader must know of a dataset, and a folder of it that is ready to be published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from dreamgen.bulk import publishing as shards
from dreamgen.cli.terminal import watch_for
from dreamgen.engines.signing import Credentials
from dreamgen.errors import UsageError
from dreamgen.export.card import UNKNOWN
from dreamgen.run import folder, publishing
from dreamgen.run.opened import Run, open_run
from dreamgen.run.publishing import Saying
from dreamgen.run.registry import wrong_value


def card(  # noqa: PLR0913 -- a command's options are its arguments
    run: Annotated[Path, typer.Argument(help="The run's folder.", show_default=False)],
    publish: Annotated[
        Path | None,
        typer.Option(help="Write a new folder that is ready to be uploaded; refused while a licence is unknown."),
    ] = None,
    license: Annotated[
        str, typer.Option(help="Of the dataset itself: an id of the hub's list (cc-by-4.0), or a URL.")
    ] = UNKNOWN,
    model_license: Annotated[
        list[str] | None, typer.Option(help="MODEL=LICENCE, where it is not known here. Repeatable.")
    ] = None,
    footage_license: Annotated[str, typer.Option(help="Of all found videos of which nobody said one.")] = "",
    name: Annotated[str, typer.Option(help="The dataset's title.")] = "",
    url: Annotated[str, typer.Option(help="The address of its page.")] = "",
    sign_chain: Annotated[
        Path | None,
        typer.Option(help="Sign the clips (C2PA): PEM file with the signer's certificate and those above it."),
    ] = None,
    sign_key: Annotated[Path | None, typer.Option(help="PEM file with the private key of that certificate.")] = None,
    timestamp_url: Annotated[str, typer.Option(help="A time-stamping authority to ask; none without it.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Print a dataset's card: how it was made, with which models and licences, what was dropped, what it cost.

    With --publish, card and Croissant are written into a new folder with the dataset, whose clips can be signed.
    """
    opened = open_run(run)
    said = _saying(license, model_license or (), footage_license, name, url, dated=publish is not None)
    packed = folder.is_bulk(opened.folder)
    if publish is None:
        if sign_chain or sign_key or timestamp_url:
            raise UsageError("nothing is signed where nothing is published", "Name a folder: --publish FOLDER")
        text = shards.card_text_of(opened, said) if packed else publishing.card_text_of(opened, said)
        typer.echo(text, nl=False)
        return
    credentials = _credentials(sign_chain, sign_key, timestamp_url)
    _publish(opened, said, publish, credentials, packed=packed, quiet=quiet)
    typer.echo(str(publish))


def _publish(run: Run, said: Saying, into: Path, credentials: Credentials | None, *, packed: bool, quiet: bool) -> None:
    if not packed:
        publishing.publish(run, said, into, credentials, watch_for(quiet))
        return
    if credentials is not None:
        raise UsageError(
            f"the clips of {run.folder} lie in tar files, which can't be signed",
            "Publish the shards without --sign-chain, or single stories with it: items/ has their runs.",
        )
    shards.publish(run, said, into)


def _saying(license: str, models: Sequence[str], footage: str, name: str, url: str, *, dated: bool) -> Saying:
    pairs = [tuple(one.split("=", 1)) for one in models]
    wrong = [one for one, pair in zip(models, pairs, strict=True) if len(pair) < 2 or not all(pair)]
    if wrong:
        raise UsageError(f"--model-license {wrong[0]!r} has no licence", "Write --model-license MODEL=LICENCE")
    try:
        return Saying(
            name=name, license=license, models=tuple((pair[0], pair[1]) for pair in pairs), footage=footage, url=url,
            date=datetime.now(UTC).date().isoformat() if dated else "",
        )  # fmt: skip
    except ValidationError as error:
        raise UsageError(*wrong_value("--", error)) from None


def _credentials(chain: Path | None, key: Path | None, timestamp_url: str) -> Credentials | None:
    if (chain is None) != (key is None):
        raise UsageError("a signature needs both --sign-chain and --sign-key", "Give both, or neither.")
    return Credentials(chain=chain, key=key, timestamp_url=timestamp_url) if chain and key else None
