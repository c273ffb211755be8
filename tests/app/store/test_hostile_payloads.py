"""Payloads that somebody with a database tool wrote: verify names the row, and readers of it say so in words."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import app
from app.store import chain
from app.store.acts import PROGRAM, Delivered, acts, record
from app.store.reader import open_store
from app.store.verify import verify
from app.store.writer import StoreWriter
from app.tracking.events import TextAcknowledged, TextShown
from app.tracking.recorder import Recorder
from study_configs.problem import StudyProblem

DEEP = "[" * 100_000 + "]" * 100_000
ANSWER = '{{"phase":0,"question":"suspicion","trial":0,"value":{}}}'
CONFIRMED = '{{"answers":{},"phase":0,"trial":0,"versions":{{}}}}'
HOSTILE: dict[str, tuple[str, object]] = {
    "1e999": ("AnswerGiven", ANSWER.format("1e999")),
    "NaN": ("PhaseConfirmed", CONFIRMED.format('{"suspicion":NaN}')),
    "infinite": ("PhaseConfirmed", CONFIRMED.format('{"suspicion":-Infinity}')),
    "5,000 digits": ("PhaseConfirmed", CONFIRMED.format('{"suspicion":' + "9" * 5000 + "}")),
    "400 digits": ("PhaseConfirmed", CONFIRMED.format('{"suspicion":' + "9" * 400 + "}")),
    "deep": ("AnswerGiven", ANSWER.format(DEEP)),
    "deep header": ("PointerMoved", '{"samples":{"codec":' + DEEP + "}}"),
    "deep view": ("ViewChanged", '{"slice_index":' + DEEP + "}"),
    "no UTF-8": ("AnswerGiven", b'{"phase":0,"question":"\xff\xfe","trial":0,"value":1}'),
    "half a pair": ("PhaseConfirmed", CONFIRMED.format('{"susp\\ud800":"\\udfff"}')),
    "no JSON": ("AnswerGiven", "hello"),
    "a list": ("PhaseConfirmed", "[]"),
    "null": ("PhaseConfirmed", "null"),
    "no answers": ("PhaseConfirmed", CONFIRMED.format("null")),
    "empty": ("PointerMoved", ""),
    "bytes": ("AnswerGiven", sqlite3.Binary(b"\xff\x00")),
    "many samples": ("PointerMoved", '{"samples":{"codec":"columns-1","count":1000000000000},"viewport":0}'),
    "many slices": ("SeriesOpened", '{"affine":[],"columns":1,"frames":1000000000000,"modality":"CT","rows":1,'
                    '"series_uid":"1.2","trial":0}'),
}  # fmt: skip


@pytest.fixture
def store(path: Path, play: Callable[..., str]) -> Path:
    """A sitting that was never ended: no seal holds its end."""
    writer = StoreWriter(path)
    play(writer, "R1", end=False)
    writer.close()
    return path


@contextmanager
def past_the_triggers(store: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(store)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


def put(connection: sqlite3.Connection, kind: str, payload: object) -> int:
    """In the first event of that kind; returns its place."""
    (seq,) = connection.execute("SELECT min(seq) FROM events WHERE kind = ?", (kind,)).fetchone()
    value = "cast(? AS TEXT)" if isinstance(payload, bytes) else "?"
    connection.execute(f"UPDATE events SET payload = {value} WHERE seq = ?", (payload, seq))
    return int(seq)


def link_anew(connection: sqlite3.Connection) -> None:
    """Compute every hash again, as somebody with this program could."""
    (previous,) = connection.execute("SELECT genesis FROM sittings").fetchone()
    for seq, *row in connection.execute("SELECT seq, at_ns, utc, kind, payload FROM events ORDER BY seq").fetchall():
        own = chain.link(previous, seq, *row)
        connection.execute("UPDATE events SET prev_hash = ?, hash = ? WHERE seq = ?", (previous, own, seq))
        previous = own
    connection.execute("UPDATE heads SET hash = ?", (previous,))


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def assert_in_words(done: Result) -> None:
    """Done, or refused by one of the sentences that people get; what the program did not foresee is none."""
    assert done.exception is None or isinstance(done.exception, StudyProblem | SystemExit), done.exception


@pytest.mark.parametrize("name", HOSTILE)
def test_that_verify_names_the_row_and_whoever_reads_on_says_it_in_words(
    store: Path, tmp_path: Path, name: str
) -> None:
    kind, payload = HOSTILE[name]
    with past_the_triggers(store) as connection:
        seq = put(connection, kind, payload)
    first = verify(store).first
    assert first is not None
    assert (first.sitting, first.seq) == (1, seq)
    for form in ("tables", "xes", "bids"):
        assert_in_words(run("export", store, tmp_path / form, "--for", form))
    for command in ("report", "attention", "acts"):
        assert_in_words(run(command, store))


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("no UTF-8", "bytes", "no answers")])
def test_that_a_row_whose_hashes_were_all_made_anew_stops_nobody_without_a_word(
    store: Path, tmp_path: Path, name: str
) -> None:
    """`verify` can't tell it from one that was written: only a receipt or seal does."""
    kind, payload = HOSTILE[name]
    with past_the_triggers(store) as connection:
        seq = put(connection, kind, payload)
        link_anew(connection)
    assert verify(store).sound or verify(store).first
    if name in ("deep", "5,000 digits", "no JSON", "a list", "null", "empty"):
        with open_store(store) as reader, pytest.raises(StudyProblem, match=f"Event {seq} of sitting 1") as told:
            reader.events(1)
        assert "readerlab verify" in told.value.todo
    assert_in_words(run("verify", store))
    assert_in_words(run("attention", store))
    assert_in_words(run("export", store, tmp_path / "out", "--for", "xes"))


def test_that_half_a_pair_in_an_answer_stops_no_export(
    path: Path, begin: Callable[..., Recorder], tmp_path: Path
) -> None:
    """No file takes it; it comes as U+FFFD, and whole pairs stay what they are."""
    writer = StoreWriter(path)
    recorder = begin(writer)
    typed = {"why": "a\ud800b 😀 \\ud800"}
    recorder.record(TextShown(at_ns=1, text="welcome"))
    recorder.record(TextAcknowledged(at_ns=2, text="welcome", sha256="cd34", answers=typed))
    recorder.end("finished").result(30)
    writer.close()
    with open_store(path) as store:
        (given,) = (each for each in store.events(1) if isinstance(each, TextAcknowledged))
    assert given.answers["why"] == "a\ufffdb 😀 \\ud800"
    for form in ("tables", "xes", "bids"):
        assert run("export", path, tmp_path / form, "--for", form).exit_code == 0
    assert verify(path).sound


def test_that_half_a_pair_in_a_reason_stops_no_audit_trail(path: Path) -> None:
    """A terminal of another encoding gives such texts (`--because`)."""
    writer = StoreWriter(path)
    writer.run(lambda connection: record(connection, PROGRAM, Delivered("s", "d", "h\udcff", 1, "00"))).result(30)
    writer.close()
    with open_store(path) as store:
        (told,) = acts(store.connection)
    assert json.dumps(told.act.at, ensure_ascii=False).encode() == '"h\ufffd"'.encode()  # type: ignore[attr-defined]
    assert run("acts", path).exit_code == 0
