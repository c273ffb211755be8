"""The composition root: makes the parts of a run and hands them to each other. No room below knows it."""
