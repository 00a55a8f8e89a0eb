"""Cuts and camera moves."""

from __future__ import annotations

from dreamgen.core.claims import CameraMove, Cut
from dreamgen.verify.judging.case import Case
from dreamgen.verify.judging.opinion import Opinion, refuted, supported, unsure


def judge_cut(case: Case, claim: Cut) -> Opinion:
    """Whether the picture changes at once within a frame and a half of the claimed time."""
    viewing = case.viewing
    fps = viewing.reel.fps
    frame = claim.at * fps
    if not viewing.cuts:
        return refuted(0.9, f"no cut in {viewing.reel.count} frames", "no_cut")
    nearest = min(viewing.cuts, key=lambda cut: abs(cut - frame))
    away = abs(nearest - frame)
    evidence = f"nearest cut at frame {nearest} ({nearest / fps:.2f} s), {away:.1f} frames away"
    if away <= 1.5:
        return supported(0.98, evidence)
    if away >= 3.0:
        return refuted(0.95, evidence, "no_cut")
    return unsure("near_a_cut", evidence)


def judge_camera(case: Case, claim: CameraMove) -> Opinion:
    """Whether the set shifts or grows between the frames of the span as the move would make it."""
    takes = case.takes(claim)
    if not takes:
        return unsure("outside_the_film")
    if len(takes) > 1:
        return unsure("several_shots", f"{len(takes)} shots in the span")
    take = takes[0]
    path = case.viewing.camera(take)
    (across, down), scale, sure = path.shift, path.whole.scale, path.whole.inliers
    evidence = (
        f"set shifts {across:+.3f} x {down:+.3f} of the frame and scales {scale:.3f} "
        f"over frames {take.first}-{take.stop - 1}; {sure:.2f} of the points agree"
    )
    if sure < 0.18 or path.move is None:
        return unsure("unclear_motion", evidence)
    if path.move == claim.move:
        return supported(0.6 + 0.4 * sure, evidence)
    return refuted(0.6 + 0.4 * sure, f"{evidence}: {path.move}", "other_camera_move")
