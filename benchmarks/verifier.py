"""How well the `pixels` verifier tells true claims from their false twins, on films that it never learned from.

    python benchmarks/verifier.py --stories 8 --films DIR

Random stories with held-out seeds are filmed as the product films them, their claims and false twins are shuffled,
and the verifier sees the mp4 and the portraits alone.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

import cv2
from verifier_corpus import PAINTERS
from verifier_world import random_story

from dreamgen.clip.animators.storyboard import StoryboardAnimator
from dreamgen.clip.truth import read_masklets
from dreamgen.core.base import derived_random
from dreamgen.core.calibration import Outcome, calibrate
from dreamgen.core.claims import Claim
from dreamgen.core.media import Clip, Footage, Style
from dreamgen.core.story import Story
from dreamgen.core.twins import false_twins
from dreamgen.illustrator import portrait
from dreamgen.story.facts import claims_of
from dreamgen.verify.verifiers.pixels import PixelsVerifier


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


def main() -> None:
    """Films, asks, prints the table; `--errors` lists what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=8)
    parser.add_argument("--first", type=int, default=9000, help="seed of the first story; 2000-2999 were learned from")
    parser.add_argument("--films", type=Path, help="keeps the films here for the next run")
    parser.add_argument("--size", type=int, nargs=2, default=(1024, 576))
    parser.add_argument("--errors", type=Path, help="writes wrong verdicts to this file")
    options = parser.parse_args()
    films = options.films or Path(tempfile.mkdtemp())
    judged: list[tuple[str, bool, Outcome]] = []
    wrong, reasons, seconds, film_seconds = [], Counter[str](), 0.0, 0.0
    for seed in range(options.first, options.first + options.stories):
        style = Style(name="any", words="", painter=PAINTERS[seed % len(PAINTERS)])
        story, folder = random_story(seed), films / str(seed)
        clip = filmed(story, style, folder, tuple(options.size))
        claims = shuffled_claims(story, clip, folder, style)
        footage = Footage(
            clip.id, folder / clip.video.path,
            {character.id: folder / "portraits" / f"{character.id}.png" for character in story.cast},
        )  # fmt: skip
        begin = time.process_time()
        verdicts = list(PixelsVerifier().verify(footage, [claim for claim, _ in claims], Path()))
        seconds, film_seconds = seconds + time.process_time() - begin, film_seconds + clip.seconds
        for (claim, true), verdict in zip(claims, verdicts, strict=True):
            judged.append((claim.kind, true, verdict.outcome))
            if verdict.outcome == "unsure":
                reasons[f"{claim.kind}: {verdict.reason}"] += true
            elif (verdict.outcome == "supported") != true:
                said = {"claim": claim.model_dump(mode="json"), "verdict": verdict.model_dump(mode="json")}
                wrong.append({"seed": seed, "painter": style.painter, "true": true, **said})
    print(f"{'kind':12} {'true':>5} {'sens.':>6} {'unsure':>6}   {'false':>5} {'spec.':>6} {'unsure':>6}")
    for row in calibrate(judged):
        sens, spec = (f"{rate.value:.3f}" if rate else "-" for rate in (row.sensitivity, row.specificity))
        open_ = [f"{o.unsure / o.n:.2f}" if o.n else "-" for o in (row.true, row.false)]
        print(f"{row.kind:12} {row.true.n:5} {sens:>6} {open_[0]:>6}   {row.false.n:5} {spec:>6} {open_[1]:>6}")
    print("unsure about true claims:", ", ".join(f"{why} {n}" for why, n in reasons.most_common(14) if n))
    print(f"{seconds / film_seconds:.2f} CPU seconds a second of film")
    if options.errors:
        options.errors.write_text("\n".join(json.dumps(entry) for entry in wrong))


if __name__ == "__main__":
    main()
