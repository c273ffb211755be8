"""The room that a protocol's workflow asks for.

What belongs here: choosing it. What does not: the rooms.
"""

from __future__ import annotations

from app.tracking.observer import Observer
from app.windows.case_desk import CaseDesk
from app.windows.layer_desk import Adviser
from app.windows.reading_room import ReadingRoom
from app.windows.room_plan import RoomPlan
from app.windows.sitting_driver import SittingDriver
from app.windows.station.station_room import StationRoom

Room = ReadingRoom | StationRoom


def make_room(
    driver: SittingDriver, desk: CaseDesk, plan: RoomPlan, observer: Observer, adviser: Adviser | None
) -> Room:
    """The scanner-side station where the protocol plans one, else the reading room."""
    if plan.station is not None:
        return StationRoom(driver, plan, plan.station, observer, adviser)
    return ReadingRoom(driver, desk, plan, observer, adviser)
