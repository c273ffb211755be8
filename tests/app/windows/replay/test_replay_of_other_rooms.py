"""Sittings at the scanner's station and at a reading list, read in the real window and replayed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer

from app.assembling.replay import ReplayPlan, projected
from app.simulated.reader import SimulatedReader
from app.tracking.events import CallAnswered, CallTaken, CaseSuspended, PhaseConfirmed, WorklistShown
from app.windows.farewell import FarewellPage
from app.windows.replay.projector import Projector

from ..station.acting import at_the_station, decide
from ..station.conftest import scanner_study
from ..worklist.test_worklist import CALL_MIN, STAT_MIN, listed

__all__ = ["listed", "scanner_study"]  # fixtures
pytestmark = pytest.mark.slow


def happened(projector: Projector) -> list[str]:
    """Every sentence of the sitting, each once."""
    said: dict[str, None] = {}
    for event in projector.reel.events:
        shown = projector.at(event.at_ns)
        said |= dict.fromkeys(words.partition("  ")[2] for words, _ in reversed(shown.side.happened))
    return list(said)


def test_that_a_station_sitting_is_replayed_with_its_arrivals_calls_and_repeats(qtbot, start, scanner_study: Path):
    run = start(scanner_study)
    at_the_station(qtbot, run)
    decide(qtbot, run, Qt.Key.Key_A)
    decide(qtbot, run, Qt.Key.Key_C)
    decide(qtbot, run, Qt.Key.Key_R, Qt.Key.Key_2)
    decide(qtbot, run, Qt.Key.Key_A, phase=1)
    qtbot.waitUntil(lambda: isinstance(run.window.pages.currentWidget(), FarewellPage))
    run.close()
    with projected(ReplayPlan(run.store, study=scanner_study), waits=True) as (projector, _):
        said = happened(projector)
        confirmed = [each for each in projector.reel.events if isinstance(each, PhaseConfirmed)]
        before = [projector.at(each.at_ns - 1) for each in confirmed]
        assert [shown.warning for shown in before] == [""] * 4
        assert all(drawn.image is not None for shown in before for drawn in shown.scene.drawn.values())
        assert [shown.side.answers[0].now for shown in before] == ["Accept", "Call", "Repeat", "Accept"]
        assert before[3].side.answers[0].before == ("Repeat",)
        assert [shown.side.step.rpartition(" ")[2] for shown in before] == ["first", "first", "first", "again"]
    for acquisition in ("c1 (first)", "c4 (first)", "c3 (first)", "c3 (repeated)"):
        assert f"The scanner begins with {acquisition}" in said
        case, came = acquisition.split()
        assert f"The acquisition of {case} is complete {came}" in said


def read_the_list(qtbot, window, reader: SimulatedReader, clock) -> None:
    """The AI has flagged before the first exam is opened; over it the stat exam comes, over that one somebody calls."""
    comes = iter((60 * STAT_MIN, 60 * CALL_MIN))
    with qtbot.waitSignal(window.page_shown, check_params_cb=lambda name: stopped(reader, name)):
        reader.start()
    qtbot.waitUntil(lambda: len(window.driver.state.bustle.flags) == 3)

    def pass_time() -> None:
        """With every step that begins; what it brings comes before the reader's next act."""
        clock.set_on(next(comes, 0))
        QTimer.singleShot(0, window.worklist.look)

    window.room.phase_ready.connect(lambda *_: pass_time())
    with qtbot.waitSignal(window.left, timeout=240_000):
        reader.start()


def stopped(reader: SimulatedReader, page: str) -> bool:
    """Whether the list is on the screen; the reader then waits, at once."""
    if page == "worklist":
        reader._timer.stop()
    return page == "worklist"


def test_that_a_reading_list_is_replayed_with_its_rows_flags_calls_and_interruptions(
    qtbot, start, listed: Path, tmp_path, set_on_clock
):
    run = start(listed)
    read_the_list(qtbot, run.window, SimulatedReader(run.window, "hasty", "tester", tmp_path / "p"), set_on_clock)
    run.close()
    with projected(ReplayPlan(run.store, study=listed), waits=True) as (projector, _):
        said = happened(projector)
        reel = projector.reel
        lists = [projector.at(each.at_ns).scene.words for each in reel.events if isinstance(each, WorklistShown)]
        (taken,) = [each.at_ns for each in reel.events if isinstance(each, CallTaken)]
        (answered,) = [each.at_ns for each in reel.events if isinstance(each, CallAnswered)]
        on_call, after = projector.at(taken), projector.at(answered)
        assert all(projector.at(each.at_ns).warning == "" for each in reel.events if isinstance(each, PhaseConfirmed))
        assert any(isinstance(each, CaseSuspended) for each in reel.events)
    assert "1   c2" in lists[0]
    assert any("flagged by the AI" in words for words in lists)
    assert "Room 3: can the patient go?" in on_call.scene.words + on_call.scene.remark + on_call.scene.under
    assert "Can room 3 wait?" in [line.question for line in after.side.answers]
    for sentence in ("An exam arrives: c3", "AI triage of c1: flagged", "The telephone rings", "The reader picks up"):
        assert sentence in said
    assert any(words.startswith("The reader hangs up: later = ") for words in said)
    assert any("set aside for an urgent one" in words for words in said)
    assert any("taken up again" in words for words in said)
