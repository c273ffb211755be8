"""Planes other than the files' own: turned, cut in another direction, projected, laid over each other.

What belongs here: arithmetic from volumes to volumes and pictures. What does not: Qt, and readers' wishes (desks).
"""
