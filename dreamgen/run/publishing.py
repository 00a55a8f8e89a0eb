"""A folder that is ready to be uploaded: rows, clips, card and Croissant, with nothing unknown that somebody must know.

It is made apart from dataset/, since it says what differs from run to run: what it cost, the day, and a signature.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError, field_validator

from dreamgen.core.base import Record
from dreamgen.core.dataset import Dataset
from dreamgen.core.lineage import Cost
from dreamgen.engines.marking import SOURCE_TYPES
from dreamgen.engines.signing import Content, Credentials, Signature, Signer
from dreamgen.errors import UsageError
from dreamgen.export.card import UNKNOWN, Told, card_of, known
from dreamgen.export.croissant import Publishing
from dreamgen.export.hub_licences import hub_licence
from dreamgen.export.huggingface import HuggingfaceExporter, tell
from dreamgen.export.ready import Ready, make_ready
from dreamgen.export.rows import write_lines
from dreamgen.export.sidecar import write_sidecar
from dreamgen.run import disk
from dreamgen.run.about import about_of, cost_of
from dreamgen.run.assembling import assemble
from dreamgen.run.exporting import gather
from dreamgen.run.hints import UNFINISHED
from dreamgen.run.masked import held_by
from dreamgen.run.opened import Run
from dreamgen.run.registry import wrong_value
from dreamgen.run.rereading import has_pairs
from dreamgen.run.watch import SILENT, Watch

SIGNATURES: Final = "signatures.jsonl"
"""Beside the card: of each signed clip its sums before and after, and what a reader finds."""


class Saying(Record):
    """What whoever publishes a dataset says of it."""

    name: str = ""
    """Its title; empty for one that says what the videos are."""
    license: str = UNKNOWN
    """Its licence, as the hub writes it: cc-by-4.0; or the address of its text."""
    models: tuple[tuple[str, str], ...] = ()
    """Model and its licence, where it is not known here."""
    footage: str = ""
    """The licence of all videos that were found of which nobody said one."""
    date: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    """The day on which it is published."""
    url: str = ""
    """Of its page."""

    @field_validator("license")
    @classmethod
    def _is_known_to_the_hub(cls, license: str) -> str:
        return hub_licence(license)

    def publishing(self, told: Told) -> Publishing:
        """The same for Croissant."""
        return Publishing(license=known(told.license), date=self.date, url=self.url)


class Signed(Record):
    """One clip that was signed."""

    file: str
    """Below the folder."""
    content_sha256: str
    """Of its bytes before, in hex: what provenance.jsonl and the run call it."""
    sha256: str
    """Of its bytes after."""
    signature: Signature
    """What a reader finds."""


def card_text_of(run: Run, saying: Saying) -> str:
    """The card of a run's dataset, with what it cost."""
    exporter = _exporter(run, saying)
    with tempfile.TemporaryDirectory() as into:
        return card_of(exporter.told(make_ready(_dataset(run, saying, exporter), Path(into), loose=False)))


def publish(
    run: Run, saying: Saying, into: Path, credentials: Credentials | None = None, watch: Watch = SILENT
) -> Told:
    """Writes the dataset as a folder for the hub, with its clips signed where somebody signs.

    Args:
        run: with pairs.
        saying: what whoever publishes it says.
        into: a new folder, which appears whole or not at all.
        credentials: who signs the clips that were made here; None for nobody.
        watch: hears how it goes.

    Returns:
        What card and Croissant tell.

    Raises:
        UsageError: when something that a reader must know is unknown, or the folder is there.
        MissingExtra: without c2pa-python, where somebody signs.
    """
    exporter = _exporter(run, saying)
    signer = Signer(credentials) if credentials else None
    with unpublished(into) as folder:
        ready = make_ready(_dataset(run, saying, exporter), folder, by_split=True)
        told = exporter.told(ready)
        refuse_unknown(told)
        exporter.write(ready, folder)
        write_sidecar(ready.dataset, folder, {name: ready.clips[name].video.sha256 for name in ready.mended})
        if signer is not None:
            signed = list(_sign_all(signer, ready, told, folder, watch))
            write_lines(folder / SIGNATURES, (one.model_dump(mode="json") for one in signed))
            told = told.model_copy(update={"about": told.about.model_copy(update={"signed": signed_told(signed)})})
        tell(told, folder, saying.publishing(told))
    return told


@contextmanager
def unpublished(into: Path) -> Iterator[Path]:
    """A folder that takes the place of `into` when the block ends well.

    Raises:
        UsageError: when something is there.
    """
    if into.name in ("", ".."):
        raise UsageError(f"{into} is no name for a new folder", "Name one, such as published/.")
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise UsageError(f"{into} is there already", "Name a new folder: what was published is never written over.")
    into.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        yield folder
        folder.chmod(0o755)
        if into.is_dir():
            into.rmdir()
        folder.rename(into)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refuse_unknown(told: Told) -> None:
    """Makes sure that every licence is known.

    Raises:
        UsageError: naming each that is not, and how to say it.
    """
    missing, say = [], []
    if not known(told.license):
        missing.append("of the dataset itself")
        say.append("--license cc-by-4.0")
    for model in told.about.models:
        if not model.licence:
            missing.append(f"of {model.name}, which {'; '.join(model.roles)}")
            say.append(f'--model-license "{model.name}=LICENCE"')
    videos = sum(not licence for licence in told.about.licences)
    if videos:
        missing.append(f"of {videos} of the videos that were found")
        say.append("--footage-license LICENCE")
    if missing:
        raise UsageError(f"nobody has said the licence {', nor '.join(missing)}", f"Say it: {' '.join(say)}")


def signed_told(signed: list[Signed]) -> str:
    """What the card says of signatures."""
    if not signed:
        return "No clip was made here, so none is signed (C2PA)."
    one = signed[0].signature
    trust = (
        "a reader that has the usual list of roots trusts the signer"
        if all(each.signature.trusted for each in signed)
        else "no root that the reader knew here vouches for the signer (signingCredential.untrusted)"
    )
    clips = "1 clip is" if len(signed) == 1 else f"{len(signed)} clips are"
    return (
        f"{clips} signed (C2PA) by {one.signer}. Every signature was read back and is valid; {trust}. "
        f"{SIGNATURES} has the sums of the files before and after."
    )


def _sign_all(signer: Signer, ready: Ready, told: Told, folder: Path, watch: Watch) -> Iterator[Signed]:
    """Signs the clips that were made here; what was found is not ours to sign."""
    made_by = ("dreamgen", *(model.name for model in told.about.models))
    mine = {name: path for name, path in ready.videos.items() if ready.clips[name].origin == "dreamed"}
    watch.begins("sign", len(mine), 0)
    try:
        for name, video in mine.items():
            path, clip = folder / video, ready.clips[name]
            before = disk.sha256(path)
            content = Content(
                title=path.name, sha256=before, source_type=SOURCE_TYPES[clip.pictures], made_by=made_by,
                version=told.about.version,
            )  # fmt: skip
            copy = path.with_name(
                f".{path.stem}.signed.mp4"
            )  # the file itself may be the run's own, under another name
            signature = signer.sign(path, copy, content)
            copy.replace(path)
            yield Signed(file=video, content_sha256=before, sha256=disk.sha256(path), signature=signature)
            watch.made("sign", name)
    finally:
        watch.ends("sign")


def _exporter(run: Run, saying: Saying) -> HuggingfaceExporter:
    """As the recipe has it, where nobody says otherwise now."""
    own = next((dict(choice.options) for choice in run.recipe.export if choice.backend == "huggingface"), {})
    said = {"name": saying.name, "license": known(saying.license)}
    try:
        return HuggingfaceExporter.model_validate({**own, **{field: words for field, words in said.items() if words}})
    except ValidationError as error:  # of a run that was made when any word would do
        raise UsageError(*wrong_value("the recipe's export.", error)) from None


def _dataset(run: Run, saying: Saying, exporter: HuggingfaceExporter) -> Dataset:
    if not any(map(has_pairs, run.parts)):
        raise UsageError(f"{run.folder} has no pairs yet", UNFINISHED)
    found = gather(run)
    sources = tuple(
        source if source.licence else source.model_copy(update={"licence": saying.footage}) for source in found.sources
    )
    every = assemble(run.folder, run.recipe, found.shares, sources)
    about = about_of(
        run.folder, run.recipe, every, found.trusted, found.stories, found.tallies, dict(saying.models)
    ).model_copy(update={"cost": spent(run)})
    return held_by(exporter, replace(every, about=about))


def spent(run: Run, gpu_hours: float | None = None) -> Cost:
    """What a run cost, as far as its receipts know."""
    return cost_of([part.receipt for part in run.parts if part.receipt], gpu_hours)
