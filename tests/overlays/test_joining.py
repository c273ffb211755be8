"""Outlines of one lesion, drawn slice by slice, are one finding that is seen where it was drawn and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from app.analysis.operating_points import Judged, from_results
from overlays.cutting.outlines import finding_outline
from overlays.cutting.shapes import shape_centre_mm
from overlays.inspecting.describing import described, lines
from overlays.joining import CAD
from overlays.layers.layer import Layer, visible_findings
from overlays.merging import merged
from overlays.placing.results import Placed, placed
from overlays.result import AIResult, ContourStack, Finding, Point
from overlays.sources import forms
from viewers.volume import SeriesHeader

from .conftest import AXIAL, make_header
from .sources.sr_making import CERTAINTY, CT, FINDING, NODULE, coded, group, measurement_report, number, region, words

LESION, OTHER = "2.25.1", "2.25.2"
TRACKING = ("112040", "DCM", "Tracking Unique Identifier")
SLICES = (3, 4, 6)  # the AI saw nothing on 5


@dataclass(frozen=True)
class Lesion:
    position_mm: Point
    diameter_mm: float = 8.0


def tracked(uid: str) -> Dataset:
    said = words("HAS OBS CONTEXT", TRACKING, "")
    said.ValueType = "UIDREF"
    del said.TextValue
    said.UID = uid
    return said


def square(at: int, low: float, shape: str = "POLYLINE") -> Dataset:
    high = low + 10 + at
    points = (low, low, high, low, high, high, low, high, low, low)
    around = ((low + high) / 2, low, (low + high) / 2, high, low, (low + high) / 2, high, (low + high) / 2)
    return region(shape, points if shape == "POLYLINE" else around, f"1.2.3.{at}", sop_class=CT)


def lesion(uid: str, low: float, at: Sequence[int] = SLICES, *, scores: Sequence[int] = (80,)) -> list[Dataset]:
    """A group for each slice, as detectors that look at one slice at a time write them."""
    return [
        group(
            *((tracked(uid),) if uid else ()),
            coded("CONTAINS", FINDING, NODULE),
            number("CONTAINS", CERTAINTY, scores[n % len(scores)]),
            square(k, low),
        )
        for n, k in enumerate(at)
    ]


def point(uid: str, at: int) -> Dataset:
    place = region("POINT", (30.5, 30.5), f"1.2.3.{at}", sop_class=CT)
    return group(tracked(uid), coded("CONTAINS", FINDING, NODULE), number("CONTAINS", CERTAINTY, 80), place)


@pytest.fixture
def series() -> SeriesHeader:
    return make_header(AXIAL, (12, 96, 128))


def read(path: Path, header: SeriesHeader, *groups: Dataset) -> AIResult:
    measurement_report(path / "sr.dcm", *groups, PatientID="")
    (result,) = forms.read(path / "sr.dcm")
    laid = placed(result, [header])
    assert laid.refusals == ()
    return laid.result


def seen(findings: Sequence[Finding], header: SeriesHeader) -> list[list[list[float]]]:
    """The outlines on every slice, in an order of their own."""
    lines = [
        [line for each in findings if (found := finding_outline(each, header, k)) for line in found.lines]
        for k in range(header.frames)
    ]
    return [sorted(np.round(np.asarray(each), 6).ravel().tolist() for each in on_slice) for on_slice in lines]


def test_that_outlines_of_one_lesion_are_one_finding_seen_where_they_were_drawn(tmp_path, series):
    laid = read(tmp_path, series, *lesion(LESION, 20.5), *lesion(OTHER, 60.5, (7, 8)))
    whole = merged([laid], "a", [series])
    assert len(laid.findings) == 5
    assert [type(each.geometry) for each in whole.findings] == [ContourStack, ContourStack]
    assert {each.tracking_uid for each in whole.findings} == {LESION, OTHER}
    assert seen(whole.findings, series) == seen(laid.findings, series)
    assert [bool(lines) for lines in seen(whole.findings, series)] == [k in (3, 4, 6, 7, 8) for k in range(12)]


def test_that_one_group_with_an_outline_on_each_slice_is_one_finding(tmp_path, series):
    outlines = [square(k, 20.5) for k in SLICES]
    laid = read(tmp_path, series, group(tracked(LESION), coded("CONTAINS", FINDING, NODULE), *outlines))
    (one,) = merged([laid], "a", [series]).findings
    assert seen([one], series) == seen(laid.findings, series)


@pytest.mark.parametrize(
    "groups",
    [
        pytest.param(lesion("", 20.5), id="no tracking uid"),
        pytest.param(lesion(LESION, 20.5, scores=(80, 30)), id="scores of their own"),
        pytest.param([*lesion(LESION, 20.5), *lesion(LESION, 50.5, (3,))], id="two on one image"),
        pytest.param([*lesion(LESION, 20.5, (3,)), point(LESION, 4)], id="a point among them"),
    ],
)
def test_that_findings_that_may_differ_stay_apart(tmp_path, series, groups):
    laid = read(tmp_path, series, *groups)
    whole = merged([laid], "a", [series])
    assert len(whole.findings) == len(laid.findings)
    assert all(each.image for each in whole.findings)


@pytest.mark.parametrize("change", [{"affine": None, "slice_spacing_mm": None}, {"in_time": True}])
def test_that_views_of_no_stack_stay_apart(tmp_path, series, change):
    films = replace(series, **change)
    laid = read(tmp_path, series, *lesion(LESION, 20.5))
    assert len(merged([laid], "a", [films]).findings) == len(SLICES)


def test_that_inspect_lists_each_outline_and_counts_what_readers_see(tmp_path, series):
    laid = read(tmp_path, series, *lesion(LESION, 20.5), *lesion(OTHER, 60.5, (7, 8)))
    record = described(Placed(laid), [series])
    assert (len(record["findings"]), record["findings_shown"]) == (5, 2)
    assert "    joined over slices, these 5 are 2" in list(lines(record))
    apart = described(Placed(laid))
    assert apart["findings_shown"] == 5
    assert not any("joined" in line for line in lines(apart))


@pytest.mark.parametrize("spoken_of", [True, False])
def test_that_outlines_of_one_lesion_count_once_at_every_threshold(tmp_path, series, spoken_of):
    """In lists, and in what a threshold means: one lesion found, or one false positive, not one for each slice."""
    laid = read(tmp_path, series, *lesion(LESION, 20.5))
    whole = merged([laid], "a", [series])
    (one,) = whole.findings
    layer = Layer("box", "a", "box", "Marks", threshold=0.5)
    assert visible_findings(whole, layer) == (one,)
    lesions = (Lesion(shape_centre_mm(one.geometry)),) if spoken_of else ()
    curve = from_results([Judged(whole, spoken_of, lesions)])
    assert (curve.lesions, curve.false) == (((0.8,), ()) if spoken_of else ((), (0.8,)))
    assert curve.at(0.8).false_positives_per_case == (0.0 if spoken_of else 1.0)
    assert curve.at(0.81).false_positives_per_case == 0.0
    assert visible_findings(whole, replace(layer, threshold=0.81)) == ()


def test_that_views_of_one_cad_composite_count_once_over_slices(tmp_path, series):
    """Parts of a composite share a tracking id, and no uid (PS3.16 TID 4004)."""
    laid = read(tmp_path, series, *lesion("", 20.5))
    parts = tuple(
        replace(each, tracking_id="C1", tracking_uid="", provenance=replace(each.provenance, form=CAD))
        for each in laid.findings
    )
    whole = merged([replace(laid, findings=parts)], "a", [series])
    assert len(whole.findings) == 1
    assert from_results([Judged(whole, False, ())]).at(0.5).false_positives_per_case == 1.0
