"""Images shown as presentation states say, against DCMTK's own rendering of the same files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package
import states as made

from viewers.comparing.hanging import opening_view
from viewers.dicom.gsps import read_state
from viewers.dicom.load import load
from viewers.dicom.scan import scan
from viewers.drawing.grey import shares
from viewers.drawing.render import SliceRenderer
from viewers.presentation.applying import applied
from viewers.presentation.shutters import plane_over, unpacked
from viewers.presentation.states import states_for
from viewers.volume import Volume, Window

RNG = np.random.default_rng(8)
RAMP = np.arange(64 * 48, dtype=np.uint16).reshape(48, 64)
BYTES = RNG.integers(0, 256, (48, 64)).astype(np.uint8)
SCRAMBLED = RNG.permutation(256)


def at_one_to_one(volume: Volume, state, **options: object) -> np.ndarray:
    """The picture of the whole image, turned as the state says, one pixel for each, planes drawn white."""
    turned = state.quarter_turns % 2 == 1
    width, height = (volume.header.rows, volume.header.columns)[:: 1 if turned else -1]
    view = opening_view(volume, width, height)
    shown, view = applied(state, volume, view, width, height, **options)
    picture = SliceRenderer().render(shown, view, width, height)
    pixels = picture.pixels.copy()
    for plane in shown.header.instances[0].overlays:
        pixels[plane_over(unpacked(plane), plane.origin, height, width) > 0] = 255
    return pixels


def dcmtk(image: Path, state: Path, frame: int = 1) -> np.ndarray:
    if shutil.which("dcmp2pgm") is None:
        pytest.skip("DCMTK is not installed")
    out = state.with_suffix(".pgm")
    command = ["dcmp2pgm", "-f", str(frame), "-p", str(state), str(image), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert out.exists(), done.stderr
    return cv2.imread(str(out), cv2.IMREAD_UNCHANGED)


WINDOW = made.item(WindowCenter=1500, WindowWidth=900)
VOI = made.item(VOILUTSequence=[made.lut(RNG.integers(0, 4096, 2000), 300, 12)])
NARROW = made.item(WindowCenter=100, WindowWidth=90)
RESCALE = {"RescaleSlope": 2, "RescaleIntercept": -1000, "RescaleType": "US"}
CASES = {
    "window": (RAMP, {"SoftcopyVOILUTSequence": [WINDOW]}),
    "no window": (BYTES, {}),
    "inverse": (RAMP, {"SoftcopyVOILUTSequence": [WINDOW], "PresentationLUTShape": "INVERSE"}),
    "voi table": (RAMP, {"SoftcopyVOILUTSequence": [VOI]}),
    "modality table": (
        BYTES,
        {"ModalityLUTSequence": [made.lut(SCRAMBLED, 0, 8)], "SoftcopyVOILUTSequence": [NARROW]},
    ),
    "rescale": (RAMP, {**RESCALE, "SoftcopyVOILUTSequence": [WINDOW]}),
    "presentation table": (BYTES, {"PresentationLUTSequence": [made.lut(SCRAMBLED, 0, 8)]}),
    "three tables": (
        BYTES,
        {
            "ModalityLUTSequence": [made.lut(SCRAMBLED, 0, 8)],
            "SoftcopyVOILUTSequence": [made.item(VOILUTSequence=[made.lut(SCRAMBLED[::-1], 0, 8)])],
            "PresentationLUTSequence": [made.lut(RNG.permutation(256), 0, 8)],
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_that_grey_levels_equal_dcmtks(tmp_path: Path, name: str):
    pixels, elements = CASES[name]
    image = made.image(tmp_path / "image", pixels)
    path = made.state(tmp_path / "state", image, **elements)
    volume = load(scan(tmp_path / "image").series[0])
    picture = at_one_to_one(volume, read_state(path))
    assert np.abs(picture.astype(int) - dcmtk(tmp_path / "image", path)).max() <= 1


def test_that_a_state_decides_black_and_white_whatever_the_photometric_interpretation(tmp_path: Path):
    image = made.image(tmp_path / "image", BYTES, PhotometricInterpretation="MONOCHROME1")
    volume = load(scan(tmp_path / "image").series[0])
    for number, shape in enumerate(("IDENTITY", "INVERSE")):
        path = made.state(tmp_path / f"state{number}", image, PresentationLUTShape=shape)
        picture = at_one_to_one(volume, read_state(path))
        assert np.abs(picture.astype(int) - dcmtk(tmp_path / "image", path)).max() <= 1


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["N", "Y"])
def test_that_images_are_turned_clockwise_and_then_flipped(tmp_path: Path, rotation: int, flip: str):
    image = made.image(tmp_path / "image", BYTES)
    corners = ((1, 1), (64, 48))
    path = made.state(
        tmp_path / "state",
        image,
        ImageRotation=rotation,
        ImageHorizontalFlip=flip,
        DisplayedAreaSelectionSequence=[made.area(*corners)],
    )
    picture = at_one_to_one(load(scan(tmp_path / "image").series[0]), read_state(path))
    expected = np.rot90(BYTES, -rotation // 90)
    expected = expected[:, ::-1] if flip == "Y" else expected
    assert np.abs(picture.astype(int) - expected).max() <= 1


def overlay_elements(bits: np.ndarray, group: int, **more: object) -> dict[int, tuple[str, object]]:
    packed = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
    tags = {
        0x0010: ("US", bits.shape[0]), 0x0011: ("US", bits.shape[1]), 0x0040: ("CS", "G"), 0x0050: ("SS", [3, -4]),
        0x0100: ("US", 1), 0x0102: ("US", 0), 0x3000: ("OW", packed + b"\0" * (len(packed) % 2)),
    }  # fmt: skip
    return {group << 16 | tag: value for tag, value in tags.items()}


def with_elements(path: Path, elements: dict[int, tuple[str, object]]) -> None:
    import pydicom

    data = pydicom.dcmread(path)
    for tag, (vr, value) in elements.items():
        data.add_new(tag, vr, value)
    data.save_as(path)


def test_that_only_overlays_that_a_state_turns_on_are_drawn(tmp_path: Path):
    bits = RNG.integers(0, 2, (20, 30)).astype(np.uint8)
    image = made.image(tmp_path / "image", BYTES)
    with_elements(tmp_path / "image", {**overlay_elements(bits, 0x6000), **overlay_elements(bits[::-1], 0x6002)})
    volume = load(scan(tmp_path / "image").series[0])
    assert [plane.group for plane in volume.header.instances[0].overlays] == [0x6000, 0x6002]
    path = made.state(
        tmp_path / "state", image, GraphicLayerSequence=[made.item(GraphicLayer="A", GraphicLayerOrder=1)]
    )
    with_elements(path, {0x60021001: ("CS", "A")})
    state = read_state(path)
    assert state.overlays == ((0x6002, "A"),)
    expected = BYTES.copy()
    lying = plane_over(bits[::-1], (-5, 2), 48, 64)  # origin 3\\-4: row 3, column -4, counted from 1
    expected[lying > 0] = 255
    assert np.array_equal(at_one_to_one(volume, state), expected)


def test_that_a_bitmap_shutter_covers_what_its_bits_mark(tmp_path: Path):
    bits = np.zeros((48, 64), np.uint8)
    bits[:10], bits[:, :7] = 1, 1
    image = made.image(tmp_path / "image", BYTES)
    path = made.state(
        tmp_path / "state", image, ShutterShape="BITMAP", ShutterOverlayGroup=0x6000, ShutterPresentationValue=0x8000
    )
    with_elements(path, {**overlay_elements(bits, 0x6000), 0x60000050: ("SS", [1, 1])})
    picture = at_one_to_one(load(scan(tmp_path / "image").series[0]), read_state(path))
    assert (picture[bits == 1] == 128).all()
    assert np.array_equal(picture[bits == 0], BYTES[bits == 0])
    assert np.abs(picture.astype(int) - dcmtk(tmp_path / "image", path)).max() <= 1


def test_that_a_states_sigmoid_is_one(tmp_path: Path):
    """DCMTK 3.6.7 draws it linear."""
    image = made.image(tmp_path / "image", RAMP)
    window = made.item(WindowCenter=1500, WindowWidth=900, VOILUTFunction="SIGMOID")
    state = read_state(made.state(tmp_path / "state", image, SoftcopyVOILUTSequence=[window]))
    expected = 255 / (1 + np.exp(-4 * (RAMP.astype(float) - 1500) / 900))
    assert np.abs(at_one_to_one(load(scan(tmp_path / "image").series[0]), state) - expected).max() <= 0.5


def test_that_the_window_can_be_kept(tmp_path: Path):
    image = made.image(tmp_path / "image", RAMP)
    state = read_state(
        made.state(tmp_path / "state", image, SoftcopyVOILUTSequence=[WINDOW], PresentationLUTShape="INVERSE")
    )
    volume = load(scan(tmp_path / "image").series[0])
    view = replace(opening_view(volume, 64, 48), window=Window(7, 70), inverted=True)
    shown, kept = applied(state, volume, view, 64, 48, keep_window=True)
    assert (kept.window, kept.inverted) == (Window(7, 70), True)
    assert not shown.header.instances[0].is_inverse


@pytest.mark.parametrize(
    ("mode", "more", "zoom"),
    [
        ("SCALE TO FIT", {}, min(200 / 20, 100 / 30)),
        ("MAGNIFY", {"PresentationPixelMagnificationRatio": 2.5}, 2.5),
        ("TRUE SIZE", {"PresentationPixelSpacing": [0.5, 0.5]}, 0.5 * 4),
    ],
)
def test_that_the_displayed_area_is_in_the_middle_at_its_size(tmp_path: Path, mode, more, zoom):
    image = made.image(tmp_path / "image", RAMP)
    area = made.area((11, 6), (30, 35), mode, **more)
    state = read_state(made.state(tmp_path / "state", image, DisplayedAreaSelectionSequence=[area]))
    volume = load(scan(tmp_path / "image").series[0])
    _, view = applied(state, volume, opening_view(volume, 200, 100), 200, 100, px_per_mm=4.0)
    assert view.centre_px == (19.5, 19.5)  # pixels 10..29 and 5..34, counted from 0
    assert view.zoom == pytest.approx(zoom)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (2.0, -3.0), (0.5, 0.25)])
def test_that_the_mean_of_mask_frames_is_subtracted(tmp_path: Path, shift: tuple[float, float]):
    frames = RNG.integers(0, 1024, (6, 40, 50)).astype(np.uint16)
    image = made.image(tmp_path / "image", frames, BitsStored=12, HighBit=11)
    mask = made.item(
        MaskOperation="AVG_SUB", MaskFrameNumbers=[1, 2], ApplicableFrameRange=[4, 5], MaskSubPixelShift=list(shift)
    )
    window = made.item(WindowCenter=0, WindowWidth=800)
    path = made.state(tmp_path / "state", image, MaskSubtractionSequence=[mask], SoftcopyVOILUTSequence=[window])
    state, volume = read_state(path), load(scan(tmp_path / "image").series[0])
    shown, _ = applied(state, volume, opening_view(volume, 50, 40, 3), 50, 40)
    mean = frames[:2].astype(float).mean(axis=0)
    down, right = shift
    if down == round(down):
        mean = np.roll(mean, (int(down), int(right)), axis=(0, 1))
    else:
        y, x = np.mgrid[0:40, 0:50].astype(np.float32)
        mean = cv2.remap(mean, x - np.float32(right), y - np.float32(down), cv2.INTER_LINEAR)
    inner = (slice(4, -4), slice(4, -4))
    difference = shown.header.instances[3].rescale.values(shown.plane(3))
    assert np.abs(difference - (frames[3] - mean))[inner].max() < 0.51 if down != round(down) else True
    if down == round(down):
        assert np.array_equal(difference[inner], (frames[3] - mean)[inner])
    untouched = shown.header.instances[5].rescale.values(shown.plane(5))
    assert np.array_equal(untouched, frames[5])


def test_that_the_frame_before_is_subtracted_and_waited_for(tmp_path: Path):
    frames = RNG.integers(0, 1024, (4, 8, 9)).astype(np.uint16)
    image = made.image(tmp_path / "image", frames, BitsStored=12, HighBit=11)
    mask = made.item(MaskOperation="TID", TIDOffset=2)
    state = read_state(made.state(tmp_path / "state", image, MaskSubtractionSequence=[mask]))
    volume = load(scan(tmp_path / "image").series[0])
    shown, _ = applied(state, volume, opening_view(volume, 9, 8, 3), 9, 8)
    assert np.array_equal(shown.plane(3) / 8, frames[3].astype(float) - frames[1])
    assert np.array_equal(shown.plane(1) / 8, frames[1])  # nothing lies two frames before
    volume.loaded[1] = False
    assert list(shown.loaded) == [True, False, True, False]


def test_that_states_are_listed_for_the_series_that_they_are_about(tmp_path: Path):
    image = made.image(tmp_path / "image", BYTES)
    other = made.image(tmp_path / "other", BYTES, SeriesInstanceUID="1.2.3.5")
    own, foreign = (read_state(made.state(tmp_path / f"state{n}", of)) for n, of in enumerate((image, other)))
    headers = {header.series_uid: header for header in scan([tmp_path / "image", tmp_path / "other"]).series}
    assert states_for((own, foreign), headers["1.2.3.4"]) == (own,)
    assert (own.title, own.creator) == ("A test", "Doe Jane")


def test_that_a_presentation_table_behind_a_window_is_exact_at_whole_values():
    from viewers.drawing.grey import presented
    from viewers.volume import LookupTable

    table = LookupTable(0, 10, RNG.integers(0, 1024, 1024).astype("<u2").tobytes())
    for window in (Window(40, 400), Window(-600.0, 1500.0, "sigmoid"), Window(10, 17)):
        values = np.arange(-3000, 3000).astype(float)
        expected = table.outputs[np.rint(shares(values, window) * 1023).astype(int)] / 1023
        assert np.abs(shares(values, presented(window, table)) - expected).max() < 1e-4
