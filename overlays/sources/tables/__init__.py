"""Findings in lists: CSV tables and JSON in the manner of COCO."""
