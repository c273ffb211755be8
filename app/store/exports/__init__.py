"""The forms in which what readers did leaves a store: one module for each form.

What belongs here: tables, their data package, BIDS, XES, and the input files of statistics packages. What does not:
what the rows mean (projecting), and statistics (app.analysis).
"""
