"""The coordinator's desk: one window for a study from its file to its report."""
