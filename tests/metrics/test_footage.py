from __future__ import annotations

from dreamgen.core.found import Excerpt
from dreamgen.core.media import Clip, MediaRef
from dreamgen.core.pairs import InstructionPair, Program, Turn
from dreamgen.core.receipts import Reject
from dreamgen.metrics.footage import Share, footage_of


def clip(name: str, seconds: float) -> Clip:
    return Clip(
        id=name, video=MediaRef(path=f"clips/{name}.mp4", sha256="0" * 64), fps=10, size=(64, 64),
        frames=round(10 * seconds), origin="found", excerpt=Excerpt(source=name[0], start=0, end=seconds),
    )  # fmt: skip


def pair(name: str, of: str, *texts: str, task: str = "object_description") -> InstructionPair:
    roles = ("human", "assistant") * (len(texts) // 2)
    turns = tuple(Turn.model_validate({"role": role, "text": text}) for role, text in zip(roles, texts, strict=True))
    return InstructionPair(
        id=name, clip=of, task=task, form="open", turns=turns, claims=("c",), program=Program(name="subject_described")
    )


def test_H9_clips_seconds_answers_and_categories_are_counted() -> None:
    clips = [clip("a1", 10.0), clip("a2", 20.0), clip("b1", 60.0), clip("b2", 10.0)]
    pairs = [
        pair("p1", "a1", "Describe the dog.", "The dog is brown."),
        pair("p2", "a1", "Describe the cat.", "The cat is grey and very old."),
        pair("p3", "a2", "Who is there?", "A dog.", "And then?", "A cat.", task="dialogue"),
    ]
    sorts = {"a1": ("food", "similarity"), "a2": ("food", "words"), "b1": ("art", "words"), "gone": ("art", "words")}
    dropped = [("draft", "not_provided"), ("draft", "names_several"), ("draft", "not_provided"), ("clip", "too_short")]
    rejects = [Reject(what="x", kind=kind, stage="annotate", reason=reason) for kind, reason in dropped]
    found = footage_of(clips, pairs, sorts, rejects)
    assert (found.videos, found.clips, found.seconds) == (2, 4, 100.0)
    assert (found.mean_seconds, found.median_seconds, found.shortest, found.longest) == (25.0, 15.0, 10.0, 60.0)
    assert (found.pairs, found.answers, found.answers_per_clip, found.silent) == (3, 4, 1.0, 2)
    assert (found.descriptions, found.descriptions_per_clip, found.words_per_description) == (2, 0.5, 5.5)
    assert found.categories == (Share(name="food", clips=2), Share(name="art", clips=1))
    assert found.sorted_by == (Share(name="words", clips=2), Share(name="similarity", clips=1))
    assert found.drafts_dropped == (("not_provided", 2), ("names_several", 1))


def test_nothing_is_counted_as_nothing() -> None:
    found = footage_of([], [], {})
    assert found.clips == found.answers == 0 and found.mean_seconds == found.answers_per_clip == 0.0


def test_P1_pairs_are_counted_by_type_and_subtype() -> None:
    asked = [
        ("p1", "What colour is the cup?"),
        ("p2", "What colour is a door?"),
        ("p3", "How many people are there?"),
    ]
    pairs = [pair(name, "a1", question, "An answer.", task="attribute") for name, question in asked]
    assert footage_of([clip("a1", 4)], pairs, {}).types == (("Object Attributes, colour", 2), ("Counting, people", 1))
