from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from dreamgen.clip.animators.storyboard import StoryboardAnimator
from dreamgen.clip.truth import read_masklets
from dreamgen.core.claims import Claim
from dreamgen.core.contracts import Verifier
from dreamgen.core.media import Footage, Style
from dreamgen.core.story import Act, Character, Event, Location, Scene, Shot, Story, Trait
from dreamgen.core.twins import false_twins
from dreamgen.illustrator import portrait
from dreamgen.story.facts import claims_of
from dreamgen.story.staging import stage
from dreamgen.verify.verifiers.pixels import PixelsVerifier
from dreamgen.verify.verifiers.sight import SightVerifier

pytestmark = pytest.mark.slow
EMBEDDED = pytest.mark.parametrize("verifier", [PixelsVerifier(), SightVerifier()], ids=["pixels", "sight"])
STYLE = Style(name="flat", words="", painter="flat")


class Film(NamedTuple):
    """A small filmed story."""

    footage: Footage
    claims: tuple[Claim, ...]


def person(who: str, kind: str, top: str, hair: str) -> Character:
    looks = (
        Trait(slot="top", value="coat", colour=top), Trait(slot="hair", value=hair),
        Trait(slot="hairstyle", value="short"), Trait(slot="skin", value="light"),
        Trait(slot="bottom", value="trousers", colour="navy"),
    )  # fmt: skip
    return Character(id=who, name=who, kind=kind, traits=looks)


def filmed(folder: Path, cast: Sequence[Character], place: str, time: str, says: str) -> Film:
    one, two = cast
    deeds = (("stand", "stand"), ("walk", None), ("talk", "stand"))
    shots = tuple(
        Shot(
            id=f"shot-{number}", location="here", time_of_day=time, seconds=2.0,
            events=tuple(
                Event(
                    id=f"{number}-{who.id}", who=who.id, does=does, action=does,
                    says=says if does == "talk" else None,
                )
                for who, does in zip((one, two), pair, strict=True) if does
            ),
        )
        for number, pair in enumerate(deeds)
    )  # fmt: skip
    plan = Story(
        id=folder.name, title="T", overview="O", plot="P", seed=5, cast=tuple(cast),
        locations=(Location(id="here", name="here", set=place),),
        acts=(Act(id="act-1", title="1", scenes=(Scene(id="scene-1", title="1", shots=shots),)),),
    )  # fmt: skip
    story = stage(plan)
    (folder / "portraits").mkdir(parents=True)
    for who in cast:
        pixels = portrait(story, who.id, STYLE)
        Image.fromarray(pixels[..., ::-1]).save(folder / "portraits" / f"{who.id}.png")
    (clip,) = StoryboardAnimator(size=(640, 360), fps=12, workers=1).animate(story, STYLE, (), folder)
    assert clip.masklets is not None
    masklets = {masklet.entity: masklet for masklet in read_masklets(folder / clip.masklets.path)}
    return Film(clip.footage(folder), claims_of(story, clip, masklets, STYLE))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Film, Film]:
    """Two stories in which nothing is the same."""
    root = tmp_path_factory.mktemp("films")
    return (
        filmed(root / "one", (person("mara", "woman", "red", "black"), person("jon", "man", "green", "grey")),
               "forest", "day", "Follow the river to the bridge"),
        filmed(root / "two", (person("lila", "girl", "purple", "blonde"), person("old", "old man", "yellow", "white")),
               "street", "night", "Nobody may open this door"),
    )  # fmt: skip


def judged(verifier: Verifier, footage: Footage, claims: Sequence[Claim]) -> dict[str, str]:
    return {verdict.about: verdict.outcome for verdict in verifier.verify(footage, claims, Path())}


@EMBEDDED
def test_true_claims_stand_and_their_false_twins_fall(films: tuple[Film, Film], verifier: Verifier) -> None:
    for film in films:
        twins = [twin for claim in film.claims for twin in false_twins(claim, film.claims)]
        said = judged(verifier, film.footage, [*film.claims, *twins])
        true = [said[claim.id] for claim in film.claims if said[claim.id] != "unsure"]
        false = [said[twin.id] for twin in twins if said[twin.id] != "unsure"]
        assert len(true) > (0.5 if isinstance(verifier, PixelsVerifier) else 0.3) * len(film.claims)
        assert true.count("supported") > 0.9 * len(true)
        assert false.count("refuted") > 0.9 * len(false)


@EMBEDDED
def test_a_film_of_another_story_refutes_who_is_there_and_where(films: tuple[Film, Film], verifier: Verifier) -> None:
    one, other = films
    swapped = Footage(one.footage.clip, other.footage.video, one.footage.portraits)
    said = judged(verifier, swapped, one.claims)
    measures = isinstance(verifier, PixelsVerifier)
    for kind in ("presence", "place", "time_of_day", *(("speech",) if measures else ())):
        outcomes = [said[claim.id] for claim in one.claims if claim.kind == kind]
        assert outcomes, kind
        assert "supported" not in outcomes, kind
        # whom the networks take for nobody they may still leave open
        assert "refuted" in outcomes or (kind == "presence" and not measures), kind
    attributes = [said[claim.id] for claim in one.claims if claim.kind == "attribute"]
    assert "supported" not in attributes


@EMBEDDED
def test_the_same_film_gets_the_same_verdicts(films: tuple[Film, Film], verifier: Verifier) -> None:
    film = films[0]
    assert list(verifier.verify(film.footage, film.claims, Path())) == list(
        verifier.verify(film.footage, film.claims, Path())
    )
