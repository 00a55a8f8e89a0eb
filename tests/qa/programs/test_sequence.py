from __future__ import annotations

from typing import Any


def acts(say: Any, *poses: str, who: str = "boy") -> list[Any]:
    """One pose after another, four seconds each; `gone` is out of the picture, and an empty one is not known."""
    claims = []
    for number, pose in enumerate(poses):
        at = (4 * number, 4 * number + 4)
        claims.append(say("absence" if pose == "gone" else "presence", *at, entity=who))
        claims += [say("action", *at, entity=who, action=pose)] if pose not in ("", "gone") else []
    return claims


def test_what_comes_next_is_the_next_act(say: Any, run: Any) -> None:
    claims = acts(say, "walk", "walk", "sit", "wave")
    assert run("next_act", claims, entity="boy", start=0, end=4) == "Sitting", "walking on is still walking"
    assert run("next_act", claims, entity="boy", start=12, end=16) is None
    assert run("act_before", claims, entity="boy", start=8, end=12) == "Walking"


def test_what_comes_next_may_come_after_an_absence_but_not_after_a_gap(say: Any, run: Any) -> None:
    assert run("next_act", acts(say, "walk", "gone", "sit"), entity="boy", start=0, end=4) == "Sitting"
    assert run("next_act", acts(say, "walk", "", "sit"), entity="boy", start=0, end=4) is None


def test_what_looks_the_same_is_not_next(say: Any, run: Any) -> None:
    assert run("next_act", acts(say, "walk", "run"), entity="boy", start=0, end=4) is None


def test_all_acts_are_told_in_order_where_none_comes_twice(say: Any, run: Any) -> None:
    assert (
        run("all_acts", acts(say, "walk", "sit", "dance"), entity="boy") == "First walking, then sitting, then dancing"
    )
    assert run("all_acts", acts(say, "walk", "sit", "walk"), entity="boy") is None
    assert run("all_acts", acts(say, "walk", "", "sit"), entity="boy") is None


def test_what_may_go_on_beside_other_things_does_not_come_next(say: Any, run: Any) -> None:
    assert run("next_act", acts(say, "walk", "hold"), entity="boy", start=0, end=4) is None, "he may hold it already"
    assert run("next_act", acts(say, "hold", "walk"), entity="boy", start=0, end=4) == "Walking"
    assert run("all_acts", acts(say, "walk", "hold"), entity="boy") is None


def test_the_moment_goes_with_the_act_that_is_given(say: Any, asked: Any) -> None:
    claims = [*acts(say, "walk", "sit", "walk"), say("cut", 4, 4), say("cut", 8, 8)]
    pairs = asked(claims, [4, 4, 4], "sequence", "prediction")
    texts = {pair.turns[0].text for pair in pairs}
    assert any("walking in the first shot" in text or text.startswith("In the first shot") for text in texts)
    for pair in pairs:
        if pair.form == "open" and "next" in pair.turns[0].text:
            assert "sitting" in pair.turns[1].text or "in the second shot" in pair.turns[0].text.lower()


def test_an_order_is_offered_with_its_permutations(say: Any, asked: Any) -> None:
    claims = [*acts(say, "walk", "sit"), say("cut", 4, 4)]
    (choice,) = [p for p in asked(claims, [4, 4], "sequence") if p.options and "First" in p.options[0]]
    assert set(choice.options) == {"First walking, then sitting", "First sitting, then walking"}
