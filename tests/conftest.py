"""What all tests share: windows speak English, whatever the language of the machine; state lies in a folder of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from PySide6.QtWidgets import QApplication

from app.windows.language import install_language

# A machine that stalls for a fifth of a second, or is slow, is no counterexample.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def _own_state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Emergency journals of the tests, and of programs that they start, stay out of the user's own folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    install_language(qapp, "en")
    return qapp


@pytest.fixture
def dutch(qapp: QApplication) -> Iterator[None]:
    """Dutch for one test, English again afterwards."""
    install_language(qapp, "nl")
    yield
    install_language(qapp, "en")
