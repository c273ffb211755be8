"""Desks: thin Qt objects over the viewport grid, one for each thing that a reader can do across viewports.

What belongs here: commands, painters and hands of one feature. What does not: its arithmetic, and anything of app.
"""
