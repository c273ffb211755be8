"""What a hand does over one viewport with buttons and wheel: strokes of the pointer become views, clicks and commands.

What belongs here: presses, drags, chords, clicks, the wheel. What does not: the viewport itself, fingers (touches), how
far a drag goes (tools), which button does what (gestures).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent

from viewers.tools import Drag, Tool
from viewers.tools.gestures import Gestures
from viewers.tools.hand import Button, Pointer
from viewers.tools.mark import ScreenMark, mark_at
from viewers.tools.pan import PanTool
from viewers.tools.scroll import ScrollTool, WheelSteps, px_per_slice
from viewers.tools.tool import ToolName, pace_of
from viewers.tools.window import WHEEL_PX, WindowTool
from viewers.tools.zoom import ZoomTool
from viewers.view import ZOOM_STEP, View, scrolled, zoomed

if TYPE_CHECKING:
    from viewers.viewport import Viewport

CLICK_PX = 3.0  # pointer travel below which a press and release are a click
EDGE_PX = 6.0  # a scrolling drag that rests so near to the edge, or beyond it, goes on
EDGE_MS = 70
UNITS_PER_PIXEL = 5  # of wheel, for touchpads that tell pixels only: 24 pixels are a slice
KEYS = Qt.KeyboardModifier
MODIFIERS = (("Ctrl", KEYS.ControlModifier), ("Shift", KEYS.ShiftModifier), ("Alt", KEYS.AltModifier))
BUTTONS: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
    Qt.MouseButton.BackButton: "back",
    Qt.MouseButton.ForwardButton: "forward",
}
TOOLS: dict[ToolName, Tool] = {"scroll": ScrollTool(), "window": WindowTool(), "pan": PanTool(), "zoom": ZoomTool()}


@dataclass(frozen=True, slots=True)
class Touch:
    """Where the pointer is in the widget, with which keys; `name` is the button, or "finger"; pressure is a pen's."""

    at: QPointF
    keys: Qt.KeyboardModifier
    name: str = ""
    pressure: float = 1.0


@dataclass(slots=True)
class Press:
    """A button that is down: where, in which view, on which mark, and whether it has become a drag."""

    name: str
    at: QPointF
    view: View
    keys: Qt.KeyboardModifier
    mark: ScreenMark | None = None
    is_double: bool = False
    is_drag: bool = False


class Strokes(QObject):
    """Takes the pointer's events for one viewport, and gives it views; the viewport's signals say the rest."""

    def __init__(self, viewport: Viewport) -> None:
        super().__init__(viewport)
        self.gestures = Gestures()
        self.is_marking = False
        self.pressure = 1.0
        self._viewport = viewport
        self._press: Press | None = None
        self._held = ""  # the button of a stroke that the hand has taken
        self._last: Touch | None = None
        self._wheel = WheelSteps()
        self._edge = QTimer(self, interval=EDGE_MS)
        self._edge.timeout.connect(self._scroll_on)

    @property
    def is_pressed(self) -> bool:
        return self._press is not None or bool(self._held)

    def forget(self) -> None:
        """Lets go of whatever is under way: the image has changed under the pointer."""
        self._press = None
        self._edge.stop()

    def drop(self) -> None:
        """The same for a hand that is taken away."""
        self._held = ""

    # --- presses ---------------------------------------------------------------------------------------------------

    def down(self, touch: Touch, *, is_double: bool = False) -> None:
        viewport = self._viewport
        pointer = self.pointer(touch)
        if pointer is None or viewport.view is None or self._held:
            return
        if self._press is not None:
            self._chord(self._press, touch, viewport.view)
            return
        hand = viewport.hand
        if hand is not None and is_double and hand.double_click(pointer):
            viewport.update()
            return
        if hand is not None and hand.press(pointer):  # a second click that comes soon is still a click
            self._held = touch.name
            viewport.update()
            return
        mark = self._mark_under(touch)
        self._press = Press(touch.name, touch.at, viewport.view, touch.keys, mark, is_double)

    def move(self, touch: Touch) -> None:
        self._last = touch
        if self._press is not None:
            self._drag(self._press, touch)
        elif self._viewport.hand is not None:
            self._lead(touch)

    def up(self, touch: Touch) -> None:
        pointer, hand = self.pointer(touch), self._viewport.hand
        if self._held:
            if self._held == touch.name and hand is not None and pointer is not None:
                self._held = ""
                hand.release(pointer)
                self._viewport.update()
            return
        press = self._press
        if press is None or (press.name != touch.name and press.name != "both"):
            return
        self.forget()
        self._viewport.setCursor(Qt.CursorShape.CrossCursor)
        if press.name != "both":
            self._released(press, touch)

    def pointer(self, touch: Touch) -> Pointer | None:
        """What a hand is told of the pointer; None where there is no image."""
        viewport, at = self._viewport, touch.at
        point = viewport.image_point(at)
        if point is None or viewport.volume is None or viewport.view is None:
            return None
        name = "left" if touch.name == "finger" else touch.name
        return Pointer(
            at.x(), at.y(), *point, viewport.volume, viewport.view, viewport.width(), viewport.height(),
            button=cast(Button, name),
            shift=bool(touch.keys & KEYS.ShiftModifier),
            control=bool(touch.keys & KEYS.ControlModifier),
            alt=bool(touch.keys & KEYS.AltModifier),
            pressure=touch.pressure,
        )  # fmt: skip

    def _chord(self, press: Press, touch: Touch, view: View) -> None:
        """Left and right together are a button of their own."""
        if {press.name, touch.name} == {"left", "right"}:
            self._press = Press("both", touch.at, view, touch.keys)

    def _lead(self, touch: Touch) -> None:
        """The pointer moves with something in the hand."""
        pointer, hand = self.pointer(touch), self._viewport.hand
        if pointer is None or hand is None:
            return
        if self._held:
            hand.move(pointer)
        else:
            hand.hover(pointer)
            self._viewport.setCursor(hand.cursor(pointer) or Qt.CursorShape.CrossCursor)
        self._viewport.update()

    def _mark_under(self, touch: Touch) -> ScreenMark | None:
        viewport = self._viewport
        if viewport.volume is None or viewport.view is None or touch.name not in ("left", "finger"):
            return None
        header, (x, y) = viewport.volume.header, touch.at.toTuple()
        return mark_at(viewport.marks, viewport.view, header, viewport.width(), viewport.height(), x, y)

    # --- drags -----------------------------------------------------------------------------------------------------

    def tool_of(self, press: Press) -> ToolName | None:
        """The tool of the gesture with its modifiers, else of the plain one, which they make fine or coarse."""
        own = self.gestures.action(with_keys(press.keys, press.name))
        action = own or self.gestures.action(press.name)
        return action if action in TOOLS else None

    def _pace(self, press: Press, keys: Qt.KeyboardModifier) -> float:
        has_own = keys != KEYS.NoModifier and self.gestures.action(with_keys(keys, press.name)) != ""
        return 1.0 if has_own else pace_of(keys)

    def _drag(self, press: Press, touch: Touch) -> None:
        viewport = self._viewport
        travel = touch.at - press.at
        press.is_drag |= abs(travel.x()) + abs(travel.y()) > CLICK_PX
        if not press.is_drag or viewport.volume is None or viewport.view is None:
            return
        if press.mark is not None:
            self._preview(press.mark, touch.at)
            return
        if touch.keys != press.keys:  # begin anew, or the whole way would change its pace
            press.keys, press.at, press.view = touch.keys, touch.at, viewport.view
        name = self.tool_of(press)
        if name is not None:
            self._apply(press, touch, name)
            self._watch_edge(name, touch.at)

    def _apply(self, press: Press, touch: Touch, name: ToolName) -> None:
        viewport, travel = self._viewport, touch.at - press.at
        if viewport.volume is None:
            return
        size, pace = (viewport.width(), viewport.height()), self._pace(press, touch.keys)
        drag = Drag(press.at.x(), press.at.y(), travel.x(), travel.y(), *size, pace)
        if viewport.cursor().shape() != TOOLS[name].cursor:
            viewport.setCursor(TOOLS[name].cursor)
        viewport.set_view(TOOLS[name].dragged(press.view, viewport.volume, drag))

    def _watch_edge(self, name: ToolName, at: QPointF) -> None:
        rests_there = name == "scroll" and not EDGE_PX <= at.y() <= self._viewport.height() - EDGE_PX
        if rests_there != self._edge.isActive():
            (self._edge.start if rests_there else self._edge.stop)()

    def _scroll_on(self) -> None:
        """A drag that rests at the edge counts as one that goes on, a slice at a time, until the stack ends."""
        viewport, press, last = self._viewport, self._press, self._last
        if press is None or last is None or viewport.volume is None or viewport.view is None:
            self._edge.stop()
            return
        way = 1 if last.at.y() > viewport.height() / 2 else -1
        frames = viewport.volume.header.frames
        if 0 <= viewport.view.slice_index + way < frames:
            press.at = press.at - QPointF(
                0, way * px_per_slice(viewport.height(), frames) / self._pace(press, last.keys)
            )
            self._apply(press, last, "scroll")

    def _preview(self, mark: ScreenMark, at: QPointF) -> None:
        """Shows a dragged mark under the pointer; whoever keeps the marks hears of it when it is let go."""
        place = self._viewport.source_point(at)
        if place is not None:
            moving = replace(mark, column=place[0], row=place[1], slice_index=place[2])
            self._viewport.set_marks(tuple(moving if m.id == mark.id else m for m in self._viewport.marks))

    # --- clicks ----------------------------------------------------------------------------------------------------

    def _released(self, press: Press, touch: Touch) -> None:
        viewport, place = self._viewport, self._viewport.source_point(touch.at)
        if place is None:
            return
        if press.is_drag:
            if press.mark is not None:
                viewport.mark_moved.emit(press.mark.id, *place)
            return
        button = "left" if press.name == "finger" else press.name
        viewport.clicked.emit(button, *place)
        if press.mark is not None:
            viewport.mark_picked.emit(press.mark.id)
        elif self.is_marking and button == "left":
            viewport.mark_requested.emit(*place)
        else:
            self._command(press, button)

    def _command(self, press: Press, button: str) -> None:
        kinds = (f"{button} double", f"{button} click") if press.is_double else (f"{button} click",)
        commands = (self.gestures.action(with_keys(press.keys, kind)) for kind in kinds)
        command = next((each for each in commands if each), "")
        if command:
            self._viewport.command_requested.emit(command)

    def command(self, gesture: str) -> None:
        """Asks for the command of a gesture that is no button's: a long press."""
        command = self.gestures.action(gesture)
        if command:
            self._viewport.command_requested.emit(command)

    # --- wheel -----------------------------------------------------------------------------------------------------

    def turn(self, event: QWheelEvent) -> bool:
        """The wheel or a touchpad; False where it does nothing here."""
        viewport = self._viewport
        units, volume, view = wheel_units(event), viewport.volume, viewport.view
        if volume is None or view is None or units == 0:
            return False
        action = self.gestures.action(with_keys(event.modifiers(), "wheel")) or self.gestures.action("wheel")
        if action == "zoom":
            self.zoom_at(event.position(), ZOOM_STEP ** (units / 120))
        elif action == "window":
            drag = Drag(0, 0, units / 120 * WHEEL_PX, 0, viewport.width(), viewport.height())
            viewport.set_view(TOOLS["window"].dragged(view, volume, drag))
        elif action in ("scroll", "scroll10") and event.phase() != Qt.ScrollPhase.ScrollMomentum:
            factor = 10 if action == "scroll10" else 1
            viewport.wheel_turned.emit(-units / 120 * factor)
            viewport.set_view(scrolled(view, factor * self._wheel.add(units), volume.header.frames))
        return True

    def zoom_at(self, at: QPointF, factor: float) -> None:
        """Enlarges about a point of the widget."""
        viewport = self._viewport
        if viewport.volume is not None and viewport.view is not None:
            size = viewport.width(), viewport.height()
            viewport.set_view(zoomed(viewport.view, viewport.volume.header, *size, factor, at.x(), at.y()))


def with_keys(keys: Qt.KeyboardModifier, base: str) -> str:
    """A gesture's name with the modifiers that are held: "Ctrl+Shift+left"."""
    return "+".join([*(name for name, key in MODIFIERS if keys & key), base])


def wheel_units(event: QWheelEvent) -> int:
    """How far the wheel went in eighths of a degree, also where a touchpad tells pixels only."""
    angle, pixels = event.angleDelta(), event.pixelDelta()
    return angle.y() or angle.x() or UNITS_PER_PIXEL * (pixels.y() or pixels.x())


def touch_of(event: QMouseEvent, pressure: float) -> Touch:
    """A mouse event's place, keys and button; while moving, the button that is held."""
    held = next((b for b in BUTTONS if event.buttons() & b), Qt.MouseButton.NoButton)
    button = event.button() if event.button() != Qt.MouseButton.NoButton else held
    name = "" if button == Qt.MouseButton.NoButton else BUTTONS.get(button, "other")
    return Touch(event.position(), event.modifiers(), name, pressure)
