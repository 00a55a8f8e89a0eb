"""What calibration found, in sentences."""

from __future__ import annotations

from dreamgen.core.trusted import Control, Trusted, Voice
from dreamgen.run.trust_told import told


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
