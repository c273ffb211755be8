"""What the mouse does in a viewport, one file a tool: scroll, window, pan, zoom, mark.

What belongs here: turning a drag into the next view. What does not: receiving events and painting (viewport).
"""

from viewers.tools.tool import Drag, MouseMap, Tool

__all__ = ["Drag", "MouseMap", "Tool"]
