"""What AI says in a trial: out of reach unless the phase opted in, errors planted, no truth in what is handed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.advice.desk import Advice
from app.advice.needs import needs_of
from app.advice.result_files import ResultFiles
from app.reading.engine import OutOfTurn
from overlays.digest import digest
from overlays.layers.layer import Layer, from_protocol, visible_findings
from study_configs.problem import StudyProblem
from study_configs.reading_order import ReadingOrder, reading_order
from study_configs.study import Study, load_study
from viewers.dicom.scan import scan

REACH = frozenset({"nodules"})


@pytest.fixture
def study(small_study: Path) -> Study:
    return load_study(small_study / "protocol.yaml")


@pytest.fixture
def order(study: Study) -> ReadingOrder:
    return reading_order(study, "tester", 0)


@pytest.fixture
def advice(study: Study, order: ReadingOrder, tmp_path: Path):
    made = Advice(study, order, tmp_path)
    yield made
    made.close()


def with_ai(order: ReadingOrder):
    return [trial for trial in order.trials if trial.condition == "commit_reveal"]


def test_that_ai_out_of_reach_is_refused_before_anything_is_read(advice: Advice, order: ReadingOrder) -> None:
    with pytest.raises(OutOfTurn):
        advice.result(with_ai(order)[0].index, "nodules", frozenset())


def test_that_each_trial_gets_its_own_case_and_only_planned_errors(advice: Advice, order: ReadingOrder) -> None:
    for trial in with_ai(order):
        result = advice.result(trial.index, "nodules", REACH).result(120).result
        planted = {finding.provenance.planted for finding in result.findings} - {""}
        assert planted == {error.id for error in trial.planted if error.kind == "false_positive"}
        assert all(finding.score >= 0.5 for finding in result.findings if finding.provenance.planted)


def test_that_the_same_trial_is_told_the_same_every_time(advice: Advice, order: ReadingOrder) -> None:
    trial = next(trial for trial in with_ai(order) if trial.planted)
    first, second = (advice.result(trial.index, "nodules", REACH).result(120).result for _ in range(2))
    assert first.findings == second.findings


def test_that_nothing_in_an_invented_finding_betrays_it(advice: Advice, order: ReadingOrder) -> None:
    """The case has no finding and no map of its own: label, id and map are those that the AI gives elsewhere."""
    trial = next(trial for trial in with_ai(order) if trial.planted)
    (real,) = {trial.case_id: trial for trial in with_ai(order) if not trial.planted}.values()
    shown, elsewhere = (advice.result(each.index, "nodules", REACH).result(120).result for each in (trial, real))
    (invented,), (sham,) = shown.findings, shown.maps
    (finding,), (like,) = elsewhere.findings, elsewhere.maps
    assert (invented.label, invented.id) == (finding.label, finding.id)
    assert (sham.label, sham.kind, sham.value_range, sham.units, sham.values.shape) == (
        like.label,
        like.kind,
        like.value_range,
        like.units,
        like.values.shape,
    )
    assert sham.finding == invented.id
    assert visible_findings(shown, layer_of(advice))


def layer_of(advice: Advice) -> Layer:
    protocol = advice._study.protocol
    return from_protocol("box", protocol.layers["box"], protocol.ai["nodules"])


def test_that_only_trials_that_show_ai_need_any(study: Study, order: ReadingOrder) -> None:
    assert {need.case for need in needs_of(study, order.trials)} == {trial.case_id for trial in with_ai(order)}


def test_that_a_missing_result_is_named(study_copy: Path, tmp_path: Path) -> None:
    for file in (study_copy / "ai").glob("c*.json"):
        file.unlink()
    study = load_study(study_copy / "protocol.yaml")
    order = reading_order(study, "tester", 0)
    advice = Advice(study, order, tmp_path)
    with pytest.raises(StudyProblem, match="no result of nodules"):
        advice.result(with_ai(order)[0].index, "nodules", REACH).result(120)
    advice.close()


KINDS = {
    "false_positive": "from: negative",
    "false_negative": "from: positive",
    "shifted": "shift_mm: 12",
    "resized": "factor: 1.6",
    "score": "score: 0.61",
    "decoupled": "",
    "wrong_side": "",
    "wrong_label": "label: lymph node",
    "distractor": "",
    "sham": "",
}


def with_rule(study: Path, kind: str) -> Study:
    path = study / "protocol.yaml"
    more = f", {KINDS[kind]}" if KINDS[kind] else ""
    text = path.read_text(encoding="utf-8").replace(
        "  invented: {ai: nodules, kind: false_positive, cases: 1, from: negative}",
        f"  odd: {{ai: nodules, kind: {kind}, cases: 1{more}}}",
    )
    path.write_text(text, encoding="utf-8")
    return load_study(path)


def order_with_errors(study: Study) -> ReadingOrder:
    orders = [reading_order(study, "tester", number) for number in range(4)]
    return next(each for each in orders if any(trial.planted for trial in each.trials))


@pytest.mark.parametrize("kind", KINDS)
def test_that_files_of_planted_and_honest_results_differ_in_nothing_that_can_be_seen(
    study_copy: Path, tmp_path: Path, kind: str
) -> None:
    study = with_rule(study_copy, kind)
    order = order_with_errors(study)
    advice = Advice(study, order, tmp_path / "prepared")
    trials = with_ai(order)
    results = [advice.result(trial.index, "nodules", REACH).result(120).result for trial in trials]
    advice.close()
    marked = [bool(result.provenance.planted) for result in results]
    assert marked == [bool(trial.planted) for trial in trials]
    assert any(marked)
    assert not all(marked)
    files = list((tmp_path / "prepared" / "shown").iterdir())
    assert len(files) == len(trials)
    assert {len(file.name) for file in files} == {32}
    assert len({(file.stat().st_size, file.stat().st_mtime_ns, file.stat().st_mode) for file in files}) == 1
    told = b"".join(file.read_bytes() for file in files)
    assert not any(word in told for word in (b"planted", b"sham", kind.encode() + b"/"))


def test_that_an_error_that_cannot_be_planted_says_nothing_of_itself_to_readers(
    study_copy: Path, tmp_path: Path
) -> None:
    path = study_copy / "protocol.yaml"
    text = path.read_text(encoding="utf-8")
    rule = "{ai: nodules, kind: shifted, shift_mm: 400, cases: 1}"
    path.write_text(
        text.replace("{ai: nodules, kind: false_positive, cases: 1, from: negative}", rule), encoding="utf-8"
    )
    study = load_study(path)
    order = order_with_errors(study)
    advice = Advice(study, order, tmp_path)
    trial = next(trial for trial in with_ai(order) if trial.planted)
    with pytest.raises(StudyProblem) as told:
        advice.result(trial.index, "nodules", REACH).result(120)
    advice.close()
    assert not any(word in str(told.value) for word in ("planted", "shift", "invented", "rule"))
    assert told.value.__cause__ is None


def test_that_results_of_another_form_are_found_by_the_images_that_they_name(study_copy: Path, tmp_path: Path) -> None:
    """A DICOM segmentation beside the JSON files, under a name that says nothing, belongs to its own case alone."""
    import numpy as np
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.seg import Segmentation, SegmentDescription
    from pydicom import dcmread
    from pydicom.sr.codedict import codes

    images = sorted(
        (dcmread(path) for path in (study_copy / "images" / "c1").rglob("*") if path.is_file()),
        key=lambda each: float(each.ImagePositionPatient[2]),
    )
    mask = np.zeros((len(images), images[0].Rows, images[0].Columns), bool)
    mask[5:8, 45:52, 27:34] = True
    algorithm = AlgorithmIdentificationSequence("small", codes.DCM.ArtificialIntelligence, "1")
    described = SegmentDescription(
        1, "nodule", codes.SCT.MorphologicallyAbnormalStructure, codes.SCT.Nodule, "AUTOMATIC", algorithm
    )
    written = Segmentation(
        images, mask, "BINARY", [described], "1.2.826.0.1.3680043.8.498.77", 9, "1.2.826.0.1.3680043.8.498.78", 1,
        "maker", "model", "1", "device",
    )  # fmt: skip
    written.save_as(study_copy / "ai" / "0001")
    path = study_copy / "protocol.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"ai/*.json"', '"ai/*"'), encoding="utf-8")
    study = load_study(path)
    files = ResultFiles(study, "nodules")
    found = {case: files.of_case(case, scan(study.case(case).path).series) for case in ("c1", "c3")}
    assert [each.kind for each in found["c3"].maps] == ["saliency"]
    assert sorted(each.kind for each in found["c1"].maps) == ["binary", "saliency"]
    assert {each.id for each in found["c1"].maps} == {"nodules-1-map", "nodules-map-1"}


def test_that_a_result_comes_with_its_digest_so_that_no_window_waits_for_it(study_copy: Path, tmp_path: Path) -> None:
    study = load_study(study_copy / "protocol.yaml")
    order = order_with_errors(study)
    advice = Advice(study, order, tmp_path)
    given = advice.result(with_ai(order)[0].index, "nodules", REACH).result(120)
    advice.close()
    assert given.digest == digest(given.result)
