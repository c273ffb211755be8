"""Study files with faults: all of them told at once, each with its line and column, and none of them a crash."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

MOST_TIMES_HEADERS = 10.0  # processor time of checking and planning, against reading 10,000 headers and nothing else
Change = Callable[[str], str | bytes]


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


# what is changed in the small study: the change, the code, its line, its column
FAULTS: dict[str, tuple[Change, str, int, int]] = {
    "nothing in it": (lambda text: "", "RL110", 1, 1),
    "no YAML": (swap("mode: pilot", "mode: [pilot"), "RL104", 3, 0),
    "a tab": (swap("readerlab: 1\n", "readerlab: 1\n\tx: 1\n"), "RL104", 3, 1),
    "an unknown key": (swap("seed: 5", "seeds: 5"), "RL201", 26, 3),
    "a slip in a value": (swap("mode: pilot", "mode: pilto"), "RL204", 3, 0),
    "a second key": (swap("  seed: 5", "  seed: 5\n  seed: 6"), "RL107", 27, 3),
    "a text for a number": (swap("points: 5", "points: five"), "RL203", 15, 0),
    "an alias": (swap("mode: pilot", "mode: &m pilot"), "RL106", 3, 0),
    "a tag": (swap("title: A small", "title: !!python/name:os.system A small"), "RL105", 3, 0),
    "no UTF-8": (lambda text: text.replace("A small", "Één").encode("latin-1"), "RL102", 3, 59),
    "UTF-16": (lambda text: text.encode("utf-16"), "RL102", 1, 1),
    "a bomb of brackets": (lambda text: "[" * 100_000, "RL108", 1, 0),
    "too large a file": (lambda text: "# " + "x" * 3_000_000, "RL103", 0, 0),
    "a manifest that is a folder": (swap("cases.csv", "images"), "RL401", 4, 0),
    "a manifest outside": (swap("cases.csv", "../../etc/passwd"), "RL402", 4, 0),
    "a label of a gigabyte": (swap("draw: box", 'draw: box, label: "{score:999999999}"'), "RL210", 10, 0),
    "a label that looks inside": (swap("draw: box", 'draw: box, label: "{score.__class__}"'), "RL210", 10, 0),
    "a shortest time beyond the longest": (swap("commit: true}]", "at_least_s: 9, at_most_s: 3}]"), "RL208", 18, 0),
    "a scale of a hundred thousand points": (swap("points: 5", "points: 100000"), "RL205", 15, 0),
    "a slider to infinity": (swap("answer: yes_no", "answer: slider, from: 0, to: .inf"), "RL205", 13, 0),
    "more errors planted than there are cases": (swap("cases: 1,", "cases: 100,"), "RL501", 8, 0),
}


def checked(readerlab, protocol: Path) -> list[dict]:
    said = readerlab("check", protocol, "--json")
    report = json.loads(said.out)
    assert said.status == 1
    assert not report["ok"]
    return [problem for problem in report["problems"] if problem["severity"] == "error"]


@pytest.mark.parametrize("fault", FAULTS)
def test_that_a_fault_is_told_with_its_place(inside, study_copy: Path, fault: str) -> None:
    change, code, line, column = FAULTS[fault]
    protocol = study_copy / "protocol.yaml"
    text = change(protocol.read_text("utf-8"))
    protocol.write_bytes(text if isinstance(text, bytes) else text.encode())
    errors = checked(inside, protocol)
    assert code in {error["code"] for error in errors}, errors
    found = next(error for error in errors if error["code"] == code)
    assert Path(found["file"]) == protocol
    assert found["line"] == line
    assert column in (0, found["column"])
    assert found["what"]


def test_that_every_fault_is_told_at_once_and_every_command_refuses_the_study(
    readerlab, refused, study_copy: Path, tmp_path: Path
) -> None:
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text("utf-8")
    for old, new in (("mode: pilot", "mode: pilto"), ("seed: 5", "seeds: 5"), ("per: mark", "per: mrak")):
        text = swap(old, new)(text)
    protocol.write_text(text + "more: 1\n", "utf-8")
    (study_copy / "reference.csv").unlink()
    errors = checked(readerlab, study_copy)
    assert {error["code"] for error in errors} == {"RL201", "RL202", "RL204", "RL401"}
    assert len(errors) == 6
    shown = readerlab("check", protocol).out
    assert all(f"protocol.yaml:{error['line']}:{error['column']}:" in shown for error in errors)
    assert "Did you mean pilot?" in shown
    for command in (("plan", protocol), ("prepare", protocol), ("explain", protocol, "c1")):
        assert "6 errors" in refused(*command)
    said = refused("run", protocol, "--simulate", "hasty", "--store", tmp_path / "s.sqlite")
    assert "6 errors" in said
    assert not (tmp_path / "s.sqlite").exists()


def test_that_only_the_fault_itself_is_told(readerlab, study_copy: Path) -> None:
    protocol = study_copy / "protocol.yaml"
    change, code, _, _ = FAULTS["a shortest time beyond the longest"]
    protocol.write_text(change(protocol.read_text("utf-8")), "utf-8")
    assert [error["code"] for error in checked(readerlab, protocol)] == [code]


def test_that_tables_with_faults_are_told_by_line(readerlab, study_copy: Path) -> None:
    (study_copy / "cases.csv").write_text(
        "case,path\nwarm-1,images/warm-1\nc1,images/nowhere\nc2,images/c2\nc2,images/c2\nc3,../c3\n", "utf-8"
    )
    (study_copy / "reference.csv").write_text("case,positive\nc2,perhaps\nc9,yes\n", "utf-8")
    errors = checked(readerlab, study_copy)
    assert {(Path(e["file"]).name, e["line"]) for e in errors} >= {
        ("cases.csv", 3),
        ("cases.csv", 5),
        ("cases.csv", 6),
        ("reference.csv", 2),
        ("reference.csv", 3),
    }


@pytest.mark.parametrize("kind", ["missing", "folder", "picture"])
def test_that_what_is_no_study_file_is_told(readerlab, refused, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "study.yaml"
    if kind == "folder":
        path.mkdir()
    if kind == "picture":
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert checked(readerlab, path)[0]["file"].startswith(str(path))
    assert str(path) in refused("plan", path)


@pytest.mark.slow
def test_that_ten_thousand_cases_are_checked_and_planned_in_seconds(readerlab, study_copy: Path) -> None:
    cases, truths = ["case,path"], ["case,positive"]
    an_image = next((study_copy / "images" / "c1").iterdir())
    for number in range(10_000):
        folder = study_copy / "images" / f"n{number}"
        folder.mkdir()
        (folder / "image.dcm").hardlink_to(an_image)
        cases.append(f"n{number},images/n{number}")
        truths.append(f"n{number},{'yes' if number % 2 else 'no'}")
    (study_copy / "cases.csv").write_text("\n".join(cases), "utf-8")
    (study_copy / "reference.csv").write_text("\n".join(truths), "utf-8")
    protocol = study_copy / "protocol.yaml"
    protocol.write_text(swap("[warm-1]", "[n0]")(protocol.read_text("utf-8")), "utf-8")
    before_s = spent_by_commands_s()
    assert readerlab("check", protocol, timeout_s=600).status == 0
    planned = readerlab("plan", protocol, "--readers", 2, "--csv", timeout_s=600)
    assert len(planned.out.splitlines()) == 1 + 2 * 10_000
    began_s = time.process_time()
    for number in range(10_000):
        pydicom.dcmread(study_copy / "images" / f"n{number}" / "image.dcm", stop_before_pixels=True)
    headers_s = time.process_time() - began_s
    assert spent_by_commands_s() - before_s < MOST_TIMES_HEADERS * headers_s


def spent_by_commands_s() -> float:
    """Processor time of the commands that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system
