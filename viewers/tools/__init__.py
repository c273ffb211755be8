"""Mouse and keyboard tools of a viewport."""
