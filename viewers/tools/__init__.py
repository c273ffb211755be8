"""What the mouse does in a viewport, one file a tool: scroll, window, pan, zoom, mark.

What belongs here: turning a drag into the next view. What does not: receiving events (strokes) and painting (viewport).
"""

from viewers.tools.tool import Drag, Tool

__all__ = ["Drag", "Tool"]
