"""What stands beside the images: lists, strips, plots, pickers.

What belongs here: widgets that show values and emit what was chosen. What does not: doing it (desks).
"""
