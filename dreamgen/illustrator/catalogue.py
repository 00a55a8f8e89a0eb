"""All that can be drawn, for whoever plans, lists or checks: read from the data files, so it can't fall behind."""

from __future__ import annotations

from functools import lru_cache

from dreamgen.core.base import Record
from dreamgen.illustrator.animals import animal_kinds
from dreamgen.illustrator.figures.bodies import PEOPLE
from dreamgen.illustrator.figures.tables import table
from dreamgen.illustrator.painters import painter_names
from dreamgen.illustrator.props.held import held_kinds
from dreamgen.illustrator.props.standing import standing_kinds
from dreamgen.illustrator.sets import set_names


class Catalogue(Record):
    """Names, each in the order of its data file."""

    sets: tuple[str, ...]
    """Places."""
    people: tuple[str, ...]
    """Kinds of characters that are people."""
    animals: tuple[str, ...]
    """Kinds of characters that are animals."""
    held: tuple[str, ...]
    """Props for a hand; they can also lie on the ground."""
    standing: tuple[str, ...]
    """Props that stand on the ground."""
    builds: tuple[str, ...]
    """Values of the trait slot body."""
    tops: tuple[str, ...]
    """Values of the trait slot top."""
    bottoms: tuple[str, ...]
    """Values of the trait slot bottom."""
    shoes: tuple[str, ...]
    """Values of the trait slot shoes."""
    hats: tuple[str, ...]
    """Values of the trait slot hat."""
    bags: tuple[str, ...]
    """Values of the trait slot bag."""
    hairstyles: tuple[str, ...]
    """Values of the trait slot hairstyle."""
    hair: tuple[str, ...]
    """Values of the trait slot hair."""
    skins: tuple[str, ...]
    """Values of the trait slot skin."""
    painters: tuple[str, ...]
    """Values of `Style.painter`."""

    @property
    def props(self) -> tuple[str, ...]:
        """All props."""
        return self.held + self.standing


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """What the illustrator can draw."""
    wardrobe, hair, bodies = table("wardrobe"), table("hair"), table("bodies")
    return Catalogue(
        sets=set_names(),
        people=PEOPLE,
        animals=animal_kinds(),
        held=held_kinds(),
        standing=standing_kinds(),
        builds=tuple(bodies["build"]),
        tops=tuple(wardrobe["tops"]),
        bottoms=tuple(wardrobe["bottoms"]),
        shoes=tuple(wardrobe["shoes"]),
        hats=tuple(wardrobe["hats"]),
        bags=tuple(wardrobe["bags"]),
        hairstyles=tuple(hair["styles"]),
        hair=tuple(hair["tones"]),
        skins=tuple(wardrobe["skin"]),
        painters=painter_names(),
    )
