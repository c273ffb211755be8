"""The tables: what is read, and what is refused with its line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study_configs.cases import SealedTruth, Table, Truth, inside, read_manifest, read_reference

NAMES = frozenset({"a", "b", "c"})


def _manifest(folder: Path, text: str) -> tuple[list[str], list[tuple[str, int]]]:
    for name in ("a", "b", "c"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "cases.csv").write_text(text, "utf-8")
    table = Table(folder / "cases.csv", "cases.csv")
    cases = read_manifest(table, folder)
    return [case.id for case in cases], [(problem.code, problem.line) for problem in table.problems]


def _reference(folder: Path, rows: str) -> tuple[dict[str, Truth], list[tuple[str, int]]]:
    (folder / "reference.csv").write_text("case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label\n" + rows, "utf-8")
    table = Table(folder / "reference.csv", "reference.csv")
    return read_reference(table, NAMES), [(problem.code, problem.line) for problem in table.problems]


@pytest.mark.parametrize("text", ["case,path,site\na,a,x\nb,b,y\n", "\ufeffcase;path;site\r\na;a;x\r\n\r\nb;b;y\r\n"])
def test_that_tables_of_spreadsheets_are_read(tmp_path: Path, text: str):
    assert _manifest(tmp_path, text) == (["a", "b"], [])


def test_that_attributes_history_and_resolved_paths_arrive(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "cases.csv").write_text('case,path,history,site\na,a,"Cough, fever",east\n', "utf-8")
    (case,) = read_manifest(Table(tmp_path / "cases.csv", "cases.csv"), tmp_path)
    assert (case.history, dict(case.attributes), case.path) == (
        "Cough, fever",
        {"site": "east"},
        (tmp_path / "a").resolve(),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("path,site\na,x", ("RL403", 1)),
        ("case,path,site,site\na,a,x,y", ("RL403", 1)),
        ("case,path,truth\na,a,yes", ("RL403", 1)),
        ("case,path\na,a\nb,b\na,c", ("RL404", 4)),
        ("case,path\na b,a", ("RL405", 2)),
        ("case,path\na,a,x,y", ("RL405", 2)),
        ("case,path\na,../a", ("RL402", 2)),
        ("case,path\na,/etc", ("RL402", 2)),
        ("case,path\na,", ("RL402", 2)),
        ("case,path\na,nowhere", ("RL407", 2)),
        ("case,path\n", ("RL408", 1)),
        ("", ("RL403", 1)),
        ('case,path\n"a,a\n', ("RL411", 2)),
    ],
)
def test_that_a_faulty_manifest_is_refused_with_its_line(tmp_path: Path, text: str, problem: tuple[str, int]):
    assert problem in _manifest(tmp_path, text)[1]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_that_a_link_out_of_the_folder_is_refused(tmp_path: Path):
    study = tmp_path / "study"
    study.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (study / "link").symlink_to(tmp_path / "elsewhere")
    assert inside(study, "link") is None
    assert inside(study, "link/../../elsewhere") is None
    assert inside(study, "a/../b") == (study / "b").resolve()


def test_that_lesions_of_one_case_are_gathered(tmp_path: Path):
    truths, problems = _reference(
        tmp_path, "a,yes,n1,1.5,-2,3e1,8,solid\na,yes,n2,4,5,6,,\nb,no,,,,,,\nc,1,mass,,,,,\n"
    )
    assert problems == []
    assert [lesion.position_mm for lesion in truths["a"].lesions] == [(1.5, -2.0, 30.0), (4.0, 5.0, 6.0)]
    assert (truths["b"].positive, truths["b"].lesions) == (False, ())
    assert truths["c"].lesions[0].position_mm is None


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("z,yes,,,,,,", ("RL406", 2)),
        ("a,maybe,,,,,,", ("RL405", 2)),
        ("a,yes,n1,1,2,,,", ("RL405", 2)),
        ("a,yes,n1,1,2,x,,", ("RL405", 2)),
        ('a,yes,n1,"1,5",2,3,,', ("RL405", 2)),
        ("a,yes,n1,1,2,nan,,", ("RL405", 2)),
        ("a,yes,n1,1,2,3,-4,", ("RL405", 2)),
        ("a,no,n1,1,2,3,4,", ("RL413", 2)),
        ("a,yes,n1,1,2,3,4,\na,no,,,,,,", ("RL413", 3)),
        ("a,yes,n1,1,2,3,4,\na,yes,n1,1,2,3,4,", ("RL413", 3)),
        ("a,yes,,,,,,\na,yes,n1,1,2,3,4,", ("RL413", 3)),
    ],
)
def test_that_a_faulty_reference_is_refused_with_its_line(tmp_path: Path, rows: str, problem: tuple[str, int]):
    assert problem in _reference(tmp_path, rows)[1]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120) | st.text('case,path;positv\n"-1.5axyes', max_size=120).map(str.encode))
def test_that_any_bytes_are_a_table_or_refused(tmp_path: Path, source: bytes):
    (tmp_path / "any.csv").write_bytes(source)
    manifest = Table(tmp_path / "any.csv", "any.csv")
    reference = Table(tmp_path / "any.csv", "any.csv")
    assert read_manifest(manifest, tmp_path) or manifest.problems
    assert read_reference(reference, NAMES) or reference.problems or source.strip().count(b"\n") == 0


def test_that_sealed_truth_shows_nothing():
    sealed = SealedTruth({"a": Truth("a", True, ())})
    assert "a" not in repr(sealed).replace("Sealed", "").replace("Truth", "")
    assert not hasattr(sealed, "__dict__")
    assert sealed.unseal()["a"].positive
    with pytest.raises(TypeError):
        sealed.unseal()["a"] = Truth("a", False, ())  # type: ignore[index]
