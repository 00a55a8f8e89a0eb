"""P18: the domain of a video."""

from __future__ import annotations

import pytest

from dreamgen.core.claims import Claim, Description
from dreamgen.core.found import Excerpt, Said, Source
from dreamgen.core.media import Clip
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.qa.domains import domain_of, domain_told, domains, with_domains

SOURCE = Source(id="v", name="v.mp4", sha256="0" * 64, seconds=9, size=(64, 64), fps=25)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("making pasta dough", "cooking"),
        ("people skiing downhill", "sport"),
        ("Juggling balls", "games"),
        ("changing a car tyre", "vehicles and travel"),
        ("A man washes his hands.", "housework"),
        ("A woman with black hair stands there.", ""),
        ("", ""),
    ],
)
def test_P18_words_tell_the_domain(text: str, domain: str) -> None:
    assert domain_told([text]) == domain


def test_P18_every_word_of_the_list_tells_its_domain() -> None:
    for name, words in domains().items():
        assert all(words), name
        assert domain_told([" ; ".join(" ".join(word) for word in words)]) == name


def test_P18_what_a_collection_says_goes_before_what_was_described() -> None:
    seen = [Description(start=0, end=9, text="A dog runs past a dog.")]
    assert domain_of(None, seen) == "animals"
    assert domain_of(SOURCE, seen) == "animals"
    assert domain_of(SOURCE.model_copy(update={"title": "My first guitar lesson"}), seen) == "music and dance"
    tagged = SOURCE.model_copy(update={"title": "Guitar", "tags": (Said(start=0, end=1, text="peel onion"),)})
    assert domain_of(tagged, seen) == "cooking"
    told = tagged.model_copy(update={"more": (("Category", "Sports"), ("note", "guitar"))})
    assert domain_of(told, seen) == "sport"


def test_P18_pairs_get_the_domain_of_their_clip(clip: Clip) -> None:
    claims: dict[str, list[Claim]] = {"here": [Description(start=0, end=8, text="She plays the piano.")]}
    found = clip.model_copy(update={"id": "cut", "excerpt": Excerpt(source="v", start=0, end=8)})
    clips = (found, clip.model_copy(update={"id": "here"}))
    pairs = [_pair("cut"), _pair("here"), _pair("cut").model_copy(update={"domain": "film"}), _pair("gone")]
    labelled = SOURCE.model_copy(update={"labels": ("baking bread",)})
    told = with_domains(pairs, clips, {"v": labelled}, claims)
    assert [pair.domain for pair in told] == ["cooking", "music and dance", "film", ""]


def test_P18_what_a_model_says_of_some_pairs_goes_for_their_clip(clip: Clip) -> None:
    pairs = [_pair("here"), _pair("here").model_copy(update={"domain": "film"})]
    told = with_domains(pairs, [clip.model_copy(update={"id": "here"})], {}, {})
    assert [pair.domain for pair in told] == ["film", "film"]


def _pair(clip: str) -> InstructionPair:
    return InstructionPair(
        id="p", clip=clip, task="t", form="open", claims=("c1",), program=Program(name="written"),
        turns=(Turn(role="human", text="What?"), Turn(role="assistant", text="That.")),
    )  # fmt: skip
