"""Presentation states from files: highdicom's, real ones, and ones made element by element."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # tests are no package
import states as made

from viewers.dicom.cielab import from_lab
from viewers.dicom.gsps import read_state, read_states
from viewers.dicom.problems import BadFile

PIXELS = np.zeros((40, 50), np.uint16)


def test_that_highdicoms_state_is_read_as_it_was_meant(tmp_path: Path):
    import highdicom as hd
    from highdicom import pr

    image = made.image(tmp_path / "image", PIXELS)
    layer = pr.GraphicLayer("FINDINGS", order=2, description="x", display_color=hd.color.CIELabColor(54.29, 80.8, 69.9))
    circle = pr.GraphicObject(
        graphic_type=pr.GraphicTypeValues.CIRCLE,
        graphic_data=np.array([[10.5, 20.5], [13.5, 24.5]]),
        units=pr.AnnotationUnitsValues.PIXEL,
        is_filled=True,
    )
    text = pr.TextObject(text_value="98%", units=pr.AnnotationUnitsValues.DISPLAY, bounding_box=(0.1, 0.2, 0.3, 0.4))
    written = pr.GrayscaleSoftcopyPresentationState(
        referenced_images=[image],
        series_instance_uid="1.2.3.99",
        series_number=9,
        sop_instance_uid="1.2.3.99.1",
        instance_number=1,
        manufacturer="x",
        manufacturer_model_name="x",
        software_versions="1",
        device_serial_number="1",
        content_label="AI",
        content_creator_name="Doe^Jane",
        graphic_layers=[layer],
        graphic_annotations=[
            pr.GraphicAnnotation([image], graphic_layer=layer, graphic_objects=[circle], text_objects=[text])
        ],
        voi_lut_transformations=[pr.SoftcopyVOILUTTransformation(window_center=40.0, window_width=400.0)],
    )
    written.save_as(tmp_path / "state")
    state = read_state(tmp_path / "state")
    [annotation] = state.annotations
    [drawing], [words] = annotation.drawings, annotation.words
    assert (state.label, state.creator, state.layers[0].order) == ("AI", "Doe Jane", 2)
    assert np.abs(np.array(state.layers[0].colour) - (255, 0, 0)).max() <= 4
    assert (drawing.shape, drawing.filled, drawing.points) == ("circle", True, ((10.0, 20.0), (13.0, 24.0)))
    assert (words.text, words.box_units) == ("98%", "area")
    assert words.box == pytest.approx((0.1, 0.2, 0.3, 0.4))
    assert [(w.centre, w.width) for w in state.vois[0].windows] == [(40.0, 400.0)]
    assert annotation.references[0].sop_uid == image.SOPInstanceUID


def test_that_real_states_are_read(shared: Path):
    contour = read_state(shared / "derived_ai" / "dx_gsps_contour_text.dcm")
    [annotation] = contour.annotations
    assert annotation.words[0].text == "87%"
    assert annotation.words[0].anchor == (699.5, 749.5)
    assert len(annotation.drawings[0].points) == 200
    tables = read_state(next(shared.rglob("prLUTs.dcm")))
    assert tables.rescale is not None
    assert tables.rescale.table is not None
    assert tables.presentation is not None
    assert tables.vois[0].windows[0].shape == "table"


def test_that_images_are_no_states_and_are_reported(tmp_path: Path):
    made.image(tmp_path / "image", PIXELS)
    with pytest.raises(BadFile):
        read_state(tmp_path / "image")
    states, problems = read_states([tmp_path / "image"])
    assert states == ()
    assert "presentation state" in problems[0].what


def test_that_graphics_without_enough_points_are_left_out(tmp_path: Path):
    image = made.image(tmp_path / "image", PIXELS)

    def graphic(kind: str, *values: float):
        return made.item(
            GraphicAnnotationUnits="PIXEL", GraphicDimensions=2, NumberOfGraphicPoints=len(values) // 2,
            GraphicData=list(values), GraphicType=kind, GraphicFilled="N",
        )  # fmt: skip

    drawings = [graphic("POLYLINE", 1, 1), graphic("ELLIPSE", 1, 2, 3, 4, 5, 6), graphic("POINT", 1, 1)]
    drawings.append(graphic("POLYLINE", 1, 1, float("nan"), 4))
    annotation = made.item(GraphicLayer="A", GraphicObjectSequence=drawings)
    state = read_state(made.state(tmp_path / "state", image, GraphicAnnotationSequence=[annotation]))
    assert [drawing.shape for drawing in state.annotations[0].drawings] == ["point"]


@pytest.mark.parametrize(
    ("srgb", "lab"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (54.29, 80.8, 69.9)),
        ((0, 0, 255), (29.57, 68.3, -112.0)),
    ],
)
def test_that_recommended_colours_are_d50_lab(srgb, lab):
    values = (round(lab[0] / 100 * 65535), round((lab[1] + 128) / 255 * 65535), round((lab[2] + 128) / 255 * 65535))
    assert np.abs(np.array(from_lab(values)) - srgb).max() <= 3


def test_that_absurd_numbers_stay_within_bounds(tmp_path: Path):
    from viewers.comparing.hanging import opening_view
    from viewers.dicom.load import load
    from viewers.dicom.scan import scan
    from viewers.drawing.render import SliceRenderer
    from viewers.presentation.applying import applied

    image = made.image(tmp_path / "image", PIXELS)
    areas = [
        made.area((-(2**31), 1), (2**31 - 1, 2)),
        made.area((1, 1), (50, 40), "MAGNIFY", PresentationPixelMagnificationRatio=1e30),
        made.area((9, 9), (1, 1), "TRUE SIZE", PresentationPixelSpacing=[1e-30, 1e-30]),
    ]
    volume = load(scan(tmp_path / "image").series[0])
    for number, area in enumerate(areas):
        path = made.state(
            tmp_path / f"state{number}",
            image,
            DisplayedAreaSelectionSequence=[area],
            ShutterShape="POLYGONAL",
            VerticesOfThePolygonalShutter=[1, 1, 2**31 - 1, 1, 5, -(2**31)],
        )
        shown, view = applied(read_state(path), volume, opening_view(volume, 90, 90), 90, 90, px_per_mm=4.0)
        assert 0 < view.zoom < 100
        SliceRenderer().render(shown, view, 90, 90)
