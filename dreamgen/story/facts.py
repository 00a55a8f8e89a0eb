"""Facts of a clip: what the plan says and the pixels bear out, as claims.

The masklets are the truth: a planned fact is asserted only where they show enough of it. A fact that several shots
in a row bear out is one claim.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from dreamgen.core.claims import Action, Cause, Claim, Count, Narration
from dreamgen.core.media import Clip, Masklet, Style
from dreamgen.core.story import Shot, Story
from dreamgen.story.chronology import durations_of, orders_of
from dreamgen.story.deeds import action_of, expression_of, interactions_of, movement_claim, speeches_of
from dreamgen.story.evidence import told_by_a_still
from dreamgen.story.looks import looks_of
from dreamgen.story.sightings import Sighting, Take, sightings_of, takes_of
from dreamgen.story.views import (
    absence_of,
    camera_of,
    countable,
    counts_of,
    cut_of,
    presence_of,
    relations_of,
    setting_of,
)

_MERGED = ("presence", "absence", "attribute", "place", "time_of_day", "weather", "count")
"""Kinds that go on over a cut as one claim; what is done, felt or moved belongs to its shot."""
_ENDS = (".", "!", "?", '"', "\u201d")


@dataclass
class _Facts:
    """Claims as they are found, joined over cuts."""

    claims: list[Claim] = field(default_factory=list)
    open: dict[Hashable, int] = field(default_factory=dict)
    """What the claim says, without its time, to its place in `claims`."""

    def add(self, claim: Claim | None, also: Hashable = None) -> Claim | None:
        """Records a claim; `also` must be the same too for two claims to be joined."""
        if claim is None:
            return None
        if claim.kind in _MERGED:
            said = (also, *claim.model_dump(exclude={"id", "start", "end"}).items())
            at = self.open.get(said)
            if at is not None and abs(self.claims[at].end - claim.start) < 1e-3:
                self.claims[at] = self.claims[at].model_copy(update={"end": claim.end})
                return self.claims[at]
            self.open[said] = len(self.claims)
        self.claims.append(claim)
        return claim


def claims_of(
    story: Story, clip: Clip, masklets: Mapping[str, Masklet], style: Style | None = None
) -> tuple[Claim, ...]:
    """All that is known of a clip, in order of time.

    Where nobody knows the masks of a clip, nothing is said of anybody in it: only of place, light, camera and cuts.

    Args:
        story: the plan, staged.
        clip: one scene, or the film.
        masklets: entity id to what is truly visible of it.
        style: how it is painted; some painters hide the time of day.
    """
    facts = _Facts()
    takes = takes_of(story, clip)
    views = [sightings_of(story, take, masklets) if clip.masklets else {} for take in takes]
    deeds: list[tuple[Claim, str]] = []
    for take, sightings in zip(takes, views, strict=True):
        _seen(facts, story, take, sightings, style)
        deeds += _done(facts, story, take, sightings)
    known = tuple(facts.claims)
    causes = (Cause(start=deed.start, end=deed.end, effect=deed.id, because=because) for deed, because in deeds)
    whole = (0.0, round(clip.seconds, 4))
    return _sorted([*known, *durations_of(known, views, whole), *orders_of(known, views, whole), *causes])


def film_claims(
    story: Story, film: Clip, masklets: Mapping[str, Masklet], style: Style | None = None
) -> tuple[Claim, ...]:
    """All that is known of the whole film: what its scenes show, in the film's time, and what only the whole tells.

    The film's own masklets are looked at again, so that what goes on over the cut between two scenes is one claim.
    """
    scenes = claims_of(story, film, masklets, style)
    takes = takes_of(story, film)
    whole: list[Claim] = []
    views = [sightings_of(story, take, masklets) if film.masklets else {} for take in takes]
    if story.overview and all(map(partial(_shown_as_told, story), takes, views)):
        whole.append(Narration(start=0.0, end=round(film.seconds, 4), text=story.overview))
    if takes and film.masklets:
        whole += _totals(takes, views)
    known = {claim.id for claim in scenes}
    return _sorted([*scenes, *(claim for claim in whole if claim.id not in known)])


def _totals(takes: Sequence[Take], views: Sequence[Mapping[str, Sighting]]) -> Iterator[Count]:
    """How many different people and animals the film shows, where every shot can be counted."""
    for what, sort in (("people", "person"), ("animals", "animal")):
        everyone: set[str] = set()
        for view in views:
            some = [sighting for sighting in view.values() if sighting.sort == sort]
            if not all(countable(sighting) for sighting in some):
                break
            everyone |= {sighting.who for sighting in some if sighting.clear}
        else:
            if everyone:
                yield Count.model_validate(
                    {"start": takes[0].start, "end": takes[-1].end, "what": what, "number": len(everyone)}
                )


def _seen(facts: _Facts, story: Story, take: Take, sightings: Mapping[str, Sighting], style: Style | None) -> None:
    """What the picture of one shot shows of everybody and everything."""
    facts.add(cut_of(take))
    facts.add(camera_of(take))
    for claim in setting_of(story, take, style):
        facts.add(claim)
    for sighting in sightings.values():
        facts.add(absence_of(story, sighting))
        if sighting.clear:
            # what was only asked for is not joined with what is seen before and after: it may fall alone
            alone = take.shot.id if sighting.intended else ""
            facts.add(presence_of(story, sighting), alone)
            for look in looks_of(story, sighting):
                facts.add(look, alone)
    for count, who in counts_of(sightings):
        facts.add(count, tuple(sorted(who)))
    for relation in relations_of([sighting for sighting in sightings.values() if sighting.clear]):
        facts.add(relation)
    if take.shot.description and _is_sentence(story, take.shot) and _shown_as_told(story, take, sightings):
        facts.add(Narration(start=take.start, end=take.end, text=take.shot.description))


def _is_sentence(story: Story, shot: Shot) -> bool:
    """Whether a shot's description is no part of a sentence that goes on from one shot to the next."""
    following = next((after for one, after in pairwise(story.shots) if one.id == shot.id), None)
    goes_on = following is not None and following.description[:1].islower()
    return not shot.description[:1].islower() and (shot.description.endswith(_ENDS) or not goes_on)


def _shown_as_told(story: Story, take: Take, sightings: Mapping[str, Sighting]) -> bool:
    """Whether the picture shows what the plot's words say, so that they may be taught as its description."""
    shot = take.shot
    if take.motion == "generated" or any(sighting.intended for sighting in sightings.values()):
        return False
    if take.motion == "still" and not all(map(told_by_a_still, shot.events)):
        return False
    named = [story.character(who) or story.prop(who) for who in shot.present]
    if story.location(shot.location).stand_in_for or any(thing and thing.stand_in_for for thing in named):
        return False
    if any(event.text and not _in_sight(sightings, event.who) for event in shot.events):
        return False
    about = (note for note in story.notes if not note.remark)
    told = shot.description.casefold()
    noted = any(note.where == shot.id or (note.what and note.what.casefold() in told) for note in about)
    return all(event.seen for event in shot.events) and not noted


def _in_sight(sightings: Mapping[str, Sighting], who: str) -> bool:
    """Whether anything is seen of somebody: who is told of may stand outside of a close picture."""
    return who in sightings and bool(sightings[who].masks)


def _done(facts: _Facts, story: Story, take: Take, sightings: Mapping[str, Sighting]) -> list[tuple[Claim, str]]:
    """What is done, felt and said in one shot; returns the claims for which the plot gives a reason."""
    clear = {who: sighting for who, sighting in sightings.items() if sighting.clear}
    reasons: list[tuple[Claim, str]] = []
    for sighting in clear.values():
        held = clear.get((sighting.placement and sighting.placement.holds) or "")
        action = facts.add(action_of(sighting, held.who if held and not held.intended else None))
        facts.add(expression_of(sighting))
        facts.add(movement_claim(sighting))
        for interaction in interactions_of(sighting, clear):
            facts.add(interaction)
        for event, speech in speeches_of(sighting):
            facts.add(speech)
            if event.because:
                reasons.append((speech, event.because))
        if isinstance(action, Action):
            reasons += [
                (action, event.because)
                for event in take.shot.events
                if event.because and not event.says and event.who == sighting.who
                and event.seen and event.does == action.action
            ]  # fmt: skip
    return reasons


def _sorted(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    unique = {claim.id: claim for claim in claims}
    return tuple(sorted(unique.values(), key=lambda claim: (claim.start, claim.end, claim.kind, claim.id)))
