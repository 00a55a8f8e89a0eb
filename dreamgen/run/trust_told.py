"""What calibration found, for people: sentences first, then a row for every kind of claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dreamgen.core.calibration import Calibration, Rate
from dreamgen.core.trusted import BASIS_IN_WORDS, Recall, Residual, Trusted, Voice


class KindRow(NamedTuple):
    """One kind of claim."""

    kind: str
    """Which."""
    true: str
    """How many of the decided true claims were supported: 18 of 20."""
    sensitivity: Rate | None
    """The same as a share."""
    false: str
    """How many of the decided false claims were refuted."""
    specificity: Rate | None
    """The same as a share."""
    reach: Rate | None
    """Share of all claims that were decided."""
    heard: str
    """Whether the kind may be asked, and how sure a verdict must be."""


def told(trusted: Trusted) -> Iterator[str]:
    """The sentences."""
    whole = next((one for one in trusted.residuals if one.kind == "all"), None)
    if trusted.pairs:
        most = "At most about" if trusted.at_most else "About"
        wrong = f"{most} {percent(trusted.pairs)} of the pairs are estimated to be wrong"
        yield f"{wrong}{', if ' + trusted.provided if trusted.provided else ''}: {_interval(trusted.pairs)}."
    if whole is not None:
        yield from _whole(whole)
    for recall in trusted.recalls:
        if recall.kind == "all":
            yield _recall(recall)
    for voice in trusted.voices:
        yield from _voice(voice)
    yield from trusted.notes


def _whole(whole: Residual) -> Iterator[str]:
    if whole.error:
        unseen = percent(whole.unsure_error) if whole.unsure_error else "an unknown share"
        yield (
            f"Of {whole.said.supported} claims that were seen to hold, {percent(whole.error)} are estimated to be "
            f"false ({_interval(whole.error)}); of {whole.said.unsure} that nobody could check, "
            f"{unseen}. {BASIS_IN_WORDS[whole.basis]}"
        )
    else:
        yield "How many of the claims are false can't be estimated: too little is known of how often the verifiers err."


def _recall(recall: Recall) -> str:
    share = recall.share
    return (
        f"Of {share.n} wrong pairs that were planted among right ones in {recall.films} other films, of which each "
        f"rests on a false twin, the filter dropped {percent(share)} ({_interval(share)})."
    )


def _voice(voice: Voice) -> Iterator[str]:
    for finding in voice.findings:
        yield f"The verifier {voice.name} {finding}. It is not heard."
    for shown in dict.fromkeys(control.shown for control in voice.controls):
        tries = [control for control in voice.controls if control.shown == shown]
        asked, upheld, seen = (sum(getattr(one, what) for one in tries) for what in ("asked", "upheld", "seen"))
        yield (
            f"Shown {shown}, the verifier {voice.name} upheld {upheld} of {asked} claims that it can't bear out; over "
            f"their own pixels it had upheld {seen} of them."
        )
    if voice.controls and all(control.shown != "another clip" for control in voice.controls):
        yield f"The verifier {voice.name} was shown no other clip instead of the right one: none rules out any claim."
    yield f"What is known of {voice.name} from other films: {voice.profile}."
    for silent in voice.silent:
        asked = "is not heard" if silent.asked else "is not asked"
        kind = silent.kind.replace("_", " ")
        share = percent(silent.specificity)
        yield f"The verifier {voice.name} {asked} about {kind}: it finds {share} of the false claims."


def rows(voice: Voice) -> tuple[KindRow, ...]:
    """What one verifier said in a run."""
    silent = {one.kind: "is not heard" if one.asked else "is not asked" for one in voice.silent}
    bars = {bar.kind: bar for bar in voice.bars}
    found = []
    for row in voice.rows:
        heard = silent.get(row.kind, "yes" if voice.believed else "no")
        if heard == "yes" and row.kind in bars:
            heard = _bar(bars[row.kind].supported, bars[row.kind].refuted)
        found.append(kind_row(row, heard))
    return tuple(found)


def kind_row(row: Calibration, heard: str) -> KindRow:
    """One kind of claim as a row."""
    true, false = row.true, row.false
    return KindRow(
        row.kind, f"{true.supported} of {true.decided}", row.sensitivity, f"{false.refuted} of {false.decided}",
        row.specificity, row.reach, heard,
    )  # fmt: skip


def _bar(supported: float, refuted: float) -> str:
    parts = (("yes", supported), ("no", refuted))
    return ", ".join(f"{word} from {least:.2f}" if least <= 1 else f"never {word}" for word, least in parts if least)


def percent(share: Rate | None) -> str:
    """`3 %`, with a digit more where it is small."""
    if share is None:
        return "–"
    return f"{tenths(share.value)} %" if share.value < 0.1 else f"{100 * share.value:.0f} %"


def tenths(share: float) -> str:
    """In tenths of a percent: `0.3`, and `<0.1` for what is little and not nothing."""
    return "<0.1" if 0 < share < 0.0005 else f"{100 * share:.1f}"


def between(share: Rate) -> str:
    """The interval: `0.0 to 0.4 %`."""
    return f"{tenths(share.low)} to {tenths(share.high)} %"


def _interval(share: Rate) -> str:
    return f"95 % interval {between(share)}"
