"""AI results as layers over images."""
