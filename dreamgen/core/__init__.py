"""Records and contracts: pydantic and the standard library only."""
