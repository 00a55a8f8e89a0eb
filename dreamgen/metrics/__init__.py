"""What is measured of films and datasets, each measure with its interval and its source."""
