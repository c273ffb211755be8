"""ReaderLab's own file: one JSON, with maps and pictures in files beside it."""
