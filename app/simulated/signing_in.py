"""How a simulated reader signs in: the pseudonym, and the PIN where the first page asks for one.

What belongs here: the course of signing in. What does not: where the PIN comes from (app.commands.reading).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.simulated.camera import Camera
from app.simulated.hands import Hands
from app.windows.workstation import Workstation
from study_configs.problem import StudyProblem

Course = Iterator[tuple[str, Callable[[], bool]] | None]


def signs_in(window: Workstation, hands: Hands, camera: Camera, reader: str, pin: str) -> Course:
    """Type both, with Enter between. Refused, the reader leaves with what the page says."""
    yield "the window", window.isVisible
    yield None
    page = window.sign_in_page
    camera.take("sign-in")
    page.reader.setFocus()
    page.reader.selectAll()
    hands.type(reader)
    yield None
    hands.key("Return")
    yield None
    if page.asks_pin:
        hands.type(pin)
        yield None
        hands.key("Return")
        yield "the PIN to be looked at", lambda: _has_begun(window) or not page.reader.isReadOnly()
        if not (_has_begun(window) or window.left_for or window.message.isVisible()):
            window.say(
                StudyProblem(page.hint.text(), where=reader, todo="Give this reader's PIN."), {"close": lambda: None}
            )
    yield "the sitting to begin", lambda: _has_begun(window)


def _has_begun(window: Workstation) -> bool:
    return window.pages.currentWidget() is not window.sign_in_page
