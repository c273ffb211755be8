"""Events, the recorder and dwell. One Qt file, the observer."""
