"""The dry run: readers on paper fill a protocol, and what they leave is examined before any person reads."""
