"""What of AI results lies on one displayed slice: outlines of findings, sections of maps, contours of segments.

What belongs here: pure geometry between patient mm and image points. What does not: device pixels, colours
and Qt (painting), which findings are shown (layers).
"""
