"""Eye trackers: their samples as they come in, and what is made of them afterwards; no Qt.

What belongs here: streams, clocks, fixations, gaze on the images. What does not: the events (app.tracking.events.gaze),
the check on the screen (app.windows.gaze), time that was spent on something (attention).
"""
