"""The stories by lot that teach verifiers are those that `dreamgen calibrate` measures them on, with other seeds."""

from dreamgen.story.lottery import ANIMALS, HAIRSTYLES, HATS, PEOPLE, POSES, TONES, TOPS, random_story

__all__ = ["ANIMALS", "HAIRSTYLES", "HATS", "PEOPLE", "POSES", "TONES", "TOPS", "random_story"]
