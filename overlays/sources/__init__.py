"""One file per form in which AI results arrive."""
