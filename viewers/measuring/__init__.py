"""Measuring and marking without a screen: shapes, numbers, editing, undoing, brushes, DICOM objects.

What belongs here: pure functions and frozen values. What does not: Qt (viewers.tools, viewers.desks), the log (app).
"""
