"""What the log says: accuracy, time, dwell, the report."""
