"""However a verb is written, the pose that shows it is found, and no other."""

from __future__ import annotations

import pytest

from dreamgen.story.composing.doing import doing_of
from dreamgen.story.offers import offers


@pytest.mark.parametrize(
    ("verb", "lemma", "pose", "shows"),
    [
        ("walk", "walk", "walk", True),
        ("climbs", "climb", "walk", False),
        ("Picks up", "pick", "hold", False),
        ("is walking", "walk", "walk", True),
        ("begin to run", "run", "run", True),
        ("quietly whispers", "whisper", "talk", True),
        ("fall asleep", "sleep", "lie", True),
        ("sit_down", "sit", "sit", True),
        ("embraced", "embrace", "hug", True),
        ("stnads", "stand", "stand", True),
        ("gallopp", "gallop", "run", True),
        ("meditate", "meditate", "stand", False),
        ("want to dance", "want", "stand", False),
        ("does not run", "stand", "stand", False),
        ("ȜÞ'", "stand", "stand", False),
    ],
)
def test_verbs(verb: str, lemma: str, pose: str, shows: bool) -> None:
    doing = doing_of(verb)
    assert (doing.lemma, doing.pose, doing.shows) == (lemma, pose, shows)


def test_a_short_word_is_not_taken_for_another() -> None:
    assert doing_of("wlak").shows is False


def test_every_verb_that_shows_something_is_shown_as_it_was_offered() -> None:
    for group in offers().verbs:
        for verb in group.verbs:
            assert doing_of(verb).pose == group.pose
            assert doing_of(verb).shows
