"""Images and AI results told in plain words and plain objects, for `readerlab inspect`."""
