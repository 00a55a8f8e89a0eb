"""The one door to the animals: which drawer, with which coat."""

from __future__ import annotations

from dataclasses import dataclass

from dreamgen.core.story import Character
from dreamgen.core.vocabulary import Feeling, Pose
from dreamgen.illustrator.animals.bird import draw_bird
from dreamgen.illustrator.animals.quadruped import draw_quadruped, stride_length
from dreamgen.illustrator.animals.species import BIRD, SPECIES, coat_colour, usual_coats
from dreamgen.illustrator.display import Recorder


@dataclass(frozen=True)
class AnimalMotion:
    """What an animal does at one moment."""

    pose: Pose = "stand"
    """stand, walk, run, sit, lie, talk and look are drawn; the others are drawn as stand."""
    feels: Feeling = "neutral"
    talks: bool = False
    rate: float = 1.0
    """Strides a second for walk and run; see `stride_rate`."""
    seed: int = 0
    """Moves the blinks, so that two animals do not blink together."""


def stride_rate(character: Character, pose: Pose, speed: float) -> float:
    """Strides a second at which the feet do not slide, for a `speed` in figure units a second."""
    if character.kind == BIRD:
        return 2.2 if pose == "run" else max(0.5, speed / 9.0)
    return speed / stride_length(SPECIES[character.kind], pose)


def draw_animal(recorder: Recorder, character: Character, motion: AnimalMotion, t: float) -> None:
    """Records the animal facing +x with its feet at y = 0, y down, in figure units.

    Args:
        recorder: its transform maps figure units to the stage; its entity is stamped already.
        character: whose kind is one of `animal_kinds()`.
        motion: the pose and its pace.
        t: seconds.
    """
    coat = character.trait("coat")
    colour = coat_colour(coat.colour if coat and coat.colour else usual_coats(character.kind)[0])
    pattern = coat.value if coat else "plain"
    if character.kind == BIRD:
        draw_bird(recorder, colour, motion.pose, motion.talks, motion.rate, t, motion.seed)
    else:
        draw_quadruped(recorder, SPECIES[character.kind], colour, pattern, motion, t)
