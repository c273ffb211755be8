"""The preparer with a tiny ONNX model of our own making, over a small CT series on disk."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import onnx
import pytest
import yaml
from onnx import TensorProto, helper
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from overlays.models.card import load_card
from overlays.prepare import Prepared, Preparer, Wants, choose_series, find_kept, kept_at
from overlays.prepare_worker import prepare, prepare_kept
from overlays.result import Box
from study_configs.problem import StudyProblem
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

SLICES, EDGE, SPACING_MM = 24, 32, 4.0
BALL_MM = np.array([10.0, -6.0, 20.0])
ORIGIN_MM = np.array([-60.0, -64.0, -30.0])
PATIENCE_S = 60


def tiny_detector() -> bytes:
    """Score = the brightest of each 4×4×4 cell, offset 0, diameter 8 mm."""

    def constant(name: str, value: float) -> onnx.TensorProto:
        return helper.make_tensor(name, TensorProto.FLOAT, [1], [value])

    nodes = [
        helper.make_node("MaxPool", ["image"], ["score"], kernel_shape=[4, 4, 4], strides=[4, 4, 4]),
        helper.make_node("Mul", ["score", "zero"], ["nothing"]),
        helper.make_node("Concat", ["nothing", "nothing", "nothing"], ["offset"], axis=1),
        helper.make_node("Add", ["nothing", "eight"], ["diameter"]),
    ]
    dims = ["batch", 1, "z", "y", "x"]
    outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in ("score", "offset", "diameter")]
    given = helper.make_tensor_value_info("image", TensorProto.FLOAT, dims)
    graph = helper.make_graph(nodes, "tiny", [given], outputs, [constant("zero", 0.0), constant("eight", 8.0)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def card_for(model: bytes) -> dict[str, Any]:
    half = {"value": 0.5, "low": 0.4, "high": 0.6}
    return {
        "name": "tiny",
        "version": "1",
        "sha256": hashlib.sha256(model).hexdigest(),
        "licence": "Apache-2.0",
        "intended_use": "tests",
        "not_intended": ["anything else"],
        "input": {
            "modality": "CT",
            "body_part": "CHEST",
            "least_slices": 8,
            "least_extent_mm": 30.0,
            "thickest_slice_mm": 5.0,
        },
        "preprocessing": {"spacing_mm": SPACING_MM, "clip_hu": [-1000.0, 400.0], "pad_multiple": 8, "fill_hu": -1000.0},
        "outputs": {
            "score": "score",
            "offset": "offset",
            "diameter": "diameter",
            "margin_mm": 1.0,
            "stride": 4,
            "label": "bright",
            "minimum_score": 0.3,
            "apart_mm": 8.0,
        },
        "training_data": "none",
        "seeds": {},
        "performance": {
            "cases": 0,
            "positive_cases": 0,
            "nodules": 0,
            "hit_rule": "none",
            "case_auc": half,
            "froc": [],
            "sensitivity_by_diameter": {},
            "sensitivity_by_density": {},
            "operating_points": {},
            "seconds_per_case": 0.0,
        },
    }


def write_ct(folder: Path, series: str = "1.2.826.0.1.3680043.10.511.1", modality: str = "CT") -> None:
    """A ball of 300 HU in air, EDGE × EDGE × SLICES voxels of 4 mm."""
    k, j, i = np.mgrid[0:SLICES, 0:EDGE, 0:EDGE]
    away = np.stack([i, j, k], axis=-1) * SPACING_MM + ORIGIN_MM - BALL_MM
    hu = np.where(np.linalg.norm(away, axis=-1) < 9, 300, -1000).astype(np.int16)
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(SLICES):
        one = Dataset()
        one.file_meta = FileMetaDataset()
        one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        one.SOPClassUID, one.SOPInstanceUID = CTImageStorage, f"{series}.{index + 1}"
        one.file_meta.MediaStorageSOPClassUID = one.SOPClassUID
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
        one.SeriesInstanceUID, one.StudyInstanceUID, one.FrameOfReferenceUID = series, f"{series}.0.1", f"{series}.0.2"
        one.Modality, one.SeriesNumber, one.InstanceNumber = modality, 1, index + 1
        one.ImagePositionPatient = [*map(float, ORIGIN_MM[:2]), float(ORIGIN_MM[2] + SPACING_MM * index)]
        one.ImageOrientationPatient, one.PixelSpacing, one.SliceThickness = [1, 0, 0, 0, 1, 0], [SPACING_MM] * 2, 4
        one.Rows = one.Columns = EDGE
        one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
        one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 16, 15, 1
        one.RescaleSlope, one.RescaleIntercept, one.RescaleType = 1, 0, "HU"
        one.PixelData = hu[index].tobytes()
        one.save_as(folder / f"{index:03}.dcm", enforce_file_format=True)


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    model = tiny_detector()
    (folder / "model.onnx").write_bytes(model)
    (folder / "card.yaml").write_text(yaml.safe_dump(card_for(model)))
    return folder


@pytest.fixture(scope="session")
def headers(tmp_path_factory: pytest.TempPathFactory) -> tuple[SeriesHeader, ...]:
    folder = tmp_path_factory.mktemp("ct")
    write_ct(folder)
    return scan(folder).series


@pytest.fixture
def wants(model_folder: Path) -> Wants:
    return Wants("bright", model_folder, maps=1, masks=24, seed=3)


@pytest.fixture
def preparer(tmp_path: Path) -> Iterator[Preparer]:
    made = Preparer(tmp_path / "kept")
    yield made
    made.close()


def test_that_a_result_has_the_finding_in_its_place_and_a_map_that_explains_it(headers, wants: Wants):
    shares: list[float] = []
    result = prepare(headers, wants, shares.append)
    best = result.findings[0]
    assert isinstance(best.geometry, Box)
    assert np.linalg.norm(np.subtract(best.geometry.centre_mm, BALL_MM)) < 16, "a cell of the model is 16 mm wide"
    assert [each.finding for each in result.maps] == [best.id]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_that_what_is_kept_is_not_computed_again(
    headers, wants: Wants, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert find_kept(tmp_path, headers, wants) is None
    first = prepare_kept(tmp_path, headers, wants)
    monkeypatch.setattr("overlays.prepare_worker.prepare", lambda *given: pytest.fail("computed again"))
    again = prepare_kept(tmp_path, headers, wants)
    assert again.findings == first.findings
    assert np.array_equal(again.maps[0].values, first.maps[0].values)


def test_that_all_that_decides_a_result_names_the_place_where_it_is_kept(headers, wants: Wants, tmp_path: Path):
    card = load_card(wants.model)
    (header,) = headers
    other_wants = [
        Wants(wants.ai, wants.model, maps=1, masks=25, seed=3),
        Wants(wants.ai, wants.model, maps=1, masks=24, seed=4),
        Wants("other", wants.model, maps=1, masks=24, seed=3),
        Wants(wants.ai, wants.model),
    ]
    other_card = card.model_copy(update={"sha256": "0" * 64})
    places = [kept_at(tmp_path, header, each, card) for each in (wants, *other_wants)]
    places.append(kept_at(tmp_path, header, wants, other_card))
    assert len(set(places)) == len(places)


def test_that_a_damaged_kept_file_is_computed_anew(headers, wants: Wants, tmp_path: Path):
    prepare_kept(tmp_path, headers, wants)
    path = kept_at(tmp_path, headers[0], wants, load_card(wants.model))
    path.write_text("{")
    assert find_kept(tmp_path, headers, wants) is None
    prepare_kept(tmp_path, headers, wants)
    assert find_kept(tmp_path, headers, wants) is not None


def test_that_another_model_than_the_pinned_one_is_refused_even_where_a_result_is_kept(
    headers, wants: Wants, tmp_path: Path
):
    prepare_kept(tmp_path, headers, wants)
    pinned = Wants(wants.ai, wants.model, "0" * 64, wants.maps, wants.masks, wants.seed)
    with pytest.raises(StudyProblem, match="not the model"):
        prepare_kept(tmp_path, headers, pinned)


def test_that_the_series_with_most_slices_is_chosen_and_the_reasons_are_given_where_none_fits(
    headers, wants: Wants, tmp_path: Path
):
    card = load_card(wants.model)
    write_ct(tmp_path / "mr", "1.2.826.0.1.3680043.10.511.2", "MR")
    others = scan(tmp_path / "mr").series
    assert choose_series(card, (*others, *headers)) is headers[0]
    with pytest.raises(StudyProblem, match="CT only"):
        choose_series(card, others)
    with pytest.raises(StudyProblem, match="no images"):
        choose_series(card, ())


def ask(preparer: Preparer, headers, wants: Wants, case: str = "case-1") -> Prepared:
    answers: SimpleQueue[Prepared] = SimpleQueue()
    preparer.request(case, headers, wants, answers.put)
    return answers.get(timeout=PATIENCE_S)


def test_that_a_worker_process_prepares_a_case_and_tells_how_far_it_is(preparer: Preparer, headers, wants: Wants):
    answers: SimpleQueue[Prepared] = SimpleQueue()
    shares: list[float] = []
    threads: set[str] = set()

    def progress(case: str, ai: str, share: float) -> None:
        threads.add(threading.current_thread().name)
        shares.append(share)

    preparer.request("case-1", headers, wants, answers.put, progress)
    first = answers.get(timeout=PATIENCE_S)
    assert first.problem is None
    assert first.result is not None
    assert first.result.maps[0].finding == first.result.findings[0].id
    assert shares == sorted(shares)
    assert threads == {"preparer"}
    before = len(shares)
    second = ask(preparer, headers, wants)
    assert second.result is not None
    assert second.result.findings == first.result.findings
    assert len(shares) == before, "the second time it came from the disk"


def test_that_a_problem_comes_back_as_a_sentence_and_the_next_case_is_still_prepared(
    preparer: Preparer, headers, wants: Wants, tmp_path: Path
):
    nowhere = ask(preparer, headers, Wants("bright", tmp_path / "none"))
    assert nowhere.result is None
    assert nowhere.problem is not None
    assert nowhere.problem.todo
    wrong_hash = ask(preparer, headers, Wants("bright", wants.model, "0" * 64))
    assert wrong_hash.problem is not None
    assert "not the model" in wrong_hash.problem.what
    assert ask(preparer, headers, wants).result is not None


def test_that_a_cancelled_request_stops_while_it_is_computed_and_the_next_one_is_served(
    preparer: Preparer, headers, wants: Wants
):
    long = Wants(wants.ai, wants.model, maps=1, masks=1_000_000)
    under_way = threading.Event()
    unwanted: list[Prepared] = []
    preparer.request("long", headers, long, unwanted.append, lambda case, ai, share: under_way.set())
    assert under_way.wait(PATIENCE_S)
    preparer.cancel("long", wants.ai)
    assert ask(preparer, headers, wants, "short").result is not None
    assert unwanted == []


def test_that_a_worker_which_dies_is_one_sentence_and_a_new_one_takes_over(preparer: Preparer, headers, wants: Wants):
    long = Wants(wants.ai, wants.model, maps=1, masks=1_000_000)
    answers: SimpleQueue[Prepared] = SimpleQueue()
    preparer.request("long", headers, long, answers.put, lambda case, ai, share: preparer._worker.kill())
    died = answers.get(timeout=PATIENCE_S)
    assert died.problem is not None
    assert "stopped unexpectedly" in died.problem.what
    assert ask(preparer, headers, wants, "short").result is not None


def test_that_closing_stops_a_computation_at_once(tmp_path: Path, headers, wants: Wants):
    made = Preparer(tmp_path / "kept")
    under_way = threading.Event()
    long = Wants(wants.ai, wants.model, maps=1, masks=1_000_000)
    made.request("long", headers, long, pytest.fail, lambda case, ai, share: under_way.set())
    assert under_way.wait(PATIENCE_S)
    made.close()
    assert made._worker is None
    assert not made._thread.is_alive()
