"""How a reading order is drawn: a reader's place, blocks, order of cases, hidden cases, thresholds, the bustle.

What belongs here: the steps from a study and a place to one reader's order. What does not: their composition, which is
study_configs.reading_order.
"""
