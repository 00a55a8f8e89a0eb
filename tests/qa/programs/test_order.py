"""What comes first and what comes next, in words that only one moment fits."""

from __future__ import annotations

from tests.qa.programs.conftest import Ask, Say


def test_who_comes_into_view_again_appears_for_the_first_time(say: Say, asked: Ask) -> None:
    claims = [
        say("presence", 0, 3, entity="man"),
        say("presence", 3, 6, entity="boy"),
        say("presence", 6, 9, entity="woman"),
        say("presence", 9, 12, entity="boy"),
        *(say("absence", at, at + 3, entity="boy") for at in (0, 6)),
        *(say("absence", at, at + 3, entity="woman") for at in (0, 3, 9)),
        say("absence", 3, 12, entity="man"),
        say("action", 3, 6, entity="boy", action="run"),
        say("action", 6, 9, entity="woman", action="wave"),
        say("speech", 9.5, 11.5, entity="boy", words="Thank you"),
        *(say("cut", at, at) for at in (3, 6, 9)),
    ]
    pairs = asked(claims, [3, 3, 3, 3], "temporal_order")
    told = [" ".join(turn.text for turn in pair.turns) for pair in pairs]
    of_the_boy = [text for text in told if "boy appear" in text]
    of_the_woman = [text for text in told if "woman appear" in text]
    assert of_the_boy and all("for the first time" in text for text in of_the_boy)
    assert of_the_woman and not any("woman appears for the first time" in text for text in of_the_woman)
    unseen = {claim.id for claim in claims if claim.kind == "absence" and claim.entity == "boy" and claim.start < 3}
    rests_on = [set(pair.claims) for pair, text in zip(pairs, told, strict=True) if "boy appear" in text]
    assert all(unseen <= some for some in rests_on), "he could be seen before, and did not appear"
