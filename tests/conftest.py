"""What all tests share: windows speak English, whatever the language of the machine; state lies in a folder of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.assembling.collecting import collector
from app.windows.language import install_language

# A machine that stalls for a fifth of a second, or is slow, is no counterexample.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

PATIENCE_MS = 60_000  # what is there after a moment is waited for no longer; other tests may run beside this one


class PatientBot(QtBot):
    """Waits as long as a busy machine may take, where a test says nothing else."""

    def waitUntil(self, callback: Any, *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **how)

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(scope="session", autouse=True)
def _own_state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Emergency journals of the tests, and of programs that they start, stay out of the user's own folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    install_language(qapp, "en")
    collector(qapp)
    return qapp


@pytest.fixture(autouse=True)
def _garbage_of_windows() -> Iterator[None]:
    """What an earlier test's windows left is collected by this thread alone, also where no event loop runs."""
    yield
    if isinstance(app := QApplication.instance(), QApplication):
        collector(app).look()


@pytest.fixture
def dutch(qapp: QApplication) -> Iterator[None]:
    """Dutch for one test, English again afterwards."""
    install_language(qapp, "nl")
    yield
    install_language(qapp, "en")
