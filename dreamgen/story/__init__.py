"""A plot becomes a story: writers, staging, and the facts that a film of it must show."""
