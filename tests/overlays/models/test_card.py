"""The shipped card says what is true of the shipped model, and which series the model may read."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest

from overlays.models.card import ExternalCard, accepts, demo_model_folder, load_card, read_card
from study_configs.problem import StudyProblem
from training.report import card_text, froc_figure
from training.settings import INPUT, OUTPUTS, PREPROCESSING
from viewers.volume import Volume


def test_that_the_cards_hash_is_that_of_the_model() -> None:
    folder = demo_model_folder()
    assert load_card(folder).sha256 == hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()


def test_that_the_card_holds_the_numbers_that_training_and_reading_use() -> None:
    card = load_card(demo_model_folder())
    assert card.preprocessing == PREPROCESSING
    assert card.outputs == OUTPUTS
    assert card.input == INPUT


def test_that_the_readable_card_and_the_figure_are_made_from_the_card() -> None:
    folder = demo_model_folder()
    card = load_card(folder)
    assert (folder / "CARD.md").read_text(encoding="utf-8") == card_text(card)
    assert (folder / "froc.svg").read_text(encoding="utf-8") == froc_figure(card.performance)


def test_that_the_model_is_one_small_file() -> None:
    folder = demo_model_folder()
    assert len((folder / "model.onnx").read_bytes()) < 5_000_000
    assert sorted(p.name for p in folder.iterdir()) == ["CARD.md", "card.yaml", "froc.svg", "model.onnx"]


def test_that_a_chest_ct_is_accepted(phantom_volume: Volume) -> None:
    assert accepts(load_card(demo_model_folder()), phantom_volume.header) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"modality": "CR"}, "reads CT only"),
        ({"modality": "US", "samples": 3}, "reads CT only"),
        ({"affine": None}, "no such geometry"),
        ({"body_part": "HEAD"}, "of the head"),
        ({"slice_spacing_mm": 8.0}, "at most 3.5 mm"),
        ({"sop_class_uid": "1.2.840.10008.5.1.4.1.1.7"}, "of another kind"),
        ({"rows": 64, "columns": 64}, "of body along each axis"),
    ],
)
def test_that_other_series_are_refused_with_the_reason(
    phantom_volume: Volume, changes: dict[str, object], reason: str
) -> None:
    header = dataclasses.replace(phantom_volume.header, **changes)  # type: ignore[arg-type]
    assert reason in accepts(load_card(demo_model_folder()), header)


def test_that_a_short_series_is_refused(phantom_volume: Volume) -> None:
    header = dataclasses.replace(phantom_volume.header, instances=phantom_volume.header.instances[:5])
    assert "at least 24 slices" in accepts(load_card(demo_model_folder()), header)


def test_that_a_missing_card_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyProblem) as problem:
        load_card(tmp_path)
    assert problem.value.where == str(tmp_path / "card.yaml")
    assert problem.value.todo


def test_that_a_card_with_an_unknown_key_names_it(tmp_path: Path) -> None:
    text = (demo_model_folder() / "card.yaml").read_text(encoding="utf-8")
    (tmp_path / "card.yaml").write_text(text + "colour: blue\n", encoding="utf-8")
    with pytest.raises(StudyProblem, match="colour"):
        load_card(tmp_path)


def test_that_measured_figures_are_within_their_limits() -> None:
    performance = load_card(demo_model_folder()).performance
    assert performance.case_auc.low <= performance.case_auc.value <= performance.case_auc.high
    assert performance.cases >= 40
    assert (np.diff([share for _, share in performance.froc]) >= 0).all()


EXTERNAL = """\
kind: external
name: LungAid
version: "3.2"
maker: Example Medical
licence: research
intended_use: Marks nodules.
not_intended: [Diagnosis]
training_data: 12,400 exams.
performance:
  measured_by: its maker
  cases: 300
  operating_points:
    balanced: {threshold: 0.5, lesion_sensitivity: 0.82, false_positives_per_case: 0.6}
"""


def test_that_the_card_of_an_ai_from_elsewhere_needs_no_preprocessing(tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text(EXTERNAL, encoding="utf-8")
    card = read_card(tmp_path / "card.yaml")
    assert isinstance(card, ExternalCard)
    assert (card.maker, card.version, card.limits) == ("Example Medical", "3.2", ())
    with pytest.raises(StudyProblem, match="made elsewhere"):
        load_card(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("maker: Example Medical\n", "", 0, "maker"),
        ("cases: 300", "cases: many", 11, "performance.cases"),
        ("threshold: 0.5", "threshold: 1.5", 13, "threshold"),
        ("licence: research", "license: research", 5, "license"),
        ("name: LungAid", "name: LungAid\nname: Other", 3, "second time"),
        ("training_data: 12,400 exams.", "training_data: [", 0, ""),
    ],
)
def test_that_what_is_wrong_in_a_card_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(EXTERNAL.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyProblem, match="not a model card") as told:
        read_card(path)
    assert said in told.value.what
    assert told.value.where.startswith(f"{path}:{line}" if line else str(path))
