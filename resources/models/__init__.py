"""Models that ship with ReaderLab, each with its card."""
