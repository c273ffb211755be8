"""The technician's station: the section station, for protocols with `workflow: technician`.

What belongs here: that section as values. What does not: the window (app.windows), receiving images (app.hospital).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from study_configs.section import Flag, Name, Number, Section, Text, key


class Station(Section):
    """The scanner-side station: exams arrive while the technician works; each is accepted, repeated or called about."""

    slices_per_s: Number = key(
        10.0, "How fast the slices of an exam arrive from the simulated scanner.", example=4, gt=0, le=1000
    )
    gap_s: tuple[Number, Number] = key(
        (10.0, 30.0),
        "Seconds from the decision on one exam to the first slice of the next, drawn between these.",
        example=[20, 60],
    )
    decide_s: Number | None = key(
        None, "Seconds for a decision after the last slice; the time that is left is shown.", example=90, gt=0, le=3600
    )
    reasons: Annotated[tuple[Text, ...], Field(max_length=9)] = key(
        ("Motion", "Positioning", "Coverage", "Artefact", "Other"), "Reasons for a repeat.", example=["Motion", "Other"]
    )
    repeat: Text | None = key(
        None,
        "Column of the manifest with the case that arrives when this one is repeated; without, a repeat is only noted.",
        example="repeated_as",
    )
    previous: Text | None = key(
        None, "Column of the manifest with the path of the previous acquisition, shown beside.", example="previous"
    )
    sentence: Text = key(
        "{label}: {score:.0%}", "The AI's advice as a plain sentence, from {label} and {score}; none if empty.",
        example="Motion in {label}", max_length=200,
    )  # fmt: skip
    layer: Name | None = key(
        None, "The layer whose findings make the sentence; without, the first of the phase.", example="motion"
    )
    may_call: Flag = key(True, "Whether the technician may call somebody.", example=False)
