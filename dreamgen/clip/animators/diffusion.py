"""Animator `diffusion`: an image-to-video model sets every keyframe in motion.

What moves, and how, is the model's: nobody knows it, and the claims say so. Every shot begins with the keyframe
itself, for one frame, and with the masks of that frame; from the second frame on masks are unknown.

A frame of the clip shows the model's frame of its time, so motion runs at the speed that the model meant; where it
makes fewer frames a second, they stand. A shot that is longer than what the model makes at once goes on from the last
frame that it made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from dreamgen.clip.animators.kenburns import film_still, middle, pick
from dreamgen.clip.captions import write_words
from dreamgen.clip.scenes import Format, Size, Take, film_scenes
from dreamgen.clip.stills import StillTruth, first_keyframes, truth_of
from dreamgen.clip.timing import frame_times
from dreamgen.clip.truth import Masklets, Witness
from dreamgen.core.base import Record, derive_seed
from dreamgen.core.layout import WHOLE
from dreamgen.core.media import Clip, Keyframe, Style
from dreamgen.core.story import Shot, Story
from dreamgen.engines.diffusion.checkpoint import Device
from dreamgen.engines.diffusion.motion.models import MotionWeights, check_motion
from dreamgen.engines.diffusion.motion.moving import MotionSampling, open_mover
from dreamgen.engines.diffusion.studio import close_studios
from dreamgen.engines.imaging import resized
from dreamgen.engines.pictures import read_picture
from dreamgen.engines.video import encode_segment
from dreamgen.illustrator import OCCLUDER

Pixels = NDArray[np.uint8]
Side = Annotated[int, Field(ge=16)]

_CAMERA = {
    "static": "The camera stands still.", "pan_left": "The camera pans slowly to the left.",
    "pan_right": "The camera pans slowly to the right.", "zoom_in": "The camera slowly moves closer.",
    "zoom_out": "The camera slowly moves away.",
}  # fmt: skip


class DiffusionAnimator(Record):
    """Sets the first keyframe of every shot in motion with an image-to-video model, and writes what is said."""

    model: str = "stabilityai/stable-video-diffusion-img2vid-xt"
    """A folder in diffusers' layout, or a name on the hub: Stable Video Diffusion, LTX-Video, Wan or CogVideoX."""
    variant: str = ""
    """Which of several published precisions: fp16."""
    size: Size = (1024, 576)
    """Width and height of the clips in pixels, both even."""
    inner: tuple[Side, Side] | None = None
    """Width and height at which the model works; None for those of the clips, as near as it can."""
    fps: int = Field(default=24, ge=1, le=60)
    """Frames a second of the clips."""
    steps: int = Field(default=0, ge=0)
    """Calls of the network; 0 for as many as the model's makers recommend."""
    guidance: float | None = Field(default=None, ge=0.0)
    """Classifier-free guidance; None for what the model's makers recommend."""
    amount: int = Field(default=127, ge=0, le=255)
    """How much Stable Video Diffusion moves things; other models go by the words."""
    device: Device = "auto"
    """auto takes the first GPU, else the CPU."""
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    """auto is bfloat16 or float16 on a GPU, as suits the model and the card, and float32 on a CPU."""
    offload: bool = Field(default=False, exclude=True)
    """Whether parts of the model wait in the computer's own memory until they are at work."""
    tiles: bool = False
    """Whether pictures are decoded in overlapping tiles, by models that can: less memory, and maybe faint seams."""
    threads: int = Field(default=1, ge=0)
    """CPU threads of torch; they change bits, so the number is fixed. 0 lets torch choose."""
    offline: bool = Field(default=False, exclude=True)
    """Never ask the hub; also with HF_HUB_OFFLINE=1."""
    workers: int = Field(default=1, ge=0)
    """Processes, each with the model in its memory; 0 for one a CPU. They change no byte."""

    @property
    def weights(self) -> MotionWeights:
        """The model and the machine that it is put on."""
        return MotionWeights(**{name: getattr(self, name) for name in MotionWeights.model_fields})

    @property
    def sampling(self) -> MotionSampling:
        """How noise becomes motion."""
        return MotionSampling(steps=self.steps, guidance=self.guidance, amount=self.amount)

    def ready(self) -> None:
        """Sees that the model can be run.

        Raises:
            MissingExtra: when a library is not installed.
            ModelError: when the model is not there, or does not set pictures in motion.
        """
        check_motion(self.weights)

    def animate(self, story: Story, style: Style, keyframes: Sequence[Keyframe], into: Path) -> Iterator[Clip]:
        """One clip a scene, in order.

        Raises:
            DreamgenError: when a shot has no keyframe, or its picture can't be read.
            ModelError: when the model can't be loaded, or memory does not do.
        """
        form = Format(self.size, self.fps, "generated")
        close_studios()  # two models side by side are too many for most cards
        film = partial(film_moving, self, story, style, first_keyframes(story, keyframes), form, into)
        yield from film_scenes(story, film, form, self.workers, into)


def film_moving(
    animator: DiffusionAnimator, story: Story, style: Style, stills: Mapping[str, Keyframe], form: Format, into: Path,
    shot: Shot,
) -> Take:  # fmt: skip
    """Lets the model move the still of a shot, and encodes what it makes."""
    keyframe, times = stills[shot.id], frame_times(shot, form.fps)
    mover = open_mover(animator.weights)
    inner = mover.size_for(animator.inner or form.size)
    start = fitted(read_picture(into / keyframe.image.path), inner)
    rate = mover.family.rate
    moments = [int(t * rate + 1e-6) for t in times]
    seed = derive_seed(story.seed, "motion", shot.id, *([shot.take] if shot.take else []))
    motion = mover.move(start, words_of(shot, style), seed, moments[-1] + 1, animator.sampling)
    if motion.frames is None:
        return _stood(film_still(story, style, stills, form, into, shot), shot, len(times))
    pictures = (start, *(motion.frames[moment] for moment in moments[1:]))
    truth = truth_of(keyframe, story, shot, style, into)
    first: list[NDArray[np.bool_] | None] = []

    def moved() -> Iterator[Pixels]:
        for t, picture in zip(times, pictures, strict=True):
            frame = fitted(picture, form.size)
            first.append(write_words(frame, shot, t))
            yield frame

    segment = encode_segment(moved(), form.fps, form.size)
    masklets = None if truth is None else _opening(truth, inner, form.size, first[0], len(times))
    again = f"{shot.id}: drawn again {motion.redrawn}x (not_a_number)" if motion.redrawn else ""
    return Take(segment, masklets, "generated", again)


def fitted(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """The middle of a picture in the shape of `size`, at `size`; nothing is stretched."""
    part = middle(picture, size)
    same = part.shape[:2] == (size[1], size[0])
    return np.array(part) if same else np.array(resized(np.ascontiguousarray(part), *size))


def words_of(shot: Shot, style: Style) -> str:
    """What happens in a shot, what the camera does and what it looks like, for a model that reads."""
    told = shot.description or " ".join(event.text for event in shot.events if event.text)
    return " ".join(part for part in (told, _CAMERA[shot.camera.move], style.words) if part)


def _opening(
    truth: StillTruth, inner: tuple[int, int], size: tuple[int, int], covered: NDArray[np.bool_] | None, frames: int
) -> Masklets:
    """The masks of the first frame, which is the keyframe, cut as its picture was; the others are unknown."""
    entities = pick(middle(middle(truth.entities, inner), size), WHOLE, size)
    seen = np.bincount(entities.ravel(), minlength=256)
    witness = Witness(truth.numbers, lambda who: seen[truth.numbers[who]] / truth.shares[who], 1, truth.intended)
    if covered is not None:
        entities[covered] = OCCLUDER
    witness.look(0, entities)
    return _first_only(witness.masklets(), frames)


def _first_only(masklets: Masklets, frames: int) -> Masklets:
    """The masks of the first frame alone; of all others nothing is known."""
    return tuple(
        masklet.model_copy(
            update={
                "intended": ((0 if masklet.intended else 1, frames),) if frames > 1 or masklet.intended else (),
                "frames": tuple(mask for mask in masklet.frames if mask.frame == 0),
            }
        )
        for masklet in masklets
    )


def _stood(take: Take, shot: Shot, frames: int) -> Take:
    """The move over the still instead, where the model's numbers were broken twice."""
    masklets = None if take.masklets is None else _first_only(take.masklets, frames)
    return take._replace(masklets=masklets, pictures="generated", strained=f"{shot.id}: still (not_a_number)")
