"""The layer desk: brings what AI says over the images in phases that opted in, and takes it away again.

What belongs here: asking for advice, layers that are held back until they are due, and what of it the log hears. What
does not: the barrier itself (app.reading.engine), making results (app.advice), showing them (layer_stage).
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Literal, Protocol, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.advice.top_score import top_score
from app.reading import engine
from app.reading.state import Stage
from app.tracking.events import (
    AIResultLoaded,
    Event,
    FindingChosen,
    FindingHovered,
    FindingsListed,
    LayerChanged,
    LayerRevealed,
    LayersHeld,
    LayerWithdrawn,
)
from app.tracking.recorder import clock
from app.windows.layer_stage import LayerStage
from app.windows.layer_states import (
    SECOND_NS,
    Stopwatch,
    asked_about,
    in_trial,
    layers_as_planned,
    layers_of_phase,
    never_drawn,
    turns,
    wait_s,
    watches_answers,
)
from app.windows.sitting_driver import SittingDriver
from overlays.cutting.shapes import shape_centre_mm
from overlays.digest import Digested
from overlays.layers.layer import Layer
from overlays.panels.layer_panel import ExpectedAt
from overlays.panels.listing import Listed
from overlays.result import AIResult
from study_configs.problem import StudyProblem
from viewers.news_line import NewsLine

Came = Literal["button", "after", "if"]
By = Literal["reader", "protocol"]
SPARE_MS = 2  # timers may come a little early


class Adviser(Protocol):
    """What hands out AI results: `app.advice.Advice`, or a stand-in in a test."""

    def result(self, trial: int, ai: str, within_reach: frozenset[str]) -> Future[Digested]: ...


class LayerDesk(QObject):
    """Holds the layers of the phase in progress; nothing while the phase shows no AI.

    `ready` comes once for each `start`: when all that the phase shows from its beginning lies over the images (within
    the call where the results were prepared, and at once in a phase without AI). `failed` comes instead with a
    StudyProblem.
    """

    ready = Signal()
    failed = Signal(object)
    waiting = Signal()  # a result is still being computed
    _arrived = Signal(int)  # of which start

    def __init__(
        self, stage: LayerStage, driver: SittingDriver, layers: Mapping[str, Layer], adviser: Adviser | None
    ) -> None:
        super().__init__(stage)
        self.stage, self._driver = stage, driver
        self._as_protocol, self._adviser = layers, adviser
        self._expected: Mapping[str, ExpectedAt] = {}
        self._asked: dict[str, Future[Digested]] = {}
        self._given: dict[str, AIResult] = {}
        self._turn = 0
        self._line = NewsLine(self)
        self._is_ready = self._is_paused = False
        self._watch = Stopwatch()
        self._due = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._due.timeout.connect(self.follow)
        self._arrived.connect(self._look, Qt.ConnectionType.QueuedConnection)
        stage.layer_changed.connect(lambda layer: self._say(layer, "reader"))
        stage.finding_chosen.connect(self._say_chosen)
        stage.hovered.connect(self._say_hovered)
        stage.panel.reveal_wanted.connect(self.reveal)

    # --- a phase

    def start(self, expected: Mapping[str, ExpectedAt] | None = None) -> None:
        """Ask for the AI of the phase that begins; without any, take away what lies over the images.

        `expected`: as the panel takes it, where this trial may tell what a threshold means.
        """
        self.clear()
        self._expected = expected or {}
        for name, how in turns(self._driver.script, self._driver.state, self._spent_s).come:
            self._driver.take(LayerRevealed(at_ns=clock(), layer=name, how=cast(Came, how)))
        self._ask()

    def again(self) -> None:
        """Ask once more for what failed. Where the case was left meanwhile, that is done when it goes on."""
        if self._driver.state.stage is Stage.READING:
            watch = self._watch
            self.start(self._expected)
            self._watch = watch

    def begin(self) -> None:
        """The phase is on the screen: layers that come after a time are waited for from here, or after the pause."""
        self._watch = Stopwatch(self._driver.state.phase_spent_ns)
        self.set_paused(self._is_paused)

    def set_paused(self, paused: bool) -> None:
        """Time stands still while the reader pauses."""
        self._is_paused = paused
        self._watch = self._watch.rested(clock()) if paused else self._watch.started(clock())
        self._due.stop()
        if not paused:
            self.follow()

    def clear(self) -> None:
        """Take every layer off the images and let go of the results."""
        self._turn += 1
        self._is_ready = False
        self._watch = Stopwatch()
        self._due.stop()
        self._asked.clear()
        self._given.clear()
        if self.stage.painters:
            self.stage.clear()

    # --- layers that are held back

    def reveal(self, layer: str) -> None:
        """The reader asks for a layer behind a button; what came stays."""
        if self._may_turn and layer not in engine.layers_revealed(self._driver.script, self._driver.state):
            self._come(layer, "button")

    def follow(self) -> None:
        """Let layers come and go as time and answers now have it."""
        if not self._may_turn or self._watch.since_ns is None:
            return
        script, state = self._driver.script, self._driver.state
        held_back, seconds = engine.phase_now(script, state).held_back, self._watch.seconds(clock())
        if not watches_answers(held_back):
            return
        now = turns(script, state, seconds)
        for name in now.go:
            self._go(name)
        for name, how in now.come:
            self._come(name, cast(Came, how))
        wait = wait_s(held_back, seconds)
        if wait is not None:
            self._due.start(round(wait * 1000) + SPARE_MS)

    @property
    def _spent_s(self) -> float:
        """How long the phase was on the screen before the sitting broke off."""
        return self._driver.state.phase_spent_ns / SECOND_NS

    @property
    def _may_turn(self) -> bool:
        """Only while the phase runs: an event that waits for another one's commit may come too late for it."""
        return self._is_ready and self._driver.is_reading and not self._driver.busy

    def _come(self, name: str, how: Came) -> None:
        self._driver.take(LayerRevealed(at_ns=clock(), layer=name, how=how))
        self._put(replace(self._layer(name), revealed=True), "reader" if how == "button" else "protocol")
        self._ask()

    def _go(self, name: str) -> None:
        self._driver.take(LayerWithdrawn(at_ns=clock(), layer=name))
        self._put(replace(self._layer(name), revealed=False), "protocol")
        within_reach = engine.ais_within_reach(self._driver.script, self._driver.state)
        self._given = {ai: result for ai, result in self._given.items() if ai in within_reach}
        self.stage.set_results(self._given.values())
        self._say_listed()

    def _layer(self, name: str) -> Layer:
        return next(layer for layer in self.stage.layers if layer.id == name)

    def _put(self, layer: Layer, by: By) -> None:
        self.stage.put(layer)
        self._say(layer, by)

    # --- results

    def _ask(self) -> None:
        """Ask for what has come within reach and is not there."""
        script, state = self._driver.script, self._driver.state
        within_reach = engine.ais_within_reach(script, state)
        wanted = sorted(within_reach - self._given.keys() - self._asked.keys())
        trial, turn = engine.trial_now(script, state).index, self._turn
        for ai in wanted:
            if self._adviser is None:
                problem = self.tr("This study shows AI, and no AI was prepared.")
                self.failed.emit(StudyProblem(problem, todo=self.tr("Start it again.")))
                return
            self._asked[ai] = self._adviser.result(trial, ai, within_reach)
        late = [future for future in self._asked.values() if not future.done()]
        if late:
            self.waiting.emit()
        for future in late:
            self._line.say_after(future, self._arrived, turn)
        self._look(turn)

    def _look(self, turn: int) -> None:
        if turn != self._turn or not all(future.done() for future in self._asked.values()):
            return
        asked, self._asked = self._asked, {}
        try:
            came = {ai: future.result() for ai, future in asked.items()}
        except StudyProblem as problem:
            self.failed.emit(problem)
            return
        within_reach = engine.ais_within_reach(self._driver.script, self._driver.state)
        self._take_in({ai: given for ai, given in came.items() if ai in within_reach})

    def _take_in(self, came: Mapping[str, Digested]) -> None:
        for given in came.values():
            self._say_loaded(given.result, given.digest)
        self._given |= {ai: given.result for ai, given in came.items()}
        self._say_listed()
        if not self._is_ready:
            self._show()
            self._is_ready = True
            self.ready.emit()
        elif came:
            self.stage.set_results(self._given.values())

    def _show(self) -> None:
        layers = layers_of_phase(self._driver.script, self._driver.state, self._as_protocol)
        if not layers:
            return
        trial = engine.trial_now(self._driver.script, self._driver.state)
        as_protocol = [in_trial(self._as_protocol[name], trial) for name in layers]
        self.stage.show(layers.values(), self._given.values(), as_protocol=as_protocol, expected=self._expected)
        for layer in layers.values():
            self._say(layer, "protocol")

    # --- the log

    def hold(self, hidden: bool) -> None:
        """Hide all AI while a key is down, show it again when it is let go."""
        if self.stage.hold(hidden):
            self._driver.take(LayersHeld(at_ns=clock(), hidden=hidden))

    def _say(self, layer: Layer, by: By) -> None:
        self._driver.take(
            LayerChanged(
                at_ns=clock(),
                layer=layer.id,
                visible=layer.visible,
                opacity=layer.opacity,
                threshold=layer.threshold,
                by=by,
                colours=layer.colours,
                revealed=layer.revealed,
            )
        )

    def _say_chosen(self, listed: Listed) -> None:
        self._observe(FindingChosen(at_ns=clock(), finding=listed.finding.id, ai=listed.ai))

    def _say_hovered(self, viewport: int, finding: str) -> None:
        self._observe(FindingHovered(at_ns=clock(), viewport=viewport, finding=finding))

    def _observe(self, event: Event) -> None:
        self._driver.observe(event)

    def _say_listed(self) -> None:
        """The findings that questions per finding are about, as the phase's layers now stand."""
        script, state = self._driver.script, self._driver.state
        phase, trial = engine.phase_now(script, state), engine.trial_now(script, state)
        if not any(asked.spec.per == "finding" for asked in phase.questions):
            return
        findings = asked_about(layers_as_planned(script, state, self._as_protocol), self._given.values())
        if findings != state.findings.get((trial.index, state.phase), ()):
            listed = FindingsListed(at_ns=clock(), trial=trial.index, phase=state.phase, findings=findings)
            self._driver.take(listed)

    def _say_loaded(self, result: AIResult, digest: str) -> None:
        findings = result.findings
        self._driver.take(
            AIResultLoaded(
                at_ns=clock(),
                trial=engine.trial_now(self._driver.script, self._driver.state).index,
                ai=result.ai,
                series_uid=result.series_uid,
                model_sha256=result.provenance.sha256,
                findings=len(findings),
                planted=planted_in(result),
                scores=tuple(finding.score for finding in findings),
                elements=tuple(finding.id for finding in findings),
                places_mm=tuple(shape_centre_mm(finding.geometry) for finding in findings),
                digest=digest,
                top_score=top_score(result),
                assessed=tuple((each.name, each.category, each.score) for each in result.assessments),
                never_drawn=never_drawn(result, self._as_protocol.values()),
            )
        )


def planted_in(result: AIResult) -> tuple[str, ...]:
    """The planted errors in a result, wherever in it they are."""
    drawn = [each.provenance for each in result.findings] + [each.provenance for each in result.maps]
    scored, told = [each.provenance for each in result.assessments], [each.provenance for each in result.advice]
    shown = [each.provenance for each in result.examples]
    return tuple(sorted({each.planted for each in (result.provenance, *drawn, *scored, *told, *shown)} - {""}))
