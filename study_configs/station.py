"""The technician's station: the section station, for protocols with `workflow: technician`.

What belongs here: that section as values. What does not: the window (app.windows.station), receiving images
(app.hospital).
"""

from __future__ import annotations

from typing import Literal

from study_configs.section import Name, Number, Section, Text, key

DECISIONS = ("accept", "repeat", "call")


class Station(Section):
    """The scanner-side station: exams arrive while the technician works; each is accepted, repeated or called about.

    The decision is a question like any other, and so is the reason for a repeat; the station shows them as large
    buttons. The phase's at_most_s and clock are the time for it, from the last slice on.
    """

    decision: Name = key(
        "decision",
        "The question of the decision: a choice with some of the options accept, repeat and call.",
        example="decision",
    )
    reason: Name | None = key(
        None,
        "The question of the reason, such as a choice with show_if: answer.decision == repeat; none without.",
        example="reason",
    )
    slices_per_s: Number = key(
        10.0, "How fast the slices of an exam arrive from the simulated scanner.", example=4, gt=0, le=1000
    )
    gap_s: tuple[Number, Number] = key(
        (10.0, 30.0),
        "Seconds from the decision on one exam to the first slice of the next, drawn between these.",
        example=[20, 60],
    )
    arrivals: Literal["after_decision", "clock"] = key(
        "after_decision",
        "after_decision: the next exam begins gap_s after the decision. clock: it begins gap_s after the last slice of "
        "the one before, whether that is decided or not; exams wait in a queue.",
        example="clock",
    )
    repeat: Text | None = key(
        None,
        "Column of the manifest with the path of the acquisition that arrives when the exam is repeated; it is judged "
        "in the next phase (only_if: answer.decision == repeat). Without, a repeat is only noted.",
        example="repeated",
    )
    previous: Text | None = key(
        None, "Column of the manifest with the path of the previous acquisition, shown beside.", example="previous"
    )
    sentence: Text = key(
        "{label} ({score:.0%})",
        "The AI's advice as a plain sentence for each finding and assessment that reaches the layer's threshold, from "
        "{label} and {score}; none if empty.",
        example="Check for {label}",
        max_length=200,
    )
    nothing_found: Text = key(
        "No remark", "The sentence where the AI finds nothing; none if empty.", example="Looks complete", max_length=200
    )
