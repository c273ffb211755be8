"""Which AI there is: a model that is run here, or results that were made elsewhere.

What belongs here: the section ai as values. What does not: mistakes on purpose (planted), how its output is shown
(layers), and running anything (overlays).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from study_configs.section import Digest, Name, Number, Section, Text, key

Fraction = Annotated[Number, Field(ge=0, le=1)]


class AI(Section):
    """One AI: a model that is run here, or results that were made elsewhere."""

    model: Text | None = key(None, "ONNX file, within the study folder.", example="models/nodules/model.onnx")
    card: Text | None = key(
        None, "The model's card; card.yaml beside the model without.", example="models/nodules/card.yaml"
    )
    sha256: Digest | None = key(None, "SHA-256 of the model file; with it, another file is refused.", example="0" * 64)
    results: Text | None = key(
        None,
        "Pattern of result files, within the study folder; their form is in ai_results.md.",
        example="ai/**/*.json",
    )
    shown_as: Text = key("AI", "The name that readers are told.", example="LungAid", min_length=1, max_length=60)
    thresholds: Mapping[Name, Fraction] = key(
        dict, "Named points on the continuous score.", example={"sensitive": 0.2, "balanced": 0.5}
    )

    @model_validator(mode="after")
    def _one_source(self) -> AI:
        if (self.model is None) == (self.results is None):
            raise PydanticCustomError("RL208", "An AI has either a model or results, and exactly one of the two.")
        return self
