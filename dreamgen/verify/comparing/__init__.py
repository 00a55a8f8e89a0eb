"""What a model answered, held against what is claimed or keyed."""
