"""Other viewers doing what ours does, each in a process of its own: what benchmarks.draw_peers runs.

What belongs here: scripts that need only their own viewer and numpy. What does not: our code, which is not there.
"""
