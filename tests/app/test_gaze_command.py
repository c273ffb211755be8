"""`readerlab gaze` as people and scripts call it."""

from __future__ import annotations

import json
import sys

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.commands.gaze import _tell
from app.tracking.events import GazeCalibrated
from app.tracking.gaze import lsl
from app.tracking.gaze.lsl import Heard
from study_configs.problem import StudyProblem

CHECK = GazeCalibrated(
    at_ns=1, points=((10.0, 20.0), (30.0, 40.0)), error_px=(5.0, None), error_deg=(0.5, None), spread_px=(1.0, None),
    spread_deg=(0.1, None), samples=(9, 0), outcome="accepted", at_most_deg=1.0, screen_px=(1200, 800),
    screen_mm=(300.0, 200.0), distance_mm=600.0,
)  # fmt: skip


def test_that_streams_are_listed_for_people_and_for_programs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lsl, "streams_heard", lambda: [Heard("Spark", "Gaze", 6, 60.0, "s1")])
    told = CliRunner().invoke(app, ["gaze", "--list"])
    assert told.stdout == "Spark: type Gaze, 6 channels, 60 Hz\n"
    listed = json.loads(CliRunner().invoke(app, ["gaze", "--list", "--json"]).stdout)
    assert listed == [{"name": "Spark", "type": "Gaze", "channels": 6, "rate_hz": 60.0, "source_id": "s1"}]


def test_that_silence_in_the_network_says_what_to_look_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lsl, "streams_heard", list)
    told = CliRunner().invoke(app, ["gaze", "--list"])
    assert isinstance(told.exception, StudyProblem)
    assert "firewalls" in str(told.exception)


@pytest.mark.parametrize("wrong", [["--points", "7"], ["--units", "furlongs"], ["--origin", "left"]])
def test_that_a_wrong_question_is_refused(wrong: list[str]):
    assert CliRunner().invoke(app, ["gaze", *wrong]).exit_code == 2


def test_that_without_pylsl_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    lsl._pylsl.cache_clear()
    told = CliRunner().invoke(app, ["gaze"])
    lsl._pylsl.cache_clear()
    assert isinstance(told.exception, StudyProblem)
    assert "readerlab[gaze]" in str(told.exception)


def test_that_an_accepted_check_is_told_point_by_point(capsys):
    _tell(CHECK, as_json=False)
    assert (
        capsys.readouterr().out
        == "(10, 20): 5 px, 0.50° (9 samples)\n(30, 40): no gaze (0 samples)\nOutcome: accepted\n"
    )


def test_that_a_check_that_was_left_ends_with_status_1(capsys):
    with pytest.raises(SystemExit) as left:
        _tell(None, as_json=True)
    assert left.value.code == 1
    assert json.loads(capsys.readouterr().out) == {"outcome": "without"}
