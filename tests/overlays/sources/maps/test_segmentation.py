"""Segmentations of every sort and encoding, sparse, shuffled, tilted, overlapping, broken: to the voxel."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from overlays.faults import Fault, fault_of
from overlays.result import AIMap, AIResult, ImageRef
from overlays.sources.maps import segmentation
from overlays.sources.maps.segmentation_labels import homes
from study_configs.problem import StudyProblem
from tests.pace import within_ms

Maker = Callable[..., Path]
Mask = NDArray[np.uint8]
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
PLAIN = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)
OBLIQUE = (0.8, 0.6, 0.0, -0.36, 0.48, 0.8)


def read(path: Path) -> AIResult:
    [result] = segmentation.read(path)
    return result


def masks(count: int, shape: tuple[int, int] = (5, 7), seed: int = 1, high: int = 2) -> Mask:
    return np.random.default_rng(seed).integers(0, high, (count, *shape), np.uint8)


def stacked(pixels: Mask, number: int = 1) -> list[tuple[int, tuple[float, float, float], Mask]]:
    return [(number, (-10.0, 20.0, 3.0 * at), each) for at, each in enumerate(pixels)]


# --- encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", [*PLAIN, DEFLATED_FRAMES, RLELossless])
@pytest.mark.parametrize("shape", [(4, 8), (5, 7), (3, 3)])
def test_that_bits_are_read_in_every_encoding_also_where_frames_end_within_bytes(
    tmp_path: Path, segmentation_of: Maker, syntax: str, shape: tuple[int, int]
) -> None:
    pixels = masks(5, shape)
    [found] = read(segmentation_of(tmp_path / "seg.dcm", stacked(pixels), syntax=syntax)).maps
    assert found.kind == "binary"
    assert np.array_equal(found.values, pixels)


@pytest.mark.parametrize(
    "syntax", [*PLAIN, DEFLATED_FRAMES, RLELossless, JPEG2000Lossless, JPEGLSLossless, JPEGLosslessSV1]
)
@pytest.mark.parametrize(("kind", "bits"), [("FRACTIONAL", 8), ("LABELMAP", 8), ("LABELMAP", 16)])
def test_that_fractions_and_labels_are_read_in_every_encoding(
    tmp_path: Path, segmentation_of: Maker, syntax: str, kind: str, bits: int
) -> None:
    pixels = masks(3, (16, 24), high=200).astype(np.uint16) * (300 if bits == 16 else 1)
    frames = [(1 if kind == "FRACTIONAL" else 0, at, each) for _, at, each in stacked(pixels)]
    path = segmentation_of(tmp_path / "seg.dcm", frames, syntax=syntax, kind=kind, bits=bits)
    [found] = read(path).maps
    assert found.values.dtype == (np.uint16 if bits == 16 else np.uint8)
    assert np.array_equal(found.values, pixels)


def test_that_sequences_without_lengths_are_read_as_those_with_lengths(
    tmp_path: Path, segmentation_of: Maker, lengthless: Callable[[Dataset], None]
) -> None:
    frames = [*stacked(masks(4), 1), *stacked(masks(4, seed=2), 2)]
    plain = read(segmentation_of(tmp_path / "plain.dcm", frames))
    other = read(segmentation_of(tmp_path / "other.dcm", frames, change=lengthless))
    for one, two in zip(plain.maps, other.maps, strict=True):
        assert np.array_equal(one.values, two.values)
        assert np.array_equal(one.affine, two.affine)


def test_that_binary_in_whole_bytes_counts_whatever_is_not_nothing(tmp_path: Path, segmentation_of: Maker) -> None:
    pixels = masks(3) * 255
    [found] = read(segmentation_of(tmp_path / "seg.dcm", stacked(pixels), bits=8)).maps
    assert np.array_equal(found.values, pixels > 0)


def test_that_frames_that_are_decoded_ahead_never_mix(tmp_path: Path, segmentation_of: Maker) -> None:
    pixels = np.repeat(np.arange(1, 251, dtype=np.uint8), 4).reshape(250, 2, 2)
    frames = [(0, at, each) for _, at, each in stacked(pixels)]
    for turn in range(4):
        path = segmentation_of(tmp_path / f"{turn}.dcm", frames, kind="LABELMAP", syntax=RLELossless)
        assert np.array_equal(read(path).maps[0].values, pixels)


# --- planes ---------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    planes=st.integers(1, 8),
    segments=st.integers(1, 5),
    step=st.sampled_from([0.6, 1.0, 2.5, -3.0]),
    lean=st.sampled_from([0.0, 0.35]),
    orientation=st.sampled_from([(1, 0, 0, 0, 1, 0), (0, 1, 0, 0, 0, -1), OBLIQUE]),
    syntax=st.sampled_from([*PLAIN, RLELossless]),
)
def test_that_any_frames_come_back_at_their_places(
    tmp_path: Path,
    segmentation_of: Maker,
    seed: int,
    shape: tuple[int, int],
    planes: int,
    segments: int,
    step: float,
    lean: float,
    orientation: tuple[float, ...],
    syntax: str,
) -> None:
    """Random masks that overlap, in random order, most of the frames left out, on any grid."""
    rng = random.Random(seed)
    rows, columns = np.array(orientation[:3]), np.array(orientation[3:])
    towards = np.cross(rows, columns) * step + columns * lean
    frames = []
    for number in range(1, segments + 1):
        for plane in range(planes):
            if rng.random() < 0.6 or (number, plane) == (1, 0):
                at = tuple(round(float(v), 6) for v in (-7.0, 11.0, 13.0) + towards * plane)
                pixels = np.random.default_rng(seed + number * 100 + plane).integers(0, 2, shape, np.uint8)
                frames.append((number, at, pixels * rng.choice((0, 1, 1))))
    rng.shuffle(frames)
    measures = {"SpacingBetweenSlices": abs(step)} if rng.random() < 0.5 else {}
    fresh = tmp_path / f"{time.perf_counter_ns()}.dcm"  # files are known by name, size and time of change
    path = segmentation_of(fresh, frames, orientation=orientation, syntax=syntax, measures=measures)
    check_frames(read(path), frames)


def check_frames(result: AIResult, frames: list[tuple[int, tuple[float, ...], Mask]]) -> None:
    """Every voxel of every frame is where it should be, and no other voxel is set."""
    count = 0
    is_single = len({number for number, _, _ in frames}) == 1
    for number, at, pixels in frames:
        [home] = [each for each in result.maps if any(s.number == (1 if is_single else number) for s in each.segments)]
        place = np.linalg.solve(home.affine[:3, :3], at - home.affine[:3, 3])
        assert np.allclose(place[:2], 0, atol=0.02)
        plane = plane_at(home, place[2])
        assert np.array_equal(home.values[plane] == (1 if is_single else number), pixels > 0)
        count += int((pixels > 0).sum())
    assert count == sum(int(np.count_nonzero(each.values)) for each in result.maps)


def plane_at(home: AIMap, place: float) -> int:
    if home.places:
        plane = int(np.abs(np.array(home.places) - place).argmin())
        assert home.places[plane] == pytest.approx(place, abs=0.01)
        return plane
    assert place == pytest.approx(round(place), abs=0.02)
    return round(place)


def test_that_missing_planes_are_empty_and_the_step_is_the_files(tmp_path: Path, segmentation_of: Maker) -> None:
    pixels = masks(3)
    frames = [(1, (0.0, 0.0, z), each) for z, each in zip((4.0, 0.0, 10.0), pixels, strict=True)]
    [found] = read(segmentation_of(tmp_path / "seg.dcm", frames, measures={"SpacingBetweenSlices": 2.0})).maps
    assert found.values.shape[0] == 6
    assert found.affine[2, 2] == pytest.approx(2.0)
    assert np.array_equal(found.values[[2, 0, 5]], pixels)
    assert not found.values[[1, 3, 4]].any()


def test_that_uneven_planes_keep_their_places(tmp_path: Path, segmentation_of: Maker) -> None:
    heights = (0.0, 1.0, 2.3, 5.0)
    frames = [(1, (0.0, 0.0, z), each) for z, each in zip(heights, masks(4), strict=True)]
    [found] = read(segmentation_of(tmp_path / "seg.dcm", frames)).maps
    assert len(found.values) == 4
    assert [found.affine[2, 2] * place for place in found.places] == pytest.approx(heights)


def test_that_planes_far_apart_take_no_memory_for_the_nothing_between(tmp_path: Path, segmentation_of: Maker) -> None:
    frames = [(1, (0.0, 0.0, z), each) for z, each in zip((0.0, 1.0, 900_000.0), masks(3), strict=True)]
    [found] = read(segmentation_of(tmp_path / "seg.dcm", frames)).maps
    assert len(found.values) == 3
    assert found.affine[2, 2] * found.places[2] == pytest.approx(900_000.0)


def test_that_slice_thickness_is_not_taken_for_the_step(tmp_path: Path, segmentation_of: Maker) -> None:
    [found] = read(segmentation_of(tmp_path / "seg.dcm", stacked(masks(4)), measures={"SliceThickness": 1.3})).maps
    assert found.affine[2, 2] == pytest.approx(3.0)


def test_that_planes_shifted_against_each_other_are_refused(tmp_path: Path, segmentation_of: Maker) -> None:
    frames = [(1, (0.0 if z != 2 else 4.0, 0.0, float(z)), each) for z, each in enumerate(masks(4))]
    with pytest.raises(StudyProblem, match=r"shifted sideways.*0020,0032"):
        read(segmentation_of(tmp_path / "seg.dcm", frames))


def test_that_frames_of_two_directions_become_maps_of_their_own(tmp_path: Path, segmentation_of: Maker) -> None:
    pixels = masks(2)
    turned = Dataset()
    turned.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
    other = Dataset()
    other.PlaneOrientationSequence = [turned]
    path = segmentation_of(tmp_path / "seg.dcm", stacked(pixels), own=[Dataset(), other])
    one, two = read(path).maps
    assert np.array_equal(one.values[0], pixels[0])
    assert np.array_equal(two.values[0], pixels[1])
    assert not np.allclose(one.affine, two.affine)


# --- images ---------------------------------------------------------------------------------------------------------


def test_that_a_cine_is_read_by_frame_number(
    tmp_path: Path, segmentation_of: Maker, source_of: Callable[..., Dataset]
) -> None:
    pixels = masks(3)
    own = [source_of("1.2.3.7", frame) for frame in (12, 3, 7)]
    frames = [(1, None, each) for each in pixels]
    [found] = read(segmentation_of(tmp_path / "seg.dcm", frames, own=own)).maps
    assert found.images == (ImageRef("1.2.3.7", 11), ImageRef("1.2.3.7", 2), ImageRef("1.2.3.7", 6))
    assert np.array_equal(found.values, pixels)


def test_that_moments_at_one_place_are_told_apart_by_their_images(
    tmp_path: Path, segmentation_of: Maker, source_of: Callable[..., Dataset]
) -> None:
    pixels = masks(4)
    frames = [(1, (0.0, 0.0, float(at % 2)), each) for at, each in enumerate(pixels)]
    own = [source_of(f"1.2.3.{at + 50}") for at in range(4)]
    [found] = read(segmentation_of(tmp_path / "seg.dcm", frames, own=own)).maps
    assert [each.sop_uid for each in found.images] == [f"1.2.3.{at + 50}" for at in range(4)]
    assert np.array_equal(found.values, pixels)


def test_that_one_segment_twice_at_one_place_without_images_is_refused(tmp_path: Path, segmentation_of: Maker) -> None:
    frames = [(1, (0.0, 0.0, 0.0), each) for each in masks(2)]
    with pytest.raises(StudyProblem, match="Frames 1 and 2 show the same segment at the same place"):
        read(segmentation_of(tmp_path / "seg.dcm", frames))


def test_that_frames_that_belong_nowhere_are_refused(tmp_path: Path, segmentation_of: Maker) -> None:
    with pytest.raises(StudyProblem, match="names neither its place"):
        read(segmentation_of(tmp_path / "seg.dcm", [(1, None, each) for each in masks(2)]))


def test_that_tiles_in_a_fixed_order_are_refused_in_words(tmp_path: Path, segmentation_of: Maker) -> None:
    def undescribed(data: Dataset) -> None:
        del data.PerFrameFunctionalGroupsSequence

    with pytest.raises(StudyProblem, match="TILED_FULL"):
        read(segmentation_of(tmp_path / "seg.dcm", stacked(masks(2)), change=undescribed))


# --- segments -------------------------------------------------------------------------------------------------------


def test_that_everything_that_a_segment_says_of_itself_is_kept(
    tmp_path: Path, segmentation_of: Maker, segment_of: Callable[..., Dataset]
) -> None:
    said = segment_of(
        1, "Läsion", TrackingID="T1", TrackingUID="1.2.9", RecommendedDisplayCIELabValue=[34885, 53485, 50171]
    )
    result = read(segmentation_of(tmp_path / "seg.dcm", stacked(masks(2)), segments=[said]))
    [found] = result.maps[0].segments
    assert (found.label, found.tracking_id, found.tracking_uid) == ("Läsion", "T1", "1.2.9")
    assert found.code is not None
    assert found.code.meaning == "Liver"
    assert found.colour is not None
    assert found.colour[0] > 200 > 60 > found.colour[2]
    assert (result.provenance.model, result.provenance.maker, result.provenance.version) == ("LiverAid", "Lab", "2.1")
    assert result.provenance.form == "DICOM SEG"
    assert (result.patient, result.series_uid, result.frame_of_reference_uid) == ("P1", "1.2.3.5", "1.2.3.6")
    assert result.sop_uid == "1.2.3.99"


def test_that_a_segment_without_a_label_is_read_and_remarked(
    tmp_path: Path, segmentation_of: Maker, segment_of: Callable[..., Dataset]
) -> None:
    result = read(segmentation_of(tmp_path / "seg.dcm", stacked(masks(2), 3), segments=[segment_of(3)]))
    assert result.maps[0].segments[0].label == "segment 3"
    assert result.remarks == ("segment 3 has no label (0062,0005)",)


def test_that_many_segments_without_a_label_are_one_remark(
    tmp_path: Path, segmentation_of: Maker, segment_of: Callable[..., Dataset]
) -> None:
    segments = [segment_of(number) for number in (1, 2, 3, 7)]
    result = read(segmentation_of(tmp_path / "seg.dcm", stacked(masks(2), 3), segments=segments))
    assert result.remarks == ("4 segments have no label (0062,0005): 1-3, 7", "3 segments have no frames: 1-2, 7")
    assert fault_of(result.remarks[0]) is Fault.NO_LABEL


@pytest.mark.slow
def test_that_a_label_map_with_every_number_that_there_is_is_read_at_once(
    tmp_path: Path, segmentation_of: Maker, segment_of: Callable[..., Dataset]
) -> None:
    frames = [(0, at, np.full(each.shape, 65_535, np.uint16)) for _, at, each in stacked(masks(2))]
    segments = [segment_of(number) for number in range(1, 65_536)]
    path = segmentation_of(tmp_path / "seg.dcm", frames, kind="LABELMAP", bits=16, segments=segments)
    with within_ms(8_000):  # half of it on a quiet core
        result = read(path)
    assert result.remarks == ("65535 segments have no label (0062,0005): 1-65535",)
    assert len(result.maps[0].segments) == 65_535


@pytest.mark.parametrize(
    ("segments", "words"),
    [([2], "shows segment 1"), ([1, 1], "described twice"), ([], "describes no segments")],
)
def test_that_segments_that_are_not_described_are_refused(
    tmp_path: Path, segmentation_of: Maker, segment_of: Callable[..., Dataset], segments: list[int], words: str
) -> None:
    def told(data: Dataset) -> None:
        data.SegmentSequence = [segment_of(number, "x") for number in segments]

    with pytest.raises(StudyProblem, match=words):
        read(segmentation_of(tmp_path / "seg.dcm", stacked(masks(2)), change=told))


def test_that_labels_that_no_segment_has_are_refused(
    tmp_path: Path, segmentation_of: Maker, segment_of: Callable[..., Dataset]
) -> None:
    frames = [(0, at, each) for _, at, each in stacked(masks(2, high=4))]
    path = segmentation_of(tmp_path / "seg.dcm", frames, kind="LABELMAP", segments=[segment_of(1, "a")])
    with pytest.raises(StudyProblem, match="the numbers 2, 3"):
        read(path)


def test_that_the_padding_value_of_a_label_map_is_nothing(
    tmp_path: Path, segmentation_of: Maker, segment_of: Callable[..., Dataset]
) -> None:
    def padded(data: Dataset) -> None:
        data.PixelPaddingValue = 9

    pixels = np.array([[[0, 0, 9], [1, 9, 9]]], np.uint8)
    frames = [(0, (0.0, 0.0, 0.0), pixels[0])]
    told = [segment_of(0, "zero"), segment_of(1, "one")]
    path = segmentation_of(tmp_path / "seg.dcm", frames, kind="LABELMAP", segments=told, change=padded)
    [found] = read(path).maps
    assert found.values.tolist() == [[[9, 9, 0], [1, 0, 0]]]
    assert {each.number: each.label for each in found.segments} == {1: "one", 9: "zero"}


def test_that_values_above_the_maximum_are_remarked(tmp_path: Path, segmentation_of: Maker) -> None:
    def small(data: Dataset) -> None:
        data.MaximumFractionalValue = 100

    pixels = masks(2, high=200)
    result = read(segmentation_of(tmp_path / "seg.dcm", stacked(pixels), kind="FRACTIONAL", change=small))
    assert np.array_equal(result.maps[0].values, pixels)
    assert "MaximumFractionalValue" in result.remarks[0]


def test_that_fractional_segments_have_maps_of_their_own(tmp_path: Path, segmentation_of: Maker) -> None:
    one, two = masks(3, high=256), masks(2, seed=2, high=256)
    frames = [*stacked(one, 1), *stacked(two, 2)]
    found = read(segmentation_of(tmp_path / "seg.dcm", frames, kind="FRACTIONAL")).maps
    assert [each.label for each in found] == ["part 1", "part 2"]
    assert np.array_equal(found[0].values, one)
    assert np.array_equal(found[1].values[:2], two)


@given(st.sets(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda pair: pair[0] < pair[1])))
def test_that_segments_that_meet_never_share_a_map(meetings: set[tuple[int, int]]) -> None:
    found = homes(range(1, 13), meetings)
    assert all(found[one] != found[other] for one, other in meetings)
    assert len(set(found.values())) <= 1 + max(
        (sum(number in pair for pair in meetings) for number in range(1, 13)), default=0
    )


# --- large and hostile ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_that_twenty_thousand_frames_are_read_in_seconds(tmp_path: Path, segmentation_of: Maker) -> None:
    pixels = masks(20, (8, 8))
    frames = [(1 + at % 50, (0.0, 0.0, float(at // 50)), pixels[at % 20]) for at in range(20_000)]
    path = segmentation_of(tmp_path / "seg.dcm", frames)
    with within_ms(20_000):
        result = read(path)
    assert {s.number for each in result.maps for s in each.segments} == set(range(1, 51))
    assert all(each.values.shape == (400, 8, 8) for each in result.maps)


def test_that_maps_larger_than_the_memory_are_refused_in_words(tmp_path: Path, segmentation_of: Maker) -> None:
    def swollen(data: Dataset) -> None:
        data.Rows = data.Columns = 65_000

    frames = [(0, at, each) for _, at, each in stacked(masks(3, (4, 4)))]
    with pytest.raises(StudyProblem):
        read(segmentation_of(tmp_path / "seg.dcm", frames, kind="LABELMAP", change=swollen))


@pytest.mark.slow
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless])
@pytest.mark.parametrize("with_lengths", [True, False])
def test_that_mutated_bytes_are_read_or_refused_and_nothing_else(
    tmp_path: Path,
    segmentation_of: Maker,
    source_of: Callable[..., Dataset],
    lengthless: Callable[[Dataset], None],
    syntax: str,
    with_lengths: bool,
) -> None:
    frames = [*stacked(masks(3), 1), *stacked(masks(3, seed=2), 2)]
    own = [source_of(f"1.2.3.{at}") for at in range(6)]
    change = {} if with_lengths else {"change": lengthless}
    whole = segmentation_of(tmp_path / "seg.dcm", frames, syntax=syntax, own=own, **change).read_bytes()
    rng = random.Random(7)
    for number in range(300):
        changed = bytearray(whole)
        for _ in range(rng.choice((1, 1, 2, 8))):
            changed[rng.randrange(132, len(changed))] = rng.choice((0, 1, 0x7F, 0xFF, rng.randrange(256)))
        if number % 10 == 0:
            del changed[rng.randrange(132, len(changed)) :]
        path = tmp_path / "mutant.dcm"
        path.write_bytes(changed)
        with within_ms(5_000), suppress(StudyProblem):
            segmentation.read(path)
