"""What the coordinator is told of AI results before anybody reads: each fault by its code, file, and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.checking.ai_files import ai_problems
from study_configs.problem import StudyProblem
from study_configs.problems import Problem
from study_configs.study import load_study


def found(study: Path) -> list[Problem]:
    return list(ai_problems(load_study(study / "protocol.yaml")))


def changed(study: Path, case: str, change: Callable[[dict[str, Any]], object]) -> Path:
    path = study / "ai" / f"{case}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_that_a_sound_study_has_no_problems(small_study: Path) -> None:
    assert found(small_study) == []


def test_that_a_result_in_another_frame_of_reference_is_named(study_copy: Path) -> None:
    path = changed(study_copy, "c1", lambda data: data.update(frame_of_reference_uid="1.2.3.4"))
    wrong = [each for each in found(study_copy) if each.code == "RL420"]
    assert {each.file for each in wrong} == {str(path)}
    assert "c1" in wrong[0].what
    assert wrong[0].severity == "error"


def test_that_a_result_of_no_case_and_a_case_without_one_are_both_told(study_copy: Path) -> None:
    changed(study_copy, "c3", lambda data: data.update(series_uid="1.2.3.9", frame_of_reference_uid="1.2.3.4"))
    problems = {each.code: each for each in found(study_copy)}
    assert problems["RL428"].severity == "warning"
    assert "c3" in problems["RL429"].what
    assert problems["RL429"].severity == "error"


def test_that_a_score_out_of_range_is_told(study_copy: Path) -> None:
    path = changed(study_copy, "c1", lambda data: data["findings"][0].update(score=1.7))
    assert [
        (each.code, each.file.rpartition(":")[0] or each.file) for each in found(study_copy) if "c1" in each.file
    ] == [("RL422", str(path))]


def test_that_a_file_that_is_no_result_is_told(study_copy: Path) -> None:
    (study_copy / "ai" / "notes.json").write_text('{"shopping": ["milk"]}', encoding="utf-8")
    (told,) = found(study_copy)
    assert told.file.startswith(str(study_copy / "ai" / "notes.json"))
    assert told.severity == "error"


def test_that_a_contour_that_crosses_itself_is_a_warning(study_copy: Path) -> None:
    def bow_tie(data: dict[str, Any]) -> None:
        x, y, z = data["findings"][0].pop("box")["centre_mm"]
        corners = [[x - 5, y - 5, z], [x + 5, y + 5, z], [x + 5, y - 5, z], [x - 5, y + 5, z]]
        data["findings"][0]["polygon"] = {"points_mm": corners}

    path = changed(study_copy, "c1", bow_tie)
    (told,) = found(study_copy)
    assert (told.code, told.file, told.severity) == ("RL425", str(path), "warning")


def test_that_two_files_of_one_form_for_one_case_are_a_warning(study_copy: Path) -> None:
    text = (study_copy / "ai" / "c1.json").read_text(encoding="utf-8").replace('"f1"', '"other"')
    (study_copy / "ai" / "again.json").write_text(text, encoding="utf-8")
    assert [each.code for each in found(study_copy)] == ["RL430"]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("{ai: nodules, kind: category, scale: BI-RADS, by: 1, cases: 1}", "gives none in this case"),
        ("{ai: nodules, kind: shifted, shift_mm: 400, towards: left, cases: 1}", "outside the body"),
        ("{ai: nodules, kind: wrong_label, label: Nodule, cases: 1}", "does so itself"),
        ("{ai: nodules, kind: resized, factor: 2, cases: 1, from: negative}", "shows none"),
    ],
)
def test_that_an_error_that_cannot_be_planted_is_told_before_anybody_reads(
    study_copy: Path, rule: str, why: str
) -> None:
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("planted:\n", f"planted:\n  odd: {rule}\n"), encoding="utf-8")
    problems = [each for each in found(study_copy) if each.code == "RL432"]
    assert problems
    assert all(each.key == "planted.odd" and why in each.what for each in problems)
    assert all(each.what.startswith("c") for each in problems), "the case is named"


def test_that_a_card_is_read_with_the_line_of_its_mistake(study_copy: Path) -> None:
    (study_copy / "card.yaml").write_text("kind: external\nname: LungAid\ncolour: blue\n", encoding="utf-8")
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("{results: ", "{card: card.yaml, results: "), encoding="utf-8")
    (told,) = found(study_copy)
    assert told.code == "RL418"
    assert told.file.endswith("card.yaml:3")
    assert "colour" in told.what


def test_that_errors_of_a_model_that_runs_here_are_rehearsed_where_its_results_are_prepared(
    study_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.advice import rehearsal
    from app.checking.ai_files import planted_problems
    from overlays.prepare import Wants
    from overlays.sources.forms import read

    (study_copy / "models").mkdir()
    (study_copy / "models" / "model.onnx").write_bytes(b"stands for a model that nobody runs here")
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8").replace('results: "ai/*.json"', "model: models/model.onnx")
    rule = "{ai: nodules, kind: category, scale: BI-RADS, by: 1, cases: 1}"
    protocol.write_text(text.replace("planted:\n", f"planted:\n  odd: {rule}\n"), encoding="utf-8")
    study = load_study(protocol)
    prepared: dict[str, object] = {}
    monkeypatch.setattr(rehearsal, "wants_of", lambda study, ai: Wants(ai, study.folder / "models"))
    monkeypatch.setattr(rehearsal, "find_kept", lambda folder, headers, wants: prepared.get(headers[0].series_uid))
    assert list(planted_problems(study)) == []
    (warned,) = [each for each in ai_problems(study) if each.code == "RL434"]
    assert warned.severity == "warning"
    assert "odd" in warned.what
    assert "readerlab prepare" in warned.what
    for path in (study_copy / "ai").glob("*.json"):
        (result,) = read(path)
        prepared[result.series_uid] = result
    assert not [each for each in ai_problems(study) if each.code == "RL434"]
    problems = list(planted_problems(study))
    assert {each.code for each in problems} == {"RL432"}
    assert all("gives none in this case" in each.what for each in problems)


def test_that_prepare_computes_nothing_where_results_are_files(
    small_study: Path, capsys: pytest.CaptureFixture
) -> None:
    from app.advice.needs import needs_to_run
    from app.commands.studies import prepare

    assert needs_to_run(load_study(small_study / "protocol.yaml")) == ()
    prepare(str(small_study / "protocol.yaml"))
    said = capsys.readouterr()
    assert "are files" in said.out
    assert "prepared" not in said.out


def test_that_a_run_is_refused_while_a_result_cannot_be_read(study_copy: Path) -> None:
    from app.advice.result_files import refuse_unreadable

    study = load_study(study_copy / "protocol.yaml")
    refuse_unreadable(study)
    path = changed(study_copy, "c3", lambda data: data["findings"][0].update(score=float("nan")))
    with pytest.raises(StudyProblem, match="cannot be read") as told:
        refuse_unreadable(study, within_s=600)
    assert told.value.where.startswith(str(path))
    assert "readerlab check" in told.value.todo
    refuse_unreadable(study, within_s=-1)  # it stops looking when its time is over
