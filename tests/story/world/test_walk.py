"""A draft is walked from state to state; what can't happen is found, and nothing else."""

from __future__ import annotations

import pytest

from dreamgen.story.expansion.drafts import StoryDraft
from dreamgen.story.world import breaks
from tests.story.world.told import act, right_story, scene, shot, story


def rules(draft: StoryDraft) -> list[tuple[str, str]]:
    """Where and what is broken."""
    return [(one.where, one.rule) for one in breaks(draft)]


def test_a_story_in_which_everything_can_happen_has_no_breaks() -> None:
    assert breaks(right_story()) == ()


def test_a_dead_man_does_not_walk() -> None:
    draft = story(scene(shot("tom die"), shot("tom walk")))
    (broken,) = breaks(draft)
    assert (broken.where, broken.rule, broken.shot, broken.step) == ("shot-01-01-02", "dead", 1, 0)
    assert broken.detail == "Tom is dead and can't walk"


def test_whoever_dies_may_fall_after_it() -> None:
    assert breaks(story(scene(shot("tom die", "tom fall"), shot("tom lie")))) == ()


def test_nobody_who_died_comes_back_in_a_later_scene() -> None:
    draft = story(scene(shot("tom die"), gone=("tom",)), scene(shot("tom walk"), day=2))
    assert rules(draft) == [("scene-01-02", "gone"), ("shot-01-02-01", "gone")]


def test_whom_a_later_scene_still_has_does_not_die_before() -> None:
    assert rules(story(scene(shot("mara kill tom")), scene(shot("tom walk")))) == [("shot-01-01-01", "needed_later")]


def test_whom_the_outline_has_later_does_not_leave_for_good_before() -> None:
    first, then = act(scene(shot("tom walk"), gone=("tom",))), act(scene(shot("mara walk"), cast=("mara",)))
    assert rules(story(first, then)) == [("scene-01-01", "needed_later")]


def test_whoever_leaves_in_an_act_is_in_no_later_one() -> None:
    draft = story(act(gone=("tom",)), act())
    assert rules(draft) == [("act-02", "gone")]


def test_somebody_is_left_as_long_as_the_story_goes_on() -> None:
    draft = story(act(gone=("mara", "tom", "aldo")), act(cast=("mara",)))
    assert rules(draft) == [("act-01", "nobody_left"), ("act-02", "gone")]


def test_a_lantern_is_taken_before_it_is_used() -> None:
    assert rules(story(scene(shot("mara walk - lantern"), shot("mara take lantern"), shot("mara walk - lantern")))) == [
        ("shot-01-01-01", "not_held")
    ]


def test_what_is_carried_in_need_not_be_taken() -> None:
    assert breaks(story(scene(shot("mara walk - lantern"), carried="mara=lantern"))) == ()


def test_a_thing_has_one_holder() -> None:
    two = scene(shot("mara walk"), carried="mara=lantern tom=lantern")
    other = scene(shot("mara take lantern", "tom walk - lantern"))
    assert rules(story(two)) == [("scene-01-01", "two_holders")]
    assert rules(story(other)) == [("shot-01-01-01", "held_by_another")]


def test_what_is_with_somebody_elsewhere_is_not_carried_in() -> None:
    first = scene(shot("mara take lantern"), cast=("mara",))
    assert rules(story(first, scene(shot("tom walk"), cast=("tom",), carried="tom=lantern"))) == [
        ("scene-01-02", "held_by_another")
    ]


def test_an_act_does_not_know_what_was_in_hand_in_the_one_before() -> None:
    first = act(scene(shot("mara take lantern"), cast=("mara",)))
    own, others = shot("mara walk - lantern"), scene(shot("tom walk"), cast=("tom",), carried="tom=lantern", day=2)
    assert breaks(story(first, act(scene(own, day=2)))) == ()
    assert breaks(story(first, act(others))) == ()


def test_what_was_put_down_lies_where_it_was_put_down() -> None:
    first = scene(shot("mara drop lantern"), carried="mara=lantern")
    elsewhere = scene(shot("mara take lantern"), place="dark-wood")
    assert rules(story(first, elsewhere)) == [("shot-01-02-01", "thing_elsewhere")]
    assert breaks(story(first, scene(shot("mara take lantern")))) == ()


def test_what_is_given_changes_hands() -> None:
    draft = story(
        scene(shot("mara give tom lantern"), shot("mara raise lantern", "tom raise lantern"), carried="mara=lantern")
    )
    assert rules(draft) == [("shot-01-01-02", "held_by_another")]


def test_nobody_is_met_who_is_not_there() -> None:
    draft = story(
        scene(
            shot("mara hug aldo"), shot("tom leave"), shot("mara hug tom"), shot("tom come_back"), shot("mara hug tom")
        )
    )
    assert rules(draft) == [("shot-01-01-01", "not_here"), ("shot-01-01-03", "left")]


def test_whoever_enters_was_not_there_before() -> None:
    late = story(scene(shot("mara hug tom"), shot("tom enter"), shot("mara hug tom")))
    nearer = story(scene(shot("mara hug tom"), shot("tom come")))
    assert rules(late) == [("shot-01-01-01", "not_come_yet")]
    assert breaks(nearer) == ()


def test_whoever_brings_a_thing_has_it_when_they_come_in() -> None:
    assert breaks(story(scene(shot("mara stand"), shot("tom enter - lantern"), carried="tom=lantern"))) == ()
    assert rules(story(scene(shot("mara take lantern"), shot("tom enter - lantern")))) == [
        ("shot-01-01-02", "held_by_another")
    ]


def test_whoever_comes_or_goes_in_a_shot_is_met_in_all_of_it() -> None:
    coming = shot("mara wave tom", "mara give tom lantern", "tom enter")
    going = shot("tom leave", "mara wave tom")
    assert breaks(story(scene(shot("mara stand"), coming, shot("tom walk - lantern"), carried="mara=lantern"))) == ()
    assert breaks(story(scene(going))) == ()


def test_whoever_has_just_gone_or_is_about_to_come_is_seen_from_afar() -> None:
    assert breaks(story(scene(shot("tom leave"), shot("mara look tom")))) == ()
    assert breaks(story(scene(shot("mara wave tom"), shot("tom enter")))) == ()
    late = scene(shot("tom leave"), shot("mara weep"), shot("mara look tom"))
    assert rules(story(late)) == [("shot-01-01-03", "left")]


def test_what_nobody_has_had_yet_is_taken_by_whoever_finds_or_holds_it() -> None:
    for verb in ("find", "hold", "lift"):
        assert breaks(story(scene(shot(f"mara {verb} - lantern"), shot("mara walk - lantern")))) == ()
    assert breaks(story(scene(shot("mara bring tom lantern"), shot("tom walk - lantern")))) == ()
    assert rules(story(scene(shot("mara give tom lantern")))) == [("shot-01-01-01", "not_held")]
    lost = scene(shot("mara lose lantern"), shot("mara hold lantern"), carried="mara=lantern")
    assert rules(story(lost)) == [("shot-01-01-02", "not_held")]
    assert rules(story(scene(shot("mara find lantern"), shot("tom hold lantern")))) == [
        ("shot-01-01-02", "held_by_another")
    ]


def test_nobody_falls_asleep_and_runs_in_one_shot() -> None:
    assert rules(story(scene(shot("tom fall_asleep", "tom run")))) == [("shot-01-01-01", "asleep")]
    assert breaks(story(scene(shot("tom fall_asleep", "tom wake_up", "tom run")))) == ()


def test_between_two_shots_somebody_can_have_woken() -> None:
    assert breaks(story(scene(shot("tom fall_asleep"), shot("tom run"), lines="2=tom"))) == ()
    still = story(scene(shot("tom fall_asleep"), shot("tom lie", "mara look tom"), lines="2=tom"))
    assert rules(still) == [("shot-01-01-02", "asleep")]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Aldo waves to Mara.", True),
        ("At the harbour Mara weeps, and Aldo hugs her.", True),
        ("Mara thinks of Aldo.", False),
        ("Mara remembers how Aldo waves to her.", False),
        ("Aldo is dead.", False),
        ("Aldo Rossi waves to Mara.", False),
        ("Mara looks at Aldo's hat.", False),
    ],
)
def test_words_let_nobody_act_who_is_gone(text: str, broken: bool) -> None:
    first = scene(shot("aldo die"), cast=("mara", "aldo"), gone=("aldo",))
    then = scene(shot("mara stand", text=text))
    assert rules(story(first, then)) == [("shot-01-02-01", "gone")] * broken


def test_ids_exist() -> None:
    draft = story(scene(shot("nobody walk", "mara hug nobody", "mara walk - wand"), place="moon", carried="mara=wand"))
    assert rules(draft) == [("scene-01-01", "unknown_id")] * 2 + [("shot-01-01-01", "unknown_id")] * 3
    assert rules(story(scene(shot("mara walk - tom")))) == [("shot-01-01-01", "not_a_thing")]


def test_a_scene_is_in_a_place_of_its_act() -> None:
    assert rules(story(act(scene(shot("mara walk"), place="dark-wood"), places=("old-harbour",)))) == [
        ("scene-01-01", "place_not_in_act")
    ]


@pytest.mark.parametrize(
    ("day", "time", "broken"), [(2, "day", False), (1, "night", False), (1, "sunset", True), (1, "day", True)]
)
def test_time_goes_forward(day: int, time: str, broken: bool) -> None:
    draft = story(scene(shot("mara walk"), time_of_day="night"), scene(shot("mara walk"), day=day, time_of_day=time))
    assert rules(draft) == ([("scene-01-02", "back_in_time")] if broken and time != "night" else [])


def test_there_is_no_moonlight_at_noon() -> None:
    told = shot("mara walk", text="Mara walks through the moonlight.")
    assert rules(story(scene(told))) == [("shot-01-01-01", "other_light")]
    assert breaks(story(scene(told, time_of_day="night"))) == ()
    assert rules(story(scene(shot("mara walk"), content="At midnight they meet."))) == [("scene-01-01", "other_light")]


def test_it_does_not_rain_in_clear_weather() -> None:
    told = shot("mara walk", text="Mara stands in the rain.")
    assert rules(story(scene(told))) == [("shot-01-01-01", "other_weather")]
    assert breaks(story(scene(told, weather="rain"))) == ()


def test_whoever_speaks_is_there_alive_and_awake() -> None:
    draft = story(scene(shot("tom sleep"), shot("tom die"), shot("mara weep"), lines="1=tom 2=aldo 3=tom 9=mara"))
    assert [(one.rule, one.line) for one in breaks(draft)] == [("not_here", 1), ("dead", 2), ("no_such_shot", 3)]


def test_what_can_not_happen_changes_nothing() -> None:
    # he never got the lantern, so she still has it
    draft = story(scene(shot("mara give aldo lantern"), shot("mara raise lantern"), carried="mara=lantern"))
    assert rules(draft) == [("shot-01-01-01", "not_here")]


def test_a_bench_is_in_nobodys_hand() -> None:
    assert breaks(story(scene(shot("mara sit - bench", "tom put bench lantern"), carried="tom=lantern"))) == ()


def test_an_unwritten_scene_has_nothing_to_break() -> None:
    assert breaks(story(scene(), act(), scene(cast=("tom",)))) == ()
