"""AI layers painted over a slice: what a viewport calls in its own paint event (painter), and what that is made of."""
