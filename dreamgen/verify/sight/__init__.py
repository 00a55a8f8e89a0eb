"""What classical vision can measure in a film: cuts, camera, who is where, colours, place and light, captions."""
