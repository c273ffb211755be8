"""Models are loaded only as the file that the card and the protocol mean, and faults are said plainly."""

from __future__ import annotations

import shutil
from importlib.resources import as_file
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from overlays.models.card import demo_model_folder
from overlays.models.session import LoadedModel, load_model, open_session
from study_configs.problem import StudyProblem


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    with as_file(demo_model_folder()) as folder:
        return Path(shutil.copytree(folder, tmp_path / "nodules"))


def test_that_a_missing_model_is_named_with_what_to_do(copied: Path) -> None:
    (copied / "model.onnx").unlink()
    with pytest.raises(StudyProblem, match="missing") as problem:
        load_model(copied)
    assert problem.value.where.endswith("model.onnx")
    assert problem.value.todo


def test_that_one_flipped_bit_is_noticed(copied: Path) -> None:
    data = bytearray((copied / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (copied / "model.onnx").write_bytes(bytes(data))
    with pytest.raises(StudyProblem, match="not the model that its card speaks of"):
        load_model(copied)


def test_that_the_protocols_hash_is_held_too(copied: Path) -> None:
    with pytest.raises(StudyProblem, match="the protocol speaks of"):
        load_model(copied, sha256="0" * 64)
    model = load_model(copied)
    assert load_model(copied, sha256=model.card.sha256.upper()).card == model.card


def test_that_bytes_that_are_no_model_are_refused() -> None:
    with pytest.raises(StudyProblem, match="cannot load") as problem:
        open_session(b"this is no protobuf", "some/model.onnx")
    assert problem.value.where == "some/model.onnx"


def test_that_weights_in_another_file_are_refused(tmp_path: Path) -> None:
    """External data could name any file of the machine."""
    (tmp_path / "weights").write_bytes(np.ones(4, np.float32).tobytes())
    weight = helper.make_tensor("w", TensorProto.FLOAT, [4], np.ones(4, np.float32).tobytes(), raw=True)
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [4])],
        [weight],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=str(tmp_path / "weights"))
    with pytest.raises(StudyProblem, match="cannot load"):
        open_session(model.SerializeToString(), "model.onnx")


def test_that_an_input_of_the_wrong_shape_is_a_study_problem(detector: LoadedModel) -> None:
    with pytest.raises(StudyProblem, match="failed on this series"):
        detector.run(["score"], np.zeros((1, 2, 8, 8, 8), np.float32))


def test_that_the_shipped_model_holds_its_weights_and_free_axes() -> None:
    model = onnx.load_from_string((demo_model_folder() / "model.onnx").read_bytes())
    onnx.checker.check_model(model, full_check=True)
    assert max(o.version for o in model.opset_import if not o.domain) <= 20
    assert all(t.data_location == TensorProto.DEFAULT for t in model.graph.initializer)
    axes = model.graph.input[0].type.tensor_type.shape.dim
    assert [bool(axis.dim_param) for axis in axes] == [True, False, True, True, True]
