from __future__ import annotations

from dreamgen.core.calibration import Calibration, Outcomes, Rate
from dreamgen.core.trusted import Recall, Residual, Trusted, Voice
from dreamgen.run.pooling import pooled


def story(wrong: float, pairs: int, supported: int = 10, basis: str = "reference", finding: str = "") -> Trusted:
    rate = Rate(value=wrong, low=wrong / 2, high=min(1.0, 2 * wrong), n=pairs)
    said = Outcomes(supported=supported, refuted=1, unsure=2)
    findings = (finding,) if finding else ()
    return Trusted(
        vote=(
            Calibration(kind="count", true=said, false=Outcomes(refuted=3)),
            Calibration(kind="all", true=said, false=Outcomes(refuted=3)),
        ),
        residuals=(Residual.model_validate({"kind": "all", "said": said, "basis": basis, "error": rate}),),
        voices=(Voice(name="sight", rows=(), findings=findings, believed=not finding),),
        pairs=rate,
    )


def test_a_share_is_the_mean_of_all_pairs_not_of_all_stories() -> None:
    found = pooled([story(0.1, 10), story(0.0, 90)])
    assert found.pairs is not None and found.pairs.n == 100
    assert abs(found.pairs.value - 0.01) < 1e-12


def test_the_interval_of_stories_that_err_together_is_no_narrower_than_theirs() -> None:
    one, many = story(0.1, 10), pooled([story(0.1, 10)] * 50)
    assert one.pairs and many.pairs
    assert (round(many.pairs.low, 9), round(many.pairs.high, 9)) == (one.pairs.low, one.pairs.high)


def test_what_verifiers_said_is_counted_together_with_all_of_it_last() -> None:
    found = pooled([story(0.1, 10), story(0.1, 10, supported=4)])
    assert [row.kind for row in found.vote] == ["count", "all"]
    assert found.vote[0].true == Outcomes(supported=14, refuted=2, unsure=4)
    assert found.residuals[0].said.supported == 14


def test_the_weakest_ground_is_told() -> None:
    assert pooled([story(0.1, 10), story(0.1, 10, basis="run")]).at_most
    assert not pooled([story(0.1, 10), story(0.1, 10)]).at_most


def test_a_verifier_that_failed_in_one_story_is_told_of() -> None:
    found = pooled([story(0.1, 10), story(0.1, 10, finding="says yes to everything"), story(0.1, 10)])
    assert [(voice.name, voice.findings) for voice in found.voices] == [("sight", ("says yes to everything",))]


def test_pools_of_pools_are_pools_of_all() -> None:
    stories = [story(0.02 * n, 5 + n, supported=n) for n in range(1, 7)]
    parts = pooled([pooled(stories[:2]), pooled(stories[2:])])
    whole = pooled(stories)
    assert parts.vote == whole.vote and parts.pairs and whole.pairs
    assert abs(parts.pairs.value - whole.pairs.value) < 1e-12


def test_nothing_is_known_of_nothing() -> None:
    assert pooled([]) == Trusted(vote=()) and pooled([Trusted(vote=()), Trusted(vote=())]).pairs is None


def test_what_the_filter_finds_is_told_where_it_is_the_same_of_all_stories() -> None:
    recalls = (Recall(kind="all", films=9, share=Rate(value=0.9, low=0.8, high=1.0, n=99)),)
    known = story(0.1, 10).model_copy(update={"recalls": recalls})
    assert pooled([known, known]).recalls == recalls
    assert pooled([known, story(0.1, 10)]).recalls == ()
    assert pooled([known, Trusted(vote=())]).recalls == recalls, "a story without claims takes nothing away"
