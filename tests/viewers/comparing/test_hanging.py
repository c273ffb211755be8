"""What a case opens with: every shipped hanging on the exam that it is meant for, and any exam without an error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study_configs.hanging_files import read_hanging, shipped_hanging, shipped_hangings
from viewers.comparing.hanging import (
    Place,
    cell_slice,
    cell_view,
    first_slice,
    hang,
    main_series,
    opening_view,
    placed_views,
)
from viewers.comparing.hanging_rules import hangings_for, has_contrast, layout_of, weighting
from viewers.comparing.layouts import even, layout_names
from viewers.presets import CT_PRESETS, auto_window, full_window, opening_window
from viewers.volume import Rescale, Window

SHIPPED = shipped_hangings()
AXIAL = np.diag([1.0, 1.0, 2.0, 1.0])
SAGITTAL = np.array([[0, 0, 2.0, 0], [1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1.0]])
CORONAL = np.array([[1.0, 0, 0, 0], [0, 0, 2.0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])


@pytest.fixture(scope="module")
def series(make_volume):
    def make(modality, frames=1, description="", **changes):
        volume = make_volume(np.zeros((1, 8, 8), np.int16), modality=modality, description=description)
        header = replace(volume.header, instances=volume.header.instances * frames, series_uid=f"1.{description}")
        return replace(header, **changes)

    return make


@pytest.fixture(scope="module")
def exams(series):
    """For each shipped hanging the headers of an exam that it is meant for."""
    old = {"exam_uid": "1.1", "acquired": "20230502"}
    new = {"exam_uid": "1.2", "acquired": "20240701"}

    def breasts(frames=1, word="", **changes):
        sides = [("L", "MLO"), ("R", "CC"), ("L", "CC"), ("R", "MLO")]
        return [
            series("MG", frames, f"{s} {v}{word}", laterality=s, tags={"ViewPosition": v}, **changes) for s, v in sides
        ]

    def mr(*names, plane=AXIAL, body="", **changes):
        return [series("MR", 24, name, affine=plane, body_part=body, **changes) for name in names]

    ct = {"affine": AXIAL, "slice_spacing_mm": 1.0}
    return {
        "mammography": [*breasts(**old), *breasts(**new)],
        "tomosynthesis": [*breasts(), *breasts(60, " tomo")],
        "chest_ct": [
            series("CT", 2, "Topogram"),
            series("CT", 300, "Thorax 1.0 B70f", **ct),
            series("CT", 300, "Thorax 1.0 B30f", **ct),
        ],
        "ct_prior": [series("CT", 90, "Abdomen", **ct, **old), series("CT", 100, "Abdomen", **ct, **new)],
        "mr_brain": mr(
            "t2_tse_tra",
            "t1_se_tra",
            "t2_flair_tra",
            "ep2d_diff_3scan_trace",
            "ADC",
            "t1_mprage_tra post contrast",
            body="BRAIN",
        ),
        "mr_spine": [
            *mr("t2_tse_sag", "t1_tse_sag", "t2_tirm_sag", "t1_tse_sag +c", plane=SAGITTAL, body="LSPINE"),
            *mr("t2_tse_tra", "t1_tse_tra", body="LSPINE"),
        ],
        "mr_knee": [
            *mr("pd_fs_sag", plane=SAGITTAL, body="KNEE"),
            *mr("pd_fs_cor", "t1_cor", plane=CORONAL, body="KNEE"),
            *mr("pd_fs_tra", body="KNEE"),
        ],
        "radiograph": [
            series("DX", 1, "Chest lat", tags={"ViewPosition": "LL"}, **new),
            series("DX", 1, "Chest pa", tags={"ViewPosition": "PA"}, **new),
            series("CR", 1, "Chest pa", **old),
        ],
        "films": [series("XA", 60, "Left coronary"), series("XA", 80, "Right coronary")],
        "pet_ct": [
            series("CT", 300, "CT AC", **ct),
            series("PT", 300, "PET AC", **ct),
            series("PT", 300, "PET NAC", **ct),
        ],
        "ultrasound": [series("US", 1, f"Liver {n}") for n in range(7)],
        "default": [series("NM", 1, "Bone scan"), series("OT", 1, "Report")],
    }


@pytest.mark.parametrize("name", [hanging.id for hanging in SHIPPED])
def test_that_each_shipped_hanging_is_the_best_for_the_exam_it_is_meant_for(exams, name):
    hanging = hang(exams[name], protocols=SHIPPED)
    assert hanging.hung is not None
    assert hanging.hung.hanging.id == name
    assert any(row is not None for row in hanging.shown)


@pytest.mark.parametrize("name", [hanging.id for hanging in SHIPPED])
def test_that_each_stage_of_a_shipped_hanging_is_reached_by_the_exam_it_is_meant_for(exams, name):
    choices = hang(exams[name], protocols=SHIPPED).choices
    reached = [hung.stage for hung in choices if hung.hanging.id == name]
    wanted = len(shipped_hanging(name).stages)
    missing = {"radiograph": 1, "default": 1}.get(name, 0)  # a second prior film, a prior
    assert len(reached) == wanted - missing


def words(hanging, headers):
    return [headers[row].description if row is not None else None for row in hanging.shown]


def test_that_mammograms_hang_right_to_left_cc_over_mlo_and_their_priors_below(exams):
    headers = exams["mammography"]
    first = hang(headers, protocols=SHIPPED)
    assert words(first, headers) == ["R CC", "L CC", "R MLO", "L MLO"]
    assert {headers[row].exam_uid for row in first.shown} == {"1.2"}
    second = first.stepped(1)
    assert words(second, headers) == ["R CC", "L CC", "R MLO", "L MLO"] * 2
    assert [headers[row].exam_uid for row in second.shown] == ["1.2"] * 4 + ["1.1"] * 4
    assert second.layout == even(2, 4)


def test_that_a_missing_mammogram_leaves_its_place_empty(exams):
    headers = [h for h in exams["mammography"] if h.exam_uid == "1.2" and h.description != "R MLO"]
    assert words(hang(headers, protocols=SHIPPED), headers) == ["R CC", "L CC", None, "L MLO"]


def test_that_lung_and_soft_tissue_kernels_are_told_apart(exams):
    headers = exams["chest_ct"]
    titles = {hung.stage.title: hung for hung in hang(headers, protocols=SHIPPED).choices}
    hung = titles["lung kernel beside soft-tissue kernel"]
    assert words(hung, headers) == ["Thorax 1.0 B70f", "Thorax 1.0 B30f"]


def test_that_mr_contrasts_find_their_places(exams):
    headers = exams["mr_brain"]
    wanted = ["t2_flair_tra", "ep2d_diff_3scan_trace", "t2_tse_tra", "t1_se_tra"]
    assert words(hang(headers, protocols=SHIPPED), headers) == wanted


def test_that_the_largest_ct_stack_opens_alone_and_a_scout_never_does(series):
    headers = [
        series("CT", 900, "Topogram 0.6"),
        series("SR", 1),
        series("CT", 60, "Thorax 5.0", affine=AXIAL),
        series("CT", 300, "Thorax 1.0", affine=AXIAL),
        series("US", 2000),
    ]
    assert main_series(headers) == 3
    hanging = hang(headers, protocols=SHIPPED)
    assert (hanging.layout, hanging.shown) == (even(1, 1), (3,))


def test_that_steps_go_round_all_choices_and_back(exams):
    hanging = hang(exams["chest_ct"], protocols=SHIPPED)
    there = hanging
    for _ in hanging.choices:
        there = there.stepped(1)
    assert there.at == hanging.at
    assert hanging.stepped(-1).at == len(hanging.choices) - 1
    assert hanging.stepped(1).stepped(-1).at == hanging.at


def test_that_a_plain_layout_shows_the_best_series_first_and_steps_lead_to_hangings(exams):
    headers = exams["mr_brain"]
    hanging = hang(headers, "2x3", SHIPPED)
    assert hanging.layout == even(2, 3)
    assert words(hanging, headers)[:2] == ["t2_flair_tra", "ep2d_diff_3scan_trace"]
    assert hanging.hung is None
    assert hanging.stepped(1).at == 0
    lone = [series for series in headers if series.description == "ADC"]
    assert hang(lone, "1x2", SHIPPED).shown == (0, 0)


def test_that_a_named_or_own_hanging_comes_before_better_ones(exams):
    headers = exams["chest_ct"]
    assert hang(headers, "default", SHIPPED).hung.hanging.id == "default"
    source = b"""{hanging: 1, id: own, title: Own, series: {a: {modality: [CT]}}, match: [{series: a}],
      stages: [{layout: 1x3, cells: [{show: a}, {show: a}, {show: a}]}]}"""
    own = hang(headers, read_hanging(source, "own.yaml"), SHIPPED)
    assert own.hung.hanging.id == "own"
    assert own.stepped(1).hung.hanging.id == "chest_ct"


MODALITIES = st.sampled_from(["CT", "MR", "MG", "DX", "CR", "PT", "US", "NM", "XA", "OT", ""])
WORDS = st.sampled_from(
    ["", "T2 FLAIR tra", "Thorax 1.0 B70f", "R CC", "LMLO", "scout", "pd_fs_sag (echo 2)", "((", "\\d"]
)


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_that_any_exam_hangs_without_an_error(series, data):
    headers = [
        series(
            data.draw(MODALITIES),
            data.draw(st.integers(1, 40)),
            data.draw(WORDS),
            laterality=data.draw(st.sampled_from(["", "R", "L", "B"])),
            affine=data.draw(st.sampled_from([None, AXIAL, SAGITTAL])),
            exam_uid=data.draw(st.sampled_from(["1", "2", "3"])),
            acquired=data.draw(st.sampled_from(["", "20240701", "20230502", "nonsense"])),
        )
        for _ in range(data.draw(st.integers(0, 8)))
    ]
    wish = data.draw(st.sampled_from(["automatic", *layout_names(), *(h.id for h in SHIPPED)]))
    hanging = hang(headers, wish, SHIPPED)
    assert len(hanging.shown) == len(hanging.layout.cells)
    assert all(row is None or row < len(headers) for each in (hanging, *hanging.choices) for row in each.shown)
    assert not headers or any(row is not None for row in hanging.shown)


def test_that_stacks_open_in_the_middle_and_clips_at_their_start(series):
    assert first_slice(series("CT", 41, affine=np.eye(4))) == 20
    assert first_slice(series("US", 41)) == 0


def test_that_the_files_window_comes_before_the_preset(make_volume):
    volume = make_volume(np.zeros((1, 8, 8), np.int16))
    assert opening_window(volume, 0) == CT_PRESETS[0]
    given = Window(-500, 1400, name="LUNG")
    own = replace(volume.header.instances[0], windows=(given, Window(1, 2)))
    volume = replace(volume, header=replace(volume.header, instances=(own,)))
    assert opening_view(volume, 100, 100).window == given


def test_that_an_automatic_window_covers_the_values_without_padding(make_volume):
    stored = np.linspace(100, 1100, 10_000).reshape(1, 100, 100).astype(np.int16)
    stored[0, :10] = -2000
    volume = make_volume(stored, padding=(-2000, -2000), rescale=Rescale(2.0, -1000.0), modality="MR")
    window = auto_window(volume, 0)
    kept = stored[0, 10:] * 2.0 - 1000
    low, high = np.percentile(kept, [1, 99])
    assert window.centre == pytest.approx((low + high) / 2, rel=0.01)
    assert window.width == pytest.approx(high - low, rel=0.01)


def test_that_the_full_window_covers_what_the_bits_can_hold(make_volume):
    volume = make_volume(np.zeros((1, 8, 8), np.int16), bits_stored=12, rescale=Rescale(-1.0, 0.0))
    window = full_window(volume.header, 0)
    assert (window.centre - window.width / 2, window.centre + window.width / 2) == (-2047, 2048)


def cells_of(*cells):
    source = f"""{{hanging: 1, id: own, title: Own, series: {{a: {{modality: [CT]}}}}, match: [{{series: a}}],
      stages: [{{layout: 1x{len(cells)}, cells: [{", ".join(cells)}]}}]}}"""
    return read_hanging(source.encode(), "own.yaml").stages[0].cells


def test_that_breasts_of_different_size_meet_at_the_middle_with_the_same_pixels_per_mm(make_volume):
    large = make_volume(np.zeros((1, 300, 240), np.uint16), modality="MG", spacing_mm=(0.5, 0.5))
    small = make_volume(np.zeros((1, 240, 180), np.uint16), modality="MG", spacing_mm=(0.4, 0.4))
    cells = cells_of("{show: a, align: right, zoom: same_size}", "{show: a, align: left, zoom: same_size}")
    places = [
        Place(c, v.header, opening_view(v, 200, 300), 200, 300) for c, v in zip(cells, (large, small), strict=True)
    ]
    right, left = placed_views(places)
    assert right.zoom == left.zoom == min(place.fit for place in places)
    edge_of_right = right.centre_px[0] + 100 / (right.zoom * 0.5)
    edge_of_left = left.centre_px[0] - 100 / (left.zoom * 0.4)
    assert edge_of_right == pytest.approx(large.header.columns - 0.5)
    assert edge_of_left == pytest.approx(-0.5)


def test_that_a_cell_chooses_image_window_and_slab(make_volume):
    volume = make_volume(np.zeros((11, 8, 8), np.int16), affine=AXIAL)
    cells = cells_of(
        "{show: a, image: last, window: lung}",
        "{show: a, image: 8.9, window: [10, 20], inverted: true}",
        "{show: a, slab: {projection: max, thickness_mm: 8}}",
    )
    assert [cell_slice(cell, volume.header) for cell in cells] == [10, 4, 5]
    one, two, three = (cell_view(cell, volume, opening_view(volume, 90, 90)) for cell in cells)
    assert one.window == CT_PRESETS[1]
    assert (two.window, two.inverted) == (Window(10, 20), True)
    assert three.slab.thickness_mm == 8


def test_that_cells_with_spans_become_a_free_layout():
    stage = next(s for s in shipped_hanging("chest_ct").stages if s.title == "lung, soft tissue and bone")
    rects = layout_of(stage).rects(1000, 600, 0)
    assert [rect[2:] for rect in rects] == [(400, 600), (400, 600), (200, 300), (200, 300)]


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("t1_mprage_post", True),
        ("T1 SE +C", True),
        ("ax T1 GAD", True),
        ("Abdomen portal-venous", True),
        ("Thorax without contrast", False),
        ("CT non-contrast", False),
        ("t1_se_tra", False),
        ("spectrum", False),
    ],
)
def test_that_contrast_is_read_from_words(series, description, expected):
    assert has_contrast(series("MR", 1, description)) is expected


@pytest.mark.parametrize(
    ("description", "times", "expected"),
    [
        ("t2_tse_tra", (), "t2"),
        ("AX T2 FLAIR", (), "flair"),
        ("t2* gre", (600, 20), ""),
        ("ep2d_diff", (6000, 90), ""),
        ("Ax brain", (500, 10), "t1"),
        ("Ax brain", (4500, 100), "t2"),
        ("Ax brain", (9000, 120, 2500), "flair"),
        ("Sag knee", (2500, 30), "pd"),
        ("Sag knee", (), ""),
    ],
)
def test_that_mr_weighting_is_read_from_words_or_else_from_times(series, description, times, expected):
    names = ("RepetitionTime", "EchoTime", "InversionTime")
    tags = dict(zip(names, (str(time) for time in times), strict=False))
    assert weighting(series("MR", 20, description, tags=tags)) == expected


def test_that_rules_never_hang_two_patients_beside_each_other(series):
    """A DICOMDIR often holds several: the newest exam's patient is hung, the others stand in the list."""
    seen = ("R CC", "L CC", "R MLO", "L MLO")
    headers = [
        series("MG", description=words, laterality=words[0], patient=patient, exam_uid=patient, acquired=day)
        for patient, day in (("one", "20240701"), ("two", "20230701"))
        for words in (seen[:2] if patient == "one" else seen)
    ]
    for hung in hangings_for(headers, shipped_hangings()):
        assert {headers[row].patient for row in hung.shown if row is not None} == {"one"}
