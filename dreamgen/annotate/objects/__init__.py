"""Single people, animals and things of a clip: what a model is asked for, and what is held against its answers."""
