"""A protocol that is amended while people read: who keeps which order, what counts, what starts anew."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from app.analysis.record import study_records
from app.conduct.amending import amend_study
from app.conduct.opening import OpenedSitting, open_sitting
from app.reading.state import Stage
from app.simulated.on_paper import ReaderOnPaper
from app.store.accounts import first_coordinator
from app.store.acts import PROGRAM, Amended, DryRun, ReaderDropped, TrialVoided, WashoutOverridden, Who, acts, write
from app.store.exports.tidy import export
from app.store.reader import StoreReader, open_store
from app.store.releases import pause, release
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import SittingEnded
from study_configs.problem import StudyProblem
from study_configs.study import Study, load_study

CROSSED = "crossed: {of: [unaided, commit_reveal], order: fixed, washout_days: 7}"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[StoreWriter]:
    made = StoreWriter(tmp_path / "readerlab.sqlite")
    yield made
    made.close()


@pytest.fixture
def ada(writer: StoreWriter) -> Who:
    return first_coordinator(writer, "Ada Vermeer", "nine quiet herons")


@pytest.fixture
def study(study_copy: Path) -> Study:
    """Crossed in two sessions with a washout, without texts and feedback; in mode study."""
    path = study_copy / "protocol.yaml"
    text = path.read_text(encoding="utf-8").split("before:")[0]
    text = text.replace("split: {of: [unaided, commit_reveal], order: fixed, balance: [truth]}", CROSSED)
    text = text.replace('  helpful: {ask: "Did the AI help?", answer: likert, points: 5, per: sitting}\n', "")
    path.write_text(text.replace("mode: pilot", "mode: study"), encoding="utf-8")
    return load_study(path)


def changed(study: Study, *changes: tuple[str, str], version: str = "2.0.0") -> Study:
    text = study.path.read_text(encoding="utf-8").replace("version: 1.0.0", f"version: {version}")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    study.path.write_text(text, encoding="utf-8")
    return load_study(study.path)


def released(writer: StoreWriter, ada: Who, study: Study) -> Study:
    write(writer, PROGRAM, DryRun(study.sha256, (), "test"))
    release(writer, ada, study.sha256, "study")
    return study


def read(writer: StoreWriter, study: Study, reader: str, *, to_the_end: bool) -> OpenedSitting:
    opened = open_sitting(study, writer, reader)
    opened.recorder.commit(opened.started).result(120)
    opened.recorder.end("finished" if to_the_end else "signed_out").result(120)
    return opened


def test_that_kept_orders_go_on_after_what_was_finished(writer: StoreWriter, ada: Who, study: Study) -> None:
    released(writer, ada, study)
    first = read(writer, study, "R01", to_the_end=True)
    new = changed(study, ("Is there a nodule?", "Is there any nodule?"))
    amend_study(writer, ada, study.sha256, new, orders="kept", reason="clearer words")
    released(writer, ada, new)
    write(writer, ada, WashoutOverridden(new.sha256, "R01", 2, "leaves next week"))
    again = open_sitting(new, writer, "R01")
    assert again.started.sitting == 2
    assert again.order.trials == first.order.trials
    assert (again.started.protocol_sha256, again.started.protocol_version) == (new.sha256, "2.0.0")
    old = writer.run(lambda c: StoreReader(c).sittings(protocol_sha256=study.sha256)).result()
    assert [each.number for each in old] == [1]


def test_that_the_washout_goes_on_over_an_amendment(writer: StoreWriter, ada: Who, study: Study) -> None:
    released(writer, ada, study)
    read(writer, study, "R01", to_the_end=True)
    new = released(writer, ada, changed(study))
    amend_study(writer, ada, study.sha256, new, orders="kept", reason="a typing error")
    with pytest.raises(StudyProblem, match="may begin 7 days after the last"):
        open_sitting(new, writer, "R01")


def test_that_a_sitting_that_was_begun_starts_anew_and_the_act_says_so(
    writer: StoreWriter, ada: Who, study: Study
) -> None:
    released(writer, ada, study)
    read(writer, study, "R01", to_the_end=False)
    new = released(writer, ada, changed(study))
    act = amend_study(writer, ada, study.sha256, new, orders="kept", reason="a typing error")
    assert act.restarted == (("R01", 1),)
    again = open_sitting(new, writer, "R01")
    assert (again.started.sitting, again.started.resumed, again.earlier) == (1, False, ())


def test_that_redrawn_orders_come_from_the_new_protocol(writer: StoreWriter, ada: Who, study: Study) -> None:
    released(writer, ada, study)
    first = read(writer, study, "R01", to_the_end=False)
    new = released(writer, ada, changed(study, ("seed: 5", "seed: 6")))
    amend_study(writer, ada, study.sha256, new, orders="redrawn", reason="another draw")
    again = open_sitting(new, writer, "R01")
    assert again.order.trials != first.order.trials
    assert again.order.enrolment_index == first.order.enrolment_index


def test_that_the_old_version_is_closed_and_new_readers_come_under_the_new(
    writer: StoreWriter, ada: Who, study: Study, tmp_path: Path
) -> None:
    released(writer, ada, study)
    read(writer, study, "R01", to_the_end=False)
    new = released(writer, ada, changed(study))
    amend_study(writer, ada, study.sha256, new, orders="kept", reason="a typing error")
    with pytest.raises(StudyProblem, match="newer version"):
        open_sitting(study, writer, "R01")
    assert open_sitting(new, writer, "R02").order.enrolment_index == 1


def test_that_an_amendment_needs_a_new_version_and_a_reason(writer: StoreWriter, ada: Who, study: Study) -> None:
    released(writer, ada, study)
    read(writer, study, "R01", to_the_end=False)
    before = writer.run(acts).result()
    same = changed(study, ("seed: 5", "seed: 6"), version="1.0.0")
    with pytest.raises(StudyProblem, match="version that was not used"):
        amend_study(writer, ada, study.sha256, same, orders="redrawn", reason="another draw")
    new = changed(study)
    with pytest.raises(StudyProblem, match="reason is missing"):
        amend_study(writer, ada, study.sha256, new, orders="kept", reason=" ")
    assert writer.run(acts).result() == before


def test_that_kept_orders_that_no_longer_fit_are_refused_and_nothing_is_changed(
    writer: StoreWriter, ada: Who, study: Study
) -> None:
    released(writer, ada, study)
    read(writer, study, "R01", to_the_end=False)
    for table in ("cases.csv", "reference.csv"):
        path = study.folder / table
        path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("c4,")))
    new = changed(study)
    with pytest.raises(StudyProblem, match="they name the case c4"):
        amend_study(writer, ada, study.sha256, new, orders="kept", reason="c4 was withdrawn")
    assert not any(isinstance(each.act, Amended) for each in writer.run(acts).result())
    assert open_sitting_is_refused(writer, new) == "This study has not been opened for reading yet."


def open_sitting_is_refused(writer: StoreWriter, study: Study) -> str:
    with pytest.raises(StudyProblem) as refused:
        open_sitting(study, writer, "R01")
    return refused.value.what


def test_that_who_dropped_out_is_not_carried_over(writer: StoreWriter, ada: Who, study: Study) -> None:
    released(writer, ada, study)
    for reader in ("R01", "R02"):
        read(writer, study, reader, to_the_end=False)
    write(writer, ada, ReaderDropped(study.sha256, "R01", "moved"))
    new = released(writer, ada, changed(study))
    amend_study(writer, ada, study.sha256, new, orders="kept", reason="a typing error")
    held = writer.run(lambda c: StoreReader(c).enrolments(new.sha256)).result()
    assert [(each.reader, each.index) for each in held] == [("R02", 1)]
    assert open_sitting_is_refused(writer, new) == "You no longer take part in this study."


def test_that_a_paused_study_opens_for_nobody_and_a_changed_file_is_not_released(
    writer: StoreWriter, ada: Who, study: Study
) -> None:
    assert open_sitting_is_refused(writer, study) == "This study has not been opened for reading yet."
    released(writer, ada, study)
    open_sitting(study, writer, "R01")
    pause(writer, ada, study.sha256, "a fault in case c3")
    assert open_sitting_is_refused(writer, study) == "This study is paused."


def test_that_a_twice_amended_store_is_sound(writer: StoreWriter, ada: Who, study: Study) -> None:
    released(writer, ada, study)
    read(writer, study, "R01", to_the_end=True)
    second = released(writer, ada, changed(study))
    amend_study(writer, ada, study.sha256, second, orders="kept", reason="a typing error")
    text = second.path.read_text(encoding="utf-8").replace("version: 2.0.0", "version: 3.0.0")
    second.path.write_text(text, encoding="utf-8")
    third = released(writer, ada, load_study(second.path))
    amend_study(writer, ada, second.sha256, third, orders="kept", reason="another one")
    write(writer, ada, WashoutOverridden(third.sha256, "R01", 2, "leave"))
    assert open_sitting(third, writer, "R01").started.sitting == 2
    writer.close()
    assert verify(writer.path).sound


# --- readers in the midst of reading


def read_cases(writer: StoreWriter, study: Study, reader: str, cases: int) -> OpenedSitting:
    """Sign in and read so many cases of the sitting that is due; all of them where there are no more."""
    opened = open_sitting(study, writer, reader)
    on_paper = ReaderOnPaper(opened.script, earlier=opened.earlier, at_ns=opened.started.at_ns)
    for event in on_paper.events(opened.started):
        if isinstance(event, SittingEnded):
            break
        opened.recorder.commit(event).result(120)
        if len(on_paper.state.done) >= cases:
            break
    opened.recorder.end("finished" if on_paper.state.stage is Stage.FINISHED else "signed_out").result(120)
    return opened


def exported(store: Path, folder: Path, table: str, **asked: bool) -> list[dict[str, str]]:
    export(store, folder, frozenset({"csv"}), **asked)
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("orders", ["kept", "redrawn"])
def test_that_every_case_counts_once_when_a_study_is_amended_while_people_read(
    writer: StoreWriter, ada: Who, study: Study, tmp_path: Path, orders: Literal["kept", "redrawn"]
) -> None:
    released(writer, ada, study)
    read_cases(writer, study, "R01", 99)
    read_cases(writer, study, "R02", 3)
    write(writer, ada, TrialVoided(study.sha256, "R02", 2, "a fire alarm"))
    new = released(writer, ada, changed(study, ("Is there a nodule?", "Is there any nodule?")))
    amend_study(writer, ada, study.sha256, new, orders=orders, reason="clearer words")
    for reader in ("R01", "R02"):
        write(writer, ada, WashoutOverridden(new.sha256, reader, 2, "leave"))
    assert read_cases(writer, new, "R01", 99).started.sitting == 2
    assert [read_cases(writer, new, "R02", 99).started.sitting for _ in range(2)] == [1, 2]
    writer.close()
    assert verify(writer.path).sound
    told = exported(writer.path, tmp_path / "out", "decisions")
    if orders == "redrawn":
        whole = [row for row in told if row["reader"] == "R02"]
        assert {row["protocol_version"] for row in whole} == {"2.0.0"}
        assert len({row["trial"] for row in whole}) == len(open_orders(writer.path, new, "R02"))
    for reader in ("R01", "R02"):
        read = Counter((row["trial"], row["phase"], row["question"], row["target"]) for row in told
                       if row["reader"] == reader)  # fmt: skip
        assert max(read.values()) == 1
    again = exported(writer.path, tmp_path / "out", "trials")
    left = {row["voided"] for row in again if (row["reader"], row["protocol_version"]) == ("R02", "1.0.0")}
    assert left == {"a fire alarm", "The sitting began anew under version 2.0.0."}
    old, _ = study_records(writer.path)
    assert [len(each.readings) > 0 for each in sorted(old.readers, key=lambda each: each.reader)] == [True, False]
    everything = exported(writer.path, tmp_path / "all", "decisions", with_voided=True)
    assert len(everything) > len(told)


def open_orders(store: Path, study: Study, reader: str) -> list[object]:
    with open_store(store) as found:
        order = found.order(reader, study.sha256)
    assert order is not None
    return list(order.order["trials"])
