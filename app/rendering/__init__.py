"""A slice as a PNG, with AI layers over it: `readerlab render`. No windows."""
