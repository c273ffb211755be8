"""The conduct of a study on its store: enrolling, opening sittings, washout, amending. No windows."""
