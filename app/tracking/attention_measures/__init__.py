"""Where a reader's attention was, from the log alone: by view, pointer or gaze (defined in docs/attention.md)."""
