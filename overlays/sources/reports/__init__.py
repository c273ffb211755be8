"""Structured reports: measurement reports and those of CAD, read and written."""
