"""Texts that come with ReaderLab, as Markdown; what a study shows is logged by id and SHA-256."""
