"""Every form leaves a central database as it leaves the stations' own stores."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from app.store.exports.forms import Form, export_as
from benchmarks.postgres import home
from tests.app.store.central.syncing import central, delivered, postgres, ready
from tests.app.store.exports.studies import Read, ReadStudy

__all__ = ["central", "postgres", "ready"]
pytestmark = pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")


def test_that_all_forms_of_a_synced_store_are_those_of_the_store(
    central: str, make_study: Callable[..., ReadStudy], tmp_path: Path
) -> None:
    study = make_study({"a": 1, "b": 0})
    study.add([Read(who, what, case, 50.0 + len(who)) for who, what, case in product(("R1", "R2"), "xy", "ab")])
    delivered(study.store, central)
    for form in get_args(Form):
        here = export_as(form, study.store, tmp_path / "here" / form)
        there = export_as(form, central, tmp_path / "there" / form)
        assert here.missing == there.missing == []
        assert [file.name for file in here.files] == [file.name for file in there.files]
        for own, gathered in zip(here.files, there.files, strict=True):
            if own.suffix != ".parquet" and own.name != "datapackage.json":  # the one holds the other's hash
                assert own.read_bytes() == gathered.read_bytes(), (form, own.name)
