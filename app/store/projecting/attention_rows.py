"""Measured attention as rows of the export's tables, from the phase on: what comes before it is the projection's.

What belongs here: cells, in the order of `app.store.projecting.tables`. What does not: measuring (app.tracking).
"""

from __future__ import annotations

from collections.abc import Iterator

from app.store.projecting.tables import Row
from app.tracking.attention_measures.values import Here, Measured, Time

Rows = Iterator[tuple[Here, Row]]


def region_rows(found: Measured) -> Rows:
    for each in found.regions:
        cells = (each.basis, each.kind, each.name, *_span(each.time), each.visits, each.first_ms)
        yield (each.trial, each.phase), cells


def panel_rows(found: Measured) -> Rows:
    for each in found.panels:
        yield (each.trial, each.phase), (each.basis, each.panel, *_span(each.time))


def slice_rows(found: Measured) -> Rows:
    """By pointer and gaze alone: those by view have a table of their own."""
    for each in found.slices:
        if each.basis != "view":
            yield (each.trial, each.phase), (each.basis, each.series_uid, each.slice_index, *_span(each.time))


def layer_rows(found: Measured) -> Rows:
    for each in found.layers:
        yield (each.trial, each.phase), (each.basis, each.layer, *_span(each.time))


def coverage_rows(found: Measured) -> Rows:
    for each in found.coverage:
        asked = (each.magnification, each.shown_ms, each.field_mm, each.field_deg)
        cells = (each.basis, each.series_uid, *asked, each.slices, each.slices_of, each.share)
        yield (each.trial, each.phase), cells


def profile_rows(found: Measured) -> Rows:
    for each in found.profiles:
        depth = (each.active_s, each.slice_changes, each.slices_travelled)
        courses = (each.courses, each.full_runs, each.half_runs, each.oscillations)
        plane = (each.depth_changes, each.quadrant_changes, each.quadrant_changes_per_s, each.index, each.strategy)
        yield (each.trial, each.phase), (each.basis, each.series_uid, *depth, *courses, *plane)


def _span(time: Time) -> tuple[float, float]:
    return (time.raw_ms, time.active_ms)
