"""Found footage becomes clips and claims: ingest, cut, choose, annotate."""
