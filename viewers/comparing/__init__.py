"""Images side by side: layouts, links, hanging protocols, exams and their priors, key images.

What belongs here: rules and arithmetic over series headers. What does not: Qt (grid, desks, panels).
"""
