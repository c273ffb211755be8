"""An order is made once and never again."""

from __future__ import annotations

from codecs import BOM_UTF8
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from app.store.chain import sha256_of
from app.store.enrolment import enrol
from app.store.reader import ProtocolRecord, StoreReader, open_store
from app.store.writer import StoreWriter
from study_configs.cases import Lesion, SealedTruth, Truth
from study_configs.problem import ProgramError, StudyProblem


def test_that_readers_are_counted_from_nought_within_a_protocol(writer: StoreWriter, protocol: ProtocolRecord) -> None:
    asked: list[int] = []
    other = replace(protocol, version="1.1.0", source=b"other", sha256=sha256_of("other"))
    for record, reader in ((protocol, "R1"), (protocol, "R2"), (other, "R2"), (protocol, "R3")):
        enrol(writer, reader, record, lambda index: asked.append(index) or {"index": index})
    assert asked == [0, 1, 0, 2]


@pytest.mark.parametrize(("mode", "refused"), [("study", True), ("pilot", True), ("demo", False)])
def test_that_another_text_under_the_same_version_is_refused_once_somebody_reads(
    writer: StoreWriter, protocol: ProtocolRecord, mode: str, refused: bool
) -> None:
    first = replace(protocol, mode=mode)
    amended = replace(first, source=b"other", sha256=sha256_of("other"))
    enrol(writer, "R1", first, lambda index: {"index": index})
    expected = pytest.raises(StudyProblem, match=r"version 1\.0\.0") if refused else nullcontext()
    with expected:
        enrol(writer, "R1", amended, lambda index: {"index": index})
    assert enrol(writer, "R1", replace(amended, version="1.0.1"), lambda index: {"index": index}).index == 0


def test_that_an_enrolled_reader_keeps_the_order_whatever_the_program_would_make_now(
    writer: StoreWriter, protocol: ProtocolRecord
) -> None:
    first = enrol(writer, "R1", protocol, lambda index: {"cases": ["a", "b"]}, stratum="expert")
    again = enrol(writer, "R1", protocol, lambda index: {"cases": ["b", "a"]}, stratum="other")
    assert again == first
    assert (first.order, first.stratum) == ({"cases": ["a", "b"]}, "expert")


def test_that_the_protocol_is_frozen_with_its_text(path: Path, protocol: ProtocolRecord) -> None:
    writer = StoreWriter(path)
    enrol(writer, "R1", protocol, lambda index: {})
    writer.close()
    with open_store(path) as store:
        assert store.protocols() == [protocol]
        assert store.protocol_text(protocol.sha256) == protocol.source.decode()


def test_that_a_byte_order_mark_lost_in_decoding_is_put_back(writer: StoreWriter, protocol: ProtocolRecord) -> None:
    marked = replace(protocol, sha256=sha256_of(BOM_UTF8 + protocol.source))
    assert enrol(writer, "R1", marked, lambda index: {}).protocol_sha256 == marked.sha256


def test_that_a_wrong_hash_freezes_nothing(writer: StoreWriter, protocol: ProtocolRecord) -> None:
    with pytest.raises(ProgramError, match="sha256"):
        enrol(writer, "R1", replace(protocol, sha256="00" * 32), lambda index: {})
    count = writer.run(lambda c: c.execute("SELECT count(*) FROM readers").fetchone()[0]).result(10)
    assert count == 0


def test_that_an_order_that_fails_half_way_freezes_nothing(writer: StoreWriter, protocol: ProtocolRecord) -> None:
    with pytest.raises(ZeroDivisionError):
        enrol(writer, "R1", protocol, lambda index: 1 // index)
    count = writer.run(lambda c: c.execute("SELECT count(*) FROM protocols").fetchone()[0]).result(10)
    assert count == 0


def test_that_the_truth_is_frozen_and_a_corrected_one_takes_its_place(
    writer: StoreWriter, protocol: ProtocolRecord
) -> None:
    first = SealedTruth({"c1": Truth("c1", True, (Lesion("l1", (1.0, -2.5, 3.0), 6.0, "nodule"),))})
    corrected = SealedTruth({"c1": Truth("c1", False, ())})
    for truth in (first, first, corrected):
        enrol(writer, "R1", protocol, lambda index: {"index": index}, truth=truth.to_json())
        kept = writer.run(lambda connection: StoreReader(connection).truth(protocol.sha256)).result(30)
        assert kept.unseal() == truth.unseal()
