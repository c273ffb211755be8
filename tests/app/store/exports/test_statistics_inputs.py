"""What statistics packages are given: read again as they read it, it gives the published figures."""

from __future__ import annotations

import csv
import math
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest
from scipy.stats import mannwhitneyu

from app.analysis.accuracy import empirical_auc, rated
from app.analysis.record import study_records
from app.store.exports.forms import Wish, export_as
from app.store.exports.tidy import Choice
from study_configs.problem import StudyProblem
from tests.app.store.exports.studies import Read, ReadStudy

Rated = tuple[str, str, str, int, float]  # reader, modality, case, truth, score
MakeStudy = Callable[..., ReadStudy]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
VAN_DYKE = {  # MRMCaov's and OR-DBM's print: reader → AUC of test 1, of test 2
    "1": (0.91964573, 0.94782609), "2": (0.85877617, 0.90531401), "3": (0.90386473, 0.92173913),
    "4": (0.97310789, 0.99935588), "5": (0.82979066, 0.92995169),
}  # fmt: skip
ZANCA_WAFROC = {  # readers 1, 3, 4, 5 in modality 1 … 5
    "1": (0.779267, 0.724892, 0.703625, 0.805092), "2": (0.787000, 0.726900, 0.722617, 0.803783),
    "3": (0.729692, 0.715758, 0.672308, 0.772658), "4": (0.810133, 0.743117, 0.694358, 0.829408),
    "5": (0.748800, 0.682275, 0.655175, 0.771250),
}  # fmt: skip


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def workbook(path: Path) -> dict[str, list[list[str]]]:
    """The sheets of an .xlsx by name, as text: an independent little reader."""
    with zipfile.ZipFile(path) as package:
        texts = [
            "".join(each.itertext())
            for each in ElementTree.fromstring(package.read("xl/sharedStrings.xml")).iter(f"{SHEET}si")
        ]
        names = [
            each.attrib["name"]
            for each in ElementTree.fromstring(package.read("xl/workbook.xml")).iter(f"{SHEET}sheet")
        ]
        sheets = {}
        for at, name in enumerate(names, 1):
            rows = ElementTree.fromstring(package.read(f"xl/worksheets/sheet{at}.xml")).iter(f"{SHEET}row")
            sheets[name] = [list(_cells(row, texts)) for row in rows]
        return sheets


def _cells(row: ElementTree.Element, texts: list[str]) -> Iterator[str]:
    for cell in row:
        value = cell.findtext(f"{SHEET}v") or ""
        yield texts[int(value)] if cell.attrib.get("t") == "s" else value


def imrmc_file(path: Path) -> list[Rated]:
    """The .imrmc as RJafroc's reader takes it apart: counts, BEGIN DATA:, four fields a line, reader -1 for truth."""
    lines = path.read_text("utf-8").splitlines()
    counts = {key: int(n) for key, n in (line.split(":") for line in lines if re.match(r"N[01RM]:", line))}
    rows = [line.split(",") for line in lines[lines.index("BEGIN DATA:") + 1 :]]
    truth = {case: int(score) for who, case, _, score in rows if who == "-1"}
    read = [(who, what, case, truth[case], float(score)) for who, case, what, score in rows if who != "-1"]
    assert counts["N0"] == sum(not each for each in truth.values())
    assert counts["N1"] == sum(truth.values())
    assert counts["NR"] == len({each[0] for each in read})
    assert counts["NM"] == len({each[1] for each in read})
    return read


def imrmc_table(path: Path) -> list[Rated]:
    rows = table(path)
    truth = {row["caseID"]: int(row["score"]) for row in rows if row["readerID"] == "truth"}
    return [
        (row["readerID"], row["modalityID"], row["caseID"], truth[row["caseID"]], float(row["score"]))
        for row in rows
        if row["readerID"] != "truth"
    ]


def mrmcaov_table(path: Path) -> list[Rated]:
    return [
        (row["reader"], row["treatment"], row["case"], int(row["truth"]), float(row["rating"])) for row in table(path)
    ]


def rjafroc_roc(folder: Path, name: str) -> list[Rated]:
    sheets = workbook(folder / f"{name}-rjafroc.xlsx")
    assert [row[5] for row in sheets["Truth"][1:3]] == ["ROC", "FCTRL"]
    case_of = {row["CaseID"]: row["case"] for row in table(folder / f"{name}-rjafroc-cases.csv")}
    ill = [(who, what, case_of[case], 1, float(score)) for who, what, case, _, score in sheets["TP"][1:]]
    return ill + [(who, what, case_of[case], 0, float(score)) for who, what, case, score in sheets["FP"][1:]]


def areas(rows: Iterable[Rated]) -> dict[tuple[str, str], float]:
    """AUC by reader and modality: Mann and Whitney's statistic, by SciPy."""
    scores: dict[tuple[str, str], tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for reader, modality, _, truth, score in rows:
        scores[reader, modality][truth].append(score)
    return {key: mannwhitneyu(ill, well).statistic / (len(ill) * len(well)) for key, (well, ill) in scores.items()}


@pytest.fixture
def van_dyke(shared: Path, make_study: MakeStudy) -> ReadStudy:
    rows = table(shared / "vandyke.csv")
    study = make_study({f"k{row['case']}": int(row["truth"]) for row in rows})
    study.add([Read(f"R{r['reader']}", f"t{r['condition']}", f"k{r['case']}", float(r["rating"])) for r in rows])
    return study


def test_that_van_dykes_ratings_give_the_published_areas_in_every_form(van_dyke: ReadStudy, tmp_path: Path) -> None:
    for form in ("imrmc", "mrmcaov", "rjafroc"):
        assert export_as(form, van_dyke.store, tmp_path / form).missing == []
    forms = [
        imrmc_file(tmp_path / "imrmc" / "published.imrmc"),
        imrmc_table(tmp_path / "imrmc" / "published-imrmc.csv"),
        mrmcaov_table(tmp_path / "mrmcaov" / "published-mrmcaov.csv"),
        rjafroc_roc(tmp_path / "rjafroc", "published"),
    ]
    assert all(sorted(each) == sorted(forms[0]) for each in forms)
    assert len(forms[0]) == len(set(forms[0])) == 2 * 5 * 114
    found = areas(forms[0])
    for reader, (first, second) in VAN_DYKE.items():
        assert found[f"R{reader}", "t1"] == pytest.approx(first, abs=1e-8)
        assert found[f"R{reader}", "t2"] == pytest.approx(second, abs=1e-8)


def test_that_the_areas_are_those_of_the_programs_own_analysis(van_dyke: ReadStudy, tmp_path: Path) -> None:
    export_as("mrmcaov", van_dyke.store, tmp_path)
    found = areas(mrmcaov_table(tmp_path / "published-mrmcaov.csv"))
    (record,) = study_records(van_dyke.store)
    for reader, modality in product((f"R{n}" for n in range(1, 6)), ("t1", "t2")):
        mine = [row for row in record.readings if (row.reader, row.condition) == (reader, modality)]
        assert empirical_auc(*rated(mine, record.truth)) == pytest.approx(found[reader, modality], abs=1e-12)


def test_that_imrmcs_own_example_comes_out_as_it_went_in(shared: Path, make_study: MakeStudy, tmp_path: Path) -> None:
    rows = table(shared / "imrmc_example.csv")
    truth = {row["caseID"]: int(row["score"]) for row in rows if row["readerID"] == "truth"}
    study = make_study(truth)
    read = [row for row in rows if row["readerID"] != "truth"]
    study.add([Read(r["readerID"], r["modalityID"], r["caseID"], float(r["score"])) for r in read])
    export_as("imrmc", study.store, tmp_path)
    out = {
        (r["readerID"], r["caseID"], r["modalityID"]): float(r["score"])
        for r in table(tmp_path / "published-imrmc.csv")
    }
    assert out.keys() == {(r["readerID"], r["caseID"], r["modalityID"]) for r in rows}
    for row in rows:
        assert out[row["readerID"], row["caseID"], row["modalityID"]] == pytest.approx(float(row["score"]), rel=1e-11)


def test_that_zancas_marks_give_the_published_wafroc(shared: Path, make_study: MakeStudy, tmp_path: Path) -> None:
    lesions: dict[str, int] = {}
    for row in table(shared / "froc04_truth.csv"):
        lesions[f"k{row['case']}"] = lesions.get(f"k{row['case']}", 0) + bool(row["lesion"])
    marks: dict[tuple[str, str, str], list[tuple[int, float]]] = defaultdict(list)
    for row in table(shared / "froc04_marks.csv"):
        marks[row["reader"], row["condition"], f"k{row['case']}"].append(
            (int(row["lesion"] or 0), float(row["rating"]))
        )
    study = make_study(lesions)
    readers = sorted({key[0] for key in marks})
    study.add([
        Read(f"R{who}", f"m{what}", case, None, tuple(marks[who, what, case]))
        for who, what, case in product(readers, "12345", lesions)
    ])  # fmt: skip
    export_as("rjafroc", study.store, tmp_path)
    found = wafroc(workbook(tmp_path / "published-rjafroc.xlsx"))
    assert readers == ["1", "3", "4", "5"]
    for modality, published in ZANCA_WAFROC.items():
        mine = [found[f"R{who}", f"m{modality}"] for who in readers]
        assert mine == pytest.approx(published, abs=5e-7)


def wafroc(sheets: dict[str, list[list[str]]]) -> dict[tuple[str, str], float]:
    """The weighted AFROC figure of merit (Chakraborty 2017): lesions against the highest mark of each normal case."""
    truth = sheets["Truth"][1:]
    normal = {row[0] for row in truth if row[1] == "0"}
    lesions = [(row[0], row[1]) for row in truth if row[1] != "0"]
    weight = {case: 1 / sum(each[0] == case for each in lesions) for case, _ in lesions}
    assert {row[2] for row in truth} == {"0"}  # which RJafroc takes as equal weights
    best: dict[tuple[str, str, str], float] = defaultdict(lambda: -math.inf)
    for who, what, case, rating in sheets["FP"][1:]:
        best[who, what, case] = max(best[who, what, case], float(rating))
    hits = {(who, what, case, lesion): float(rating) for who, what, case, lesion, rating in sheets["TP"][1:]}
    readers, names = (truth[0][at].split(", ") for at in (3, 4))
    found = {}
    for who, what in product(readers, names):
        noise = [best[who, what, case] for case in normal]
        total = 0.0
        for case, lesion in lesions:
            signal = hits.get((who, what, case, lesion), -math.inf)
            total += weight[case] * sum((signal > each) + (signal == each) / 2 for each in noise)
        found[who, what] = total / (len(weight) * len(noise))
    return found


def test_that_of_several_marks_on_a_lesion_the_highest_counts_and_others_are_no_false_marks(
    make_study: MakeStudy, tmp_path: Path
) -> None:
    study = make_study({"ill": 2, "well": 0})
    study.add([Read("R1", "alone", "ill", None, ((2, 30.0), (2, 70.0), (0, 10.0))), Read("R1", "alone", "well")])
    export_as("rjafroc", study.store, tmp_path)
    sheets = workbook(tmp_path / "published-rjafroc.xlsx")
    case = {row["case"]: row["CaseID"] for row in table(tmp_path / "published-rjafroc-cases.csv")}
    assert sheets["TP"][1:] == [["R1", "alone", case["ill"], "2", "70.0"]]
    assert sheets["FP"][1:] == [["R1", "alone", case["ill"], "10.0"]]
    assert [row[:3] for row in sheets["Truth"][1:]] == [
        [case["well"], "0", "0"], [case["ill"], "1", "0"], [case["ill"], "2", "0"],
    ]  # fmt: skip


def test_that_a_missing_reading_is_named_and_rjafroc_goes_on_only_when_told(
    make_study: MakeStudy, tmp_path: Path
) -> None:
    study = make_study({"a": 1, "b": 0, "c": 0})
    plan = [Read(who, what, case, 50.0) for who, what, case in product(("R1", "R2"), ("x", "y"), ("a", "b", "c"))]
    study.add([each for each in plan if (each.reader, each.modality, each.case) != ("R2", "y", "c")], planned=plan)
    with pytest.raises(StudyProblem, match="1 readings of published are missing: reader R2, y, case c"):
        export_as("rjafroc", study.store, tmp_path / "no")
    assert list((tmp_path / "no").iterdir()) == []
    done = export_as("rjafroc", study.store, tmp_path / "yes", Wish(Choice(allow=("incomplete",))))
    assert "published: 1 cases left out, not read by all in all: c" in done.missing
    assert {row[2] for row in rjafroc_roc(tmp_path / "yes", "published")} == {"a", "b"}
    done = export_as("imrmc", study.store, tmp_path / "any")
    assert done.missing == ["missing reads of R2 (published 1.0.0): 1 not begun"]
    assert len(imrmc_file(tmp_path / "any" / "published.imrmc")) == 11
    (missing,) = table(tmp_path / "any" / "missing_reads.csv")
    assert (missing["reader"], missing["condition"], missing["case"], missing["state"]) == ("R2", "y", "c", "not_begun")


def test_that_repeats_by_design_are_left_out_and_said_but_kept_in_the_long_form(
    make_study: MakeStudy, tmp_path: Path
) -> None:
    study = make_study({"a": 1, "b": 0})
    reads = [Read("R1", "x", "a", 10.0), Read("R1", "x", "b", 20.0), Read("R1", "x", "a", 90.0)]
    study.add(reads, repeats=(2,))
    done = export_as("mrmcaov", study.store, tmp_path)
    assert done.missing == ["published: 1 repeats by design left out"]
    assert [row[4] for row in mrmcaov_table(tmp_path / "published-mrmcaov.csv")] == [10.0, 20.0]
    export_as("collab-cxr", study.store, tmp_path)
    long = table(tmp_path / "published-collab-cxr.csv")
    assert [(row["patient_id"], row["probability"], row["round"], row["repeat"]) for row in long] == [
        ("a", "0.1", "1", "0"), ("b", "0.2", "2", "0"), ("a", "0.9", "3", "1"),
    ]  # fmt: skip
    assert {(row["treatment"], row["pathology"], row["raw_time"]) for row in long} == {("NAI", "suspicion", "2.0")}
