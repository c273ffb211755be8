"""Each shipped protocol, in its short form, read to its end through the real windows by a simulated reader."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app.conduct.enrolling import enrol_reader
from app.dry_running.examining import Tables, examine
from app.shipped.folder import make_shipped, shipped_names
from app.simulated.reader import SimulatedReader
from app.store.acts import WashoutOverridden, Who, write
from app.store.exports.tidy import export
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from study_configs.reading_order import ReadingOrder
from study_configs.study import Study, load_study

READER = "tester"
PATIENCE_MS = 240_000


def order_in(store: Path, sha256: str) -> ReadingOrder:
    with open_store(store) as reader:
        enrolment = reader.order(READER, sha256)
    assert enrolment is not None
    return ReadingOrder.from_json(json.dumps(enrolment.order))


def without_washout(store: Path, sha256: str, sitting: int) -> None:
    """A coordinator lets the reader go on at once; the override is in the log of acts."""
    writer = StoreWriter(store)
    try:
        write(writer, Who("coordinator", "desk"), WashoutOverridden(sha256, READER, sitting, "A rehearsal."))
    finally:
        writer.close()


def enrolled(study: Study, store: Path) -> None:
    """As a coordinator enrols at the desk: the reader's strata are asked there."""
    strata = study.protocol.design.readers.strata
    store.parent.mkdir(parents=True, exist_ok=True)
    writer = StoreWriter(store)
    try:
        enrol_reader(study, writer, READER, {name: (values or ("any",))[0] for name, values in strata.items()})
    finally:
        writer.close()


def read_a_sitting(qtbot, start, folder: Path) -> None:
    run = start(folder)
    reader = SimulatedReader(run.window, "hasty", READER)
    with qtbot.waitSignal(run.window.left, timeout=PATIENCE_MS):
        reader.start()
    run.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names())
def test_that_a_shipped_protocol_is_read_to_its_end_in_the_real_windows(qtbot, start, tmp_path, name) -> None:
    folder = make_shipped(name, tmp_path / name, short=True).parent
    study = load_study(folder)
    store = tmp_path / "store" / "readerlab.sqlite"
    enrolled(study, store)
    read_a_sitting(qtbot, start, folder)
    order = order_in(store, study.sha256)
    for sitting in range(2, 1 + max(trial.sitting for trial in order.trials)):
        without_washout(store, study.sha256, sitting)
        read_a_sitting(qtbot, start, folder)
    assert verify(store).sound
    export(store, tmp_path / "export", frozenset({"csv"}), {study.protocol.about.mode})
    assert examine(study, [order], Tables.read(tmp_path / "export")) == []
    assert pages_read(tmp_path / "export") >= {page.id for page in study.protocol.after if page.show_if is None}


def pages_read(folder: Path) -> set[str]:
    with (folder / "pages.csv").open(encoding="utf-8", newline="") as file:
        return {row["page"] for row in csv.DictReader(file)}
