"""The reading list and its telephone calls on the screen. Their law is app.reading.worklist."""
