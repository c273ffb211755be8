"""The protocol: its schema, its loading with line-numbered errors, and the reading order it implies.

What belongs here: everything that can be said about a study before anybody reads.
What does not: pixels, AI results, events, windows.
"""
