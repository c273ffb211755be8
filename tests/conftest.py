"""What all tests share: windows speak English, whatever the language of the machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.windows.language import install_language


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
