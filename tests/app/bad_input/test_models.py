"""AI models that are missing, exchanged, damaged, or described by a card that is none."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

MODEL = "{model: models/nodules/model.onnx, card: models/nodules/card.yaml, shown_as: LungAid,"


@pytest.fixture
def model_study(study_copy: Path) -> Path:
    """The small study, with the nodule detector in place of finished results."""
    shipped = resources.files("resources.models") / "nodules"
    folder = study_copy / "models" / "nodules"
    folder.mkdir(parents=True)
    for name in ("model.onnx", "card.yaml"):
        (folder / name).write_bytes((shipped / name).read_bytes())
    protocol = study_copy / "protocol.yaml"
    text = protocol.read_text("utf-8").replace('{results: "ai/*.json", shown_as: LungAid,', MODEL)
    assert MODEL in text
    protocol.write_text(text, "utf-8")
    return study_copy


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20_000])


def one_bit(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)


def hash_of(path: Path, change: Callable[[Path], object]) -> None:
    """Break the model and let its card name the broken bytes, so that only onnxruntime can notice."""
    change(path)
    card = path.with_name("card.yaml")
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    card.write_text(re.sub(r"(?m)^sha256:.*$", f"sha256: {new}", card.read_text("utf-8")), "utf-8")


BROKEN: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "no model": ("model.onnx", Path.unlink, "There is no file models/nodules/model.onnx"),
    "no card": ("card.yaml", Path.unlink, "There is no file models/nodules/card.yaml"),
    "a cut model": ("model.onnx", cut, "not the model that its card speaks of"),
    "a changed model": ("model.onnx", one_bit, "not the model that its card speaks of"),
    "no ONNX": (
        "model.onnx",
        lambda path: hash_of(path, lambda it: it.write_text("no model")),
        "onnxruntime cannot load this model",
    ),
    "a card without YAML": ("card.yaml", lambda path: path.write_text("a: ["), "not a model card"),
    "an empty card": ("card.yaml", lambda path: path.write_text(""), "not a model card"),
    "a card of something else": ("card.yaml", lambda path: path.write_text("name: x"), "not a model card"),
    "a card in UTF-16": ("card.yaml", lambda path: path.write_text("name: x", "utf-16"), "cannot be read"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_that_a_broken_model_is_named_before_anybody_reads(inside, model_study: Path, kind: str) -> None:
    name, change, words = BROKEN[kind]
    change(model_study / "models" / "nodules" / name)
    checked = inside("check", model_study)
    assert checked.status == 1
    assert words in checked.out.replace("Onnx", "onnx")
    assert name.split(".")[0] in checked.out
    assert inside("prepare", model_study).status == 1


def test_that_results_that_cannot_be_read_are_all_named_before_anybody_reads(inside, study_copy: Path) -> None:
    (study_copy / "ai" / "c1.json").write_text('{"readerlab": 1,\n "findings": [', "utf-8")
    (study_copy / "ai" / "c2.json").write_bytes(b"\xff\xfe")
    said = inside("check", study_copy)
    assert said.status == 1
    assert "c1.json" in said.out
    assert "c2.json" in said.out


def test_that_a_model_other_than_the_protocol_names_is_told(inside, model_study: Path) -> None:
    protocol = model_study / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8").replace(MODEL, f"{MODEL} sha256: '{'0' * 64}',"), "utf-8")
    said = inside("check", protocol)
    assert said.status == 1
    assert "RL412" in said.out


def test_that_a_case_that_the_model_does_not_read_is_told_by_name(inside, model_study: Path) -> None:
    said = inside("explain", model_study / "protocol.yaml", "c1")
    assert said.status == 1
    assert "c1: " in said.err
    assert "at least 24 slices" in said.err
    assert "0 of 1" in said.out


@pytest.mark.slow
def test_that_a_model_that_fails_while_reading_ends_with_the_answers_saved(
    readerlab, refused, model_study: Path, tmp_path: Path
) -> None:
    """The cases are too small for the model: unaided trials are read, the first with AI is left with a message."""
    shutil.rmtree(model_study / "ai")
    store = tmp_path / "s.sqlite"
    said = refused("run", model_study, "--simulate", "hasty", "--store", store)
    assert "at least 24 slices" in said
    assert readerlab("verify", store).status == 0
    assert readerlab("report", store, "--out", tmp_path / "report.html").status == 0
