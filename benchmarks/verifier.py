"""How well the embedded verifiers tell true claims from their false twins, on films that they never learned from.

    python benchmarks/verifier.py --stories 8 --films DIR --verifier both

Random stories with held-out seeds are filmed as the product films them, their claims and false twins are shuffled,
and the verifiers see the mp4 and the portraits alone. `both` shows each, what they say together when all who can tell
must agree, and how often one is wrong where the other is.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
from verifier_corpus import PAINTERS
from verifier_world import random_story

from dreamgen.clip.animators.storyboard import StoryboardAnimator
from dreamgen.clip.truth import read_masklets
from dreamgen.core.base import derived_random
from dreamgen.core.calibration import Outcome, calibrate, total
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip, Footage, Style
from dreamgen.core.pairs import InstructionPair, Verdict
from dreamgen.core.story import Story
from dreamgen.core.twins import false_twins
from dreamgen.illustrator import portrait
from dreamgen.qa.synthesizers.programs import ProgramsSynthesizer
from dreamgen.story.facts import claims_of
from dreamgen.verify.verifiers.pixels import PixelsVerifier
from dreamgen.verify.verifiers.sight import SightVerifier
from dreamgen.verify.voting import vote

VERIFIERS = {"pixels": PixelsVerifier, "sight": SightVerifier}


def filmed(story: Story, style: Style, folder: Path, size: tuple[int, int]) -> Clip:
    """The story's one scene as a clip with truth, and portraits beside it; kept from an earlier run."""
    kept = folder / "clip.json"
    if kept.exists():
        return Clip.model_validate_json(kept.read_text())
    (folder / "portraits").mkdir(parents=True, exist_ok=True)
    for character in story.cast:
        cv2.imwrite(str(folder / "portraits" / f"{character.id}.png"), portrait(story, character.id, style))
    clip = next(iter(StoryboardAnimator(size=size).animate(story, style, (), folder)))
    kept.write_text(clip.model_dump_json())
    return clip


def shuffled_claims(story: Story, clip: Clip, folder: Path, style: Style) -> list[tuple[Claim, bool]]:
    """All true claims of the clip and their false twins, in an order that tells nothing."""
    assert clip.masklets is not None  # the storyboard animator knows the truth
    masklets = {masklet.entity: masklet for masklet in read_masklets(folder / clip.masklets.path)}
    true = claims_of(story, clip, masklets, style)
    every = {claim.id: (claim, True) for claim in true}
    for claim in true:
        for twin in false_twins(claim, true):
            every.setdefault(twin.id, (twin, False))
    mixed = sorted(every.values(), key=lambda pair: pair[0].id)
    derived_random(story.seed, "mixed").shuffle(mixed)
    return mixed


@dataclass
class Voice:
    """What one verifier, or several together, said of all films."""

    judged: list[tuple[Claim, bool, Verdict]] = field(default_factory=list)
    seconds: float = 0.0
    """Of one CPU."""

    def wrong(self) -> dict[int, bool]:
        """For every claim that was decided, whether wrongly."""
        told = ((at, true, verdict.outcome) for at, (_, true, verdict) in enumerate(self.judged))
        return {at: (outcome == "supported") != true for at, true, outcome in told if outcome != "unsure"}


def table(name: str, voice: Voice) -> None:
    """Sensitivity and specificity by kind, and the commonest reasons to leave a true claim open."""
    outcomes: list[tuple[str, bool, Outcome]] = [(c.kind, true, verdict.outcome) for c, true, verdict in voice.judged]
    print(f"\n{name:12} {'true':>5} {'sens.':>6} {'unsure':>6}   {'false':>5} {'spec.':>6} {'unsure':>6}")
    for row in total(calibrate(outcomes)):
        sens, spec = (f"{rate.value:.3f}" if rate else "-" for rate in (row.sensitivity, row.specificity))
        open_ = [f"{o.unsure / o.n:.2f}" if o.n else "-" for o in (row.true, row.false)]
        print(f"{row.kind:12} {row.true.n:5} {sens:>6} {open_[0]:>6}   {row.false.n:5} {spec:>6} {open_[1]:>6}")
    left = Counter(f"{c.kind}: {v.reason}" for c, true, v in voice.judged if true and v.outcome == "unsure")
    print("unsure about true claims:", ", ".join(f"{why} {n}" for why, n in left.most_common(12)))


def together(voices: dict[str, Voice]) -> None:
    """Whether two verifiers err on the same claims."""
    (first, one), (second, other) = ((name, voice.wrong()) for name, voice in voices.items())
    for name, mine, whose, theirs in ((first, one, second, other), (second, other, first, one)):
        errors = [at for at, bad in mine.items() if bad]
        shared, open_ = sum(theirs.get(at, False) for at in errors), sum(at not in theirs for at in errors)
        right = len(errors) - shared - open_
        print(
            f"of {len(errors)} that {name} gets wrong, {whose} gets {shared} wrong, {right} right, leaves {open_} open"
        )
    both = sorted(set(one) & set(other))
    if both:
        alone = [sum(some[at] for at in both) / len(both) for some in (one, other)]
        shared = sum(one[at] and other[at] for at in both) / len(both)
        print(f"of {len(both)} that both decide: wrong {alone[0]:.4f} and {alone[1]:.4f}, both {shared:.4f}; ", end="")
        print(f"if they erred independently {alone[0] * alone[1]:.4f}")


def pairs_of(clip: Clip, claims: Sequence[Claim], seed: int) -> int:
    """How many questions the product asks about a clip."""
    made = ProgramsSynthesizer().synthesize(clip, claims, seed, Path())
    return sum(isinstance(pair, InstructionPair) for pair in made)


def main() -> None:
    """Films, asks, prints the tables; `--errors` lists what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=8)
    parser.add_argument("--first", type=int, default=9000, help="seed of the first story; 2000-4999 were learned from")
    parser.add_argument("--verifier", choices=(*VERIFIERS, "both"), default="pixels")
    parser.add_argument("--films", type=Path, help="keeps the films here for the next run")
    parser.add_argument("--size", type=int, nargs=2, default=(1024, 576))
    parser.add_argument("--errors", type=Path, help="writes wrong verdicts to this file")
    options = parser.parse_args()
    films = options.films or Path(tempfile.mkdtemp())
    names = tuple(VERIFIERS) if options.verifier == "both" else (options.verifier,)
    voices = {name: Voice() for name in names}
    film_seconds, pairs, wrong = 0.0, 0, list[dict[str, Any]]()
    for seed in range(options.first, options.first + options.stories):
        style = Style(name="any", words="", painter=PAINTERS[seed % len(PAINTERS)])
        story, folder = random_story(seed), films / str(seed)
        clip = filmed(story, style, folder, tuple(options.size))
        claims = shuffled_claims(story, clip, folder, style)
        pairs += pairs_of(clip, [claim for claim, true in claims if true], seed)
        film_seconds += clip.seconds
        portraits = {character.id: folder / "portraits" / f"{character.id}.png" for character in story.cast}
        footage = Footage(clip.id, folder / clip.video.path, portraits)
        for name, voice in voices.items():
            begin = time.process_time()
            verdicts = list(VERIFIERS[name]().verify(footage, [claim for claim, _ in claims], Path()))
            voice.seconds += time.process_time() - begin
            for (claim, true), verdict in zip(claims, verdicts, strict=True):
                voice.judged.append((claim, true, verdict))
                if verdict.outcome != "unsure" and (verdict.outcome == "supported") != true:
                    said = {"claim": claim.model_dump(mode="json"), "verdict": verdict.model_dump(mode="json")}
                    wrong.append({"seed": seed, "painter": style.painter, "true": true, **said})
    for name, voice in voices.items():
        table(name, voice)
        print(f"{voice.seconds / film_seconds:.3f} CPU seconds a second of film, ", end="")
        claims_a_second, pairs_a_second = (count / voice.seconds for count in (len(voice.judged), pairs))
        print(f"{claims_a_second:.0f} claims and {pairs_a_second:.0f} pairs verified a CPU second")
    if len(voices) > 1:
        lines = zip(*(voice.judged for voice in voices.values()), strict=True)
        table("both", Voice([(some[0][0], some[0][1], vote([said for _, _, said in some])) for some in lines]))
        together(voices)
    if options.errors:
        options.errors.write_text("\n".join(json.dumps(entry) for entry in wrong))


if __name__ == "__main__":
    main()
