"""How a simulated reader lives with a reading list: opens exams from it, picks up the telephone, lets stat exams in.

What belongs here: those acts. What does not: reading a case (reader).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.reading.asking import page_missing
from app.reading.script import PageScript
from app.reading.state import Stage
from app.reading.worklist import standing
from app.simulated.camera import Camera
from app.simulated.hands import Hands
from app.windows.commands import APP_COMMANDS
from app.windows.questions.answer_keys import assign_keys
from app.windows.worklist.desk import WorklistDesk
from app.windows.workstation import Workstation

Awaited = tuple[str, Callable[[], bool]]
Course = Iterator[Awaited | None]
PICK_UP = next(command.keys[0] for command in APP_COMMANDS if command.id == "call.answer")


def attended(course: Course, window: Workstation, hands: Hands, camera: Camera) -> Course:
    """The course as long as its page is on top; whoever rings meanwhile is spoken to."""
    page, desk = window.pages.currentWidget(), window.worklist
    if desk is None or not desk.driver.script.lists:
        yield from course
        return
    trial = desk.driver.state.trial

    def called_away() -> bool:
        return window.pages.currentWidget() is not page or (
            desk.driver.state.stage is not Stage.LISTING and desk.driver.state.trial != trial
        )

    for step in course:
        if _is_calling(desk):
            yield from _answer(desk, window, hands, camera)
        if step is None:
            yield None
        else:
            words, is_there = step
            yield words, lambda is_there=is_there: called_away() or _is_calling(desk) or is_there()  # type: ignore[misc]
            while not called_away() and not is_there():
                yield from _answer(desk, window, hands, camera)
                yield words, lambda is_there=is_there: called_away() or _is_calling(desk) or is_there()  # type: ignore[misc]
        if called_away():
            return


def opens_next(window: Workstation, hands: Hands, camera: Camera) -> Course:
    """Waits until there is something to read, and opens the exam that the list has put first."""
    desk = window.worklist
    assert desk is not None  # its page is on top
    driver = desk.driver

    def is_choosable() -> bool:
        return not driver.busy and bool(standing.choosable_now(driver.script, driver.state))

    yield "an exam to read", lambda: window.pages.currentWidget() is not desk.page or is_choosable()
    if window.pages.currentWidget() is not desk.page:
        return
    yield None
    stat = standing.interrupting_now(driver.script, driver.state) is not None
    camera.take("reading-list-stat" if stat else "reading-list")
    desk.page.table.setFocus()
    hands.key("Return")
    yield "the exam to open", lambda: window.pages.currentWidget() is not desk.page


def _is_calling(desk: WorklistDesk) -> bool:
    """Whether somebody is on the line or can be heard to ring; nothing rings in pauses and breaks."""
    driver = desk.driver
    ringing = driver.state.bustle.ringing
    is_there = ringing is not None and (ringing.is_taken or standing.rings_now(driver.script, driver.state))
    return is_there and not driver.busy


def _call_of(desk: WorklistDesk) -> tuple[int, int] | None:
    """The call in progress, by its block and number: the next one can ring as soon as this one is over."""
    ringing = desk.driver.state.bustle.ringing
    return None if ringing is None else (ringing.block, ringing.call)


def _answer(desk: WorklistDesk, window: Workstation, hands: Hands, camera: Camera) -> Course:
    """Picks up and answers with the first key that each question has."""
    if not _is_calling(desk):
        return
    this = _call_of(desk)
    camera.take("telephone-rings")
    if window.room is not None and window.pages.currentWidget() is window.room:
        window.room.grid.setFocus()
    hands.key(PICK_UP)
    yield "the caller", lambda: desk.call.isVisible() or _call_of(desk) != this
    call = standing.call_now(desk.driver.script, desk.driver.state)
    if call is None or not desk.call.isVisible():
        return
    camera.take("telephone")
    yield from _answers(desk, call.page, hands)
    hands.key("Return")
    yield "the call to end", lambda: _call_of(desk) != this and not desk.driver.busy


def _answers(desk: WorklistDesk, page: PageScript, hands: Hands) -> Course:
    keys = assign_keys(page.questions, frozenset())
    for asked in page.questions:
        if asked.id in desk.call.answers() or not page_missing(page, desk.call.answers()):
            continue
        first = next(slot for slot in keys if slot.question == asked.id)
        desk.call.setFocus()
        hands.key(keys[first])
        yield None
        if first.value is None:
            hands.type("5")
            hands.key("Return")
            yield None
