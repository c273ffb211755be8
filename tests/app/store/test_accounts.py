"""PINs and passwords: who may sign in, who is locked out for how long, and that no secret is left anywhere."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.store.accounts import (
    NOBODY,
    SignIn,
    accounts,
    first_coordinator,
    has_coordinator,
    make_account,
    reset_pin,
)
from app.store.accounts_lock import Moment
from app.store.acts import FailedSignIn, Locked, SignedIn, SignedOut, SignInTried, Who, acts
from app.store.writer import StoreWriter
from study_configs.problem import StudyProblem

READER = Who("reader", "R01")
PASSWORD = "nine quiet herons"
START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def at(seconds: float, *, utc_off_s: float = 0.0, boot: str = "boot-1") -> Moment:
    """`seconds` after the start; `utc_off_s` is how far somebody set the wall clock."""
    return Moment(START + timedelta(seconds=seconds + utc_off_s), int(seconds * 1e9), boot)


@pytest.fixture
def coordinator(writer: StoreWriter) -> Who:
    who = first_coordinator(writer, "Ada Vermeer", PASSWORD)
    make_account(writer, who, READER, "2580")
    return who


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets compared as they stand: the lock-out, not Argon2id, is what is tried hundreds of times."""
    monkeypatch.setattr("app.store.accounts._is_right", lambda encoded, secret: encoded != NOBODY and secret == "2580")


def kinds(writer: StoreWriter) -> list[str]:
    return [type(each.act).__name__ for each in writer.run(acts).result()]


def test_that_a_store_begins_open_and_the_first_coordinator_is_made_once(writer: StoreWriter) -> None:
    assert not writer.run(has_coordinator).result()
    who = first_coordinator(writer, "Ada Vermeer", PASSWORD)
    assert writer.run(has_coordinator).result()
    assert who == Who("coordinator", "Ada Vermeer")
    with pytest.raises(StudyProblem, match="has a coordinator already"):
        first_coordinator(writer, "Somebody Else", PASSWORD)


def test_that_the_right_pin_opens_and_sign_in_and_out_are_acts(writer: StoreWriter, coordinator: Who) -> None:
    gate = SignIn(writer)
    assert gate.sign_in(READER, "2580") == READER
    gate.sign_out(READER)
    assert gate.sign_in(coordinator, PASSWORD) == coordinator
    assert kinds(writer)[3:6] == ["SignInTried", "SignedIn", "SignedOut"]
    last = writer.run(acts).result()[-1]
    assert (last.by, type(last.act)) == (coordinator, SignedIn)


def test_that_a_reader_and_a_coordinator_of_one_name_are_two_accounts(writer: StoreWriter, coordinator: Who) -> None:
    make_account(writer, coordinator, Who("coordinator", "R01"), "another long password")
    gate = SignIn(writer)
    with pytest.raises(StudyProblem, match="wrong"):
        gate.sign_in(Who("coordinator", "R01"), "2580")
    assert gate.sign_in(READER, "2580") == READER


@pytest.mark.parametrize("role", ["reader", "coordinator"])
def test_that_an_unknown_name_and_a_wrong_secret_get_one_answer(
    writer: StoreWriter, coordinator: Who, role: str
) -> None:
    known = READER if role == "reader" else coordinator
    told = []
    for who in (known, Who(role, "Nobody-there")):
        with pytest.raises(StudyProblem) as refused:
            SignIn(writer).sign_in(who, "7391")
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert known.name not in told[0]


@pytest.mark.slow
def test_that_an_unknown_name_takes_as_long_as_a_wrong_pin(
    writer: StoreWriter, coordinator: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In turns, so that other work on the machine meets both alike. One hash takes some 100 ms, none some 1 ms."""
    monkeypatch.setattr("app.store.accounts.lock_after", lambda tries, for_good: 0.0)
    gate, took = SignIn(writer), {"R01": [], "Nobody": []}
    for _ in range(12):
        for name, times in took.items():
            begun = time.perf_counter()
            with pytest.raises(StudyProblem):
                gate.sign_in(Who("reader", name), "7391")
            times.append(time.perf_counter() - begun)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.67 < known / unknown < 1.5, took


def test_that_five_wrong_tries_lock_for_a_minute_then_for_longer(
    writer: StoreWriter, coordinator: Who, quick: None
) -> None:
    gate, now, locked_s = SignIn(writer), 0.0, []
    for _ in range(6):
        for _ in range(5):
            with pytest.raises(StudyProblem):
                gate.sign_in(READER, "1111", at(now))
        lock = [each.act for each in writer.run(acts).result() if isinstance(each.act, Locked)][-1]
        locked_s.append(lock.for_s)
        with pytest.raises(StudyProblem, match="too many wrong tries"):
            gate.sign_in(READER, "2580", at(now + lock.for_s - 1))
        now += lock.for_s + 1
    assert locked_s == [60, 300, 900, 3600, 3600, 3600]
    assert gate.sign_in(READER, "2580", at(now)) == READER


def test_that_a_try_during_a_lock_neither_counts_nor_extends_it(
    writer: StoreWriter, coordinator: Who, quick: None
) -> None:
    gate = SignIn(writer)
    for second in range(40):
        with pytest.raises(StudyProblem):
            gate.sign_in(READER, "1111", at(second))
    assert kinds(writer).count("SignInTried") == 5
    assert gate.sign_in(READER, "2580", at(65)) == READER


def test_that_a_name_without_an_account_is_locked_like_one_with(
    writer: StoreWriter, coordinator: Who, quick: None
) -> None:
    told: dict[str, list[str]] = {"R01": [], "Nobody": []}
    gate = SignIn(writer)
    for _ in range(7):
        for name, answers in told.items():
            with pytest.raises(StudyProblem) as refused:
                gate.sign_in(Who("reader", name), "1111", at(1.0))
            answers.append(refused.value.what)
    assert told["R01"] == told["Nobody"]
    assert "too many" in told["R01"][4]


def test_that_a_lock_outlives_a_restart_of_the_program(
    path: Path, writer: StoreWriter, coordinator: Who, quick: None
) -> None:
    for _ in range(5):
        with pytest.raises(StudyProblem):
            SignIn(writer).sign_in(READER, "1111", at(0))
    with pytest.raises(StudyProblem, match="too many wrong tries"):
        SignIn(writer).sign_in(READER, "2580", at(30))
    assert SignIn(writer).sign_in(READER, "2580", at(61)) == READER


@pytest.mark.parametrize("utc_off_s", [-1e8, 1e8])
def test_that_setting_the_clock_neither_ends_nor_extends_a_lock(
    writer: StoreWriter, coordinator: Who, quick: None, utc_off_s: float
) -> None:
    for _ in range(5):
        with pytest.raises(StudyProblem):
            SignIn(writer).sign_in(READER, "1111", at(0))
    with pytest.raises(StudyProblem, match="too many wrong tries"):
        SignIn(writer).sign_in(READER, "2580", at(30, utc_off_s=utc_off_s))
    assert SignIn(writer).sign_in(READER, "2580", at(61, utc_off_s=utc_off_s)) == READER


def test_that_a_clock_set_back_over_a_restart_of_the_machine_makes_no_lock_longer(
    writer: StoreWriter, coordinator: Who, quick: None
) -> None:
    for _ in range(5):
        with pytest.raises(StudyProblem):
            SignIn(writer).sign_in(READER, "1111", at(0))
    gate, off = SignIn(writer), {"utc_off_s": -3e9, "boot": "boot-2"}
    with pytest.raises(StudyProblem, match="too many wrong tries"):
        gate.sign_in(READER, "2580", at(0, **off))
    assert gate.sign_in(READER, "2580", at(61, **off)) == READER


def test_that_after_a_hundred_wrong_tries_only_a_new_pin_helps(
    writer: StoreWriter, coordinator: Who, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = SignIn(writer)
    for turn in range(100):
        with pytest.raises(StudyProblem):
            gate.sign_in(READER, "1111", at(turn * 4000))
    with pytest.raises(StudyProblem, match="Ask the coordinator"):
        gate.sign_in(READER, "2580", at(1e9))
    monkeypatch.undo()
    reset_pin(writer, coordinator, READER, "8064", "locked out after a holiday")
    assert gate.sign_in(READER, "8064") == READER
    with pytest.raises(StudyProblem, match="wrong"):
        gate.sign_in(READER, "2580")
    assert [(each.name, each.secret_number) for each in writer.run(lambda c: accounts(c, "reader")).result()] == [
        ("R01", 1)
    ]


def test_that_a_try_that_was_cut_off_counts_as_wrong(writer: StoreWriter, coordinator: Who, quick: None) -> None:
    """Whoever ends the program between the try and its outcome gains nothing."""
    gate = SignIn(writer)
    for _ in range(4):
        writer.run(lambda connection: gate._begin(connection, READER, at(0))).result()
    with pytest.raises(StudyProblem, match="too many wrong tries"):
        gate.sign_in(READER, "1111", at(0))
    assert [kind for kind in kinds(writer) if kind == "FailedSignIn"] == ["FailedSignIn"]


@pytest.mark.parametrize(
    ("who", "secret"),
    [(Who("reader", "R02"), secret) for secret in ("", "123", "2345", "8765", "7777", "12ab", "987654321", "x" * 300)]
    + [(Who("coordinator", "Bea"), secret) for secret in ("2580", "tiny", "abcdefghijklm", "aaaaaaaaaaaaaaaa")]
    + [(Who("coordinator", "A long-known name"), "a long-known NAME"), (Who("reader", "Jan Smit"), "2580")],
)
def test_that_a_weak_secret_or_a_real_name_is_refused(
    writer: StoreWriter, coordinator: Who, who: Who, secret: str
) -> None:
    with pytest.raises(StudyProblem) as refused:
        make_account(writer, coordinator, who, secret)
    assert not secret or secret not in str(refused.value)


def test_that_a_password_typed_with_other_code_points_is_the_same(writer: StoreWriter, coordinator: Who) -> None:
    make_account(writer, coordinator, Who("reader", "R03"), "crème brûlée")
    assert SignIn(writer).sign_in(Who("reader", "R03"), "cre\u0300me bru\u0302le\u0301e")


def test_that_a_name_typed_with_other_code_points_or_spaces_is_the_same(writer: StoreWriter, coordinator: Who) -> None:
    make_account(writer, coordinator, Who("coordinator", "Zoë Brûlé"), "another long password")
    assert SignIn(writer).sign_in(Who("coordinator", " Zoe\u0308 Bru\u0302le\u0301 "), "another long password")


def test_that_no_secret_and_no_unknown_name_is_in_the_file(path: Path, writer: StoreWriter, coordinator: Who) -> None:
    """People type a PIN into the field for the name: that must not stay either."""
    with pytest.raises(StudyProblem):
        SignIn(writer).sign_in(Who("reader", "Typed-by-mistake"), "48151623")
    writer.close()
    held = b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    for secret in (PASSWORD, "48151623", "Typed-by-mistake"):
        assert secret.encode() not in held
    assert b'"2580"' not in held
    assert b"$argon2id$v=19$m=65536,t=3,p=4$" in held


def test_that_failed_tries_say_whether_there_is_such_an_account_but_not_the_name(
    writer: StoreWriter, coordinator: Who
) -> None:
    for name in ("R01", "Nobody"):
        with pytest.raises(StudyProblem):
            SignIn(writer).sign_in(Who("reader", name), "7391")
    failed = [each.act for each in writer.run(acts).result() if isinstance(each.act, FailedSignIn)]
    assert [each.known for each in failed] == [True, False]
    assert all("Nobody" not in str(each) for each in writer.run(acts).result())


def test_that_the_dummy_hash_has_the_parameters_of_real_ones(writer: StoreWriter, coordinator: Who) -> None:
    real = writer.run(lambda c: c.execute("SELECT secret FROM accounts").fetchone()[0]).result()
    assert NOBODY.split("$")[:4] == real.split("$")[:4]
    assert [len(part) for part in NOBODY.split("$")] == [len(part) for part in real.split("$")]


def test_that_signing_out_is_kept_with_who_did(writer: StoreWriter, coordinator: Who) -> None:
    SignIn(writer).sign_out(READER)
    last = writer.run(acts).result()[-1]
    assert (last.by, last.act) == (READER, SignedOut())
    assert SignInTried.__name__ not in kinds(writer)
