"""Multi-frame objects: functional groups, nuclear medicine's vectors, cines, dose grids, slides, and nonsense."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import (
    BreastTomosynthesisImageStorage,
    EnhancedMRImageStorage,
    EnhancedUSVolumeStorage,
    NuclearMedicineImageStorage,
    RTDoseStorage,
    UltrasoundMultiFrameImageStorage,
    VLWholeSlideMicroscopyImageStorage,
    XRayAngiographicImageStorage,
)

from viewers.dicom.load import load
from viewers.dicom.scan import Scan, scan
from viewers.volume import SeriesHeader

SliceOf = Callable[..., Dataset]
PLACED = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept")


def item(**elements: object) -> Sequence:
    data = Dataset()
    for name, value in elements.items():
        setattr(data, name, value)
    return Sequence([data])


def groups(**sequences: Sequence) -> Dataset:
    data = Dataset()
    for name, sequence in sequences.items():
        setattr(data, name, sequence)
    return data


def enhanced(slice_of: SliceOf, frames: list[Dataset], shared: Dataset, **elements: object) -> Dataset:
    pixels = np.stack([np.full((6, 5), number, np.int16) for number in range(len(frames))])
    tags: dict[str, object] = {"Modality": "MR", "SOPClassUID": EnhancedMRImageStorage, **elements}
    data = slice_of(pixels, NumberOfFrames=len(frames), **tags)
    for name in PLACED:
        delattr(data, name)
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    data.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return data


def shared_groups() -> Dataset:
    return groups(
        PlaneOrientationSequence=item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0]),
        PixelMeasuresSequence=item(PixelSpacing=[0.7, 0.5], SliceThickness=2),
    )


def place(z: float, **content: object) -> Dataset:
    found = groups(PlanePositionSequence=item(ImagePositionPatient=[0, 0, z]))
    if content:
        found.FrameContentSequence = item(**content)
    return found


def stacks_of(data: Dataset, folder: Path) -> tuple[SeriesHeader, ...]:
    data.save_as(folder / data.SOPInstanceUID, enforce_file_format=True)
    found = scan(folder)
    assert found.problems == ()
    return found.series


def heights(header: SeriesHeader) -> list[float]:
    return [instance.position_mm[2] for instance in header.instances if instance.position_mm]


def test_that_stack_ids_and_temporal_positions_become_stacks_in_order(slice_of: SliceOf, tmp_path: Path) -> None:
    frames = [
        place(z + 100 * (stack == "B"), StackID=stack, InStackPositionNumber=z + 1, TemporalPositionIndex=time)
        for time in (2, 1)
        for stack in ("B", "A")
        for z in (1, 0, 2)
    ]
    found = stacks_of(enhanced(slice_of, frames, shared_groups()), tmp_path)
    assert [header.stack_label for header in found] == [
        "stack A, time point 1 of 2",
        "stack A, time point 2 of 2",
        "stack B, time point 1 of 2",
        "stack B, time point 2 of 2",
    ]
    assert [heights(header) for header in found] == [[0, 1, 2]] * 2 + [[100, 101, 102]] * 2
    assert [header.time.index for header in found if header.time] == [0, 1, 0, 1]
    assert load(found[0]).stored[:, 0, 0].tolist() == [10, 9, 11]


def test_that_diffusion_of_an_enhanced_object_is_named(slice_of: SliceOf, tmp_path: Path) -> None:
    frames = []
    for z in range(2):
        for b, vector in ((0.0, None), (700.0, [1.0, 0.0, 0.0]), (700.0, [0.0, 1.0, 0.0])):
            frame = place(z)
            diffusion = item(DiffusionBValue=b)
            if vector:
                diffusion[0].DiffusionGradientDirectionSequence = item(DiffusionGradientOrientation=vector)
            frame.MRDiffusionSequence = diffusion
            frames.append(frame)
    found = stacks_of(enhanced(slice_of, frames, shared_groups()), tmp_path)
    assert [header.stack_label for header in found] == ["b 0", "b 700, direction 1", "b 700, direction 2"]


def test_that_frames_told_apart_only_by_an_index_dimension_are_stacks(slice_of: SliceOf, tmp_path: Path) -> None:
    frames = [place(z, DimensionIndexValues=[z + 1, contrast]) for z in range(3) for contrast in (1, 2)]
    dimensions = [(0x00200032, "Place"), (0x00180010, "Contrast")]
    index = Sequence([item(DimensionIndexPointer=tag, DimensionDescriptionLabel=name)[0] for tag, name in dimensions])
    found = stacks_of(enhanced(slice_of, frames, shared_groups(), DimensionIndexSequence=index), tmp_path)
    assert [header.stack_label for header in found] == ["Contrast 1", "Contrast 2"]


def test_that_a_single_slice_of_an_enhanced_cine_plays_in_time(slice_of: SliceOf, tmp_path: Path) -> None:
    frames = [place(5) for _ in range(4)]
    for number, frame in enumerate(frames):
        frame.CardiacSynchronizationSequence = item(NominalCardiacTriggerDelayTime=float((3 - number) * 30))
    [header] = stacks_of(enhanced(slice_of, frames, shared_groups()), tmp_path)
    assert header.in_time
    assert [instance.frame for instance in header.instances] == [3, 2, 1, 0]
    assert header.frame_ms == (30, 30, 30, 30)


def test_that_the_parts_of_a_concatenation_are_one_volume(slice_of: SliceOf, tmp_path: Path) -> None:
    for part in (2, 1):
        frames = [place(z + 3 * (part - 1)) for z in range(3)]
        data = enhanced(slice_of, frames, shared_groups(), InstanceNumber=3 - part)
        data.ConcatenationUID, data.InConcatenationNumber = "1.2.3.77", part
        data.ConcatenationFrameOffsetNumber = 3 * (part - 1)
        data.save_as(tmp_path / f"part{part}", enforce_file_format=True)
    [header] = scan(tmp_path).series
    assert heights(header) == [0, 1, 2, 3, 4, 5]


def test_that_a_concatenation_without_places_keeps_its_frame_order(slice_of: SliceOf, tmp_path: Path) -> None:
    for part in (1, 2):
        data = enhanced(slice_of, [groups() for _ in range(3)], groups())
        data.ConcatenationUID, data.ConcatenationFrameOffsetNumber = "1.2.3.77", 3 * (2 - part)
        data.save_as(tmp_path / f"part{part}", enforce_file_format=True)
    [header] = scan(tmp_path).series
    assert [instance.path.name for instance in header.instances] == ["part2"] * 3 + ["part1"] * 3


def test_that_tomosynthesis_slices_are_a_volume(slice_of: SliceOf, tmp_path: Path) -> None:
    frames = [place(z) for z in (4, 3, 2, 1)]
    data = enhanced(slice_of, frames, shared_groups(), Modality="MG", SOPClassUID=BreastTomosynthesisImageStorage)
    [header] = stacks_of(data, tmp_path)
    assert heights(header) == [1, 2, 3, 4]
    assert header.affine is not None


def test_that_an_ultrasound_volume_has_spacing_but_no_place_in_the_patient(slice_of: SliceOf, tmp_path: Path) -> None:
    shared = groups(
        PlaneOrientationVolumeSequence=item(ImageOrientationVolume=[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
        PixelMeasuresSequence=item(PixelSpacing=[0.7, 0.5]),
    )
    frames = [groups(PlanePositionVolumeSequence=item(ImagePositionVolume=[0.0, 0.0, z])) for z in (1.0, 0.0, 0.5)]
    data = enhanced(slice_of, frames, shared, Modality="US", SOPClassUID=EnhancedUSVolumeStorage)
    [header] = stacks_of(data, tmp_path)
    assert [instance.frame for instance in header.instances] == [1, 2, 0]
    assert (header.affine, header.slice_spacing_mm) == (None, 0.5)
    assert "probe's own space" in header.warnings[0]


def nuclear(slice_of: SliceOf, count: int, kind: str, **elements: object) -> Dataset:
    frames = np.arange(count * 30, dtype=np.uint16).reshape(count, 6, 5)
    data = slice_of(frames, Modality="NM", SOPClassUID=NuclearMedicineImageStorage, NumberOfFrames=count, **elements)
    data.ImageType = ["ORIGINAL", "PRIMARY", kind, "EMISSION"]
    for name in ("ImagePositionPatient", "ImageOrientationPatient"):
        delattr(data, name)
    return data


@pytest.mark.parametrize(("step", "order"), [(2.5, [0, 1, 2]), (-2.5, [2, 1, 0])])
def test_that_reconstructed_nuclear_slices_are_stacked_along_the_normal(
    slice_of: SliceOf, tmp_path: Path, step: float, order: list[int]
) -> None:
    data = nuclear(slice_of, 3, "RECON TOMO", SliceVector=[1, 2, 3], SpacingBetweenSlices=step)
    plane = {"ImagePositionPatient": [1, 2, 3], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
    data.DetectorInformationSequence = item(**plane)
    [header] = stacks_of(data, tmp_path)
    assert [instance.frame for instance in header.instances] == order
    assert sorted(heights(header)) == sorted(3 + step * n for n in range(3))
    assert header.slice_spacing_mm == 2.5


def test_that_gated_nuclear_slices_become_phases(slice_of: SliceOf, tmp_path: Path) -> None:
    slices, slots = [1, 2, 3] * 4, [slot for slot in (1, 2, 3, 4) for _ in range(3)]
    data = nuclear(slice_of, 12, "RECON GATED TOMO", SliceVector=slices, TimeSlotVector=slots, SpacingBetweenSlices=4)
    plane = {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}
    data.DetectorInformationSequence = item(**plane)
    found = stacks_of(data, tmp_path)
    assert [header.stack_label for header in found] == [f"time point {n} of 4" for n in (1, 2, 3, 4)]
    assert [[instance.frame for instance in header.instances] for header in found][1] == [3, 4, 5]


def test_that_planar_nuclear_frames_carry_labels(slice_of: SliceOf, tmp_path: Path) -> None:
    data = nuclear(slice_of, 4, "WHOLE BODY", DetectorVector=[1, 2, 1, 2], EnergyWindowVector=[1, 1, 2, 2])
    detectors = [item(ViewCodeSequence=item(CodeMeaning=view))[0] for view in ("Anterior", "Posterior")]
    data.DetectorInformationSequence = Sequence(detectors)
    [header] = stacks_of(data, tmp_path)
    assert header.affine is None
    assert header.instances[3].label == "energy window 2, detector 2 (posterior)"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"FrameTime": 33.3}, (33.3,)),
        ({"FrameTimeVector": [0, 10, 20, 30]}, (10, 20, 30, 20)),
        ({"CineRate": 25}, (40,)),
        ({"RecommendedDisplayFrameRate": 50, "FrameTime": 33.3}, (20,)),
        ({"FrameTime": 0, "CineRate": 10}, (100,)),
        ({"FrameTimeVector": [0, 10]}, ()),
        ({}, ()),
    ],
)
def test_that_cines_say_how_long_each_frame_stays(
    slice_of: SliceOf, tmp_path: Path, tags: dict[str, object], expected: tuple[float, ...]
) -> None:
    frames = np.zeros((4, 6, 5), np.uint8)
    data = slice_of(frames, Modality="US", SOPClassUID=UltrasoundMultiFrameImageStorage, NumberOfFrames=4, **tags)
    [header] = stacks_of(data, tmp_path)
    assert header.frame_ms == pytest.approx(expected)


def test_that_x_ray_frames_say_their_angles(slice_of: SliceOf, tmp_path: Path) -> None:
    frames = np.zeros((3, 6, 5), np.uint8)
    data = slice_of(frames, Modality="XA", SOPClassUID=XRayAngiographicImageStorage, NumberOfFrames=3)
    data.PositionerPrimaryAngle, data.PositionerSecondaryAngle = 10, -5
    data.PositionerPrimaryAngleIncrement = [0, -10, -40]
    [header] = stacks_of(data, tmp_path)
    assert [instance.label for instance in header.instances] == ["LAO 10°, CAU 5°", "LAO 0°, CAU 5°", "RAO 30°, CAU 5°"]


@pytest.mark.parametrize("first", [0.0, 30.0])
def test_that_dose_planes_lie_at_their_offsets(slice_of: SliceOf, tmp_path: Path, first: float) -> None:
    frames = np.zeros((3, 6, 5), np.uint16)
    data = slice_of(frames, Modality="RTDOSE", SOPClassUID=RTDoseStorage, NumberOfFrames=3)
    data.ImagePositionPatient, data.GridFrameOffsetVector = [0, 0, 30], [first, first + 3, first + 6]
    [header] = stacks_of(data, tmp_path)
    assert heights(header) == [30, 33, 36]


def test_that_tiles_of_a_slide_say_what_they_are(slice_of: SliceOf, tmp_path: Path) -> None:
    frames = np.zeros((6, 6, 5), np.uint8)
    data = slice_of(frames, Modality="SM", SOPClassUID=VLWholeSlideMicroscopyImageStorage, NumberOfFrames=6)
    for name in PLACED:
        delattr(data, name)
    data.TotalPixelMatrixColumns, data.TotalPixelMatrixRows = 15, 12
    data.DimensionOrganizationType = "TILED_FULL"
    data.SharedFunctionalGroupsSequence = Sequence([groups(PixelMeasuresSequence=item(PixelSpacing=[0.1, 0.1]))])
    [header] = stacks_of(data, tmp_path)
    assert header.affine is None
    assert "tiles of one picture of 15 × 12 pixels" in header.warnings[0]
    assert header.instances[4].label == "tile at column 6, row 7"


GROUP_TAGS = (
    "PlanePositionSequence", "PlaneOrientationSequence", "PixelMeasuresSequence", "FrameContentSequence",
    "MRDiffusionSequence", "MREchoSequence", "PixelValueTransformationSequence", "FrameVOILUTSequence",
    "CardiacSynchronizationSequence", "PlanePositionVolumeSequence", "PlaneOrientationVolumeSequence",
)  # fmt: skip
FIELDS = {
    "ImagePositionPatient": ("DS", st.lists(st.sampled_from(["0", "1e9", "-3.5", ""]), max_size=4)),
    "ImageOrientationPatient": ("DS", st.lists(st.sampled_from(["0", "1", "-1"]), min_size=0, max_size=7)),
    "PixelSpacing": ("DS", st.lists(st.sampled_from(["0", "0.5", "-1"]), max_size=3)),
    "TemporalPositionIndex": ("UL", st.integers(0, 3)),
    "StackID": ("SH", st.sampled_from(["", "1", "x"])),
    "DimensionIndexValues": ("UL", st.lists(st.integers(0, 5), max_size=4)),
    "DiffusionBValue": ("FD", st.sampled_from([0.0, float("nan"), float("inf"), -1.0])),
    "EffectiveEchoTime": ("FD", st.floats(allow_nan=True)),
    "RescaleSlope": ("DS", st.sampled_from(["0", "1", ""])),
    "WindowWidth": ("DS", st.lists(st.sampled_from(["0", "-5", "40"]), max_size=3)),
    "NominalCardiacTriggerDelayTime": ("FD", st.floats(allow_nan=True)),
    "ImagePositionVolume": ("FD", st.lists(st.floats(allow_nan=True), max_size=4)),
    "ImageOrientationVolume": ("FD", st.lists(st.floats(-1, 1), min_size=5, max_size=7)),
}  # fmt: skip


@st.composite
def odd_groups(draw: st.DrawFn) -> Dataset:
    found = Dataset()
    for name in draw(st.lists(st.sampled_from(GROUP_TAGS), unique=True)):
        inner = Dataset()
        for field in draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=3, unique=True)):
            vr, values = FIELDS[field]
            inner.add(DataElement(Tag(field), vr, draw(values)))
        setattr(found, name, Sequence([inner][: draw(st.integers(0, 1))]))
    return found


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(odd_groups(), st.lists(odd_groups(), min_size=1, max_size=4), st.integers(-1, 5))
def test_that_odd_functional_groups_are_shown_or_explained(
    tmp_path_factory: pytest.TempPathFactory, slice_of: SliceOf, shared: Dataset, frames: list[Dataset], count: int
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    data = enhanced(slice_of, frames, shared)
    data.NumberOfFrames = count
    data.save_as(folder / "odd", enforce_file_format=True)
    found = scan(folder)
    shown = [instance for header in found.series for instance in header.instances]
    assert len(shown) == (max(1, count) if not found.problems else 0)
    assert all(problem.what.endswith(".") for problem in found.problems)
    assert all(header.affine is None or np.isfinite(header.affine).all() for header in found.series)


def test_that_each_shared_multi_frame_file_shows_every_frame(shared: Path, manifest: list[dict[str, str]]) -> None:
    seen = 0
    for row in manifest:
        if not row["frames"].isdecimal() or int(row["frames"]) < 2 or row["modality"] in ("SEG", ""):
            continue
        found: Scan = scan(shared / row["path"])
        frames = [(i.path, i.frame) for header in found.series for i in header.instances]
        if found.series:
            assert len(set(frames)) == len(frames) == int(row["frames"]), row["path"]
            seen += 1
    assert seen > 20
