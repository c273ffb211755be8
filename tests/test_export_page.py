"""The page on export is true: its Python runs, its files are there, its forms are those of the command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from app.dry_running.paper import fill, seats
from app.shipped.folder import make_shipped
from app.store.exports.forms import Form, Wish, export_as
from app.store.exports.tidy import Choice
from app.store.projecting.audit import Fault
from study_configs.study import load_study

PAGE = (Path(__file__).parents[1] / "docs" / "export.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    study = load_study(make_shipped("halligan_2011", folder / "study", short=True))
    fill(study, folder / "store.sqlite", seats(study)[0][:2], lambda done, of, what: None)
    wish = Wish(Choice(modes={"pilot"}), ("csv", "parquet", "jsonl"))
    for form in get_args(Form):
        place = form if form in ("tables", "xes", "bids") else "for-r"
        export_as(form, folder / "store.sqlite", folder / place, wish)
    return folder


@pytest.mark.parametrize("block", BLOCKS)
def test_that_its_python_reads_the_files(exported: Path, monkeypatch: pytest.MonkeyPatch, block: str) -> None:
    monkeypatch.chdir(exported)
    held: dict[str, object] = {}
    exec(block, held)  # the page's own lines
    assert any(isinstance(value, list) and value for value in held.values())


def test_that_every_file_that_its_r_reads_is_there(exported: Path) -> None:
    named = re.findall(r'"((?:tables|for-r|xes)/[^"]+)"', PAGE)
    assert len(named) > 6
    assert [name for name in named if not (exported / name).is_file()] == []


def test_that_it_names_every_form_and_every_fault() -> None:
    assert set(re.findall(r"`--for ([a-z-]+)`", PAGE)) == set(get_args(Form))
    assert set(re.findall(r"`--allow ([a-z-]+)`", PAGE)) == set(get_args(Fault))
