"""Acts of coordinators: who may do what, what follows from them, and that none can be taken away unseen."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.store.accounts import first_coordinator, make_account
from app.store.acts import (
    KINDS,
    PROGRAM,
    Act,
    Amended,
    DryRun,
    Enrolled,
    GapDecided,
    Paused,
    ReaderDropped,
    RecordedAct,
    Released,
    Resumed,
    TrialVoided,
    Unblinded,
    WashoutOverridden,
    Who,
    acts,
    acts_receipt,
    record,
    write,
)
from app.store.acts_in_force import in_force, in_force_of, versions
from app.store.migrations.versions.step_0001_first_tables import FROZEN
from app.store.releases import pause, refuse_closed, release, resume
from app.store.verify import verify
from app.store.writer import StoreWriter
from study_configs.problem import ProgramError, StudyProblem

ADA = Who("coordinator", "Ada Vermeer")
P, Q = "p" * 64, "q" * 64
REASONED = (
    Paused(P, ""), Resumed(P, " "), ReaderDropped(P, "R1", ""), WashoutOverridden(P, "R1", 2, ""),
    TrialVoided(P, "R1", 3, "\n"), GapDecided(P, "R1", 1, "resume", 9, ""), Unblinded(P, "report", ""),
    Amended(Q, P, "2", "kept", (), ""),
)  # fmt: skip
ONE_OF_EACH = (
    DryRun(P, (), "1"), Released(P), Paused(P, "a fault"), Resumed(P, "put right"), Enrolled(P, "R1", {"years": "3"}),
    ReaderDropped(P, "R2", "moved"), WashoutOverridden(P, "R1", 2, "leave"), TrialVoided(P, "R1", 3, "fire alarm"),
    GapDecided(P, "R1", 1, "restart_case", 9, "ill"), Unblinded(P, "report", "interim look"),
    Amended(Q, P, "2.0.0", "kept", (("R1", 1),), "a typing error in question 3"),
)  # fmt: skip


def test_that_acts_are_read_back_as_they_were_written(writer: StoreWriter) -> None:
    written = [write(writer, ADA, act) for act in ONE_OF_EACH]
    assert writer.run(acts).result() == written
    assert {each.by for each in written} == {ADA}
    assert all(each.utc.endswith("+00:00") for each in written)


@pytest.mark.parametrize("act", REASONED, ids=lambda act: type(act).__name__)
def test_that_an_act_without_a_reason_is_refused(writer: StoreWriter, act: Act) -> None:
    with pytest.raises(StudyProblem, match="reason is missing"):
        write(writer, ADA, act)
    assert writer.run(acts).result() == []


@pytest.mark.parametrize("by", [Who("reader", "R1"), PROGRAM], ids=lambda by: by.role)
def test_that_a_reader_or_nobody_cannot_do_what_coordinators_do(writer: StoreWriter, by: Who) -> None:
    for act in ONE_OF_EACH[1:]:
        with pytest.raises(ProgramError):
            write(writer, by, act)
    with pytest.raises(ProgramError):
        make_account(writer, by, Who("coordinator", "Eve"), "twelve or more")
    assert writer.run(acts).result() == []


def test_that_what_is_in_force_follows_from_the_acts(writer: StoreWriter) -> None:
    for act in ONE_OF_EACH[:-1]:
        write(writer, ADA, act)
    state = writer.run(lambda connection: in_force_of(connection, P)).result()
    assert (state.dry_run_is_clean, state.released, state.is_paused) == (True, True, False)
    assert state.enrolled == {"R1": {"years": "3"}}
    assert (state.dropped, state.overrides) == ({"R2": "moved"}, {("R1", 2): "leave"})
    assert (state.voided, state.gaps[("R1", 1)].decision) == ({("R1", 3): "fire alarm"}, "restart_case")
    assert [each.what for each in state.unblinded] == ["report"]


def test_that_an_amended_version_keeps_people_and_exceptions_but_not_the_release(writer: StoreWriter) -> None:
    for act in ONE_OF_EACH:
        write(writer, ADA, act)
    recorded = writer.run(acts).result()
    old, new = in_force(recorded, P), in_force(recorded, Q)
    assert (old.replaced_by, new.replaced_by) == (Q, "")
    assert (new.enrolled, new.voided, new.overrides) == (old.enrolled, old.voided, old.overrides)
    assert (new.released, new.dry_run_is_clean) == (False, False)
    assert versions(recorded, Q) == (P, Q)
    assert in_force(recorded, "other").enrolled == {}


def test_that_a_study_is_released_only_after_a_clean_dry_run_of_this_very_file(writer: StoreWriter) -> None:
    with pytest.raises(StudyProblem, match="dry run"):
        release(writer, ADA, P, "study")
    write(writer, PROGRAM, DryRun(Q, (), "1"))
    with pytest.raises(StudyProblem, match="dry run"):
        release(writer, ADA, P, "study")
    write(writer, PROGRAM, DryRun(P, ("Case c3 can't be read.",), "1"))
    with pytest.raises(StudyProblem, match="dry run"):
        release(writer, ADA, P, "study")
    write(writer, PROGRAM, DryRun(P, (), "1"))
    release(writer, ADA, P, "study")
    assert writer.run(lambda connection: in_force_of(connection, P)).result().released


def closed(writer: StoreWriter, mode: str = "study", reader: str = "R1") -> str:
    try:
        writer.run(lambda connection: refuse_closed(connection, P, mode, reader)).result()
    except StudyProblem as problem:
        return problem.what
    return ""


def test_that_the_door_says_why_it_is_closed(writer: StoreWriter) -> None:
    assert closed(writer) == ""  # nobody governs this store
    ada = first_coordinator(writer, "Ada Vermeer", "nine quiet herons")
    assert "not been opened" in closed(writer)
    assert closed(writer, "pilot") == ""
    write(writer, PROGRAM, DryRun(P, (), "1"))
    release(writer, ada, P, "study")
    assert closed(writer) == ""
    pause(writer, ada, P, "the scanner protocol changed")
    assert closed(writer) == "This study is paused."
    resume(writer, ada, P, "put right")
    write(writer, ada, ReaderDropped(P, "R1", "moved"))
    assert closed(writer) == "You no longer take part in this study."
    assert closed(writer, reader="R2") == ""
    write(writer, ada, Amended(Q, P, "2", "kept", (), "a typing error"))
    assert "newer version" in closed(writer, reader="R2")


def test_that_what_a_reader_is_told_has_no_reason_and_no_name_of_others(writer: StoreWriter) -> None:
    ada = first_coordinator(writer, "Ada Vermeer", "nine quiet herons")
    write(writer, PROGRAM, DryRun(P, (), "1"))
    release(writer, ada, P, "study")
    pause(writer, ada, P, "SECRET: planted errors too easy")
    assert "SECRET" not in closed(writer)
    assert "Ada" not in closed(writer)


ACT = st.sampled_from(ONE_OF_EACH[:-1])


@given(chosen=st.lists(st.tuples(ACT, st.sampled_from((P, Q))), max_size=25))
def test_that_the_fold_agrees_with_the_last_word_on_everything(chosen: list[tuple[Act, str]]) -> None:
    """An independent reading of the same acts: whatever was said last about it, looked up from the end."""
    from dataclasses import replace

    recorded = [RecordedAct(n, "", ADA, replace(act, protocol=p)) for n, (act, p) in enumerate(chosen)]
    for protocol in (P, Q):
        mine = [each.act for each in recorded if each.act.protocol == protocol]
        last = [type(act) for act in reversed(mine) if isinstance(act, Paused | Resumed)]
        state = in_force(recorded, protocol)
        assert state.is_paused == (last[:1] == [Paused])
        assert state.released == any(isinstance(act, Released) for act in mine)
        assert len(state.unblinded) == sum(isinstance(act, Unblinded) for act in mine)
        assert set(state.enrolled) == {act.reader for act in mine if isinstance(act, Enrolled)}


@settings(max_examples=30, deadline=None)
@given(before=st.integers(0, 24), chosen=st.lists(ACT, min_size=1, max_size=25), others=st.lists(ACT, max_size=5))
def test_that_acts_of_one_protocol_never_touch_another(before: int, chosen: list[Act], others: list[Act]) -> None:
    from dataclasses import replace

    mine = [RecordedAct(n, "", ADA, act) for n, act in enumerate(chosen)]
    foreign = [RecordedAct(n, "", ADA, replace(act, protocol=Q)) for n, act in enumerate(others)]
    mixed = mine[:before] + foreign + mine[before:]
    assert in_force(mixed, P) == in_force(mine, P)


# --- nothing can be taken away unseen


@pytest.fixture
def governed(path: Path) -> Path:
    """A closed store with accounts and one act of each kind."""
    writer = StoreWriter(path)
    ada = first_coordinator(writer, "Ada Vermeer", "nine quiet herons")
    make_account(writer, ada, Who("reader", "R1"), "2580")
    for act in ONE_OF_EACH:
        write(writer, ada, act)
    writer.close()
    return path


def tamper(path: Path, *statements: str) -> None:
    """Past the triggers, as somebody with the file and a program of their own would."""
    with sqlite3.connect(path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:  # a careful forger puts them back
            connection.execute(sql)
    connection.close()


def test_that_an_untouched_store_is_sound_and_its_acts_are_counted(governed: Path) -> None:
    report = verify(governed)
    assert report.problems == ()
    assert report.acts == len(ONE_OF_EACH) + 4  # the store's beginning, its first sign-in, two accounts
    assert "15 acts: every hash agrees" in report.to_text()


TAMPERED = {
    "changed": ("UPDATE acts SET payload = replace(payload, 'fire alarm', 'no reason') WHERE kind = 'TrialVoided'",),
    "somebody else's": ("UPDATE acts SET who = 'Eve' WHERE kind = 'Unblinded'",),
    "another time": ("UPDATE acts SET utc = '2020-01-01T00:00:00.000000+00:00' WHERE kind = 'Released'",),
    "deleted": ("DELETE FROM acts WHERE kind = 'Unblinded'",),
    "the last deleted": ("DELETE FROM acts WHERE seq = (SELECT max(seq) FROM acts)",),
    "all deleted": ("DELETE FROM acts",),
    "all deleted with the head": ("DELETE FROM acts", "DELETE FROM act_heads"),
    "the PIN changed": ("UPDATE accounts SET secret = 'mine' WHERE role = 'reader'",),
    "an account deleted": ("DELETE FROM accounts WHERE role = 'reader'",),
    "moved": ("UPDATE acts SET seq = -1 WHERE seq = 3", "UPDATE acts SET seq = 3 WHERE seq = 4"),
}  # fmt: skip


@pytest.mark.parametrize("statements", TAMPERED.values(), ids=TAMPERED.keys())
def test_that_verify_finds_an_act_that_is_not_as_it_was_written(governed: Path, statements: tuple[str, ...]) -> None:
    tamper(governed, *statements)
    assert not verify(governed).sound


def test_that_a_forged_account_with_a_fitting_seal_is_found(governed: Path) -> None:
    from app.store.chain import sealed

    row = sealed("coordinator", "Eve", 0, "$argon2id$mine", "2026-01-01T00:00:00.000000+00:00")
    with sqlite3.connect(governed) as connection:
        connection.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.close()
    (fault,) = verify(governed).problems
    assert fault.what == "The account of coordinator Eve was not made by any act."


def test_that_the_triggers_refuse_what_the_program_would_never_do(governed: Path) -> None:
    connection = sqlite3.connect(governed)
    for statement in (
        "UPDATE acts SET who = 'Eve'", "DELETE FROM acts", "UPDATE accounts SET secret = 'x'", "DELETE FROM accounts",
        "DELETE FROM act_heads", "UPDATE act_heads SET acts = 0", "UPDATE act_heads SET uid = 'other', acts = 99",
        "INSERT OR REPLACE INTO acts SELECT seq, utc, role, 'Eve', kind, payload, prev_hash, hash FROM acts",
        "INSERT OR REPLACE INTO accounts SELECT role, name, secret_number, 'x', made_utc, seal FROM accounts",
    ):  # fmt: skip
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute(statement)
    connection.close()
    assert "acts" not in FROZEN  # step 1 is frozen; step 2 has triggers of its own


def test_that_a_receipt_of_the_acts_finds_a_forged_end(path: Path, governed: Path) -> None:
    with sqlite3.connect(governed) as connection:
        receipt = acts_receipt(connection)
        last = connection.execute("SELECT max(seq), prev_hash FROM acts").fetchone()
    connection.close()
    assert verify(governed, [receipt]).sound
    fitting = f"UPDATE act_heads SET acts = {last[0]}, hash = X'{last[1].hex()}'"
    tamper(governed, f"DELETE FROM acts WHERE seq = {last[0]}", fitting)  # without a receipt nobody would see
    assert verify(governed).sound
    assert not verify(governed, [receipt]).sound


def test_that_acts_after_a_receipt_leave_it_valid(path: Path, governed: Path) -> None:
    writer = StoreWriter(governed)
    receipt = writer.run(acts_receipt).result()
    write(writer, ADA, Paused(P, "later"))
    writer.close()
    assert verify(governed, [receipt]).sound


def test_that_an_act_in_a_job_that_fails_is_not_kept(writer: StoreWriter) -> None:
    def half(connection: sqlite3.Connection) -> None:
        record(connection, ADA, Released(P))
        raise StudyProblem("The order could not be drawn.")

    with pytest.raises(StudyProblem):
        writer.run(half).result()
    assert writer.run(acts).result() == []
    write(writer, ADA, Released(P))
    assert len(writer.run(acts).result()) == 1


def test_that_every_kind_of_act_is_listed() -> None:
    def leaves(kind: type) -> set[str]:
        return {kind.__name__} | {name for each in kind.__subclasses__() for name in leaves(each)}

    assert set(KINDS) == leaves(Act) - {"Act", "OfProtocol"}


# --- other processes

KILLED = Path(__file__).parent / "killed_acts.py"


@pytest.mark.slow
def test_that_acts_survive_a_program_that_is_killed_in_the_midst_of_one(path: Path) -> None:
    """What was acknowledged is there, what is there is whole, and the chain goes on."""
    told = subprocess.run(
        [sys.executable, str(KILLED), str(path), "25", "7"], capture_output=True, text=True, check=True, timeout=300
    )
    acknowledged = json.loads(told.stdout)
    assert verify(path).sound
    writer = StoreWriter(path)
    voided = writer.run(lambda connection: in_force_of(connection, P)).result().voided
    writer.close()
    for child, count in enumerate(acknowledged):
        held = [trial for reader, trial in voided if reader == f"R{child}"]
        assert sorted(held) == list(range(len(held)))
        assert count <= len(held) <= count + 1
    assert sum(acknowledged) > 25


def test_that_a_second_program_cannot_act_while_another_holds_the_store(path: Path, writer: StoreWriter) -> None:
    code = (
        "import sys; from pathlib import Path; from app.store.writer import StoreWriter\n"
        "from study_configs.problem import StudyProblem\n"
        "try: StoreWriter(Path(sys.argv[1]))\n"
        "except StudyProblem as problem: print(problem.what)"
    )
    write(writer, ADA, Released(P))
    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "in use by another ReaderLab" in told.stdout


def test_that_accounts_cost_a_start_no_import() -> None:
    code = "import sys, app.store.accounts, app.store.releases; print('argon2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
