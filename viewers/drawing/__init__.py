"""From stored values to what is seen: pictures, and what stands around and over them.

What belongs here: rendering, texts and painters. What does not: widgets, and what a view is (viewers.view).
"""
