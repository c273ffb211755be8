"""What splits a series into stacks, what stacks are called, how their slices lie, and what is said of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import SecondaryCaptureImageStorage
from scipy.spatial.transform import Rotation

from viewers import geometry
from viewers.dicom.scan import scan
from viewers.volume import SeriesHeader

SliceOf = Callable[..., Dataset]
PIXELS = np.arange(30, dtype=np.int16).reshape(6, 5)
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass
class Writer:
    """Writes slices into a folder under names that say nothing."""

    folder: Path
    slice_of: SliceOf
    written: int = 0

    def add(
        self, position: tuple[float, ...] = (0, 0, 0), /, *, private: dict[int, object] | None = None, **tags: object
    ) -> None:
        self.written += 1
        data = self.slice_of(PIXELS, ImagePositionPatient=[round(float(v), 8) for v in position], **tags)
        for tag, value in (private or {}).items():
            data.add_new(tag, *value)  # type: ignore[misc]
        data.save_as(self.folder / f"{self.written * 7919 % 10007:05d}", enforce_file_format=True)

    def stacks(self) -> list[SeriesHeader]:
        return list(scan(self.folder).series)


@pytest.fixture
def writer(tmp_path: Path, slice_of: SliceOf) -> Writer:
    return Writer(tmp_path, slice_of)


@pytest.mark.parametrize(
    ("tags", "labels"),
    [
        ([{"ConvolutionKernel": "B30f"}, {"ConvolutionKernel": "B70f"}], ["kernel B30F", "kernel B70F"]),
        ([{"KVP": 80}, {"KVP": 140}], ["80 kV", "140 kV"]),
        ([{"ReconstructionDiameter": 200}, {"ReconstructionDiameter": 350}], ["field 200 mm", "field 350 mm"]),
        (
            [{"EchoNumbers": 1, "EchoTime": 12}, {"EchoNumbers": 2, "EchoTime": 90}],
            ["echo 1, TE 12 ms", "echo 2, TE 90 ms"],
        ),
        ([{"EchoTime": 90}, {"EchoTime": 12}], ["TE 12 ms", "TE 90 ms"]),
        ([{"DiffusionBValue": 1000.0}, {"DiffusionBValue": 0.0}], ["b 0", "b 1000"]),
        ([{"MonoenergeticEnergyEquivalent": 70.0}, {"MonoenergeticEnergyEquivalent": 40.0}], ["40 keV", "70 keV"]),
        ([{"InversionTime": 100}, {"InversionTime": 800}], ["TI 100 ms", "TI 800 ms"]),
        ([{"FlipAngle": 5}, {"FlipAngle": 15}], ["flip angle 5°", "flip angle 15°"]),
        (
            [{"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"]}, {"ImageType": ["ORIGINAL", "PRIMARY", "P", "ND"]}],
            ["magnitude", "phase"],
        ),
        ([{"ImageType": ["ORIGINAL", "PRIMARY"]}, {"ImageType": ["DERIVED", "PRIMARY"]}], ["original", "derived"]),
        ([{"ImageType": ["ORIGINAL", "PRIMARY", "W"]}, {"ImageType": ["ORIGINAL", "PRIMARY", "F"]}], ["fat", "water"]),
        ([{"ComplexImageComponent": "REAL"}, {"ComplexImageComponent": "IMAGINARY"}], ["imaginary", "real"]),
        ([{"TriggerTime": 400}, {"TriggerTime": 0}], ["phase 1 of 2", "phase 2 of 2"]),
        (
            [{"NominalPercentageOfCardiacPhase": 70.0}, {"NominalPercentageOfCardiacPhase": 40.0}],
            ["phase 1 of 2, 40 %", "phase 2 of 2, 70 %"],
        ),
        ([{"FrameReferenceTime": 9000}, {"FrameReferenceTime": 3000}], ["time 1 of 2", "time 2 of 2"]),
        ([{"SequenceName": "*ep_b0"}, {"SequenceName": "*ep_b800t"}], ["b 0", "b 800"]),
    ],
)
def test_that_each_kind_of_series_splits_and_says_by_what(
    writer: Writer, tags: list[dict[str, object]], labels: list[str]
) -> None:
    for z in (3, 1, 2, 0):
        for number, kind in enumerate(tags):
            writer.add((0, 0, z), InstanceNumber=z * 2 + number, Modality="MR", **kind)
    found = writer.stacks()
    assert [header.stack_label for header in found] == labels
    assert [header.description for header in found] == [f"Thin ({label})" for label in labels]
    assert [[i.position_mm[2] for i in header.instances if i.position_mm] for header in found] == [[0, 1, 2, 3]] * 2
    assert not [warning for header in found for warning in header.warnings]


@pytest.mark.parametrize(
    "private",
    [
        [{0x00190010: ("LO", "SIEMENS MR HEADER"), 0x0019100C: ("IS", b)} for b in (0, 1000)],
        [{0x00430010: ("LO", "GEMS_PARM_01"), 0x00431039: ("IS", [1_000_000_000 + b, 8, 0, 0])} for b in (0, 1000)],
        [{0x20010010: ("LO", "Philips Imaging DD 001"), 0x20011003: ("FL", float(b))} for b in (0, 1000)],
        [{0x00190010: ("LO", "SIEMENS MR HEADER"), 0x0019100C: ("UN", str(b).encode().ljust(4))} for b in (0, 1000)],
    ],
)
def test_that_makers_private_b_values_are_known(writer: Writer, private: list[dict[int, object]]) -> None:
    for z in range(3):
        for tags in private:
            writer.add((0, 0, z), Modality="MR", private=tags)
    assert [header.stack_label for header in writer.stacks()] == ["b 0", "b 1000"]


def test_that_another_makers_private_block_is_no_b_value(writer: Writer) -> None:
    for z in range(4):
        writer.add((0, 0, z), private={0x00190010: ("LO", "SOMEBODY"), 0x0019100C: ("IS", z)})
    assert [header.frames for header in writer.stacks()] == [4]


def test_that_diffusion_splits_by_b_value_and_then_by_direction(writer: Writer) -> None:
    directions = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    for z in range(3):
        writer.add((0, 0, z), Modality="MR", DiffusionBValue=0.0)
        for vector in directions:
            writer.add((0, 0, z), Modality="MR", DiffusionBValue=1000.0, DiffusionGradientOrientation=vector)
    labels = [header.stack_label for header in writer.stacks()]
    assert labels == ["b 0", *(f"b 1000, direction {n}" for n in (1, 2, 3))]


def test_that_a_time_series_keeps_the_relation_of_its_stacks(writer: Writer) -> None:
    for echo in (1, 2):
        for z in range(3):
            for phase in range(5):
                delay = phase * 40 + z  # the delay drifts from slice to slice
                writer.add((0, 0, z), Modality="MR", EchoNumbers=echo, TriggerTime=delay)
    found = writer.stacks()
    times = [header.time for header in found if header.time is not None]
    assert [(time.index, time.count) for time in times] == [(n, 5) for n in range(5)] * 2
    assert [time.at_ms for time in times] == [0, 40, 80, 120, 160] * 2
    assert len({time.group for time in times[:5]}) == len({time.group for time in times[5:]}) == 1
    assert times[0].group != times[5].group
    assert found[7].stack_label == "echo 2, phase 3 of 5"
    assert [header.frames for header in found] == [3] * 10


def test_that_times_at_a_single_place_are_one_stack_to_be_played(writer: Writer) -> None:
    for phase in (2, 0, 3, 1):
        writer.add((1, 2, 3), Modality="MR", TriggerTime=phase * 40, InstanceNumber=9 - phase)
    [header] = writer.stacks()
    assert header.in_time
    assert [instance.instance_number for instance in header.instances] == [9, 8, 7, 6]
    assert header.frame_ms == (40, 40, 40, 40)
    assert "no volume" in header.warnings[0]
    assert header.slice_spacing_mm is None


def test_that_slices_with_acquisitions_of_their_own_stay_one_volume(writer: Writer) -> None:
    for z in range(20):
        writer.add(
            (0, 0, z),
            AcquisitionNumber=z // 4,
            TriggerTime=z * 3,
            ContentTime=f"1010{z:02d}",
            ImageType=["ORIGINAL", "PRIMARY", "AXIAL", *(["ADD"] if z % 2 else [])],
        )
    [header] = writer.stacks()
    assert header.frames == 20
    assert header.stack_label == ""


def test_that_overlapping_acquisitions_are_told_apart(writer: Writer) -> None:
    for acquisition, start in ((1, 0), (2, 8)):
        for z in range(10):
            writer.add((0, 0, start + z), AcquisitionNumber=acquisition)
    assert [header.stack_label for header in writer.stacks()] == ["acquisition 1 of 2", "acquisition 2 of 2"]


def test_that_one_image_sent_twice_does_not_tear_the_volume(writer: Writer) -> None:
    for z in range(12):
        writer.add((0, 0, z), AcquisitionNumber=z // 3, ContentTime=f"1010{z:02d}")
    writer.add((0, 0, 5), AcquisitionNumber=1, ContentTime="120000")
    whole, copy = writer.stacks()
    assert (whole.frames, copy.frames) == (12, 1)
    assert copy.stack_label == "repeat 2"
    assert "At 1 of 12 places lie up to 2 images" in whole.warnings[0]


def test_that_fields_of_view_side_by_side_are_two_stacks(writer: Writer) -> None:
    for z in range(4):
        writer.add((0, 0, z))
        writer.add((200, 0, z))
    assert [header.stack_label for header in writer.stacks()] == ["field of view 1", "field of view 2"]


def test_that_localisers_and_captures_come_last_and_are_named(writer: Writer) -> None:
    for y in range(3):
        writer.add(
            (0, y, 0), ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"], ImageOrientationPatient=[1, 0, 0, 0, 0, -1]
        )
    writer.add((0, 0, 0), SOPClassUID=SecondaryCaptureImageStorage)
    for z in range(2):
        writer.add((0, 0, z))
    found = writer.stacks()
    assert [header.stack_label.split(",")[0] for header in found] == ["axial", "localiser", "secondary capture"]
    assert [header.frames for header in found] == [2, 3, 1]


def test_that_a_localiser_in_the_plane_of_the_volume_is_kept_apart(writer: Writer) -> None:
    for z in range(4):
        writer.add((0, 0, z))
    writer.add((0, 0, 1.5), ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    assert [(header.stack_label, header.frames) for header in writer.stacks()] == [("", 4), ("localiser", 1)]


def test_that_a_rotating_projection_is_one_stack_without_a_place(writer: Writer) -> None:
    for number in range(6):
        turned = Rotation.from_euler("z", 10 * number, degrees=True).as_matrix()
        orientation = [round(float(v), 6) for v in (*turned[:, 0], 0, 0, -1)]
        writer.add(
            ImageType=["DERIVED", "SECONDARY", "MIP"], ImageOrientationPatient=orientation, InstanceNumber=number
        )
    [header] = writer.stacks()
    assert header.affine is None
    assert [instance.instance_number for instance in header.instances] == list(range(6))
    assert "different sides" in header.warnings[0]


def test_that_a_mosaic_gets_no_place_that_its_slices_do_not_have(writer: Writer) -> None:
    writer.add(Modality="MR", ImageType=["ORIGINAL", "PRIMARY", "M", "MOSAIC"])
    [header] = writer.stacks()
    assert header.affine is None
    assert "mosaic" in header.warnings[0]


def test_that_missing_slices_are_counted_and_located(writer: Writer) -> None:
    for z in (0, 1, 2, 5, 6, 8):
        writer.add((0, 0, z * 2.5))
    [header] = writer.stacks()
    [warning] = header.warnings
    assert "2 of 5 steps differ from 2.50 mm" in warning
    assert "3 slices seem to be missing: after slice 3 (7.50 mm), after slice 5 (5.00 mm)" in warning


def test_that_variable_spacing_is_said_in_numbers(writer: Writer) -> None:
    for z in (0, 4, 8, 12, 19, 26):
        writer.add((0, 0, z))
    [warning] = writer.stacks()[0].warnings
    assert "not evenly spaced: 2 of 5 steps differ from 4.00 mm, the widest is 7.00 mm" in warning
    assert "missing" not in warning


def test_that_rounded_positions_are_not_uneven(writer: Writer) -> None:
    for z in range(40):
        writer.add((0, 0, round(z * 0.625, 1)))
    [header] = writer.stacks()
    assert header.warnings == ()
    assert header.slice_spacing_mm == pytest.approx(0.625, abs=0.01)


def test_that_gantry_tilt_is_said_in_degrees_of_geometry_and_of_the_file(writer: Writer) -> None:
    for z in range(5):
        writer.add((0, z * 5 * np.tan(np.radians(18)), z * 5), GantryDetectorTilt=-18)
    [header] = writer.stacks()
    assert "sheared against their normal by 18.0° (gantry tilt, -18° in the files)" in header.warnings[0]


def test_that_a_tilt_which_the_positions_do_not_show_is_said(writer: Writer) -> None:
    for z in range(3):
        writer.add((0, 0, z), GantryDetectorTilt=12)
    assert "tilt of 12°, but their positions show none" in writer.stacks()[0].warnings[0]


def test_that_positions_win_over_what_the_tags_say_of_spacing(writer: Writer) -> None:
    for z in range(4):
        writer.add((0, 0, z * 3), SpacingBetweenSlices=5, SliceThickness=1)
    [header] = writer.stacks()
    assert header.slice_spacing_mm == 3
    assert "SpacingBetweenSlices), their positions 3 mm" in header.warnings[0]


def test_that_a_slice_aside_is_found(writer: Writer) -> None:
    for z in range(5):
        writer.add((4.0 if z == 2 else 0, 0, z))
    assert "slice 3 lies 4.0 mm aside" in " ".join(writer.stacks()[0].warnings)


def test_that_rounding_noise_in_orientation_splits_nothing(writer: Writer) -> None:
    rng = np.random.default_rng(5)
    for z in range(8):
        noise = rng.normal(0, 2e-5, 6)
        writer.add((0, 0, z), ImageOrientationPatient=[round(float(v), 6) for v in np.array(AXIAL) + noise])
    [header] = writer.stacks()
    assert header.frames == 8
    assert header.warnings == ()


def test_that_exams_under_one_series_uid_are_one_volume_only_where_they_share_no_place(writer: Writer) -> None:
    for z in range(3):
        writer.add((0, 0, z), StudyInstanceUID=f"1.2.{z + 1}")
    [header] = writer.stacks()
    assert "3 different exams" in header.warnings[0]
    writer.add((0, 0, 1), StudyInstanceUID="1.2.9")
    assert [header.frames for header in writer.stacks()] == [1, 1, 1, 1]


angles = st.floats(-180, 180)


@st.composite
def orientations(draw: st.DrawFn) -> NDArray[np.float64]:
    turned = Rotation.from_euler("xyz", draw(st.tuples(angles, angles, angles)), degrees=True).as_matrix()
    return np.concatenate([turned[:, 0], turned[:, 1]])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    orientation=orientations(),
    step=st.floats(-6, 6).filter(lambda v: abs(v) > 0.2),
    tilt=st.floats(-0.4, 0.4),
    gaps=st.lists(st.integers(1, 3), min_size=1, max_size=6),
    times=st.integers(1, 3),
    order=st.randoms(use_true_random=False),
)
def test_that_every_voxel_lies_where_its_own_file_says_in_any_order_of_files(
    tmp_path_factory: pytest.TempPathFactory,
    slice_of: SliceOf,
    orientation: NDArray[np.float64],
    step: float,
    tilt: float,
    gaps: list[int],
    times: int,
    order: object,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    direction = geometry.normal(orientation) + tilt * orientation[3:]
    places = np.cumsum([0, *gaps]) * step
    jobs = [(place, time) for place in places for time in range(times)]
    order.shuffle(jobs)  # type: ignore[attr-defined]
    writer = Writer(folder, slice_of)
    for place, time in jobs:
        position = np.array([10.0, -20.0, 30.0]) + direction * place
        writer.add(
            tuple(position),
            ImageOrientationPatient=[round(float(v), 8) for v in orientation],
            TemporalPositionIdentifier=time + 1,
        )
    found = scan(folder).series
    assert [header.frames for header in found] == [len(places)] * times
    for header in found:
        assert header.affine is not None
        for index, instance in enumerate(header.instances):
            np.testing.assert_allclose(header.affine_at(index)[:3, 3], instance.position_mm, atol=1e-6)
        if len(set(gaps)) == 1:
            ours = geometry.apply(header.affine, [(0, 0, i) for i in range(header.frames)])
            np.testing.assert_allclose(ours, [i.position_mm for i in header.instances], atol=1e-6)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(names=st.permutations(range(12)))
def test_that_renaming_files_never_changes_the_stacks(
    tmp_path_factory: pytest.TempPathFactory, slice_of: SliceOf, names: list[int]
) -> None:
    source = tmp_path_factory.mktemp("source")
    writer = Writer(source, slice_of)
    for z in range(3):
        for b, direction in ((0.0, None), (800.0, [1.0, 0.0, 0.0]), (800.0, [0.0, 1.0, 0.0])):
            tags = {} if direction is None else {"DiffusionGradientOrientation": direction}
            writer.add((0, 0, z), Modality="MR", DiffusionBValue=b, **tags)
        writer.add((0, 0, z), Modality="MR", DiffusionBValue=0.0, ImageType=["DERIVED", "PRIMARY", "ADC"])
    shuffled = tmp_path_factory.mktemp("shuffled")
    for file, name in zip(sorted(source.iterdir()), names, strict=True):
        shutil.copy(file, shuffled / f"{name:02d}")
    assert _summary(scan(source).series) == _summary(scan(shuffled).series)


def _summary(series: tuple[SeriesHeader, ...]) -> list[object]:
    return [
        (h.key, h.description, h.warnings, h.time, [i.sop_uid for i in h.instances], np.asarray(h.affine).tolist())
        for h in series
    ]
