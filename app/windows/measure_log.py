"""The measure log: what the measuring desk draws becomes events, and a resumed trial gets its drawings back.

What belongs here: the desk's signals on one side, the driver on the other. What does not: drawing (viewers.desks) and
what events say (app.reading.measured).
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject

from app.reading import engine
from app.reading.commands import OpenCase
from app.reading.measured import Occasion, board_from, events_of
from app.tracking.events import Doer
from app.tracking.recorder import clock
from app.windows.sitting_driver import SittingDriver
from viewers.desks.measure_desk import MeasureDesk
from viewers.measuring.history import Changes


class MeasureLog(QObject):
    """Logs one desk's measurements in the phase in progress; outside phases, and while one is saved, it closes it."""

    def __init__(self, desk: MeasureDesk, driver: SittingDriver) -> None:
        super().__init__(desk)
        self._desk, self._driver = desk, driver
        desk.changed.connect(self._log)
        driver.case_opened.connect(self._begin)
        driver.case_closed.connect(lambda trial: desk.clear())
        driver.state_changed.connect(self._follow)
        driver.saving.connect(self._follow)
        desk.restore(board_from(driver.state.drawn))
        self._follow()

    def _begin(self, command: OpenCase) -> None:
        """The drawings of a trial that was begun before, or an empty board."""
        self._desk.restore(board_from(event for event in self._driver.state.drawn if event.trial == command.trial))

    def _follow(self) -> None:
        if self._driver.busy:
            self._desk.close(self.tr("The answers are being saved."))
        elif not self._driver.is_reading:
            self._desk.close(self.tr("Measuring begins when the questions stand beside the images."))
        else:
            self._desk.open()

    def _log(self, changes: Changes, by: str) -> None:
        driver = self._driver
        trial = engine.trial_now(driver.script, driver.state).index
        occasion = Occasion(clock(), trial, driver.state.phase, cast(Doer, by))
        for event in events_of(changes, self._desk.board, self._desk.source_of, occasion):
            driver.take(event)
