"""The next move after a fault in a run, the same whichever command made it."""

from typing import Final

AGAIN: Final = "Run the same command again with the same --out: it is then made again."
"""Where a record or an artefact is damaged."""

UNFINISHED: Final = "Let it come to its end first: run the same command again with the same --out."
"""Where something needs what isn't made yet."""
