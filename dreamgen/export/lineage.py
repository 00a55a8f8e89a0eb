"""Where a dataset comes from, in the words of PROV-O (https://www.w3.org/TR/prov-o/), as Croissant 1.1 wants it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dreamgen.core.amounts import amount
from dreamgen.core.dataset import About
from dreamgen.export.counts import Counts


def derived_from(counts: Counts, about: About) -> list[dict[str, Any]]:
    """What it was made of."""
    found = [
        _entity(f"{amount(count, 'video')} found, licence: {licence or 'not told'}")
        for licence, count in sorted(Counter(about.licences).items())
    ]
    if "found" in counts.origins and not found:
        found = [_entity("Videos that were found; nobody told their licences")]
    if not counts.dreamed:
        return found
    plots = about.source and f"Stories that were written elsewhere: {about.source}"
    return [_entity(plots or "The plots of its stories, which whoever made the dataset gave to dreamgen"), *found]


def generated_by(about: About) -> list[dict[str, Any]]:
    """What was done to make it, stage by stage."""
    agent = {"@type": "prov:SoftwareAgent", "prov:label": f"dreamgen {about.version}".strip()}
    stages = [
        {
            "@type": "prov:Activity",
            "prov:label": f"{one.stage}: {', '.join(one.backends)}",
            "prov:wasAssociatedWith": agent,
        }
        for one in about.stages
    ]
    models = [
        {
            "@type": "prov:Activity",
            "prov:label": "; ".join(one.roles),
            "prov:used": _entity(f"{one.name}, licence: {one.licence or 'unknown'}"),
            "prov:wasAssociatedWith": agent,
        }
        for one in about.models
    ]
    return [*stages, *models] or [{"@type": "prov:Activity", "prov:label": "export", "prov:wasAssociatedWith": agent}]


def _entity(label: str) -> dict[str, Any]:
    return {"@type": "prov:Entity", "prov:label": label}
