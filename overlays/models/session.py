"""ONNX models as things that can be run: checked against their card, loaded from bytes, on few threads.

What belongs here: loading and running. What does not: what the numbers mean (detector).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from overlays.models.card import Card, load_card
from study_configs.problem import StudyProblem

THREADS = 2  # more gain little on hospital desktops, and the viewer needs the rest
MODEL_FILE = "model.onnx"
LARGEST_MODEL = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class LoadedModel:
    """A model that can be run, with its card. `where` names its file in messages."""

    card: Card
    session: Any  # onnxruntime.InferenceSession
    where: str

    @property
    def input_name(self) -> str:
        return str(self.session.get_inputs()[0].name)

    def run(self, outputs: Sequence[str], values: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The named outputs for an input (batch, 1, slices, rows, columns). Raises StudyProblem where it fails."""
        try:
            results = self.session.run(list(outputs), {self.input_name: values})
        except Exception as error:
            # onnxruntime's exceptions share no base class of their own
            raise StudyProblem(
                f"the model failed on this series ({_first_line(error)}).",
                where=self.where,
                todo="Check that the series is of the kind that the model's card names.",
            ) from error
        return [np.asarray(result) for result in results]


def load_model(folder: Traversable, *, sha256: str = "") -> LoadedModel:
    """The model in a folder that holds model.onnx and card.yaml.

    `sha256` is the hash that the protocol pins, empty for none; the card's is checked always. The file is given to
    onnxruntime as bytes, so that it cannot pull in other files. Raises StudyProblem where anything is amiss.
    """
    card = load_card(folder)
    path = folder / MODEL_FILE
    data = _model_bytes(path)
    found = hashlib.sha256(data).hexdigest()
    _check_hash(path, found, card.sha256, "its card")
    if sha256:
        _check_hash(path, found, sha256.lower(), "the protocol")
    return LoadedModel(card, open_session(data, str(path)), str(path))


def _model_bytes(path: Traversable) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StudyProblem(
            "the model file is missing or cannot be read.",
            where=str(path),
            todo="Put it back from where the model came, or name another model in the protocol.",
        ) from error
    if len(data) > LARGEST_MODEL:
        raise StudyProblem(
            f"the model file is larger than {LARGEST_MODEL >> 20} MiB.", where=str(path), todo="Use a smaller model."
        )
    return data


def _check_hash(path: Traversable, found: str, wanted: str, source: str) -> None:
    if found != wanted:
        raise StudyProblem(
            f"this is not the model that {source} speaks of: sha-256 {found[:12]}…, expected {wanted[:12]}….",
            where=str(path),
            todo="Restore the original file; a changed model needs a new card and a new version of the protocol.",
        )


def open_session(data: bytes, where: str) -> Any:
    """An onnxruntime session on the CPU from a model's bytes; raises StudyProblem where they are no such model."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # onnxruntime's exceptions share no base class of their own
        raise StudyProblem(
            f"onnxruntime cannot load this model ({_first_line(error)}).",
            where=where,
            todo="Export it again as one ONNX file with all weights inside, opset 20 or lower.",
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
