"""A phase with AI in the real window: what the reader sees first is what stays."""

from PySide6.QtCore import QEvent, QObject

from app.reading import engine
from app.tracking.events import PhaseStarted

from .test_sitting import read_phase, read_texts, sign_in, wait_for_phase


class Paints(QObject):
    """The heights of a widget, each time that it is painted."""

    def __init__(self, widget, stands):
        super().__init__(widget)
        self._widget, self._stands, self.heights = widget, stands, []
        widget.installEventFilter(self)
        widget.viewport().installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and self._stands():
            self.heights.append(self._widget.height())
        return False


def test_that_the_layer_panel_has_its_height_before_it_is_first_painted(qtbot, start):
    run = start()
    sign_in(qtbot, run.window)
    room = run.window.room
    scroll = room.layer_scroll
    paints = Paints(scroll, lambda: room.driver.is_reading and bool(room.ai.layers))
    read_texts(qtbot, run.window)
    while not engine.phase_now(room.driver.script, room.driver.state).ais:
        read_phase(qtbot, run.window)
    wait_for_phase(qtbot, run.window)
    qtbot.waitUntil(lambda: len(paints.heights) > 0)
    qtbot.waitUntil(lambda: scroll.height() == room.layer_panel.sizeHint().height())
    assert set(paints.heights) == {scroll.height()}
    run.close()
    assert any(isinstance(event, PhaseStarted) for event in run.events())
