"""Simulated readers that drive the same windows or the engine alone."""
