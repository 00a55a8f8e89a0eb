"""Whether a dataset's questions need the video: what the text alone gives away."""
