"""Protocols that ship with ReaderLab."""
