"""The tables of an export: their columns, kinds and meaning, from which the data dictionary is written.

What belongs here: the description. What does not: filling the rows (projections) and writing files (exports).
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
PLANNED = (
    Field("arm", "text", "Arm of the reader; empty where the design has none."),
    Field("block", "whole", "Block of the reading order, from 1; 0 is practice."),
    Field("part", "text", "Part of the cases; empty where the design has none."),
    Field("probe", "text", "Probe sitting that it belongs to; empty for none."),
    Field("repeat", "flag", "Whether the reader met the case in this block before."),
    Field("no_reveal", "flag", "Whether phases with AI are left out, unannounced."),
    Field("thresholds", "text", "Layers' thresholds where the trial's differ from the layers' own, JSON."),
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
        Field("phases_skipped", "whole", "Phases that were left out, see table skipped."),
        Field("reopened", "whole", "How often the reader went back to it after it was finished."),
        Field("confirmed_utc", "text", "Last confirmation, ISO 8601 UTC; empty for none."),
        *PLANNED,
        Field(
            "voided",
            "text",
            "Why it does not count: voided by a coordinator, or its sitting began anew under an amended version; empty "
            "for trials that count. Their rows stay out of the other tables (not of events) unless asked for.",
        ),
    ),
)
DECISIONS = TableForm(
    "decisions",
    "reader × trial × phase × question × what it is about, at the phase's confirmation",
    (
        *WHO,
        *PHASE,
        Field("question", "text", "Id of the question."),
        Field("question_version", "text", "Version of its words; empty in logs of before it was kept."),
        Field("about", "text", "What it is asked about: case, side, segment, finding, mark or lesion."),
        Field(
            "target",
            "text",
            "Which one: right or left, the segment's value, the id of the AI's finding or of the mark, lesion-N for "
            "the N-th lesion of the case in table lesions; empty for the case.",
        ),
        Field("answer", "text", "The answer; several choices as a JSON list."),
        Field("answer_number", "number", "The answer where it is a number."),
        Field("changes", "whole", "How often the answer was set, changed or cleared in this phase."),
        Field(
            "time_ms", "number", "From the first painted image (or the phase's start, if later) to confirmation, ms."
        ),
        Field("active_ms", "number", "The attentive part of time_ms, ms."),
        Field("confirmed_utc", "text", "Confirmation, ISO 8601 UTC."),
        *PLANNED,
    ),
)
SKIPPED = TableForm(
    "skipped",
    "phase that was left out",
    (
        *WHO,
        *PHASE,
        Field("why", "text", "only_if: its condition did not hold. no_reveal: AI stays hidden in this trial."),
        Field("top_scores", "text", "Highest scores of the AIs that its condition went by, JSON."),
        Field("utc", "text", "When, ISO 8601 UTC."),
    ),
)
BREAKS = TableForm(
    "breaks",
    "break that the protocol made",
    (
        *WHO,
        Field("uid", "text", "The sign-in, see table sittings."),
        Field("after_trial", "whole", "Index of the trial before it."),
        Field("at_least_s", "number", "Shortest time that the protocol asks for, s."),
        Field("duration_ms", "number", "From its beginning to its end, ms; empty where it was cut off."),
        Field("started_utc", "text", "Beginning, ISO 8601 UTC."),
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
        Field("shape", "text", "What it is, as the question asks for it (docs/questions.md); x_mm … are its centre."),
        Field(
            "points_mm",
            "text",
            "Its points, LPS mm, JSON: two corners, centre and ends of two half-axes, or its own points, by shape. The "
            "voxels of a brush are in table events.",
        ),
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
        Field("top_score", "number", "Highest score of a finding or of the case; empty for none."),
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
        Field("series_uid", "text", "Stack that it lay over; empty for the panel."),
        Field("first_slice", "whole", "Lowest slice of the stack that the viewport showed meanwhile, from 0."),
        Field("last_slice", "whole", "Highest slice of the stack that the viewport showed meanwhile."),
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
        Field("block", "whole", "Block of the order before which it was read; empty before and after the cases."),
        Field("sha256", "text", "SHA-256 of the text that was shown."),
        Field("media_sha256", "text", "SHA-256 of the picture or film that was shown; empty for none."),
        Field("watched", "text", "to_the_end, in_part or could_not_be_shown; empty without a picture or film."),
        Field("shown_ms", "number", "How long the page was shown, ms; empty in logs of before it was kept."),
        Field("question", "text", "Id of the question; empty for a page without questions."),
        Field("question_version", "text", "Version of its words."),
        Field("answer", "text", "The answer; several choices as a JSON list."),
        Field("answer_number", "number", "The answer where it is a number."),
        Field("utc", "text", "When the page was left, ISO 8601 UTC."),
    ),
)
READING_LIST = TableForm(
    "reading_list",
    "exam that arrived on a reading list",
    (
        *WHO,
        *TRIAL,
        Field("block", "whole", "Block of the order."),
        Field("patient", "text", "Invented patient, as the list showed it."),
        Field("priority", "text", "routine, urgent or stat."),
        Field("planned_s", "number", "When it was planned to arrive, s of the block's time."),
        Field("arrived_s", "number", "When it arrived: the block's time runs from its first case, without pauses."),
        Field("arrived_utc", "text", "Arrival, ISO 8601 UTC."),
        Field("top_score", "number", "The AI's highest score, where AI triages the list; empty for none."),
        Field("flagged", "flag", "Whether that score flags it; empty where AI does not touch it."),
        Field("opened_s", "number", "When it was opened from the list, s of the block's time; empty for never."),
        Field("opened_utc", "text", "First opening, ISO 8601 UTC."),
        Field("row", "whole", "Its row from the top then, from 1."),
        Field("waiting", "whole", "How many exams were waiting then."),
        Field("set_aside", "whole", "How often a stat exam interrupted it."),
        Field("not_read", "flag", "Whether the block's time ended before it was begun."),
    ),
)
CALLS = TableForm(
    "calls",
    "telephone call that rang, and question of the caller",
    (
        *WHO,
        Field("block", "whole", "Block of the order."),
        Field("call", "whole", "Which of the block's calls, from 0."),
        Field("rang_s", "number", "When it rang, s of the block's time."),
        Field("rang_utc", "text", "When it rang, ISO 8601 UTC."),
        Field("trial", "whole", "Trial that was open then; empty for none."),
        Field("outcome", "text", "answered or missed; empty where the log ends before."),
        Field("rang_ms", "number", "How long it rang before it was picked up or missed, ms; empty across sign-ins."),
        Field("spoke_ms", "number", "From picking up to hanging up, ms; empty where it was not answered in one go."),
        Field("question", "text", "Id of the question; empty for none, or no answer."),
        Field("answer", "text", "The answer; several choices as a JSON list."),
        Field("answer_number", "number", "The answer where it is a number."),
    ),
)
BASIS = Field("basis", "text", "pointer: where the mouse was. gaze: where the eye tracker said the reader looked.")
ANY_BASIS = Field("basis", "text", "view: what was on the screen. pointer or gaze: where that was.")
REGIONS = TableForm(
    "regions",
    "phase × region of the case × basis (docs/attention.md)",
    (
        *WHO,
        *PHASE,
        ANY_BASIS,
        Field(
            "kind",
            "text",
            "finding (of the AI, from its first exposure on), lesion (of the reference), mark (the reader's own), or "
            "rest: in none of them.",
        ),
        Field("region", "text", "AI and finding, id of the lesion, id of the mark; rest."),
        *SPAN,
        Field("visits", "whole", "How often it was come to."),
        Field("first_ms", "number", "Raw time of the phase before the first visit, ms; empty for never."),
    ),
)
PANELS = TableForm(
    "panels",
    "phase × named part of the reading window × basis",
    (
        *WHO,
        *PHASE,
        ANY_BASIS,
        Field("panel", "text", "viewport N, questions, findings …; empty for outside the window or unnamed parts."),
        *SPAN,
    ),
)
DWELL_BY_POINT = TableForm(
    "dwell_by_point",
    "slice that the pointer or gaze was on in a phase",
    (
        *WHO,
        *PHASE,
        BASIS,
        Field("series_uid", "text", "Stack, as table events names it."),
        Field("slice", "whole", "Slice of the stack, from 0."),
        *SPAN,
    ),
)
LAYERS_BY_POINT = TableForm(
    "layers_by_point",
    "layer that painted something on the viewport that the pointer or gaze was on",
    (*WHO, *PHASE, BASIS, Field("layer", "text", "Id of the layer."), *SPAN),
)
COVERAGE = TableForm(
    "coverage",
    "phase × stack × what counts as covered (docs/attention.md)",
    (
        *WHO,
        *PHASE,
        ANY_BASIS,
        Field("series_uid", "text", "Stack, as table events names it."),
        Field("magnification", "number", "By view: at least so many device pixels for an image pixel."),
        Field("shown_ms", "number", "By view: for at least so much active time, ms; 0: at all."),
        Field("field_mm", "number", "By pointer or gaze: radius of the field around it, mm in the patient."),
        Field("field_deg", "number", "By gaze: radius of the field around it, degrees of vision."),
        Field("slices", "whole", "Slices of which anything was covered."),
        Field("slices_of", "whole", "Slices of the stack."),
        Field("share", "number", "Share of the stack's voxels that was covered, 0 to 1."),
    ),
)
PROFILES = TableForm(
    "profiles",
    "phase × stack of several slices × basis: the way through it (docs/attention.md)",
    (
        *WHO,
        *PHASE,
        ANY_BASIS,
        Field("series_uid", "text", "Stack, as table events names it."),
        Field("active_s", "number", "Active time with the stack shown in the viewport that showed it longest, s."),
        Field("slice_changes", "whole", "How often another slice came."),
        Field("slices_travelled", "whole", "Slices passed, skipped ones with them."),
        Field("courses", "whole", "Stretches of scrolling in one direction."),
        Field("full_runs", "whole", "Courses through half of the stack or more."),
        Field("half_runs", "whole", "Courses through a quarter of the stack or more, less than half."),
        Field("oscillations", "whole", "Shorter courses."),
        Field("depth_changes", "whole", "Steps from one quarter of the stack's depth into another."),
        Field("quadrant_changes", "whole", "Steps of pointer or gaze from one quarter of the image into another."),
        Field("quadrant_changes_per_s", "number", "The same per second of active_s."),
        Field("index", "number", "(depth − quadrant changes) ÷ their sum: 1 drilling, −1 scanning."),
        Field("strategy", "text", "driller (index above 0), scanner (below), or empty."),
    ),
)
TABLES = (
    SITTINGS,
    TRIALS,
    DECISIONS,
    MARKS,
    SKIPPED,
    BREAKS,
    DWELL,
    LAYERS,
    AI,
    EXPOSURES,
    REGIONS,
    PANELS,
    DWELL_BY_POINT,
    LAYERS_BY_POINT,
    COVERAGE,
    PROFILES,
    PAGES,
    READING_LIST,
    CALLS,
    EVENTS,
)
