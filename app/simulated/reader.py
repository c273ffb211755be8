"""A simulated reader at the controls: reads a whole sitting through the real windows, with real keys and mouse.

What belongs here: the course of such a reading, as a generator that says what it waits for. What does not: events
(hands), looking (eyes), habits (policies).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QSlider

from app.reading import engine
from app.reading.asking import OpenQuestion, page_missing, questions_now
from app.reading.state import Stage
from app.simulated.bustle import attended, opens_next
from app.simulated.camera import Camera
from app.simulated.eyes import picture, round_spots
from app.simulated.hands import Hands
from app.simulated.key_presses import Typed, presses
from app.simulated.opinions import opinion
from app.simulated.policies import POLICIES
from app.simulated.signing_in import signs_in
from app.simulated.technician import decides
from app.tracking.events import AnswerValue
from app.tracking.recorder import clock
from app.windows.break_page import BreakPage
from app.windows.debrief import DebriefPage
from app.windows.farewell import FarewellPage
from app.windows.layer_stage import HOLD, place_on_screen
from app.windows.questions.answer_keys import Slot
from app.windows.questions.question_list import ON_CARDS
from app.windows.reading_room import ReadingRoom
from app.windows.station.station_room import StationRoom
from app.windows.workstation import Workstation
from overlays.panels.listing import Listed
from study_configs.problem import ProgramError
from study_configs.questions import FreeText, Marks, Slider, YesNo
from viewers.commands import BY_ID
from viewers.viewport import Viewport

Awaited = tuple[str, Callable[[], bool]]  # what is waited for, in words; whether it is there
Course = Iterator[Awaited | None]  # None: only the next turn of the event loop
PATIENCE_S = 60.0
MOST_QUESTIONS = 400  # of one phase or page, over all segments, findings and marks
DRAWN = QPoint(14, 12)  # half of a shape that is dragged
CORNERS = (QPoint(-16, -10), QPoint(14, -8), QPoint(2, 16))


class SimulatedReader(QObject):
    """Reads from sign-in until the window closes. `start` returns at once; the event loop does the rest.

    `pin` is typed where the first page asks for one; refused, the reader leaves with what the page said.
    """

    def __init__(
        self, window: Workstation, policy: str, reader: str, screenshots: Path | None = None, pin: str = ""
    ) -> None:
        super().__init__(window)
        self.policy = POLICIES[policy]
        self._window, self._reader, self._pin = window, reader, pin
        self._hands, self._camera = Hands(window), Camera(window, screenshots)
        self._chance = random.Random(self.policy.seed)
        self._course = self._sitting()
        self._awaited: Awaited | None = None
        self._since_s = 0.0
        self._timer = QTimer(self, interval=self.policy.pace_ms)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        self._timer.start()

    def _go_on(self) -> None:
        """One act, or another look whether what is awaited has come."""
        if self._awaited is not None:
            words, is_there = self._awaited
            if not is_there():
                if time.monotonic() - self._since_s > PATIENCE_S:
                    self._timer.stop()
                    raise ProgramError(f"The simulated reader waited in vain for {words}.")
                return
        try:
            self._awaited = next(self._course)
        except StopIteration:
            self._timer.stop()
        self._since_s = time.monotonic()

    # --- the course of a sitting

    @property
    def _page(self) -> object:
        return self._window.pages.currentWidget()

    @property
    def _room(self) -> ReadingRoom:
        assert isinstance(self._window.room, ReadingRoom)  # nobody reads before signing in
        return self._window.room

    @property
    def _viewport(self) -> Viewport:
        return self._room.grid.active_viewport

    def _sitting(self) -> Course:
        yield from signs_in(self._window, self._hands, self._camera, self._reader, self._pin)
        while not isinstance(self._page, FarewellPage):
            if self._page is self._window.text_page:
                yield from self._read_text()
            elif isinstance(self._page, StationRoom):
                station = self._page
                gone = partial(self._has_left, station)
                yield from decides(station, self._hands, self._camera, self.policy, self._chance, gone)
            elif self._page is self._window.room:
                yield from attended(self._read_phase(), self._window, self._hands, self._camera)
            elif self._window.worklist is not None and self._page is self._window.worklist.page:
                choosing = opens_next(self._window, self._hands, self._camera)
                yield from attended(choosing, self._window, self._hands, self._camera)
            elif isinstance(self._page, DebriefPage):
                yield from self._read_feedback(self._page)
            elif isinstance(self._page, BreakPage):
                yield from self._rest(self._page)
            else:
                raise ProgramError(f"The simulated reader does not know the page {type(self._page).__name__}.")
        yield None
        self._camera.take("farewell")
        self._hands.key("Return")

    def _has_left(self, page: object) -> bool:
        return self._page is not page

    def _read_text(self) -> Course:
        driver = self._window.driver
        assert driver is not None  # texts come after signing in
        if driver.state.stage is Stage.FINISHED:  # the last page was acknowledged; the sitting is being closed
            yield "the sitting to close", lambda: self._page is not self._window.text_page
            return
        text, page = self._state_mark(), engine.page_now(driver.script, driver.state)
        yield None
        self._camera.take(f"text-{page.id}")
        questions = self._window.text_page.questions
        for _ in range(MOST_QUESTIONS if page_missing(page, self._window.text_page.answers()) else 0):
            if questions.here is None:
                self._hands.key("Return")  # leads to what is open
                yield None
            here = questions.here
            if here is None:
                break
            value = opinion(here.question.spec, False, self.policy.follows_ai, self._chance)
            yield from self._key_in(here, value, is_there=True)
            if not page_missing(page, self._window.text_page.answers()):
                break
        self._camera.take(f"text-{page.id}-answered" if page.questions else f"text-{page.id}")
        self._hands.key("Space")
        yield None
        yield from _until(lambda: not self._window.text_page.left_s)
        self._hands.key("Return")
        yield "the text to be acknowledged", lambda: self._state_mark() != text

    def _rest(self, page: BreakPage) -> Course:
        yield from _until(page.button.isEnabled)
        self._camera.take("break")
        self._hands.key("Return")
        yield "the break to end", lambda: self._page is not page

    def _read_feedback(self, page: DebriefPage) -> Course:
        yield None
        self._camera.take("feedback")
        for row in range(1, page.list.count()):
            self._hands.key("Down")
            yield "the picture of the case", lambda: not page.is_drawing
            self._camera.take(f"feedback-case-{row + 1}")
        self._hands.key("Return")
        yield "the feedback to close", lambda: self._page is not page

    def _state_mark(self) -> tuple[object, ...]:
        """Where the sitting stands, to see that it moved on."""
        driver = self._window.driver
        if driver is None:
            return ()
        state = driver.state
        return (state.stage, state.page, state.trial, state.phase, self._page)

    # --- one phase

    def _read_phase(self) -> Course:
        driver, room = self._room.driver, self._room
        yield "the questions", lambda: self._page is not room or (driver.is_reading and not driver.busy)
        if self._page is not room:
            return
        mark = self._state_mark()
        phase = engine.phase_now(driver.script, driver.state)
        name = f"{phase.name}-{'with-ai' if phase.ais else 'unaided'}".replace(" ", "-")
        yield "the image", lambda: self._viewport.is_painted
        self._camera.take(name)
        yield from self._look_through()
        if phase.ais:
            yield from self._look_at_ai(name)
        if self.policy.tries_tools and driver.state.phase == 0:
            yield from self._try_tools(name)
        yield from self._answer_all(name)
        self._camera.take(f"{name}-answered")
        yield from _until(lambda: clock() >= (engine.confirmable_from_ns(driver.script, driver.state) or 0))
        yield "the confirm button", lambda: room.questions.confirm.possible
        self._hands.key("Return")
        yield "the decision to be saved", lambda: self._state_mark() != mark

    def _look_through(self) -> Course:
        """Through the stack with the wheel, faster or slower, and back to the middle."""
        volume = self._viewport.volume
        frames = volume.header.frames if volume is not None else 1
        if frames < 2:
            self._hands.point(self._viewport, QPoint(self._viewport.width() // 3, self._viewport.height() // 3))
            yield None
            return
        yield "the images", lambda: volume is not None and volume.is_complete
        self._hands.key("Home")
        yield None
        step = max(1, frames // self.policy.slices_looked_at)
        for _ in range(frames // step):
            self._hands.wheel(self._viewport, step)
            self._hands.point(self._viewport, self._wander())
            yield None
        for _ in range(frames // (2 * step)):
            self._hands.wheel(self._viewport, -step)
        yield None

    def _wander(self) -> QPoint:
        width, height = self._viewport.width(), self._viewport.height()
        return QPoint(round(width * self._chance.uniform(0.25, 0.75)), round(height * self._chance.uniform(0.3, 0.7)))

    def _look_at_ai(self, name: str) -> Course:
        """Ask for what is held back, go to each finding, show the heat map, fade it, hide all, move a threshold."""
        room = self._room
        while held := [each for each in room.layer_panel.buttons.values() if not each.layer.revealed]:
            asked = held[0].layer.id
            held[0].button.setFocus(Qt.FocusReason.TabFocusReason)
            self._hands.key("Space")
            yield "the layer", partial(self._came, asked)
        for _ in range(len(room.layer_panel.findings.findings.shown)):
            self._hands.key("]")
            yield "the finding", lambda: self._viewport.is_painted
        for number, layer in enumerate(room.ai.layers, start=1):
            if layer.revealed and not layer.visible:
                self._hands.key(f"F{number + 1}")
                yield None
        yield "the layers", lambda: self._viewport.is_painted
        self._camera.take(f"{name}-layers")
        if not self.policy.tries_tools:
            return
        number = 0
        while number < len(sliders := self._sliders()):  # found anew each time: a layer that comes makes new ones
            sliders[number].setFocus(Qt.FocusReason.TabFocusReason)
            number += 1
            self._hands.key("PgDown")
            yield None
            self._hands.key("PgUp")
            yield None
        room.grid.setFocus()
        hold = BY_ID[HOLD].keys[0]
        self._hands.hold(hold)
        yield None
        self._camera.take(f"{name}-held")
        self._hands.let_go(hold)
        yield None

    def _sliders(self) -> list[QSlider]:
        """Those of the layer panel that can be moved now."""
        sliders = self._room.layer_panel.findChildren(QSlider)
        return [each for each in sliders if each.isVisible() and each.isEnabled()]

    def _came(self, layer: str) -> bool:
        """Whether a layer that was asked for is over the images."""
        room = self._room
        return layer not in room.layer_panel.buttons and bool(room.ai.results) and self._viewport.is_painted

    def _try_tools(self, name: str) -> Course:
        """Windows, a drag, zoom, layouts, help, pause: each once, and back again."""
        viewport = self._viewport
        middle = viewport.rect().center()
        for key in ("1", "2", "W"):
            self._hands.key(key)
            yield None
        self._hands.drag(viewport, Qt.MouseButton.LeftButton, middle, middle + QPoint(40, -30))
        yield None
        self._hands.key("W")
        for key, shot in (("Ctrl+2", "layout-1x2"), ("Ctrl+4", "layout-2x2")):
            self._hands.key(key)
            yield "the layout", lambda: all(each.is_painted for each in self._room.grid.shown)
            self._camera.take(f"{name}-{shot}")
        self._hands.key("Ctrl+1")
        yield "one viewport", lambda: self._viewport.is_painted
        for key in ("+", "F"):
            self._hands.key(key)
            yield None
        self._hands.key("?")
        yield "the help", self._window.help.isVisible
        self._camera.take("help")
        self._hands.key("Esc")
        yield "the help to close", lambda: not self._window.help.isVisible()
        self._hands.key("P")
        yield None
        self._camera.take("paused")
        self._hands.key("P")
        yield "the image again", lambda: self._viewport.is_painted

    # --- answers

    def _answer_all(self, name: str) -> Course:
        """Every question that stands open, until none does; answers to one may open another."""
        suspects = self._suspects()
        yield from self._reconsider(suspects)
        for _ in range(MOST_QUESTIONS):
            waiting = [asked for asked in self._open_questions() if not asked.answered and self._is_due(asked)]
            if not waiting:
                return
            yield from self._answer(waiting[0], suspects, name)
        raise ProgramError("The simulated reader finds no end of questions.")

    def _reconsider(self, suspects: bool) -> Course:
        """A later phase starts from the answers of the one before: change those that no longer hold."""
        wanted = "yes" if suspects else "no"
        for asked in self._open_questions():
            if isinstance(asked.question.spec, YesNo) and asked.answered and asked.answer != wanted:
                yield from self._press(asked, wanted)
            elif isinstance(asked.question.spec, Slider) and asked.answered and not asked.target:
                yield from self._key_in(asked, self._opinion(asked, suspects))

    def _open_questions(self) -> tuple[OpenQuestion, ...]:
        driver = self._room.driver
        return questions_now(driver.script, driver.state)

    def _is_due(self, asked: OpenQuestion) -> bool:
        return asked.question.spec.required or isinstance(asked.question.spec, Marks | FreeText)

    def _suspects(self) -> bool:
        """Whether this reader thinks that there is something: the AI's boxes, or what the eyes saw."""
        if self._room.ai.painters:
            shows = len(self._room.layer_panel.findings.findings.shown) > 0
            return shows if self._chance.random() < self.policy.follows_ai else not shows
        return bool(round_spots(picture(self._viewport))) and self._chance.random() < self.policy.trusts_own_eyes

    def _answer(self, asked: OpenQuestion, suspects: bool, name: str) -> Course:
        if isinstance(asked.question.spec, Marks):
            yield from self._mark(asked.question.spec.shape)
            self._camera.take(f"{name}-marked")
            return
        value = self._opinion(asked, suspects)
        if self._has_key(asked, value):
            yield from self._press(asked, value)
            return
        here = yield from self._lead_to(asked)
        yield from self._key_in(here, value if here == asked else self._opinion(here, suspects), is_there=True)

    def _opinion(self, asked: OpenQuestion, suspects: bool) -> AnswerValue:
        return opinion(asked.question.spec, suspects, self.policy.follows_ai, self._chance)

    def _has_key(self, asked: OpenQuestion, value: AnswerValue) -> bool:
        """Whether a key gives this answer from the images: not where another place than the selected one is meant."""
        scope = asked.question.spec.per
        is_selected = scope not in (*ON_CARDS, "mark") or self._room.questions.selected(scope) == asked.target
        return is_selected and Slot(asked.question.id, value) in self._room.questions.keys

    def _lead_to(self, asked: OpenQuestion) -> Generator[Awaited | None, None, OpenQuestion]:
        """Take the keyboard to a question by the key that leads there, or with Enter to the first that is open."""
        there = self._room.questions.here
        if there is not None:
            return there
        self._room.grid.setFocus()
        lead = self._room.questions.keys.get(Slot(asked.question.id, None))
        self._hands.key("Return" if asked.question.spec.required or lead is None else lead)
        yield None
        here = self._room.questions.here
        if here is None:
            raise ProgramError(f"The keyboard does not get to the question {asked.question.id}.")
        return here

    def _key_in(self, asked: OpenQuestion, value: AnswerValue, *, is_there: bool = False) -> Course:
        """Give an answer with the keys of the question itself."""
        if not is_there:
            yield from self._press(asked, None)
        for each in presses(asked.question.spec, value):
            if isinstance(each, Typed):
                self._hands.type(each.text)
            else:
                self._hands.key(each)
            yield None

    def _press(self, asked: OpenQuestion, value: AnswerValue) -> Course:
        """The key of an answer, pressed over the images."""
        key = self._room.questions.keys.get(Slot(asked.question.id, value))
        if key is None:  # more answers than there are keys
            field = self._room.questions.field(asked.question.id, asked.target)
            assert field is not None  # a question that stands has a field
            field.press(value)
        else:
            self._room.grid.setFocus()
            self._hands.key(key)
        yield None

    def _mark(self, shape: str) -> Course:
        """Put the pointer on what looks like a nodule, or on the AI's box, press M, and draw the shape around it."""
        chosen = self._room.layer_panel.findings.selected
        place = self._on_screen(chosen) if chosen is not None else None
        if place is None:
            spots = round_spots(picture(self._viewport))
            place = spots[0] if spots else self._viewport.rect().center()
        self._hands.point(self._viewport, place)
        yield None
        self._room.grid.setFocus()
        self._hands.key("M")
        yield None
        if shape in ("polygon", "angle"):
            for corner in CORNERS:
                self._hands.click(self._viewport, place + corner)
                yield None
            if shape == "polygon":
                self._hands.key("Return")
        elif shape != "point":
            self._hands.drag(self._viewport, Qt.MouseButton.LeftButton, place - DRAWN, place + DRAWN)
        if shape == "brush":
            self._hands.key("Esc")
        yield None

    def _on_screen(self, chosen: Listed) -> QPoint | None:
        """Where the middle of the chosen finding stands in the viewport."""
        result = next(each for each in self._room.ai.results if each.ai == chosen.ai)
        return place_on_screen(self._viewport, result, chosen.finding)

    @property
    def is_finished(self) -> bool:
        driver = self._window.driver
        return driver is not None and driver.state.stage is Stage.FINISHED


def _until(is_over: Callable[[], bool]) -> Course:
    """A time that the protocol sets, up to an hour: it is waited for without impatience."""
    while not is_over():
        yield None
