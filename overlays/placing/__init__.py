"""Results put over the images of a case, or refused with a reason."""
