"""Bounds that several forms of AI results share: how many, how long, how far.

What belongs here: numbers, and types for pydantic that hold them. What does not: the forms.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

MOST_FINDINGS, MOST_POINTS = 10_000, 20_000
LEAST_VOLUME = 1e-9  # mm³ of a voxel; less is no mapping

Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e7, le=1e7)]
Share = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1)]
Note = Annotated[str, Field(max_length=2000)]
Uid = Annotated[str, Field(pattern=r"^[0-9.]{1,64}$")]
