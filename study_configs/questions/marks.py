"""Questions that are answered on the images.

What belongs here: marks of every shape. What does not: drawing them (viewers.tools, app.windows).
"""

from __future__ import annotations

from typing import Literal

from study_configs.questions.base import QuestionBase
from study_configs.section import Flag, Whole, key

Shape = Literal["point", "box", "polygon", "ellipse", "line", "angle", "brush"]


class Marks(QuestionBase):
    """Places that the reader points out, in LPS mm. Questions `per: mark` of the same phase go with each."""

    answer: Literal["marks"]
    required: Flag = key(False, "Whether at least one mark must be made.", example=True)
    shape: Shape = key(
        "point",
        "What a mark is: a point, a box, a polygon, an ellipse, a line, an angle, or an area that is painted (brush).",
        example="box",
    )
    at_most: Whole = key(50, "Most marks that can be made in one case.", example=10, ge=1, le=500)
