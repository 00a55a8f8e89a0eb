"""The `regions` annotator: things are found or pointed out, and followed through the clip as masks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, PrivateAttr, computed_field, field_validator

from dreamgen.annotate.regions.chase import Chase
from dreamgen.annotate.regions.describing import REGION, Asking, described
from dreamgen.annotate.regions.finding import Finds, Looks, checked, doubted, frames_to_look_at
from dreamgen.annotate.regions.gates import Gates
from dreamgen.annotate.regions.measuring import colours, movements
from dreamgen.annotate.regions.prompts import Prompt, asset_of, of_clip, read_prompts
from dreamgen.annotate.regions.seeds import seeds_of
from dreamgen.annotate.regions.stating import presences, relations
from dreamgen.annotate.regions.watching import watched
from dreamgen.annotate.regions.words import Sought, sought
from dreamgen.annotate.tracks import Track
from dreamgen.core.base import Record
from dreamgen.core.claims import Claim, Cut
from dreamgen.core.found import Notes
from dreamgen.core.media import Asset, Footage, Masklet
from dreamgen.core.receipts import Reject
from dreamgen.engines.chat.prompts import read_prompt
from dreamgen.engines.detection import open_detector
from dreamgen.engines.naming import said_by
from dreamgen.engines.segmenting import Follows, Reel, open_reel, open_segmenter, ready
from dreamgen.engines.vision.model import VisionModel
from dreamgen.engines.vision.opening import open_vision
from dreamgen.engines.vision.opening import ready as vision_ready
from dreamgen.errors import DreamgenError, MissingExtra, ModelError, UsageError

_SAME_CUT: Final = 2
"""Frames within which two that look for cuts mean the same one."""


class RegionsAnnotator(Record):
    """Follows people, animals and things through a clip, and states what their masks say.

    A detector says where they are in a few frames, or a person does in a file; a promptable video segmenter draws
    their masks in all annotated frames. Masks are taken for what the pixels show where the detector, looking again
    elsewhere, agrees; the others are marked as intended, and nothing rests on them that no verifier supports.
    """

    segmenter: str = "facebook/sam2.1-hiera-large"
    """A folder with a SAM 2 video model in transformers' layout, or its name on the hub. Only safetensors are read."""
    detector: str = "IDEA-Research/grounding-dino-tiny"
    """A folder or a name on the hub: OWLv2, OWL-ViT or Grounding DINO. Empty: only what `prompts` points out is
    followed, and nobody checks the masks."""
    words: tuple[str, ...] = ()
    """What the detector looks for: dog, red car. Empty: what titles, labels and earlier annotators name, or else
    people and animals."""
    prompts: Asset | None = None
    """A file of JSON lines with boxes or clicks; see `annotate.regions.prompts`."""
    rate: float = Field(default=6.0, ge=0.0)
    """Annotated frames a second; 0 for every frame."""
    most: int = Field(default=8, ge=1)
    """Things that are followed in a clip at most."""
    sure: float = Field(default=0.0, ge=0.0, le=1.0)
    """The least score of the detector; 0 for its own."""
    every: float = Field(default=2.0, gt=0.0)
    """Seconds between two looks of the detector."""
    trust: Literal["checked", "always", "never"] = "checked"
    """Whose masks are taken for what the pixels show: those that the detector agrees with at second looks, all, or
    none. The others are marked as intended."""
    gates: Gates = Gates()
    """How good masks have to be."""
    describe: bool = False
    """Whether a vision-language model says what each subject does, stretch by stretch."""
    vision: VisionModel = VisionModel()
    """That model; the recipe's table `[vision]`. Who verifies should be of another family."""
    longest: float = Field(default=5.0, gt=0.0)
    """Seconds of a stretch that is described at once, at most."""
    shown: int = Field(default=8, ge=1, le=64)
    """Frames of a stretch that the model is shown, at most."""
    tokens: int = Field(default=160, ge=1)
    """Of one description, at most."""
    device: str = Field(default="auto", exclude=True)
    """auto, cpu, cuda, cuda:1."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """Numbers of the segmenter."""
    offline: bool = Field(default=False, exclude=True)
    """Whether the hub is not asked."""
    _follows: Follows | None = PrivateAttr(default=None)
    _finds: Finds | None = PrivateAttr(default=None)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """Name and fingerprint of every prompt in use."""
        return ((REGION, read_prompt(REGION).fingerprint),) if self.describe else ()

    @field_validator("prompts", mode="before")
    @classmethod
    def _from_file(cls, value: Any) -> Any:
        return asset_of(value) if isinstance(value, str) else value

    @field_validator("segmenter", "detector")
    @classmethod
    def _written_out(cls, name: str) -> str:
        # one folder has one name, whoever reads it
        return os.path.expanduser(name.strip())

    @field_validator("words", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    def ready(self) -> None:
        """Makes sure that there is something to follow and something to follow it with; nothing is loaded.

        Raises:
            UsageError: when neither a detector nor prompts are given, a folder with weights is not there, or the
                prompts can't be read.
            MissingExtra: without a library that it needs.
        """
        if not self.detector and self.prompts is None:
            raise UsageError("the annotator `regions` has nothing to follow", "Name a `detector`, or give `prompts`.")
        for name in (self.segmenter, self.detector):
            if name.startswith(("/", ".")) and not Path(name, "config.json").is_file():
                raise UsageError(f"there is no network in {name}", "Name a folder with config.json and safetensors.")
        self._pointed_out()
        ready()
        if self.describe:
            vision_ready(self.vision)
            _ = self.used

    def annotate(
        self, footage: Footage, notes: Notes, known: Sequence[Claim], kept: Path
    ) -> Iterator[Claim | Masklet | Reject]:
        """Masks of all that is followed, what they say, and a line for each that could not be used.

        Raises:
            ModelError: when a network can't be loaded, or a model can't be reached; what it answered is kept.
        """
        try:
            yield from tuple(self._all(footage, notes, known, kept))
        except (ModelError, UsageError, MissingExtra):
            raise
        except DreamgenError as error:
            if isinstance(error.__cause__, OSError):
                raise  # a full disk is no fault of the clip
            yield Reject(
                what=footage.clip, kind="masklet", stage="annotate", reason="unreadable", clip=footage.clip,
                detail=error.message,
            )  # fmt: skip

    def _all(
        self, footage: Footage, notes: Notes, known: Sequence[Claim], kept: Path
    ) -> Iterator[Claim | Masklet | Reject]:
        reel = open_reel(footage.video, self.rate)
        cuts = _shots(notes, known, reel.fps)
        taken = {who for claim in known for who in claim.about}
        chase = Chase(footage.clip, reel, cuts, self.eyes, self.gates, self.most, taken)
        pointed = of_clip(self._pointed_out(), footage.clip, notes.video, notes.start, reel.fps, reel.frames)
        chase.follow(seeds_of(pointed, reel, taken))
        looks = None
        if self.detector:
            wanted = sought(self.words, notes, known)
            looks = self._looks(reel, wanted, chase.tracks)
            chase.search(looks, frames_to_look_at(reel, cuts, notes.keyframes, self.every), wanted)
        tracks = [self._trusted(track, looks) for track in sorted(chase.tracks, key=lambda track: track.entity)]
        yield from chase.rejects
        yield from (track.masklet() for track in tracks)
        yield from self._stated(reel, tracks, cuts)
        if self.describe and tracks:
            yield from described(reel, tracks, footage.clip, self._asking(kept))

    def _stated(self, reel: Reel, tracks: Sequence[Track], cuts: Sequence[int]) -> Iterator[Claim]:
        yield from relations(tracks, reel.fps)
        if not tracks:
            return
        known = watched(reel, tracks)
        for track in tracks:
            yield from presences(track, reel.fps)
            yield from movements(track, known, cuts, reel.fps)
            yield from colours(track, known, reel.fps)

    def _asking(self, kept: Path) -> Asking:
        model = self.vision.model_copy(update={"max_output_tokens": self.tokens})
        eyes = open_vision(model, kept)
        return Asking(eyes, said_by(self.vision, REGION), self.shown, model.side, self.longest)

    def eyes(self) -> Follows:
        """The network that follows, opened once."""
        if self._follows is None:
            self._follows = open_segmenter(self.segmenter, self.device, self.dtype, self.offline)
        return self._follows

    def finder(self) -> Finds:
        """The detector, opened once."""
        if self._finds is None:
            self._finds = open_detector(self.detector, self.device, self.offline)
        return self._finds

    def _pointed_out(self) -> tuple[Prompt, ...]:
        return read_prompts(self.prompts) if self.prompts is not None else ()

    def _looks(self, reel: Reel, wanted: Sequence[Sought], tracks: Sequence[Track]) -> Looks:
        what = dict.fromkeys([*(one.what for one in wanted), *(track.what for track in tracks)])
        return Looks(self.finder(), reel, tuple(what), self.sure)

    def _trusted(self, track: Track, looks: Looks | None) -> Track:
        if self.trust == "always":
            return replace(track, doubted=())
        if self.trust == "never" or looks is None:
            return doubted(track)
        return checked(track, looks)


def _shots(notes: Notes, known: Sequence[Claim], fps: float) -> list[int]:
    """The first frames of all shots but the first: where the video was cut, and what an earlier annotator adds."""
    cuts = {round(at * fps) for at in notes.cuts}
    more = (round(claim.at * fps) for claim in known if isinstance(claim, Cut))
    return sorted(cuts | {one for one in more if all(abs(one - cut) > _SAME_CUT for cut in cuts)})
