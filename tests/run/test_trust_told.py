"""What calibration found, in sentences."""

from __future__ import annotations

from dreamgen.core.calibration import Rate
from dreamgen.core.trusted import Control, Recall, Trusted, Voice
from dreamgen.run.trust_told import percent, told


def test_several_scenes_shown_instead_of_others_are_told_of_in_one_sentence() -> None:
    swaps = [Control(shown="another clip", asked=asked, upheld=2, seen=asked - 1, again=2) for asked in (11, 9)]
    blank = Control(shown="a blank video", asked=16, upheld=0, seen=6, again=0)
    voice = Voice(name="pixels", rows=(), controls=(*swaps, blank), profile="pixels.json")
    lines = [line for line in told(Trusted(vote=(), voices=(voice,))) if line.startswith("Shown")]
    assert [line.split(" claims")[0] for line in lines] == [
        "Shown another clip, the verifier pixels upheld 4 of 20",
        "Shown a blank video, the verifier pixels upheld 0 of 16",
    ]
    assert "it had upheld 18 of them" in lines[0]


def test_little_is_not_nothing() -> None:
    share = Rate(value=0.00003, low=0.0, high=0.0004, n=36)
    (line,) = told(Trusted(vote=(), pairs=share))
    assert line == "About <0.1 % of the pairs are estimated to be wrong: 95 % interval 0.0 to <0.1 %."
    assert [percent(Rate(value=value, low=0, high=1, n=9)) for value in (0.0, 0.004, 0.2)] == ["0.0 %", "0.4 %", "20 %"]


def test_what_the_filter_finds_is_told_in_one_sentence() -> None:
    shares = {"place": Rate(value=1.0, low=0.9, high=1.0, n=80), "all": Rate(value=0.94, low=0.92, high=0.96, n=9000)}
    recalls = tuple(Recall(kind=kind, films=48, share=share) for kind, share in shares.items())
    (line,) = told(Trusted(vote=(), recalls=recalls))
    assert line == (
        "Of 9000 wrong pairs that were planted among right ones in 48 other films, of which each rests on a false "
        "twin, the filter dropped 94 % (95 % interval 92.0 to 96.0 %)."
    )
