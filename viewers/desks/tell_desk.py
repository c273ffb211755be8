"""Says at the lower edge of the image what a command did where no picture shows it, and which tool is in the hand.

What belongs here: those words. What does not: doing anything, and refusals, which each desk says itself.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from study_configs.words import phrase, translate
from viewers.desks.measure_desk import MeasureDesk
from viewers.grid import ViewportGrid

NOTE = "tool"
HINTS = {
    "measure.length": phrase("ViewerHints", "Length: click both ends, or drag."),
    "measure.angle": phrase("ViewerHints", "Angle: click three points, the corner second."),
    "measure.cobb": phrase("ViewerHints", "Cobb angle: click both ends of one line, then both of the other."),
    "measure.bidirectional": phrase(
        "ViewerHints", "Diameters: click both ends of the longest, then of the shortest across it."
    ),
    "measure.ellipse": phrase("ViewerHints", "Ellipse: click two corners of its box, or drag."),
    "measure.rectangle": phrase("ViewerHints", "Rectangle: click two corners, or drag."),
    "measure.polygon": phrase("ViewerHints", "Polygon: click its corners; Return or a double click closes it."),
    "measure.freehand": phrase("ViewerHints", "Freehand: drag along the outline."),
    "measure.arrow": phrase("ViewerHints", "Arrow: click its tip, then its end, or drag; then write."),
    "measure.point": phrase("ViewerHints", "Point: click the place, then type a confidence."),
    "measure.box": phrase("ViewerHints", "Box: click two corners, or drag."),
    "brush.paint": phrase("ViewerHints", "Brush: drag to paint on this slice."),
    "brush.volume": phrase("ViewerHints", "Brush through slices: drag; it keeps to values like those where you begin."),
    "brush.erase": phrase("ViewerHints", "Eraser: drag over what should go."),
}
PICTURE_WORDS = {
    "interpolation smooth": phrase("ViewerHints", "Interpolation: smooth"),
    "interpolation linear": phrase("ViewerHints", "Interpolation: linear"),
    "interpolation nearest": phrase("ViewerHints", "Interpolation: nearest"),
    "filter ": phrase("ViewerHints", "Filter: none"),
    "filter smooth": phrase("ViewerHints", "Filter: smooth"),
    "filter sharpen": phrase("ViewerHints", "Filter: sharpen"),
}


class TellDesk(QObject):
    """Listens to what was done, and says it for a few seconds; a tool's hint stays as long as the tool."""

    def __init__(self, grid: ViewportGrid, measures: MeasureDesk) -> None:
        super().__init__(grid)
        self._grid, self._measures = grid, measures
        grid.command_performed.connect(self._performed)
        measures.tool_changed.connect(lambda _tool: self._hint())
        grid.active_changed.connect(lambda _index: self._hint())
        grid.first_painted.connect(lambda _index: self._hint())

    def _hint(self) -> None:
        """The tool's hint, in the active viewport alone."""
        words = HINTS.get(self._measures.tool, "")
        for index, viewport in enumerate(self._grid.viewports):
            is_here = bool(words) and index == self._grid.active
            viewport.set_note(NOTE, translate("ViewerHints", words) if is_here else "")

    def _performed(self, command_id: str, _source: str) -> None:
        links, view = self._grid.links, self._grid.active_viewport.view
        words: dict[str, Callable[[], str]] = {
            "link.toggle": lambda: self._linked(self.tr("Scrolling"), is_on=links.scroll),
            "link.view": lambda: self._linked(self.tr("Zoom and position"), is_on=links.view),
            "link.window": lambda: self._linked(self.tr("Windows"), is_on=links.window),
            "link.offset": lambda: "" if any(links.shifts_mm.values()) else self.tr("No offset between linked stacks."),
            "viewport.next": self._alone,
            "viewport.maximise": self._alone,
        }
        if view is not None:
            words["interpolation.next"] = lambda: translate(
                "ViewerHints", PICTURE_WORDS[f"interpolation {view.interpolation}"]
            )
            words["filter.next"] = lambda: translate("ViewerHints", PICTURE_WORDS[f"filter {view.filter}"])
        said = words[command_id]() if command_id in words else ""
        if said:
            self._grid.active_viewport.say(said)

    def _linked(self, what: str, *, is_on: bool) -> str:
        words = self.tr("{what}: linked between viewports.") if is_on else self.tr("{what}: not linked.")
        return words.format(what=what)

    def _alone(self) -> str:
        is_single = len(self._grid.arrangement.cells) == 1
        return self.tr("There is one viewport only: Ctrl+4 shows four.") if is_single else ""
