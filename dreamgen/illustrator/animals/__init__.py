"""Animals as display-list items: a quadruped with the proportions of a species, and a bird."""

from dreamgen.illustrator.animals.drawing import AnimalMotion, draw_animal, stride_rate
from dreamgen.illustrator.animals.species import SPECIES, animal_kinds, usual_coats

__all__ = ["SPECIES", "AnimalMotion", "animal_kinds", "draw_animal", "stride_rate", "usual_coats"]
