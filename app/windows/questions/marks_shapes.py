"""Marks that have a shape: drawn with the measuring and painting tools, kept as marks while they answer a question.

What belongs here: which drawing is a mark, and its places in mm. What does not: drawing (viewers.desks.measure_desk),
marks that are points, and the list of marks (marks_field).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.reading import engine
from app.reading.asking import marks_now, questions_now
from app.tracking.events import MarkPlaced, MarkRemoved
from app.tracking.recorder import clock
from app.windows.questions.mark_places import Shaped, placed_from
from app.windows.sitting_driver import SittingDriver
from study_configs.questions import Marks
from viewers.desks.measure_desk import MeasureDesk
from viewers.measuring.history import Changes
from viewers.measuring.shapes import Measurement

TOOL_OF: Mapping[str, str] = {
    "box": "measure.box",
    "ellipse": "measure.ellipse",
    "polygon": "measure.polygon",
    "line": "measure.length",
    "angle": "measure.angle",
    "brush": "brush.new",
}


class ShapesDesk(QObject):
    """Makes marks of drawings: of those made with the tool that a question for marks took, and of no others.

    A drawing and its mark have the same id. The drawing is in the log as every drawing is, so that it comes back after
    a crash; the mark beside it says what it answers, in mm. Marks of a confirmed phase are locked.
    """

    refused = Signal(str)
    picked = Signal(str)  # mark

    def __init__(self, measures: MeasureDesk, driver: SittingDriver) -> None:
        super().__init__(measures)
        self._measures, self._driver = measures, driver
        self._question = ""  # that the tool in the hand answers
        self._question_of: dict[str, str] = {}  # marks of this trial, also removed ones that undoing may bring back
        self._drawings: dict[MarkPlaced, Shaped] = {}
        measures.changed.connect(self._follow_drawing)
        measures.tool_changed.connect(self._tool_changed)
        measures.selection_changed.connect(self._selected)
        driver.state_changed.connect(self.follow)
        driver.case_opened.connect(lambda _command: self._forget())

    def take_tool(self, question: str, shape: str) -> None:
        """Put the tool for a question's shape into the hand; once more puts it away."""
        if self._question == question and self._measures.tool:
            self._measures.perform("measure.none")
            return
        self._measures.perform(TOOL_OF[shape])
        self._question = question if self._measures.tool else ""

    def select(self, mark: str) -> None:
        if mark != self._measures.selected and self._drawing(mark) is not None:
            self._measures.select(mark)

    def remove(self, mark: str) -> None:
        self._measures.remove(mark)

    def restore(self, placed: MarkPlaced) -> None:
        """Draw a mark again as it was."""
        drawing = self._drawings.get(_timeless(placed))
        if drawing is not None:
            self._measures.put(drawing)

    def follow(self) -> None:
        """Remember what the marks that stand look like, and lock those that no question takes any more."""
        if not self._driver.is_reading:
            return
        standing = {each.mark: each for each in self._standing()}
        for mark, placed in standing.items():
            self._question_of[mark] = placed.question
            drawing = self._drawing(mark)
            if drawing is not None:
                self._drawings.setdefault(_timeless(placed), drawing)  # else the board may be one step ahead
        state = self._driver.state
        every = {key.mark for key, placed in state.marks.items() if placed.shape != "point"}
        self._measures.lock(frozenset(every - set(standing)), self.tr("This mark was confirmed."))

    def _standing(self) -> tuple[MarkPlaced, ...]:
        """The shapes among the marks whose question stands now."""
        script, state = self._driver.script, self._driver.state
        asked = {q.question.id for q in questions_now(script, state) if not q.closed}
        return tuple(each for each in marks_now(script, state) if each.shape != "point" and each.question in asked)

    def _drawing(self, mark: str) -> Shaped | None:
        return self._measures.board.measurement(mark) or self._measures.board.segment(mark)

    def _tool_changed(self, tool: str) -> None:
        if not tool:
            self._question = ""

    def _selected(self, mark: str) -> None:
        if mark in self._question_of:
            self.picked.emit(mark)

    def _forget(self) -> None:
        self._question = ""
        self._question_of.clear()
        self._drawings.clear()

    # --- from drawings to marks

    def _follow_drawing(self, changes: Changes, by: str) -> None:
        if not self._driver.is_reading:
            return
        wiped = [each.id for each in changes.wiped]
        wiped += [after.id for _, after in changes.painted if after.mask.is_empty]
        for gone in (*changes.removed, *wiped):
            self._remove(gone)
        painted = [after for _, after in changes.painted if not after.mask.is_empty]
        drawn: tuple[Shaped, ...] = (*changes.made, *changes.changed, *painted)
        for drawing in drawn:
            self._take(drawing)

    def _take(self, drawing: Shaped) -> None:
        question = self._question_of.get(drawing.id) or self._new(drawing)
        header = self._measures.source_of(drawing.series)
        if not question or header is None or not self._is_asked(question):
            return
        script, state = self._driver.script, self._driver.state
        trial = engine.trial_now(script, state).index
        placed = placed_from(drawing, header, self._shape(question), clock(), (trial, state.phase, question))
        self._question_of[drawing.id] = question
        self._drawings[_timeless(placed)] = drawing
        if _timeless(placed) not in map(_timeless, self._standing()):
            self._driver.take(placed)

    def _new(self, drawing: Shaped) -> str:
        """The question that a new drawing answers: the one whose tool is in the hand, while it takes one more."""
        question = self._question
        if not question or not _fits(drawing, self._shape(question)):
            return ""
        most, count = self._spec(question).at_most, sum(each.question == question for each in self._standing())
        if count >= most:
            self.refused.emit(self.tr("No more than %n mark(s) can be made here.", "", most))
            return ""
        return question

    def _remove(self, mark: str) -> None:
        placed = next((each for each in self._standing() if each.mark == mark), None)
        if placed is not None:
            phase = self._driver.state.phase
            self._driver.take(
                MarkRemoved(at_ns=clock(), trial=placed.trial, phase=phase, question=placed.question, mark=mark)
            )

    def _is_asked(self, question: str) -> bool:
        script, state = self._driver.script, self._driver.state
        return any(q.question.id == question and not q.closed for q in questions_now(script, state))

    def _spec(self, question: str) -> Marks:
        phase = engine.phase_now(self._driver.script, self._driver.state)
        spec = next(asked.spec for asked in phase.questions if asked.id == question)
        assert isinstance(spec, Marks)  # only questions for marks take the tool
        return spec

    def _shape(self, question: str) -> str:
        return self._spec(question).shape


def _fits(drawing: Shaped, shape: str) -> bool:
    if isinstance(drawing, Measurement):
        return TOOL_OF[shape] == f"measure.{drawing.kind}"
    return shape == "brush"


def _timeless(placed: MarkPlaced) -> MarkPlaced:
    """The same mark whenever, and in whichever phase, it was placed."""
    return replace(placed, at_ns=0, phase=0)
