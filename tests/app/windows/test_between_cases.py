"""Pages between the cases, at the real driver: texts before a block, breaks, feedback, weighing, the way back."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStackedWidget
from pytestqt.qtbot import QtBot

from app.reading.feedback import CaseFeedback, PeerAnswers
from app.reading.script import AskedQuestion, BreakRule, PageScript, PhaseScript, Script, TrialScript
from app.reading.state import Stage
from app.tracking import events as e
from app.tracking.held import Held
from app.tracking.recorder import Recorder, clock
from app.windows.between_cases import BetweenCases, BetweenPlan, MediaFile
from app.windows.break_page import BreakPage
from app.windows.debrief import DebriefPage
from app.windows.sitting_driver import SittingDriver
from app.windows.text_page import TextPage
from app.windows.way_back import case_before, go_back
from app.windows.weighing import Weighing
from study_configs.problem import StudyProblem
from study_configs.questions import YesNo
from study_configs.study_texts import StudyText

NODULE = AskedQuestion("nodule", YesNo(ask="Is there a nodule?", answer="yes_no", version="2"))
OWN = PhaseScript("own view", (NODULE,), (), frozenset(), False, 0, None)
NET = PhaseScript("net", (NODULE,), ("box",), frozenset({"cad"}), False, 0, None, only_if="ai.cad >= 0.5")
PLAIN = Script(before=(), trials=(), after=(), feedback=False, restart_interrupted=False)


class MemoryLog:
    """A log that acknowledges at once."""

    def __init__(self) -> None:
        self.events: list[e.Event] = []
        self.problem: StudyProblem | None = None
        self.held: Held | None = None
        self.path = Path("store.sqlite")

    def append(self, sitting: int, event: e.Event, utc_ns: int) -> None:
        self.events.append(event)

    def commit(self, sitting: int, event: e.Event, utc_ns: int) -> Future[str]:
        self.events.append(event)
        done: Future[str] = Future()
        done.set_result("ab12")
        return done

    def last(self, kind: type[e.Event]) -> e.Event:
        return [event for event in self.events if isinstance(event, kind)][-1]


class Desk:
    """The driver with its pages, and a reader who answers each phase at once."""

    def __init__(self, qtbot: QtBot, script: Script, **plan: object) -> None:
        self.log = MemoryLog()
        self.driver = SittingDriver(script, Recorder(self.log, 1))  # type: ignore[arg-type]
        self.pages = QStackedWidget()
        qtbot.addWidget(self.pages)
        self.text, self.rest = TextPage(), BreakPage()
        self.pages.addWidget(self.text)
        self.pages.addWidget(self.rest)
        texts = {"kept": StudyText("kept", "Kept", "# Kept\n\nYour reading is kept.", "cd34")}
        planned = BetweenPlan(texts, {}, lambda trials: tuple(map(told, trials)), {})
        self.between = BetweenCases(self.driver, replace(planned, **plan), self.text, self.rest)  # type: ignore[arg-type]
        self.between.page_wanted.connect(self._show)
        self.driver.case_opened.connect(self._open)
        self.driver.phase_opened.connect(self._begin)
        self.pages.show()

    def _show(self, page: object, name: str) -> None:
        if self.pages.indexOf(page) < 0:  # type: ignore[arg-type]
            self.pages.addWidget(page)  # type: ignore[arg-type]
        self.pages.setCurrentWidget(page)  # type: ignore[arg-type]

    def _open(self, command: object) -> None:
        trial, case = command.trial, command.case  # type: ignore[attr-defined]
        self.driver.take(e.TrialStarted(at_ns=clock(), trial=trial, case=case, condition="c"))
        self.driver.take(e.CaseShown(at_ns=clock(), trial=trial))

    def _begin(self, command: object) -> None:
        trial, phase = command.trial, command.phase  # type: ignore[attr-defined]
        self.driver.take(e.PhaseStarted(at_ns=clock(), trial=trial, phase=phase, layers=()))

    def start(self) -> None:
        self.driver.start(
            e.SittingStarted(
                at_ns=clock(), reader="r", protocol_id="p", protocol_version="1", protocol_sha256="", order_sha256="",
                mode="demo", sitting=1, resumed=False, program_version="0",
            )
        )  # fmt: skip

    def answer(self, trial: int, phase: int = 0) -> None:
        self.driver.take(e.AnswerGiven(at_ns=clock(), trial=trial, phase=phase, question="nodule", value="no"))
        self.driver.take(e.PhaseConfirmed(at_ns=clock(), trial=trial, phase=phase, answers={"nodule": "no"}))

    def reads(self, trial: int, phase: int = 0) -> bool:
        state = self.driver.state
        return self.driver.is_reading and (self.driver.script.trials[state.trial].index, state.phase) == (trial, phase)


def told(trial: int) -> CaseFeedback:
    peers = (PeerAnswers("Is there a nodule?", (("Yes", 4), ("No", 2))),)
    return CaseFeedback(f"case-{trial}", f"case-{trial}", "", (), "Positive.", "wrong", peers=peers)


def trial(index: int, *phases: PhaseScript, **more: object) -> TrialScript:
    made = TrialScript(index, f"case-{index}", "c", False, phases or (OWN,), {}, block=1)
    return replace(made, **more)  # type: ignore[arg-type]


def test_that_a_text_before_a_block_is_logged_with_its_block_version_and_time(qtbot: QtBot):
    script = replace(PLAIN, trials=(trial(0),), block_pages={1: (PageScript("kept", (NODULE,), block=1),)})
    desk = Desk(qtbot, script)
    desk.start()
    qtbot.waitUntil(lambda: desk.pages.currentWidget() is desk.text and desk.driver.state.page_shown_ns is not None)
    desk.text._list.field("nodule").press("yes")
    QTest.keyClick(desk.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.reads(0))
    read = desk.log.last(e.TextAcknowledged)
    assert (read.block, read.sha256, read.answers, read.versions) == (1, "cd34", {"nodule": "yes"}, {"nodule": "2"})
    assert desk.log.last(e.TextShown).block == 1


class HandTime:
    """What time it is, for countdowns: the test says so."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def hand_time(monkeypatch: pytest.MonkeyPatch) -> HandTime:
    made = HandTime()
    monkeypatch.setattr("app.windows.countdown.time", made)
    return made


def test_that_a_break_waits_for_its_shortest_time_and_then_for_the_reader(
    qtbot: QtBot, hand_time: HandTime, set_on_clock
):
    desk = Desk(qtbot, replace(PLAIN, trials=(trial(0), trial(1)), breaks=BreakRule(1, None, 60)))
    desk.start()
    qtbot.waitUntil(lambda: desk.reads(0))
    desk.answer(0)
    qtbot.waitUntil(lambda: desk.pages.currentWidget() is desk.rest and desk.driver.state.rest.since_ns is not None)
    assert desk.rest.progress.text() == "1 of 2 cases are read."
    QTest.keyClick(desk.rest, Qt.Key.Key_Return)
    assert not desk.rest.button.isEnabled()
    hand_time.now_s += 60
    set_on_clock.set_on(60)
    qtbot.waitUntil(desk.rest.button.isEnabled)
    assert desk.driver.state.stage is Stage.BREAK, "the key that came too early went nowhere"
    QTest.keyClick(desk.rest, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.reads(1))
    began, ended = desk.log.last(e.BreakStarted), desk.log.last(e.BreakEnded)
    assert ended.at_ns - began.at_ns >= 60_000_000_000


@pytest.mark.parametrize("kind", ["text", "break"])
def test_that_what_a_page_lets_through_the_law_does_too_however_long_the_page_took_to_be_built(
    qtbot: QtBot, hand_time: HandTime, set_on_clock, kind: str
):
    page = PageScript("kept", (), at_least_ns=1_000_000_000)
    before, breaks = ((page,), None) if kind == "text" else ((), BreakRule(1, None, 1.0))
    desk = Desk(qtbot, replace(PLAIN, before=before, trials=(trial(0), trial(1)), breaks=breaks))
    shown = desk.text if kind == "text" else desk.rest
    build = "show_page" if kind == "text" else "show_break"
    quickly = getattr(shown, build)

    def passes(seconds: float) -> None:
        hand_time.now_s += seconds
        set_on_clock.set_on(seconds)

    def slowly(*asked: object, **how: object) -> None:
        quickly(*asked, **how)
        passes(0.5)

    setattr(shown, build, slowly)
    desk.start()
    if kind == "break":
        qtbot.waitUntil(lambda: desk.reads(0))
        desk.answer(0)
    qtbot.waitUntil(lambda: desk.pages.currentWidget() is shown and not desk.driver.busy)
    passes(0.5)
    qtbot.waitUntil(shown.button.isEnabled)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.reads(0 if kind == "text" else 1))


def test_that_a_case_is_told_of_before_the_next_one_comes(qtbot: QtBot):
    desk = Desk(qtbot, replace(PLAIN, trials=(trial(0, told="after_case"), trial(1))))
    desk.start()
    qtbot.waitUntil(lambda: desk.reads(0))
    desk.answer(0)
    qtbot.waitUntil(lambda: isinstance(desk.pages.currentWidget(), DebriefPage))
    page = desk.pages.currentWidget()
    assert page.finish.text() == "Go on reading   ⏎"
    assert "Yes: 4, No: 2" in [each.text() for each in page.card.findChildren(type(page.card.title))]
    page.close_page()
    qtbot.waitUntil(lambda: desk.reads(1))
    assert desk.log.last(e.CaseFeedbackClosed).trials == (0,)


def test_that_nothing_is_opened_where_there_is_nothing_to_tell(qtbot: QtBot):
    script = replace(PLAIN, trials=(trial(0, told="after_case"), trial(1)))
    desk = Desk(qtbot, script, tell=lambda trials: ())
    desk.start()
    qtbot.waitUntil(lambda: desk.reads(0))
    desk.answer(0)
    qtbot.waitUntil(lambda: desk.reads(1))
    assert desk.log.last(e.CaseFeedbackClosed).trials == (0,)


class Scorer:
    def __init__(self, score: float | StudyProblem | None) -> None:
        self.score = score

    def top_score(self, trial: int, ai: str) -> Future[float | None]:
        future: Future[float | None] = Future()
        if isinstance(self.score, StudyProblem):
            future.set_exception(self.score)
        else:
            future.set_result(self.score)
        return future


@pytest.mark.parametrize(("score", "taken"), [(0.9, True), (0.2, False), (None, False)])
def test_that_a_safety_net_goes_by_the_score_that_is_learnt_after_the_commit(
    qtbot: QtBot, score: float | None, taken: bool
):
    desk = Desk(qtbot, replace(PLAIN, trials=(trial(0, OWN, NET), trial(1))))
    Weighing(desk.driver, Scorer(score))
    desk.start()
    qtbot.waitUntil(lambda: desk.reads(0))
    desk.answer(0)
    qtbot.waitUntil(lambda: desk.reads(0, 1) if taken else desk.reads(1))
    kinds = [type(event) for event in desk.log.events]
    assert kinds.index(e.PhaseConfirmed) < kinds.index(e.PhaseWeighed)
    assert (e.PhaseSkipped in kinds) is not taken


def test_that_a_score_that_cannot_be_had_is_said_and_asked_for_again(qtbot: QtBot):
    desk = Desk(qtbot, replace(PLAIN, trials=(trial(0, OWN, NET), trial(1))))
    scorer = Scorer(StudyProblem("The AI's file is gone."))
    weighing = Weighing(desk.driver, scorer)
    desk.start()
    qtbot.waitUntil(lambda: desk.reads(0))
    with qtbot.waitSignal(weighing.failed):
        desk.answer(0)
    scorer.score = 0.9
    weighing.again()
    qtbot.waitUntil(lambda: desk.reads(0, 1))


def test_that_the_reader_goes_back_changes_an_answer_and_goes_on_where_it_was(qtbot: QtBot):
    desk = Desk(qtbot, replace(PLAIN, trials=(trial(0), trial(1)), navigation="back"))
    desk.start()
    qtbot.waitUntil(lambda: desk.reads(0))
    assert case_before(desk.driver) is None
    desk.answer(0)
    qtbot.waitUntil(lambda: desk.reads(1))
    assert go_back(desk.driver)
    qtbot.waitUntil(lambda: desk.reads(0))
    desk.answer(0)
    qtbot.waitUntil(lambda: desk.reads(1))
    kinds = [type(event) for event in desk.log.events]
    assert kinds.index(e.TrialInterrupted) + 1 == kinds.index(e.TrialReopened)


# --- the text page's picture, film and time


def test_that_a_picture_is_shown_and_its_version_logged(qtbot: QtBot, tmp_path: Path):
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGray)
    image.save(str(tmp_path / "cover.png"))
    script = replace(PLAIN, before=(PageScript("kept", (), media="cover.png"),), trials=(trial(0),))
    desk = Desk(qtbot, script, media={"cover.png": MediaFile(tmp_path / "cover.png", "ef56")})
    desk.start()
    qtbot.waitUntil(lambda: desk.driver.state.page_shown_ns is not None)
    assert desk.text.media.picture.isVisible()
    desk.text.go_on()
    qtbot.waitUntil(lambda: desk.reads(0))
    read = desk.log.last(e.TextAcknowledged)
    assert (read.media_sha256, read.watched) == ("ef56", "to_the_end")


def test_that_a_film_that_cannot_be_played_is_said_and_the_page_goes_on(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.windows.page_media.find_spec", lambda name: None)
    script = replace(PLAIN, before=(PageScript("kept", (), media="priming.mp4"),), trials=(trial(0),))
    desk = Desk(qtbot, script, media={"priming.mp4": MediaFile(tmp_path / "priming.mp4", "ef56")})
    desk.start()
    qtbot.waitUntil(lambda: desk.driver.state.page_shown_ns is not None)
    assert "Qt Multimedia is not installed" in desk.text.media.words.text()
    desk.text.go_on()
    qtbot.waitUntil(lambda: desk.reads(0))
    assert desk.log.last(e.TextAcknowledged).watched == "could_not_be_shown"


def test_that_a_page_counts_down_before_it_lets_the_reader_go_on(qtbot: QtBot, hand_time: HandTime):
    page = TextPage()
    qtbot.addWidget(page)
    page.show_page("Read this.", page=PageScript("kept", (), at_least_ns=400_000_000))
    assert page.open_words.text() == "Available in 1 s"
    assert not page.button.isEnabled()
    hand_time.now_s += 0.4
    with qtbot.waitSignal(page.acknowledged):
        qtbot.waitUntil(page.button.isEnabled)
        QTest.keyClick(page, Qt.Key.Key_Return)
