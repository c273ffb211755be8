"""Copies of a model with random weights, for the randomisation check of saliency maps.

What belongs here: changing ONNX files. What does not: comparing maps (overlays.saliency.sanity).
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper


def randomised_copy(data: bytes, seed: int) -> bytes:
    """The same graph with every weight tensor drawn anew: normal, with the mean and deviation of the trained one."""
    model = onnx.load_from_string(data)
    rng = np.random.Generator(np.random.PCG64(seed))
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.ndim >= 3:
            drawn = rng.normal(values.mean(), values.std(), values.shape).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(drawn, tensor.name))
    return model.SerializeToString()
