"""AI layers painted over a slice: what a viewport calls in its own paint event."""

from overlays.layers.exposure import Painted as Painted
from overlays.painting.painter import LayerPainter as LayerPainter
