"""The driver with a made-up script and a log in memory: order of saving and moving on, refusals, leaving."""

from __future__ import annotations

from concurrent.futures import Future
from itertools import count
from pathlib import Path

import pytest

from app.reading.engine import OutOfTurn
from app.reading.script import AskedQuestion, PageScript, PhaseScript, Script, TrialScript
from app.reading.state import Stage
from app.tracking.events import (
    AnswerGiven,
    CaseShown,
    Event,
    PhaseConfirmed,
    PhaseStarted,
    SittingStarted,
    TextAcknowledged,
    TrialStarted,
)
from app.tracking.held import Held
from app.tracking.recorder import Recorder
from app.windows.sitting_driver import SittingDriver
from study_configs.problem import StudyProblem
from study_configs.questions import YesNo

NODULE = AskedQuestion("nodule", YesNo(ask="Is there a nodule?", answer="yes_no"))
PHASE = PhaseScript("reading", (NODULE,), (), frozenset(), commit=True, at_least_ns=0, at_most_ns=None)
SCRIPT = Script(
    before=(PageScript("welcome", ()),),
    trials=(TrialScript(0, "a", "unaided", False, (PHASE,), {}), TrialScript(1, "b", "unaided", False, (PHASE,), {})),
    after=(),
    feedback=False,
    restart_interrupted=False,
)
at = count(1)


class MemoryLog:
    """A log that acknowledges when told to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.open: list[Future[str]] = []
        self.refusing: StudyProblem | None = None
        self.problem: StudyProblem | None = None
        self.held: Held | None = None
        self.path = Path("store.sqlite")
        self.prompt = True

    def append(self, sitting: int, event: Event, utc_ns: int) -> None:
        self.events.append(event)

    def commit(self, sitting: int, event: Event, utc_ns: int) -> Future[str]:
        future: Future[str] = Future()
        if self.refusing is not None:
            future.set_exception(self.refusing)
            return future
        self.events.append(event)
        if self.prompt:
            future.set_result("ab12")
        else:
            self.open.append(future)
        return future

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


def started(resumed: bool = False) -> SittingStarted:
    return SittingStarted(
        at_ns=next(at), reader="r", protocol_id="p", protocol_version="1", protocol_sha256="", order_sha256="",
        mode="demo", sitting=0, resumed=resumed, program_version="0",
    )  # fmt: skip


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


def driver_on(log: MemoryLog, earlier: tuple[Event, ...] = ()) -> SittingDriver:
    return SittingDriver(SCRIPT, Recorder(log, 1), earlier)


def settle(qtbot, driver: SittingDriver) -> None:
    qtbot.waitUntil(lambda: not driver.busy)


def read_case(qtbot, driver: SittingDriver, trial: int) -> None:
    case = driver.script.trials[trial].case
    driver.take(TrialStarted(at_ns=next(at), trial=trial, case=case, condition="unaided"))
    driver.take(CaseShown(at_ns=next(at), trial=trial))
    driver.take(PhaseStarted(at_ns=next(at), trial=trial, phase=0, layers=()))
    settle(qtbot, driver)


def to_first_case(qtbot, driver: SittingDriver) -> None:
    driver.start(started())
    driver.take(TextAcknowledged(at_ns=next(at), text="welcome", sha256=""))
    settle(qtbot, driver)
    read_case(qtbot, driver, 0)


def test_that_the_first_page_opens_only_after_the_start_is_safe(qtbot, log):
    log.prompt = False
    driver = driver_on(log)
    opened: list[str] = []
    driver.text_opened.connect(opened.append)
    driver.start(started())
    qtbot.wait(20)
    assert driver.busy
    assert opened == []
    log.open[0].set_result("ab")
    qtbot.waitUntil(lambda: opened == ["welcome"])


def test_that_events_wait_in_line_while_a_decision_is_being_saved(qtbot, log):
    driver = driver_on(log)
    to_first_case(qtbot, driver)
    driver.take(AnswerGiven(at_ns=next(at), trial=0, phase=0, question="nodule", value="yes"))
    log.prompt = False
    driver.take(PhaseConfirmed(at_ns=next(at), trial=0, phase=0, answers={"nodule": "yes"}))
    driver.take(TrialStarted(at_ns=next(at), trial=1, case="b", condition="unaided"))
    assert driver.state.stage is Stage.READING
    assert log.kinds()[-1] == "PhaseConfirmed"
    log.open.pop().set_result("ab")
    qtbot.waitUntil(lambda: log.kinds()[-1] == "TrialStarted")


def test_that_what_the_law_forbids_never_reaches_the_log(qtbot, log):
    driver = driver_on(log)
    to_first_case(qtbot, driver)
    before = log.kinds()
    with pytest.raises(OutOfTurn):
        driver.take(PhaseConfirmed(at_ns=next(at), trial=0, phase=0, answers={}))
    assert log.kinds() == before


def test_that_a_refused_event_is_held_and_saved_when_tried_again(qtbot, log):
    driver = driver_on(log)
    to_first_case(qtbot, driver)
    driver.take(AnswerGiven(at_ns=next(at), trial=0, phase=0, question="nodule", value="no"))
    log.refusing = StudyProblem("The disk is full.")
    with qtbot.waitSignal(driver.stuck) as said:
        driver.take(PhaseConfirmed(at_ns=next(at), trial=0, phase=0, answers={"nodule": "no"}))
    assert said.args[0].what == "The disk is full."
    assert driver.state.stage is Stage.READING
    log.refusing = None
    with qtbot.waitSignal(driver.freed):
        driver.try_again()
    assert driver.state.trial == 1


def test_that_a_slow_commit_is_warned_of_and_then_stops_the_reading(qtbot, log, monkeypatch):
    monkeypatch.setattr("app.windows.sitting_driver.WARN_AFTER_MS", 10)
    monkeypatch.setattr("app.windows.sitting_driver.STOP_AFTER_MS", 30)
    log.prompt = False
    driver = driver_on(log)
    with qtbot.waitSignals([driver.slow, driver.stuck], order="strict"):
        driver.start(started())
    with qtbot.waitSignal(driver.freed):
        log.open[0].set_result("ab")


def test_that_leaving_marks_the_open_trial_and_ends_the_sitting(qtbot, log):
    driver = driver_on(log)
    to_first_case(qtbot, driver)
    assert driver.leave("signed_out", "window closed") == "ab12"
    assert log.kinds()[-2:] == ["TrialInterrupted", "SittingEnded"]
    assert log.events[-1].counts["TrialInterrupted"] == 1
    driver.take(AnswerGiven(at_ns=next(at), trial=0, phase=0, question="nodule", value="yes"))
    assert log.kinds()[-1] == "SittingEnded"


def test_that_a_sitting_resumes_at_the_step_where_the_log_stops(qtbot, log):
    first = driver_on(log)
    to_first_case(qtbot, first)
    first.take(AnswerGiven(at_ns=next(at), trial=0, phase=0, question="nodule", value="yes"))
    for length in range(1, len(log.events) + 1):
        resumed_log = MemoryLog()
        driver = driver_on(resumed_log, tuple(log.events[:length]))
        stage_before = driver.state.stage
        opened: list[object] = []
        driver.text_opened.connect(opened.append)
        driver.case_opened.connect(opened.append)
        driver.start(started(resumed=True))
        settle(qtbot, driver)
        assert len(opened) == 1, f"after {length} events ({stage_before})"
        assert opened[0] == "welcome" if length == 1 else opened[0].case == "a"


def test_that_the_whole_script_ends_with_a_receipt(qtbot, log):
    driver = driver_on(log)
    to_first_case(qtbot, driver)
    for trial in (0, 1):
        if trial:
            read_case(qtbot, driver, trial)
        driver.take(AnswerGiven(at_ns=next(at), trial=trial, phase=0, question="nodule", value="yes"))
        with qtbot.waitSignal(driver.ended if trial else driver.case_closed) as seen:
            driver.take(PhaseConfirmed(at_ns=next(at), trial=trial, phase=0, answers={"nodule": "yes"}))
    assert seen.args == ["finished", "ab12"]
    assert log.kinds()[-1] == "SittingEnded"
