"""Published data, a study to fill, and a shipped study read by readers on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from app.dry_running.paper import fill, seats
from app.shipped.folder import make_shipped
from app.store.writer import StoreWriter
from study_configs.study import Study, load_study
from tests.app.store.exports.studies import ReadStudy, truth_of

SHARED = Path(__file__).resolve().parents[5] / "shared" / "mrmc"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the published data sets are not on this machine")
    return SHARED


@pytest.fixture
def store(path: Path, play: Callable[..., str]) -> Path:
    """Two readers, one sitting each."""
    writer = StoreWriter(path)
    play(writer, "R1")
    play(writer, "R2")
    writer.close()
    return path


@pytest.fixture
def make_study(tmp_path: Path) -> Callable[..., ReadStudy]:
    def made(positive: Mapping[str, int], **told: str) -> ReadStudy:
        return ReadStudy(tmp_path / "store.sqlite", truth_of(positive), **told)

    return made


@pytest.fixture(scope="session")
def read_on_paper(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path]:
    """Halligan 2011, short form: two simulated readers, three conditions, marks with how sure they are."""
    folder = tmp_path_factory.mktemp("on_paper")
    study = load_study(make_shipped("halligan_2011", folder / "study", short=True))
    fill(study, folder / "store.sqlite", seats(study)[0][:2], lambda done, of, what: None)
    return study, folder / "store.sqlite"
