"""A simulated technician at the scanner-side station: waits for exams, looks through them, decides.

What belongs here: the course of one decision. What does not: reading cases (reader), habits (policies).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from app.reading import engine
from app.reading.asking import questions_now
from app.simulated.camera import Camera
from app.simulated.hands import Hands
from app.simulated.policies import Policy
from app.windows.station.decision_panel import options_of
from app.windows.station.exam_stage import NOW
from app.windows.station.station_room import StationRoom

Awaited = tuple[str, Callable[[], bool]]


def decides(
    room: StationRoom, hands: Hands, camera: Camera, policy: Policy, chance: random.Random, is_gone: Callable[[], bool]
) -> Iterator[Awaited | None]:
    """One exam, or one repeated acquisition, up to the confirmation; `is_gone` says that the station is left."""
    driver = room.driver
    yield "the exam to be complete", lambda: is_gone() or (driver.is_reading and not driver.busy)
    if is_gone():
        return
    viewport, state = room.grid.viewports[NOW], driver.state
    yield "the image", lambda: viewport.is_painted
    hands.key("Home")
    for _ in range(min(policy.slices_looked_at, viewport.volume.header.frames if viewport.volume else 1)):
        hands.wheel(viewport, 1)
        yield None
    camera.take(f"station-{engine.phase_now(driver.script, state).name}")
    while (asked := _still_open(room)) is not None:
        question, value = asked, _wish(room, asked, policy, chance)
        button = room.panel.buttons[question, value]
        yield f"the buttons of {question}", button.isVisible
        hands.press(button)
        yield None
    camera.take("station-decided")
    yield "the confirm button", room.panel.confirm.isEnabled
    hands.key("Return")
    yield "the decision to be saved", lambda: is_gone() or driver.state.confirmed != state.confirmed


def _still_open(room: StationRoom) -> str | None:
    """The first question that is asked and has no answer."""
    asked = questions_now(room.driver.script, room.driver.state)
    return next((each.question.id for each in asked if not each.answered), None)


def _wish(room: StationRoom, question: str, policy: Policy, chance: random.Random) -> str | int:
    """Repeats, now and then calls, where the AI remarks on something and is followed; else accepts."""
    asked = questions_now(room.driver.script, room.driver.state)
    spec = next(each.question.spec for each in asked if each.question.id == question)
    options = list(options_of(spec))
    if question != room.station.section.decision:
        return chance.choice(options)
    is_warned = room.heard.text() not in ("", room.station.section.nothing_found)
    wished = (
        chance.choices(("repeat", "call"), (4, 1))[0] if is_warned and chance.random() < policy.follows_ai else "accept"
    )
    return wished if wished in options else options[0]
