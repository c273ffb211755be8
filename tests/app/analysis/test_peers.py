"""How other readers answered: counts, and nothing before enough of them have finished a case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.analysis.peers import counted, peers_of
from app.conduct.opening import open_sitting
from app.reading.feedback import PeerAnswers
from app.simulated.on_paper import ReaderOnPaper
from app.store.acts import ReaderDropped, Who, write
from app.store.reader import StoreReader
from app.store.writer import StoreWriter
from study_configs.study import Study, load_study


@pytest.fixture
def study(study_copy: Path) -> Study:
    path = study_copy / "protocol.yaml"
    shown = "feedback: {when: after_sitting, show: [own, peers], min_group: 2}"
    text = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("feedback:"))
    path.write_text(f"{text}\n{shown}\n", "utf-8")
    return load_study(path)


@pytest.fixture
def writer(tmp_path: Path):
    made = StoreWriter(tmp_path / "readerlab.sqlite")
    yield made
    made.close()


def read(study: Study, writer: StoreWriter, reader: str) -> None:
    """A whole sitting on paper, into the store."""
    opened = open_sitting(study, writer, reader)
    on_paper = ReaderOnPaper(opened.script, at_ns=opened.started.at_ns)
    for event in on_paper.events(opened.started):
        opened.recorder.commit(event).result(5)


def peers(study: Study, writer: StoreWriter, reader: str):
    return writer.run(lambda connection: peers_of(StoreReader(connection), study, reader)).result()


def test_that_peers_are_told_of_once_enough_others_have_finished_the_case(study: Study, writer: StoreWriter) -> None:
    for reader in ("R01", "R02"):
        read(study, writer, reader)
    assert peers(study, writer, "R01") == {}, "only one other"
    read(study, writer, "R03")
    told = peers(study, writer, "R01")
    assert set(told) == {"c1", "c2", "c3", "c4"}, "practice is nobody's business"
    for answers in told.values():
        assert [each.title for each in answers] == ["Is there a nodule?"]
        assert sum(count for _, count in answers[0].counts) == 2
    assert "R0" not in json.dumps([repr(each) for each in told.values()])


def test_that_a_reader_who_dropped_out_counts_nowhere(study: Study, writer: StoreWriter) -> None:
    for reader in ("R01", "R02", "R03"):
        read(study, writer, reader)
    write(writer, Who("coordinator", "C"), ReaderDropped(study.sha256, "R03", "moved away"))
    assert peers(study, writer, "R01") == {}


def test_that_answers_are_counted_in_words_most_frequent_first(study: Study) -> None:
    finals = [{"nodule": "no", "sure@m1": 3}, {"nodule": "yes"}, {"nodule": "yes"}]
    told = counted(study.protocol, {"c1": finals, "c2": finals[:1]})
    assert told == {"c1": (PeerAnswers("Is there a nodule?", (("Yes", 2), ("No", 1))),)}
