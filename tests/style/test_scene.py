from __future__ import annotations

from dreamgen.style.scene import preview_story


def test_the_scene_shows_two_people_an_animal_and_a_prop_by_day_and_by_night() -> None:
    story = preview_story()

    assert [shot.time_of_day for shot in story.shots] == ["day", "night"]
    for shot in story.shots:
        assert {placement.who for placement in shot.layout.placements} == {"anna", "tom", "rex"}
        assert any(placement.holds == "lantern" for placement in shot.layout.placements)


def test_everybody_stands_whole_in_the_picture() -> None:
    for shot in preview_story().shots:
        for placement in shot.layout.placements:
            box = shot.layout.frame_box(placement.who, shot.camera, 0.5)
            assert box is not None
            assert box.x0 > 0 and box.y0 > 0 and box.x1 < 1 and box.y1 < 1


def test_the_scene_never_changes() -> None:
    assert preview_story() == preview_story()
