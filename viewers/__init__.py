"""Images on a screen: DICOM files into volumes, volumes through views into pictures.

What belongs here: decoding, geometry, drawing, the viewport and its tools.
What does not: AI results (overlays), readers, questions, events (app).
"""
