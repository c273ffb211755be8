"""How findings and maps are shown: the layer, when it comes, where it lies, what of it was seen."""
