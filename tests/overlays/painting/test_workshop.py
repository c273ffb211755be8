"""Maps that take long to be made ready never hold the window up, and are right or not there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from overlays.layers.layer import Layer
from overlays.painting import fields
from overlays.painting.painter import LayerPainter
from overlays.painting.workshop import Workshop
from overlays.result import AIMap
from viewers.volume import Volume

from ..conftest import make_map, make_result
from .test_maps_painted import GRID, IMAGE, painted

HEAT = Layer("heat", "nodules", "heatmap", "Heat", threshold=0.5, colours="viridis", least_mm=9.0)
Gate = tuple[threading.Event, list[float | None]]


def field() -> AIMap:
    values = np.zeros((12, 26, 31), np.float32)
    values[3:9, 5:15, 5:15], values[5, 20, 25] = 0.9, 0.8
    return make_map(values, GRID)


@pytest.fixture
def workshop(qtbot: QtBot) -> Iterator[Workshop]:
    made = Workshop()
    yield made
    made.clear()
    qtbot.wait_until(lambda: made.is_idle)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Maps are made only once the gate is open; the levels that were asked for."""
    gate, levels, real = threading.Event(), list[float | None](), fields.without_small

    def slow(ai_map: AIMap, least_mm: float, level: float | None = None) -> AIMap:
        levels.append(level)
        assert threading.current_thread() is not threading.main_thread()
        assert gate.wait(30)
        return real(ai_map, least_mm, level)

    monkeypatch.setattr(fields, "without_small", slow)
    yield gate, levels
    gate.set()


def test_that_nothing_of_a_layer_is_painted_until_its_map_is_ready_and_then_all_of_it(
    qtbot: QtBot, volume: Volume, workshop: Workshop, monkeypatch: pytest.MonkeyPatch, gate: Gate
):
    painter = LayerPainter([make_result((), (field(),))], [HEAT], workshop)
    waiting = painted(painter, volume)
    assert painter.painted == ()
    with qtbot.wait_signal(workshop.finished):
        gate[0].set()
    ready = painted(painter, volume)
    assert [each.element for each in painter.painted] == ["m1"]
    monkeypatch.undo()
    truth = painted(LayerPainter([make_result((), (field(),))], [HEAT]), volume)
    assert np.array_equal(ready, truth)
    assert not np.array_equal(waiting[IMAGE], truth[IMAGE])


def test_that_a_threshold_that_is_dragged_leaves_out_the_steps_between(
    qtbot: QtBot, volume: Volume, workshop: Workshop, gate: Gate
):
    painter = LayerPainter([make_result((), (field(),))], [HEAT], workshop)
    for threshold in (0.5, 0.55, 0.6, 0.65, 0.7):
        painter.set_layer(replace(HEAT, threshold=threshold))
        painted(painter, volume)
        assert painter.painted == ()
    gate[0].set()
    qtbot.wait_until(lambda: workshop.count == 2)
    painted(painter, volume)
    assert painter.painted[0].threshold == 0.7
    assert gate[1] == pytest.approx([0.5, 0.7])


def test_that_an_error_of_ours_in_the_workshop_is_told(qtbot: QtBot, workshop: Workshop):
    def fail() -> AIMap:
        raise ArithmeticError("ours")

    with qtbot.capture_exceptions() as told:
        workshop.ask("place", "key", fail)
        qtbot.wait_until(lambda: workshop.is_idle)
    assert [str(error) for _, error, _ in told] == ["ours"]


def test_that_what_was_let_go_of_comes_to_nothing(qtbot: QtBot, workshop: Workshop):
    gate = threading.Event()
    made: Callable[[], AIMap] = lambda: (gate.wait(30), field())[1]  # noqa: E731
    assert workshop.ask("place", "key", made) is None
    workshop.clear()
    gate.set()
    qtbot.wait_until(lambda: workshop.is_idle)
    assert workshop.ask("place", "key", made) is None
