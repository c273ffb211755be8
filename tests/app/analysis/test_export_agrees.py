"""The figures of the report can be computed again from the exported tables alone, as their codebook says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import pytest

from app.analysis.report import write_report
from app.simulated.reader import SimulatedReader
from app.store.exports.tidy import export

Rows = list[dict[str, str]]
MEASURING = """  nodule: {ask: "Is there a nodule?", answer: yes_no, measures: decision}
  suspicion: {ask: "How suspicious?", answer: slider, measures: rating}
"""


def table(folder: Path, name: str) -> Rows:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def read(qtbot, start, study_copy: Path, tmp_path: Path) -> tuple[Path, str]:
    """The exported tables and the report's page of a store that two simulated readers filled."""
    protocol = study_copy / "protocol.yaml"
    text = re.sub(r"  nodule: \{.*\n", MEASURING, protocol.read_text("utf-8"), count=1)
    protocol.write_text(text.replace("[nodule, places", "[nodule, suspicion, places"), "utf-8")
    for policy in ("careful", "hasty"):
        run = start(study_copy)
        reader = SimulatedReader(run.window, policy, policy)
        with qtbot.waitSignal(run.window.left, timeout=180_000):
            reader.start()
        run.close()
    export(run.store, tmp_path / "tables", {"csv"}, {"pilot"})
    return tmp_path / "tables", write_report(run.store, tmp_path / "report.html").read_text("utf-8")


def readings(folder: Path) -> Rows:
    """One row for each reading beyond practice: decision, rating, truth, aided; joined as the codebook says."""
    aided = {(row["condition"], row["phase"]): row["aided"] for row in table(folder, "phases")}
    measured = {row["question"]: row["measures"] for row in table(folder, "questions") if row["measures"]}
    truth = {row["case"]: row["positive"] for row in table(folder, "cases")}
    practice = {(row["reader"], row["trial"]) for row in table(folder, "trials") if row["practice"] == "true"}
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in table(folder, "decisions"):
        if row["question"] not in measured or (row["reader"], row["trial"]) in practice:
            continue
        place = {"aided": aided[row["condition"], row["phase"]], "truth": truth[row["case"]]}
        reading = found.setdefault((row["reader"], row["trial"], row["phase"]), {**row, **place})
        reading[measured[row["question"]]] = row["answer"]
    return list(found.values())


def figures(rows: Iterable[dict[str, str]]) -> list[str]:
    """Right, sensitivity, specificity as counts, and the AUC as the share of pairs in order."""
    rows = list(rows)
    ill = [row for row in rows if row["truth"] == "true"]
    well = [row for row in rows if row["truth"] == "false"]
    hits, rejected = sum(row["decision"] == "yes" for row in ill), sum(row["decision"] == "no" for row in well)
    pairs = [(float(a["rating"]), float(b["rating"])) for a in ill for b in well]
    area = sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs) if pairs else None
    counts = [f"{hits + rejected}/{len(rows)}", f"{hits}/{len(ill)}" if ill else "–"]
    return [*counts, f"{rejected}/{len(well)}" if well else "–", "–" if area is None else f"{area:.2f}"]


def reported(page: str) -> dict[str, list[str]]:
    """The accuracy table of the page by its first column, intervals left out."""
    body = page[page.index("<h2>Accuracy") : page.index("<h2>Time")]
    lines = [re.findall(r"<td[^>]*>(.*?)</td>", line) for line in re.findall(r"<tr>(.*?)</tr>", body)]
    return {unescape(line[0]): [cell.split()[0] for cell in line[2:]] for line in lines if line}


def test_that_accuracy_recomputed_from_the_export_is_the_reports(read: tuple[Path, str]) -> None:
    folder, page = read
    rows, told = readings(folder), reported(page)
    assert len(rows) == 2 * (2 + 2 * 2)
    assert told["All without AI"] == figures(row for row in rows if row["aided"] == "false")
    assert told["All with AI"] == figures(row for row in rows if row["aided"] == "true")
    for phase in ("own view", "with AI"):
        mine = [row for row in rows if (row["condition"], row["phase_name"]) == ("commit_reveal", phase)]
        assert told[f"commit_reveal: {phase}"] == figures(mine)


def test_that_wrong_advice_followed_can_be_counted_from_the_export(read: tuple[Path, str]) -> None:
    folder, page = read
    key = ("reader", "trial", "phase")
    box = {tuple(row[k] for k in key): row["threshold"] for row in table(folder, "layers") if row["draw"] == "box"}
    top = {tuple(row[k] for k in key): row["top_score"] for row in table(folder, "ai")}
    advised = [(row, tuple(row[k] for k in key)) for row in readings(folder) if row["aided"] == "true"]
    said = [(row, bool(top[at]) and float(top[at]) >= float(box[at])) for row, at in advised]
    wrong = [(row, positive) for row, positive in said if positive != (row["truth"] == "true")]
    followed = sum((row["decision"] == "yes") == positive for row, positive in wrong)
    assert wrong
    assert re.search(rf"Wrong advice followed.*?<td class=n>{followed}/{len(wrong)} =", page)


def test_that_what_was_planted_stands_in_the_phase_that_showed_it(read: tuple[Path, str]) -> None:
    folder, _ = read
    aided = {(row["condition"], row["phase"]) for row in table(folder, "phases") if row["aided"] == "true"}
    shown = table(folder, "ai")
    assert shown
    assert {(row["condition"], row["phase"]) for row in shown} <= aided
    assert sum("invented" in row["planted"] for row in shown) == 2  # one for each reader


def test_that_every_exported_column_is_in_the_dictionary(read: tuple[Path, str]) -> None:
    folder, _ = read
    known = {(row["table"], row["column"]) for row in table(folder, "dictionary")}
    codebook = (folder / "README.md").read_text("utf-8")
    for file in folder.glob("*.csv"):
        if file.stem != "dictionary":
            with file.open(encoding="utf-8", newline="") as text:
                assert {(file.stem, column) for column in next(csv.reader(text))} <= known
            assert f"| {file.stem} |" in codebook
