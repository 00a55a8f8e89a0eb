"""Things: held in a hand, or standing on the stage."""
