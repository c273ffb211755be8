"""A desk on a study of its own, with or without readers at every stage."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.assembling.desk import TemporaryWalk
from app.simulated.desk_study import COORDINATOR, PASSWORD, govern, read_on_paper, write_study
from app.store.acts import acts
from app.store.glimpse import glimpse
from app.windows.desk.recent import RecentFiles
from app.windows.desk.window import DeskWindow
from app.windows.theme import apply_theme
from study_configs.study import load_study


@dataclass
class Desk:
    """A desk's window over a study file and its store."""

    window: DeskWindow
    file: Path
    qtbot: Any

    @property
    def store(self) -> Path:
        return self.file.parent / "store" / "readerlab.sqlite"

    def until(self, is_there: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_there()), timeout=60_000)

    def open(self) -> Desk:
        self.window.open_study(self.file)
        self.until(lambda: self.window.outer.currentWidget() is self.window.sign_in)
        return self

    def sign_in(self) -> Desk:
        page = self.window.sign_in
        self.until(lambda: self.window.session.governed.has_coordinator)
        page.name.setText(COORDINATOR)
        page.password.setText(PASSWORD)
        page.go_on()
        self.until(lambda: self.window.session.who is not None)
        return self

    def give_reason(self, words: str = "Agreed with the supervisor by telephone.") -> None:
        card = self.window.reasons
        assert card.isVisible()
        assert not card.confirm.isEnabled()
        self.qtbot.keyClicks(card.reason, words)
        card.confirm.click()

    def acts(self) -> list[Any]:
        with glimpse(self.store) as connection:
            return [each.act for each in acts(connection)]

    def until_act(self, kind: type) -> Any:
        """The last act of that kind, once it is in the store and the desk knows it."""
        found = lambda: [e.act for e in self.window.session.governed.recorded if isinstance(e.act, kind)]  # noqa: E731
        self.until(found)
        return found()[-1]


@pytest.fixture(scope="session")
def bare_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("desk") / "when-ai-comes")


@pytest.fixture(scope="session")
def read_study(bare_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study with a coordinator, released, and readers at every stage."""
    folder = Path(shutil.copytree(bare_study.parent, tmp_path_factory.mktemp("desk-read") / "study"))
    study, store = load_study(folder / "protocol.yaml"), folder / "store" / "readerlab.sqlite"
    read_on_paper(study, store, govern(study, store))
    return folder / "protocol.yaml"


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(qtbot: Any, qapp: QApplication, tmp_path: Path) -> Iterator[MakeDesk]:
    apply_theme(qapp, 1.0)
    made: list[DeskWindow] = []

    def make(source: Path, run_dry: Any = lambda study, step: (), **options: Any) -> Desk:
        folder = Path(shutil.copytree(source.parent, tmp_path / "study"))
        window = DeskWindow(
            lambda study, wished: TemporaryWalk(study, wished, qapp),
            run_dry,
            recent=RecentFiles(tmp_path / "r"),
            **options,
        )
        window.resize(1280, 800)
        window.show()
        made.append(window)
        return Desk(window, folder / "protocol.yaml", qtbot)

    yield make
    for window in made:
        window.close()
        window.deleteLater()
