"""A disk that takes no more bytes while something is governed: a clear sentence, and all of it done or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.conduct.governing import act_on, enrol_reader
from app.store.accounts import accounts, first_coordinator
from app.store.acts import Who, acts
from app.store.reader import open_store
from app.store.verify import verify
from study_configs.problem import StudyProblem
from study_configs.study import load_study

pytest.importorskip("resource")
ADA = Who("coordinator", "Ada Vermeer")
WORK = """
import json, resource, sys
from pathlib import Path
from app.conduct.amending import amend_study
from app.conduct.governing import act_on, do_act, enrol_reader
from app.store.acts import DryRun, Paused, Who
from app.store.accounts import SignIn, reset_pin
from app.conduct.opening import open_sitting
from study_configs.problem import StudyProblem
from study_configs.study import load_study

folder, store, what, room = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
study = load_study(folder / "protocol.yaml")
ada, r01 = Who("coordinator", "Ada Vermeer"), Who("reader", "R01")
do = {
    "act": lambda: do_act(store, ada, Paused(study.sha256, "a fault " * 400)),
    "enrol": lambda: enrol_reader(study, store, ada, "R02", {}, "73914"),
    "pin": lambda: act_on(store, lambda writer: reset_pin(writer, ada, r01, "82640", "lost")),
    "sign-in": lambda: act_on(store, lambda writer: SignIn(writer).sign_in(r01, "73914")),
    "open": lambda: act_on(store, lambda writer: open_sitting(study, writer, "R01") and None),
}
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
try:
    do[what]()
except StudyProblem as problem:
    print(json.dumps({"what": problem.what, "todo": problem.todo}))
else:
    print(json.dumps({}))
"""


@pytest.fixture
def store(study_copy: Path) -> Path:
    path = study_copy / "store" / "readerlab.sqlite"
    act_on(path, lambda writer: first_coordinator(writer, ADA.name, "nine quiet herons"))
    enrol_reader(load_study(study_copy / "protocol.yaml"), path, ADA, "R01", {}, "73914")
    return path


def told(path: Path) -> tuple[int, list[str], list[str], int]:
    """Acts, accounts with their PINs, orders and sittings of a store."""
    with open_store(path) as found:
        names = [f"{each.name} {each.secret_number}" for each in accounts(found.connection)]
        orders = [each.reader for each in found.enrolments()]
        return len(acts(found.connection)), names, orders, len(found.sittings())


@pytest.mark.parametrize("what", ["act", "enrol", "pin", "sign-in", "open"])
def test_that_a_full_disk_ends_an_act_in_words_and_with_all_of_it_or_nothing(
    study_copy: Path, store: Path, what: str
) -> None:
    before, refused = told(store), 0
    for room in (40, 12_000, store.stat().st_size + 10_000):
        done = subprocess.run(
            [sys.executable, "-c", WORK, str(study_copy), str(store), what, str(room)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout.splitlines()[-1])
        refused += bool(said)
        if said:
            assert said["todo"], said
            assert "Traceback" not in done.stderr
        report = verify(store)
        assert report.problems == (), room
        after = told(store)
        if said and what in ("act", "pin"):
            assert after == before, said
        before = after
    assert refused


@pytest.mark.parametrize("fails", ["app.conduct.governing.place_reader", "app.conduct.governing.make_account"])
def test_that_an_enrolment_that_was_cut_short_can_be_done_again(
    study_copy: Path, store: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StudyProblem("The disk is full, so this was not done.")

    study = load_study(study_copy / "protocol.yaml")
    with monkeypatch.context() as patch:
        patch.setattr(fails, full)
        with pytest.raises(StudyProblem, match="full"):
            enrol_reader(study, store, ADA, "R02", {}, "73914")
    assert "R02 0" not in told(store)[1]
    enrol_reader(study, store, ADA, "R02", {}, "73914")
    assert told(store)[1:3] == (["Ada Vermeer 0", "R01 0", "R02 0"], ["R01", "R02"])
    assert verify(store).sound
