"""Commands that unblind: closed to whoever is no coordinator, recorded where one asks, open where nobody governs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.conduct.opening import open_sitting
from app.store.accounts import first_coordinator
from app.store.acts import Exported, FailedSignIn, TrialVoided, Unblinded, Who, acts, write
from app.store.opening import open_connection
from app.store.reader import StoreReader
from app.store.verify import verify
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem
from study_configs.study import load_study

PASSWORD = "nine quiet herons"
ADA = "Ada Vermeer"


def read_once(study: Path, *, governed: bool) -> Path:
    """The study with its store beside it, and one sitting of R01."""
    store = study / "store" / "readerlab.sqlite"
    store.parent.mkdir()
    writer = StoreWriter(store)
    if governed:
        first_coordinator(writer, ADA, PASSWORD)
    opened = open_sitting(load_study(study / "protocol.yaml"), writer, "R01")
    opened.recorder.commit(opened.started).result(120)
    opened.recorder.end("signed_out").result(120)
    writer.close()
    return store


@pytest.fixture
def governed(study_copy: Path) -> Path:
    return read_once(study_copy, governed=True)


def run(*words: object, typed: str = "") -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=typed)


def recorded(store: Path) -> list[object]:
    with open_connection(store) as connection:
        return [each.act for each in acts(connection)]


@pytest.mark.parametrize("words", [("export", "tables"), ("report",), ("plan",), ("export", "tables", "--key")])
def test_that_a_wrong_password_shows_nothing(governed: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    command, *rest = words
    place = governed.parents[1] / "protocol.yaml" if command == "plan" else governed
    rest = [tmp_path / word if word == "tables" else word for word in rest]
    done = run(command, place, *rest, "--as", ADA, "--because", "curious", typed="a wrong password\n")
    assert isinstance(done.exception, StudyProblem)
    assert not (tmp_path / "tables").exists()
    assert "c1" not in done.output
    assert not any(isinstance(act, Unblinded) for act in recorded(governed))
    assert any(isinstance(act, FailedSignIn) for act in recorded(governed))


@pytest.mark.parametrize(
    ("words", "what"),
    [(("export", "tables", "--mode", "pilot"), "export"), (("report", "--out", "page.html"), "report"),
     (("plan",), "plan"), (("export", "tables", "--key"), "export: key")],
)  # fmt: skip
def test_that_a_coordinator_sees_it_and_that_is_an_act_with_its_reason(
    governed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    command, *rest = words
    place = governed.parents[1] / "protocol.yaml" if command == "plan" else governed
    done = run(command, place, *rest, "--as", ADA, "--because", "the interim look of 4 May", typed=PASSWORD + "\n")
    assert done.exception is None, done.output
    assert PASSWORD not in done.output
    (unblinded,) = [act for act in recorded(governed) if isinstance(act, Unblinded)]
    assert (unblinded.what, unblinded.reason) == (what, "the interim look of 4 May")
    assert verify(governed).sound


def test_that_a_blinded_export_unblinds_nobody_and_is_recorded_too(governed: Path, tmp_path: Path) -> None:
    done = run(
        "export", governed, tmp_path / "tables", "--blinded", "--mode", "pilot", "--as", ADA, typed=PASSWORD + "\n"
    )
    assert done.exception is None, done.output
    made = [act for act in recorded(governed) if isinstance(act, Exported | Unblinded)]
    assert [type(act) for act in made] == [Exported]
    assert made[0].blinded
    assert not (tmp_path / "tables" / "cases.csv").exists()


def test_that_name_password_and_reason_are_asked_for_where_none_is_given(governed: Path, tmp_path: Path) -> None:
    done = run("report", governed, "--out", tmp_path / "page.html", typed=f"the audit\n{ADA}\n{PASSWORD}\n")
    assert done.exception is None, done.output
    assert [act.reason for act in recorded(governed) if isinstance(act, Unblinded)] == ["the audit"]


def test_that_a_reason_of_blanks_is_refused(governed: Path, tmp_path: Path) -> None:
    done = run("report", governed, "--as", ADA, "--because", "  ", typed=PASSWORD + "\n")
    assert "reason is missing" in str(done.exception)
    assert not governed.with_name("report.html").exists()


def test_that_a_store_without_a_coordinator_asks_nobody(study_copy: Path, tmp_path: Path) -> None:
    store = read_once(study_copy, governed=False)
    for words in (
        ("export", store, tmp_path / "t", "--mode", "pilot"),
        ("report", store),
        ("plan", study_copy / "protocol.yaml"),
    ):
        assert run(*words).exception is None
    assert recorded(store) == []


@pytest.mark.slow
def test_that_the_password_is_in_no_argument_and_no_environment_while_it_is_looked_at(governed: Path) -> None:
    """Another program of the machine looks at the process while it waits and works."""
    command = [sys.executable, "-m", "app", "report", str(governed), "--as", ADA, "--because", "the audit"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    place = Path(f"/proc/{child.pid}")
    if not place.is_dir():
        child.kill()
        pytest.skip("no /proc here")
    assert child.stdin is not None
    seen = (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
    child.stdin.write(PASSWORD.encode() + b"\n")
    child.stdin.flush()
    while child.poll() is None:
        try:
            seen += (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
        except OSError:
            break
        os.sched_yield()
    out, said = child.communicate(timeout=120)
    assert child.returncode == 0, said
    assert b"the audit" in seen
    assert PASSWORD.encode() not in seen + out + said


def test_that_a_store_is_found_by_its_file_its_folder_its_study_and_its_study_file(study_copy: Path) -> None:
    store = read_once(study_copy, governed=False)
    for named in (store, store.parent, study_copy, study_copy / "protocol.yaml"):
        assert run("verify", named).exit_code == 0


def test_that_whoever_lost_a_store_is_told_which_file_is_missing_and_of_its_backups(study_copy: Path) -> None:
    store = study_copy / "store" / "readerlab.sqlite"
    for command in ("verify", "report", "attention"):
        refused = run(command, study_copy).exception
        assert isinstance(refused, StudyProblem)
        assert (refused.what, refused.where) == ("There is no such store.", str(store))
    (store.parent / "backups").mkdir(parents=True)
    lost = run("verify", study_copy).exception
    assert isinstance(lost, StudyProblem)
    assert str(store.parent / "backups") in lost.todo
    assert "docs/safety.md" in lost.todo


def test_that_a_folder_that_holds_neither_study_nor_store_is_named_by_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run("report", ".").exception
    assert isinstance(refused, StudyProblem)
    assert "folder, not a store" in refused.what


def test_that_what_an_export_would_leave_undone_is_refused(governed: Path, tmp_path: Path) -> None:
    done = run("export", governed, tmp_path / "out", "--for", "xes", "--format", "jsonl")
    assert done.exit_code == 2
    assert "--format goes with the tables alone" in done.output


def test_that_the_audit_trail_says_who_did_what_when_and_why(governed: Path) -> None:
    writer = StoreWriter(governed)
    sha256 = writer.run(lambda connection: StoreReader(connection).protocols()[0].sha256).result()
    write(writer, Who("coordinator", ADA), TrialVoided(sha256, "R01", 0, "the phone rang"))
    writer.close()
    asked = ("--as", ADA, "--because", "monitoring visit")
    told = run("acts", governed, *asked, typed=PASSWORD + "\n")
    assert told.exit_code == 0, told.output
    (voided,) = [line for line in told.output.splitlines() if "TrialVoided" in line]
    assert f"{ADA}  TrialVoided  protocol {sha256[:8]}, reader R01, trial 0: the phone rang" in voided
    assert "RowFrozen" not in told.output
    assert "monitoring visit" in told.output  # that somebody looked is in the trail itself
    listed = run("acts", governed, "--json", *asked, typed=PASSWORD + "\n").output
    kinds = [each["act"] for each in json.loads(listed[listed.index("[\n") :])]
    assert "TrialVoided" in kinds
    refused = run("acts", governed, *asked, typed="a wrong password\n")
    assert refused.exit_code == 1
    assert "TrialVoided" not in refused.output
