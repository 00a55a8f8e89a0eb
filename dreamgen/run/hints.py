"""The next move after a fault in a run, the same whichever command made it."""

from typing import Final

AGAIN: Final = "Give the run its command again with the same --out: what is damaged is then made anew."
"""Where a record or an artefact is damaged."""

UNFINISHED: Final = "Let it come to its end first: give the run its command again with the same --out."
"""Where something needs what isn't made yet."""
