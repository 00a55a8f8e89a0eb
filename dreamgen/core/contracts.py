"""What each kind of backend does, on one page.

A backend is a frozen record whose fields are its options. It is synchronous, and it never crosses a process
border: the recipe and the seed do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from dreamgen.core.brief import Brief
from dreamgen.core.claims import Claim
from dreamgen.core.dataset import Dataset
from dreamgen.core.found import Notes
from dreamgen.core.media import Clip, Footage, Keyframe, Masklet, Portrait, Style
from dreamgen.core.pairs import Answer, InstructionPair, Question, Verdict, View
from dreamgen.core.receipts import Reject
from dreamgen.core.story import Story


class StoryWriter(Protocol):
    """A plot or a theme becomes a story."""

    def write(self, brief: Brief, seed: int, kept: Path) -> Story:
        """A story whose shots are not staged yet. Raises `DreamgenError` for a text that is no plot.

        `kept` is a folder of the run that outlives a failed or killed try, for what should not be paid for twice.
        """
        ...


class Stylist(Protocol):
    """A style is settled for a story."""

    def settle(self, style: Style, story: Story, into: Path) -> Style:
        """The style, ready to draw with; what it needed to learn is written under `into`."""
        ...


class Renderer(Protocol):
    """The cast gets portraits, and shots become keyframes."""

    def introduce(self, story: Story, style: Style, into: Path) -> Iterator[Portrait]:
        """One portrait a character, in order, under portraits/ in `into`; they are made once for a story and style."""
        ...

    def render(self, story: Story, style: Style, into: Path) -> Iterator[Keyframe]:
        """One keyframe or more a shot, in order; files go under `into`, which holds the portraits already."""
        ...


class Animator(Protocol):
    """Keyframes become clips."""

    def animate(self, story: Story, style: Style, keyframes: Sequence[Keyframe], into: Path) -> Iterator[Clip]:
        """One clip a scene, in order; files go under `into`, paths are relative to it."""
        ...


class Annotator(Protocol):
    """A clip that nobody here made becomes claims."""

    def annotate(
        self, footage: Footage, notes: Notes, known: Sequence[Claim], kept: Path
    ) -> Iterator[Claim | Masklet | Reject]:
        """What was measured or seen in it, whom it followed through it, and a line for what it could not use.

        `notes` is what is known of the clip besides; `known` is what earlier annotators said. `kept` is a folder of the
        run that outlives a failed or killed try, for what should not be paid for twice.
        """
        ...


class Verifier(Protocol):
    """Pixels become verdicts."""

    def verify(self, footage: Footage, claims: Sequence[Claim], kept: Path) -> Iterator[Verdict]:
        """One verdict a claim, in order. Sees the video, the portraits and the claims; nothing else.

        `kept` is a folder of the run that outlives a failed or killed try, for what should not be paid for twice.
        """
        ...


class Answerer(Protocol):
    """Questions are answered from the pixels, or for comparison from less: what some verifiers can do besides."""

    def answer(
        self, footage: Footage, questions: Sequence[Question], view: View, seed: int, kept: Path
    ) -> Iterator[Answer]:
        """One answer a question, in order, from what `view` leaves of the video; the key is not there to be seen.

        `seed` decides the order of shuffled frames; `kept` is as in `Verifier`.
        """
        ...


class QASynthesizer(Protocol):
    """Claims become questions with answers."""

    def synthesize(
        self, clip: Clip, claims: Sequence[Claim], seed: int, kept: Path
    ) -> Iterator[InstructionPair | Reject]:
        """Pairs that rest on `claims`, all of which stand, and a line for each that was drafted and dropped.

        `kept` is a folder of the run that outlives a failed or killed try, for what should not be paid for twice.
        """
        ...


class Screener(Protocol):
    """Pairs that teach a shortcut are found."""

    def screen(self, pairs: Sequence[InstructionPair], footage: Mapping[str, Footage], kept: Path) -> Iterator[Verdict]:
        """One verdict for each pair to drop; `reason` says why.

        `footage` has every clip by its id, for those who look; `kept` is a folder of the run that outlives a failed
        or killed try, for what should not be paid for twice.
        """
        ...


class Exporter(Protocol):
    """A dataset is written in the form that a trainer loads."""

    def export(self, dataset: Dataset, into: Path) -> Path:
        """The file or folder to hand to the trainer. `into` is new and empty; what is held out has files of its own.

        Who writes boxes or masks beside the pairs has an attribute `marks_subjects` that is true; all others get no
        pairs of the region forms, which ask about a subject that is marked in the picture. Who writes only some pairs
        is a `Choosy` one; what could not be written all the same has a line in refused.jsonl.
        """
        ...


@runtime_checkable
class Choosy(Protocol):
    """An exporter that writes only some of the pairs that it is given."""

    def carries(self, dataset: Dataset) -> Dataset:
        """The dataset with the pairs alone that it writes."""
        ...
