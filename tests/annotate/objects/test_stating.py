"""Whatever a model writes: what is claimed of it is well formed, and each draft is taken or has a reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamgen.annotate.objects.checking import fault_of
from dreamgen.annotate.objects.sheets import DraftObject
from dreamgen.annotate.objects.stating import parts_of, subjects_of, told_apart
from dreamgen.core.claims import Description, Presence

WORDS = st.sampled_from(
    ["the", "a", "man", "woman", "red", "dog", "blue shirt", "(", "]", "\\", "*", "and", "in", "он", "🙂", "bus", ".",
     "He", "It", "rides", "is", "person", "\n", "-", "grey hair", "no", "<video>", "of", "with", "7"]
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=3, max_size=16).map(" ".join).filter(lambda text: len(text.strip()) >= 5)
DRAFTS = st.builds(
    DraftObject,
    names=st.sampled_from(["the man", "the man in the blue shirt", "the red dog", "the (bus", "a person", "***"]),
    what=st.sampled_from(["man", "dog", "(bus", "person", "red dog", "***"]),
    category=st.sampled_from(["person", "animal", "thing"]),
    looks=st.lists(WORDS, max_size=4).map(tuple),
    first=st.none() | st.floats(-5, 20),
    last=st.none() | st.floats(-5, 20) | st.just(float("nan")),
    instruction=TEXTS,
    answer=TEXTS,
)


@given(st.lists(DRAFTS, max_size=5))
@settings(max_examples=60)
def test_each_draft_is_taken_or_has_a_reason_and_claims_lie_in_the_clip(drafts: list[DraftObject]) -> None:
    taken: list[DraftObject] = []
    for draft in drafts:
        fault = fault_of(draft, taken, drafts)
        assert fault is None or (fault.reason.isidentifier() and fault.detail)
        taken += [draft] if fault is None else []
    # what the checks let through, and what they would not have
    for some in (taken, drafts):
        subjects = subjects_of(some, (), 10.0)
        assert sum(len(one.drafts) for one in subjects) == len(some)
        assert len({one.entity for one in subjects}) == len(subjects)
        for subject, fault in told_apart(subjects, ()):
            claims = list(subject.claims(("somebody",)))
            assert sum(isinstance(claim, Presence) for claim in claims) == 1
            assert all(0 <= claim.start < claim.end <= 10.0 for claim in claims)
            nth = [claim.nth for claim in claims if isinstance(claim, Description)]
            assert nth == list(range(len(nth))) and (fault is None or fault.reason == "not_told_apart")


@pytest.mark.parametrize(
    ("what", "answer", "parts"),
    [
        ("man", ["The man in red stands by a woman.", "She hands him a cup.", "He drinks."], [0, 0, 1]),
        ("man", ["The man in red stands by a door.", "He opens it."], [0, 1]),
        ("man", ["The man in red talks to a man.", "He laughs."], [0, 0]),
        ("chef", ["The chef stands by a girl.", "She cuts a carrot.", "She eats it."], [0, 0, 1]),
        ("woman", ["The woman in red sits.", "Her hair is long."], [0, 1]),
    ],
)
def test_he_or_she_who_may_be_somebody_else_stays_with_the_sentence_before(
    what: str, answer: list[str], parts: list[int]
) -> None:
    draft = DraftObject(
        names=f"the {what} in red", what=what, category="person", instruction="Describe.", answer=" ".join(answer)
    )
    together: dict[int, list[str]] = {}
    for part, sentence in zip(parts, answer, strict=True):
        together.setdefault(part, []).append(sentence)
    assert parts_of(draft) == tuple(" ".join(some) for some in together.values())
