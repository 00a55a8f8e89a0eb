"""What the numbers of a clip's frames and sound amount to."""
