"""Shipped protocols as study folders: each is made, the same each time, and is what its protocol says."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from app.shipped.folder import make_shipped, shipped_name, shipped_names, shipped_protocol, shipped_source
from study_configs.plan import plan_orders
from study_configs.problem import StudyProblem
from study_configs.study import load_study

PUBLISHED = [name for name in shipped_names() if name not in ("one_question", "technician_2026")]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".mp4", ".npz")  # containers that keep a time
    }


@pytest.mark.parametrize("name", shipped_names())
def test_that_a_short_study_loads_without_a_warning(tmp_path: Path, name: str) -> None:
    study = load_study(make_shipped(name, tmp_path / name, short=True))
    assert study.warnings == ()
    assert study.cases


@pytest.mark.parametrize("name", PUBLISHED)
def test_that_a_protocol_says_where_it_is_from_and_what_the_paper_leaves_open(name: str) -> None:
    source = shipped_source(name).decode("utf-8")
    assert shipped_protocol(name).about.citation
    assert "The paper leaves open" in source
    assert "arXiv:" in source or "doi:" in source or "journal and pages not known" in source


@pytest.mark.parametrize("name", ["gaube_2021", "technician_2026"])
def test_that_the_same_study_is_made_twice(tmp_path: Path, name: str) -> None:
    for folder in ("one", "two"):
        make_shipped(name, tmp_path / folder, short=True)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_that_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyProblem, match="not empty"):
        make_shipped("gaube_2021", tmp_path)


def test_that_an_unknown_name_lists_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(StudyProblem) as problem:
        make_shipped("no_such", tmp_path / "new")
    assert "gaube_2021" in problem.value.todo


def test_that_a_shipped_file_means_its_study_and_a_copy_beside_cases_does_not(tmp_path: Path) -> None:
    lone = tmp_path / "gaube_2021.yaml"
    lone.write_bytes(shipped_source("gaube_2021"))
    assert shipped_name(str(lone)) == "gaube_2021"
    (tmp_path / "cases.csv").write_text("case,path\n", encoding="utf-8")
    assert shipped_name(str(lone)) is None


def test_that_the_colons_hold_as_many_polyps_as_the_paper_says(tmp_path: Path) -> None:
    folder = make_shipped("halligan_2011", tmp_path / "halligan").parent
    with (folder / "reference.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["case"] for row in rows}) == 112
    assert len({row["case"] for row in rows if row["positive"] == "yes"}) == 56
    assert sum(row["positive"] == "yes" for row in rows) == 132


def test_that_the_three_operating_points_are_those_that_the_protocol_names(tmp_path: Path) -> None:
    folder = make_shipped("inkpen_2022", tmp_path / "inkpen").parent
    study = load_study(folder)
    assisted = {case.id for case in study.cases if case.attributes["stage"] == "assisted"}
    score = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))["findings"][0]["score"]
        for path in (folder / "ai" / "stalls").glob("*.json")
    }
    truth = {name: each.positive for name, each in study.truth.unseal().items() if name in assisted}
    for threshold, hits, silences in ((0.35, 90, 60), (0.50, 75, 75), (0.65, 60, 90)):
        found = [score[case] >= threshold for case, positive in truth.items() if positive]
        quiet = [score[case] < threshold for case, positive in truth.items() if not positive]
        assert (round(100 * sum(found) / len(found)), round(100 * sum(quiet) / len(quiet))) == (hits, silences)


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
@pytest.mark.parametrize("name", ["dratsch_2023", "gaube_2021", "kim_2025", "shi_2025", "inkpen_2022", "halligan_2011"])
def test_that_phantom_images_are_valid_dicom(tmp_path: Path, name: str) -> None:
    folder = make_shipped(name, tmp_path / name, short=True).parent
    for path in sorted((folder / "images").rglob("*.dcm"))[:4]:
        said = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        assert [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")] == []


def test_that_technicians_meet_one_fault_passed_over_and_one_invented_with_each_threshold(tmp_path: Path) -> None:
    study = load_study(make_shipped("technician_2026", tmp_path / "technician", short=True))
    for order in plan_orders(study, 12):
        met = Counter((trial.condition, error.kind) for trial in order.trials for error in trial.planted)
        assert met == dict.fromkeys(product(("sensitive", "specific"), ("false_negative", "false_positive")), 1)


def test_that_the_standard_and_the_sham_ai_are_as_good_as_the_protocol_says(tmp_path: Path) -> None:
    """Both halves alike: 10 of 10 and 0 of 10 aneurysms; 41 (82 %) and 38 (76 %) of 50 exams without one."""
    study = load_study(make_shipped("shi_2025", tmp_path / "shi"))
    truth = {name: each.positive for name, each in study.truth.unseal().items()}
    for ai, hits, alarms in (("standard", 10, {4, 5}), ("sham", 0, {6})):
        flagged = Counter()
        for case in study.cases:
            said = json.loads((study.folder / "ai" / ai / f"{case.id}.json").read_text(encoding="utf-8"))["findings"]
            near = [each for each in said if each["score"] >= 0.5 and each["label"] == "aneurysm"]
            flagged[case.attributes["half"], truth[case.id]] += bool(near)
        assert flagged["a", True] + flagged["b", True] == hits
        assert {flagged["a", False], flagged["b", False]} == alarms
        assert flagged["a", True] == flagged["b", True]


def test_that_a_study_that_is_cut_off_while_it_is_made_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(done: int, total: int, what: str) -> None:
        raise KeyboardInterrupt

    for folder in (tmp_path / "new", tmp_path):
        with pytest.raises(KeyboardInterrupt):
            make_shipped("gaube_2021", folder, interrupt, short=True)
        assert list(tmp_path.iterdir()) == []
