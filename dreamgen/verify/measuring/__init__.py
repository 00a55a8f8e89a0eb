"""What is measured in a clip to check measured claims, by other means than those by which they were made."""
