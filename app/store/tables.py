"""The tables of an export: their columns, kinds and meaning, from which the data dictionary is written.

What belongs here: the description. What does not: filling the rows (projections) and writing files (export).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "whole", "number", "flag"]
Cell = str | int | float | bool | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One column; an empty cell means that there is no such value."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class TableForm:
    """One table of the export, a row for each `row_is`."""

    name: str
    row_is: str
    fields: tuple[Field, ...]


WHO = (
    Field("reader", "text", "Pseudonym of the reader."),
    Field("stratum", "text", "Stratum in which the reader was enrolled; empty where none was named."),
    Field("protocol_id", "text", "Id of the protocol."),
    Field("protocol_version", "text", "Version of the protocol."),
    Field("protocol_sha256", "text", "SHA-256 of the protocol file's bytes, as frozen in the store."),
    Field("mode", "text", "demo, pilot, study or review, as the protocol says."),
    Field("sitting", "whole", "Which sitting of the reading order, as the order counts them."),
)
TRIAL = (
    Field("trial", "whole", "Trial's index in the reading order."),
    Field("case", "text", "Id of the case."),
    Field("condition", "text", "Id of the condition."),
)
PHASE = (
    *TRIAL,
    Field("phase", "whole", "Phase of the trial, from 0."),
    Field("phase_name", "text", "The phase's name in the protocol; empty where it can't be read from it."),
)
SPAN = (
    Field("raw_ms", "number", "Time on the clock, ms."),
    Field(
        "active_ms",
        "number",
        "The part of raw_ms with an attentive reader (window in front, not paused, idle or frozen), ms.",
    ),
)

SITTINGS = TableForm(
    "sittings",
    "sign-in at a workstation (a sitting that was interrupted and resumed has several)",
    (
        *WHO,
        Field("uid", "text", "Random id of this sign-in, unique over stores."),
        Field("started_utc", "text", "Start, ISO 8601 UTC."),
        Field("ended_utc", "text", "End, ISO 8601 UTC; empty where the sitting was cut off."),
        Field("events", "whole", "Events in the log."),
        Field("provenance", "text", "Program, Python and screen, JSON."),
    ),
)
EVENTS = TableForm(
    "events",
    "event in the log",
    (
        *WHO,
        Field("uid", "text", "The sign-in, see table sittings."),
        Field("seq", "whole", "Place in the sign-in's log, from 0."),
        Field("at_ns", "whole", "Monotonic clock, ns; can be compared within one sign-in only."),
        Field("utc", "text", "When it was recorded, ISO 8601 UTC."),
        Field("kind", "text", "Kind of event; docs/store.md names them."),
        Field("payload", "text", "The event's own fields, JSON."),
    ),
)
TRIALS = TableForm(
    "trials",
    "trial that was started",
    (
        *WHO,
        *TRIAL,
        Field("practice", "flag", "Whether the reading order calls it practice; empty where the order does not say."),
        Field("started_utc", "text", "First start, ISO 8601 UTC."),
        Field("starts", "whole", "How often it was started; more than 1 after an interruption."),
        Field("phases_confirmed", "whole", "Phases that the reader confirmed."),
        Field("confirmed_utc", "text", "Last confirmation, ISO 8601 UTC; empty for none."),
    ),
)
DECISIONS = TableForm(
    "decisions",
    "reader × trial × phase × question (× mark) at the phase's confirmation",
    (
        *WHO,
        *PHASE,
        Field("question", "text", "Id of the question."),
        Field("mark", "text", "Id of the mark that the answer is about; empty for the case."),
        Field("answer", "text", "The answer; several choices as a JSON list."),
        Field("answer_number", "number", "The answer where it is a number."),
        Field("changes", "whole", "How often the answer was set, changed or cleared in this phase."),
        Field(
            "time_ms", "number", "From the first painted image (or the phase's start, if later) to confirmation, ms."
        ),
        Field("active_ms", "number", "The attentive part of time_ms, ms."),
        Field("confirmed_utc", "text", "Confirmation, ISO 8601 UTC."),
    ),
)
MARKS = TableForm(
    "marks",
    "mark that stood at a phase's confirmation",
    (
        *WHO,
        *PHASE,
        Field("question", "text", "Id of the question that the mark answers."),
        Field("mark", "text", "Id of the mark."),
        Field("series_uid", "text", "Series Instance UID."),
        Field("sop_uid", "text", "SOP Instance UID."),
        Field("slice", "whole", "Slice of the volume, from 0."),
        Field("column", "number", "Image column, pixel centres at whole numbers."),
        Field("row", "number", "Image row, pixel centres at whole numbers."),
        Field("x_mm", "number", "LPS x, mm (the image's own mm where it has no patient geometry)."),
        Field("y_mm", "number", "LPS y, mm."),
        Field("z_mm", "number", "LPS z, mm."),
    ),
)
DWELL = TableForm(
    "dwell",
    "slice that was displayed in a phase (basis: view)",
    (
        *WHO,
        *PHASE,
        Field("series_uid", "text", "Series Instance UID."),
        Field("slice", "whole", "Slice of the volume, from 0."),
        *SPAN,
    ),
)
LAYERS = TableForm(
    "layers",
    "layer that was visible in a phase",
    (
        *WHO,
        *PHASE,
        Field("layer", "text", "Id of the layer."),
        Field("ai", "text", "The AI that it draws."),
        Field("draw", "text", "How it draws: box, contour, heatmap …"),
        Field("threshold", "number", "Its threshold when the phase was confirmed; findings below it were not drawn."),
        *SPAN,
    ),
)
AI = TableForm(
    "ai",
    "AI result that came within the reader's reach",
    (
        *WHO,
        *PHASE,
        Field("ai", "text", "Id of the AI in the protocol."),
        Field("series_uid", "text", "Series Instance UID."),
        Field("model_sha256", "text", "SHA-256 of the model."),
        Field("findings", "whole", "Findings after planting."),
        Field("top_score", "number", "Highest score of a finding; empty for none."),
        Field("planted", "text", "Planted errors in the result, JSON list of ids."),
    ),
)
EXPOSURES = TableForm(
    "exposures",
    "AI element that stood unchanged on a viewport for a time",
    (
        *WHO,
        *PHASE,
        Field("uid", "text", "The sign-in, see table sittings."),
        Field("viewport", "whole", "Viewport from 0; -1 is the panel beside the images."),
        Field("layer", "text", "Id of the layer."),
        Field(
            "element",
            "text",
            "Id of the finding, map, segment (map/number), assessment, advice or example; * for all of a layer "
            "that painted more than 200 at once.",
        ),
        Field("draw", "text", "How it was drawn; list: its row in the list of findings."),
        Field("threshold", "number", "The layer's threshold."),
        Field("opacity", "number", "The layer's opacity, 0 to 1."),
        Field(
            "share", "number", "Share of its own picture that lay in the viewport, 0 to 1; of *: how many there were."
        ),
        Field("from_ms", "number", "Beginning, ms after the case's first painted image in this sign-in."),
        Field("to_ms", "number", "End, likewise."),
        Field("active_ms", "number", "The part with an attentive reader (see dwell), ms."),
    ),
)
PAGES = TableForm(
    "pages",
    "page that the reader left, and question on it",
    (
        *WHO,
        Field("page", "text", "Id of the page."),
        Field("sha256", "text", "SHA-256 of the text that was shown."),
        Field("question", "text", "Id of the question; empty for a page without questions."),
        Field("answer", "text", "The answer; several choices as a JSON list."),
        Field("answer_number", "number", "The answer where it is a number."),
        Field("utc", "text", "When the page was left, ISO 8601 UTC."),
    ),
)
TABLES = (SITTINGS, TRIALS, DECISIONS, MARKS, DWELL, LAYERS, AI, EXPOSURES, PAGES, EVENTS)
