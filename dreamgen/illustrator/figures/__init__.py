"""The people of the storyboard: a character, a pose and a moment become display-list items."""

from dreamgen.illustrator.figures.actor import Actor, Anchors, FigureState, Layers
from dreamgen.illustrator.figures.bodies import PEOPLE
from dreamgen.illustrator.figures.person import draw_person

__all__ = ["PEOPLE", "Actor", "Anchors", "FigureState", "Layers", "draw_person"]
