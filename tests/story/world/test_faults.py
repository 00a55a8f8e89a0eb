"""What can't be in an outline or an act is told in sentences."""

from __future__ import annotations

from dreamgen.story.expansion.drafts import ActPlan, Outline
from dreamgen.story.world import act_faults, outline_faults
from tests.story.world.told import act, premise, right_story, scene


def test_a_right_story_has_no_faults_at_any_level() -> None:
    draft = right_story()
    assert outline_faults(draft.premise, Outline(acts=tuple(one.draft for one in draft.acts))) == ()
    for one in draft.acts:
        plan = ActPlan(scenes=tuple(work.draft for work in one.scenes))
        assert act_faults(draft.premise, one.draft, plan) == ()


def test_an_outline_lets_nobody_come_back() -> None:
    outline = Outline(acts=(act(gone=("tom",)).draft, act().draft))
    assert outline_faults(premise(), outline) == ("Act 2: Tom is dead or has left the story before.",)


def test_an_act_knows_who_has_gone_and_who_is_needed() -> None:
    plan = ActPlan(scenes=(scene(gone=("tom",)).draft,))
    told = act_faults(premise(), act().draft, plan, gone=("mara",), needed=("tom",))
    assert told == (
        "Scene 1: Mara is dead or has left the story in an earlier act.",
        "Scene 1: Tom can't die or leave for good, a later act still has them.",
    )


def test_an_act_shows_who_goes_in_it_and_has_its_own_people() -> None:
    plan = ActPlan(scenes=(scene(cast=("mara", "aldo")).draft,))
    told = act_faults(premise(), act(cast=("mara", "tom"), gone=("tom",)).draft, plan)
    assert told == (
        "Scene 1: Aldo is not in the cast of the act.",
        "Tom dies or leaves for good in this act, but no scene says so in `gone`.",
    )


def test_what_changes_hands_in_a_scene_of_an_act_is_no_fault() -> None:
    meeting, later = scene(carried="mara=lantern"), scene(carried="tom=lantern", cast=("tom",))
    plan = ActPlan(scenes=(meeting.draft, later.draft))
    assert act_faults(premise(), act().draft, plan) == ()


def test_an_act_keeps_time_and_holders() -> None:
    plan = ActPlan(
        scenes=(
            scene(carried="mara=lantern tom=lantern", time_of_day="night").draft,
            scene(carried="aldo=key").draft,
        )
    )
    assert act_faults(premise(), act().draft, plan) == (
        "Scene 1: Mara and Tom can't both carry lantern.",
        "Scene 2: day 1, day, comes after day 1, night.",
        "Scene 2: Aldo carries key but is not in this scene.",
    )
