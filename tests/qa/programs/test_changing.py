from __future__ import annotations

from typing import Any


def test_the_weather_changes_once_and_is_known_all_the_time(say: Any, run: Any) -> None:
    rain, clear = say("weather", 0, 4, weather="rain"), say("weather", 4, 8, weather="clear")
    assert run("weather_change", [rain, clear], start=0, end=8) == "From rainy to clear"
    late = say("weather", 5, 8, weather="clear")
    assert run("weather_change", [rain, late], start=0, end=8) is None, "nobody knows what comes in between"
    back = say("weather", 8, 12, weather="rain")
    assert run("weather_change", [rain, clear, back], start=0, end=12) is None, "it changes twice"


def test_places_that_look_alike_do_not_change(say: Any, run: Any) -> None:
    forest, room = say("place", 0, 4, place="forest"), say("place", 4, 8, place="room")
    park = say("place", 4, 8, place="park")
    assert run("place_change", [forest, room], start=0, end=8) == "From a forest to a room"
    assert run("place_change", [forest, park], start=0, end=8) is None


def test_light_and_weather_change_together(say: Any, run: Any) -> None:
    claims = [
        say("weather", 0, 4, weather="rain"), say("weather", 4, 8, weather="clear"),
        say("time_of_day", 0, 4, time="day"), say("time_of_day", 4, 8, time="night"),
    ]  # fmt: skip
    assert run("sky_change", claims, start=0, end=8) == "From a rainy day to a clear night"
    assert run("sky_change", claims[:3], start=0, end=8) is None
    assert run("light_change", claims, start=0, end=8) == "From daytime to night"


def test_a_face_has_one_feeling_on_each_side_of_the_cut(say: Any, run: Any) -> None:
    sad = say("expression", 0, 4, entity="boy", feeling="sad")
    happy = say("expression", 4, 8, entity="boy", feeling="happy")
    times = {"entity": "boy", "start": 0, "middle": 4, "end": 8}
    assert run("face_change", [sad, happy], **times) == "From sad to happy"
    assert run("face_change", [sad], **times) is None
    worried = say("expression", 4, 8, entity="boy", feeling="worried")
    assert run("face_change", [sad, worried], **times) is None, "the two can be taken for each other"


def test_a_posture_changes_from_one_that_is_held_to_another(say: Any, run: Any) -> None:
    stand = say("action", 0, 4, entity="boy", action="stand")
    sit, walk = (say("action", 4, 8, entity="boy", action=pose) for pose in ("sit", "walk"))
    times = {"entity": "boy", "start": 0, "middle": 4, "end": 8}
    assert run("posture_change", [stand, sit], **times) == "From standing to sitting"
    assert run("posture_change", [stand, walk], **times) is None, "walking is no posture"


def test_no_option_is_the_middle_of_the_others(say: Any, asked: Any) -> None:
    claims = [
        say("weather", 0, 4, weather="rain"), say("weather", 4, 8, weather="clear"), say("cut", 4, 4),
        say("place", 0, 8, place="forest"),
    ]  # fmt: skip
    choices = [pair for pair in asked(claims, [4, 4], "change") if pair.options]
    assert choices
    for pair in choices:
        sources, tos = zip(*(option.removeprefix("From ").split(" to ") for option in pair.options), strict=True)
        assert all(sources.count(value) == tos.count(value) for value in sources)
        assert pair.options[pair.answer_index or 0] == "From rainy to clear"


def test_the_moment_of_a_change_is_the_whole_clip_or_two_shots(say: Any, asked: Any) -> None:
    times = [
        say("time_of_day", 0, 3, time="day"), say("time_of_day", 3, 6, time="night"),
        say("time_of_day", 6, 9, time="sunset"),
    ]  # fmt: skip
    cuts = [say("cut", 3, 3), say("cut", 6, 6)]
    texts = {pair.turns[0].text for pair in asked([*times, *cuts], [3, 3, 3], "change")}
    assert texts and all("shot" in text for text in texts)
    assert any("from the first shot to the second shot" in text.lower() for text in texts)
