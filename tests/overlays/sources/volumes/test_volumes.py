"""NIfTI, NRRD and MetaImage volumes lie where nibabel and SimpleITK say, and hostile ones are refused."""

from __future__ import annotations

import contextlib
import gzip
import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813 its own name for itself
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overlays.result import AIMap, Provenance, Segment
from overlays.sources.forms import read
from overlays.sources.volumes import metaimage, nifti, nrrd, voxels
from study_configs.problem import StudyProblem

MODEL = Provenance("model", "m")
TO_LPS = np.diag([-1.0, -1, 1, 1])
INDICES = [(0, 0, 0), (4, 3, 2), (1, 2, 0), (3.5, 0.25, 1.75)]
NAMES = ("a.nii", "a.nii.gz", "a.nrrd", "a.mha", "a.mhd")


def a_volume(dtype: str = "u1", *, turned: float = 0.3, flipped: bool = False) -> sitk.Image:
    """An oblique, anisotropic image of 5 × 4 × 3 voxels."""
    rng = np.random.default_rng(3)
    image = sitk.GetImageFromArray(rng.integers(0, 5, (3, 4, 5)).astype(dtype))
    turn = sitk.Euler3DTransform((0, 0, 0), turned, -turned, 2 * turned)
    direction = np.array(turn.GetMatrix()).reshape(3, 3) @ np.diag([1, -1 if flipped else 1, 1])
    image.SetDirection(direction.ravel().tolist())
    image.SetSpacing((0.7, 0.9, 2.5))
    image.SetOrigin((-121.5, 33.25, -410.125))
    return image


def only_map(path: Path) -> AIMap:
    (result,) = read(path)
    (found,) = result.maps
    return found


def farthest_mm(found: AIMap, image: sitk.Image) -> float:
    """Between where a voxel lies for us and for SimpleITK."""
    apart = [
        np.array(image.TransformContinuousIndexToPhysicalPoint(index)) - (found.affine @ [*index, 1])[:3]
        for index in [tuple(float(n) for n in index) for index in INDICES]
    ]
    return float(np.abs(apart).max())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["u1", "i2", "u2", "i4", "f4", "f8"])
@pytest.mark.parametrize("flipped", [False, True])
def test_that_voxels_lie_where_simpleitk_says(tmp_path: Path, name: str, dtype: str, flipped: bool):
    sitk.WriteImage(a_volume(dtype, flipped=flipped), str(tmp_path / name))
    peer, found = sitk.ReadImage(str(tmp_path / name)), only_map(tmp_path / name)
    assert np.array_equal(found.values, sitk.GetArrayFromImage(peer))
    assert farthest_mm(found, peer) < 1e-6 + (2e-4 if ".nii" in name else 0)  # NIfTI-1 keeps its affine in float32


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("name", ["a.nrrd", "a.mha", "a.mhd"])
def test_that_packed_volumes_are_read_like_plain_ones(tmp_path: Path, name: str, compressed: bool):
    sitk.WriteImage(a_volume("i2"), str(tmp_path / name), compressed)
    assert np.array_equal(only_map(tmp_path / name).values, sitk.GetArrayFromImage(a_volume("i2")))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.floats(-3, 3), min_size=9, max_size=9).filter(
        lambda m: abs(np.linalg.det(np.reshape(m, (3, 3)))) > 0.01
    ),
    st.tuples(*[st.floats(-900, 900)] * 3),
)
def test_that_any_nifti_affine_is_nibabels_turned_to_lps(tmp_path: Path, matrix: list[float], origin):
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = np.reshape(matrix, (3, 3)), origin
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    nibabel.save(nibabel.Nifti1Image(values, affine), tmp_path / "a.nii")
    peer, found = nibabel.load(tmp_path / "a.nii"), only_map(tmp_path / "a.nii")
    for index in INDICES:
        assert np.allclose(TO_LPS @ peer.affine @ [*index, 1], found.affine @ [*index, 1], atol=1e-6)
    assert np.array_equal(peer.get_fdata().transpose(2, 1, 0), found.values)


def test_that_the_sform_is_taken_and_a_disagreeing_qform_told(tmp_path: Path):
    image = nibabel.Nifti1Image(np.zeros((2, 2, 2), np.uint8), np.diag([2.0, 2, 2, 1]))
    image.set_sform(np.diag([2.0, 2, 2, 1]), 1)
    image.set_qform(np.diag([2.0, 2, 3, 1]), 1)
    nibabel.save(image, tmp_path / "a.nii")
    (result,) = read(tmp_path / "a.nii")
    assert result.maps[0].affine[2, 2] == 2
    assert any("disagree by up to 1 mm" in each for each in result.remarks)


@pytest.mark.parametrize(("sform", "qform", "said"), [(0, 0, "where its voxels lie"), (4, 0, "atlas"), (3, 3, "atlas")])
def test_that_a_volume_without_a_place_in_the_patient_is_refused(tmp_path: Path, sform: int, qform: int, said: str):
    image = nibabel.Nifti1Image(np.zeros((2, 2, 2), np.uint8), np.eye(4))
    image.set_sform(np.eye(4), sform)
    image.set_qform(np.eye(4), qform)
    nibabel.save(image, tmp_path / "a.nii")
    with pytest.raises(StudyProblem, match=said):
        read(tmp_path / "a.nii")


def test_that_scaled_integers_stay_integers(tmp_path: Path):
    image = nibabel.Nifti1Image(np.array([[[0, 50, 100]]], np.uint8), np.eye(4))
    image.header.set_slope_inter(0.01, 0)
    nibabel.save(image, tmp_path / "a.nii")
    data = bytearray((tmp_path / "a.nii").read_bytes())
    data[112:120] = struct.pack("<ff", 0.01, 0)
    (tmp_path / "a.nii").write_bytes(data)
    found = only_map(tmp_path / "a.nii")
    assert (found.values.dtype, found.kind, found.value_range) == (np.uint8, "probability", (0, 1))
    assert found.slope == pytest.approx(0.01)


def test_that_a_scale_taken_from_the_volume_itself_is_told(tmp_path: Path):
    values = np.linspace(0, 40, 60, dtype=np.float32).reshape(3, 4, 5)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "a.nii")
    (result,) = read(tmp_path / "a.nii")
    assert any("taken from this very volume" in each for each in result.remarks)
    image = nibabel.Nifti1Image(values, np.eye(4))
    image.header["cal_min"], image.header["cal_max"] = 0, 80
    nibabel.save(image, tmp_path / "b.nii")
    (result,) = read(tmp_path / "b.nii")
    assert result.maps[0].value_range == (0, 80)
    assert not any("taken from" in each for each in result.remarks)


def test_that_infinite_voxels_count_as_empty_and_are_told(tmp_path: Path):
    values = np.array([[[0.5, np.inf, np.nan]]], np.float32)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "a.nii")
    (result,) = read(tmp_path / "a.nii")
    assert np.isnan(result.maps[0].values).sum() == 2
    assert any("1 voxels are infinite" in each for each in result.remarks)


def test_that_the_channels_of_a_4d_file_become_maps(tmp_path: Path):
    values = np.random.default_rng(0).random((4, 3, 2, 3), np.float32)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "a.nii.gz")
    (result,) = read(tmp_path / "a.nii.gz")
    assert len(result.maps) == 3
    assert np.array_equal(result.maps[2].values, values[..., 2].transpose(2, 1, 0))
    assert len({each.id for each in result.maps}) == 3


# --- tied to images by a JSON beside it ------------------------------------------------------------------------------


def test_that_a_json_beside_a_volume_says_what_it_belongs_to(tmp_path: Path):
    sitk.WriteImage(a_volume("u1"), str(tmp_path / "case.nii.gz"))
    (tmp_path / "case.json").write_text(
        json.dumps(
            {
                "readerlab_ai": 2,
                "ai": "organs",
                "series_uid": "1.2.3",
                "provenance": {"origin": "model", "model": "Net"},
                "maps": [{"file": "case.nii.gz", "id": "organs", "segments": [{"number": 1, "label": "liver"}]}],
            }
        ),
        encoding="utf-8",
    )
    (named,) = read(tmp_path / "case.nii.gz")
    (told,) = read(tmp_path / "case.json")
    for result in (named, told):
        assert (result.series_uid, result.ai, result.maps[0].segments[0].label) == ("1.2.3", "organs", "liver")
        assert np.array_equal(result.maps[0].values, sitk.GetArrayFromImage(a_volume("u1")))


def test_that_a_volume_alone_names_no_series_and_says_so(tmp_path: Path):
    sitk.WriteImage(a_volume(), str(tmp_path / "case.nrrd"))
    (tmp_path / "case.json").write_text('{"RepetitionTime": 2}', encoding="utf-8")  # as BIDS has beside its volumes
    (result,) = read(tmp_path / "case.nrrd")
    assert (result.series_uid, result.frame_of_reference_uid) == ("", "")
    assert any("names no series" in each for each in result.remarks)


# --- 3D Slicer's segments --------------------------------------------------------------------------------------------


def slicer_file(path: Path, layers: int) -> np.ndarray:
    """A .seg.nrrd as 3D Slicer 5 writes it, with overlapping segments in layers of their own."""
    values = np.random.default_rng(1).integers(0, 3, (3, 4, 5, layers)).astype(np.uint8)
    head = [
        "NRRD0004",
        "# Complete NRRD file format specification at:",
        "# http://teem.sourceforge.net/nrrd/format.html",
        "type: unsigned char",
        f"dimension: {4 if layers > 1 else 3}",
        "space: left-posterior-superior",
        f"sizes: {f'{layers} ' if layers > 1 else ''}5 4 3",
        f"space directions: {'none ' if layers > 1 else ''}(0.5,0,0) (0,0.5,0) (0,0,2)",
        f"kinds: {'list ' if layers > 1 else ''}domain domain domain",
        "encoding: gzip",
        "space origin: (-10,-20,-30)",
        "Segment0_Color:=0.501961 0.682353 0.501961",
        "Segment0_ID:=Segment_1",
        "Segment0_LabelValue:=1",
        "Segment0_Layer:=0",
        "Segment0_Name:=liver",
        "Segment0_Tags:=Segmentation.Status:inprogress|TerminologyEntry:Segmentation category and type - 3D Slicer "
        "General Anatomy list~SCT^123037004^Anatomical Structure~SCT^10200004^Liver~^^~Anatomic codes~^^~^^|",
        "Segment1_LabelValue:=2",
        f"Segment1_Layer:={layers - 1}",
        "Segment1_Name:=lesion: the large one",
        "Segmentation_MasterRepresentation:=Binary labelmap",
    ]
    path.write_bytes("\n".join(head).encode() + b"\n\n" + gzip.compress(values.tobytes()))
    return values


@pytest.mark.parametrize("layers", [1, 2])
def test_that_slicers_segments_keep_names_colours_codes_and_layers(tmp_path: Path, layers: int):
    values = slicer_file(tmp_path / "a.seg.nrrd", layers)
    (result,) = read(tmp_path / "a.seg.nrrd")
    assert len(result.maps) == layers
    first = result.maps[0].segments[0]
    assert (first.label, first.number, first.colour) == ("liver", 1, (128, 174, 128))
    assert first.code is not None
    assert (first.code.value, first.code.meaning) == ("10200004", "Liver")
    lesion = next(each for each in result.maps[-1].segments if each.number == 2)
    assert lesion.label == "lesion: the large one"
    for number, found in enumerate(result.maps):
        assert np.array_equal(found.values, values[..., number])
    peer = sitk.ReadImage(str(tmp_path / "a.seg.nrrd"))
    assert peer.GetNumberOfComponentsPerPixel() == layers
    assert farthest_mm(result.maps[0], peer) < 1e-6


def test_that_dcmqis_label_maps_are_read_as_simpleitk_reads_them(shared: Path):
    files = sorted((shared / "QIICR+dcmqi" / "data" / "segmentations").glob("*.nrrd"))
    assert files
    for file in files:
        peer, found = sitk.ReadImage(str(file)), only_map(file)
        assert found.is_label
        assert np.array_equal(found.values, sitk.GetArrayFromImage(peer))
        assert farthest_mm(found, peer) < 1e-6


@pytest.mark.parametrize("space", ["right-anterior-superior", "RAS", "left-anterior-superior", "LPS"])
def test_that_every_space_of_nrrd_is_turned_as_simpleitk_does(tmp_path: Path, space: str):
    head = (
        f"NRRD0004\ntype: short\ndimension: 3\nspace: {space}\nsizes: 5 4 3\n"
        "space directions: (0.6,0.8,0) (-0.8,0.6,0) (0,0,2)\nkinds: domain domain domain\n"
        "endian: big\nencoding: raw\nspace origin: (-10,-20,-30)\n\n"
    )
    values = np.arange(60).astype(">i2")
    (tmp_path / "a.nrrd").write_bytes(head.encode() + values.tobytes())
    found, peer = only_map(tmp_path / "a.nrrd"), sitk.ReadImage(str(tmp_path / "a.nrrd"))
    assert farthest_mm(found, peer) < 1e-6
    assert np.array_equal(found.values, sitk.GetArrayFromImage(peer))


# --- writing ---------------------------------------------------------------------------------------------------------


def a_label_map() -> AIMap:
    values = np.random.default_rng(2).integers(0, 3, (3, 4, 5)).astype(np.uint8)
    affine = np.array([[0.6, -0.8, 0, -101.25], [0.8, 0.6, 0, 20.5], [0, 0, 2.5, -33], [0, 0, 0, 1]])
    segments = (Segment(1, "liver", (10, 20, 30)), Segment(2, "lesion"))
    return AIMap("map-1", "segmentation", "label", values, affine, (0.0, 2.0), "", MODEL, segments=segments)


WRITERS = {"a.nii": nifti.write, "a.nii.gz": nifti.write, "a.seg.nrrd": nrrd.write, "a.mha": metaimage.write}


@pytest.mark.parametrize("name", WRITERS)
def test_that_what_we_write_is_read_by_simpleitk_and_by_us(tmp_path: Path, name: str):
    ours = a_label_map()
    WRITERS[name](ours, tmp_path / name)
    peer, found = sitk.ReadImage(str(tmp_path / name)), only_map(tmp_path / name)
    assert np.array_equal(sitk.GetArrayFromImage(peer), ours.values)
    assert np.array_equal(found.values, ours.values)
    assert farthest_mm(ours, peer) < (1e-4 if ".nii" in name else 1e-6)
    if name.endswith("nrrd"):
        assert found.segments == ours.segments


def test_that_sheared_maps_are_written_where_they_lie(tmp_path: Path):
    ours = replace(
        a_label_map(), affine=np.array([[0.7, 0.2, 0, -10], [0, 0.8, 0.3, 20], [0, 0, 2.5, 30], [0, 0, 0, 1]])
    )
    for name in ("a.seg.nrrd", "a.mha"):
        WRITERS[name](ours, tmp_path / name)
        assert np.allclose(only_map(tmp_path / name).affine, ours.affine, atol=1e-9)


# --- voxels written in other ways ------------------------------------------------------------------------------------

NUMBERS = np.arange(24).reshape(3, 4, 2) - 5


def written_out(values: np.ndarray) -> bytes:
    return "\n".join(str(each) for each in values.ravel().tolist()).encode()


@pytest.mark.parametrize("kind", ["int16", "float"])
def test_that_numbers_written_out_are_read_as_simpleitk_reads_them(tmp_path: Path, kind: str):
    values = NUMBERS if kind == "int16" else NUMBERS / 7
    meta = {"int16": "MET_SHORT", "float": "MET_FLOAT"}[kind]
    (tmp_path / "a.nrrd").write_bytes(nrrd_bytes(type=kind, sizes="2 4 3", encoding="ascii") + written_out(values))
    (tmp_path / "a.mha").write_bytes(
        meta_bytes(BinaryData="False", ElementType=meta, DimSize="2 4 3") + written_out(values) + b"\n"
    )
    for name in ("a.nrrd", "a.mha"):
        peer = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / name)))
        assert np.allclose(only_map(tmp_path / name).values, peer, atol=0)


def test_that_slices_in_files_of_their_own_are_put_together(tmp_path: Path):
    for number, values in enumerate(NUMBERS.astype("<i2")):
        (tmp_path / f"a{number}.raw").write_bytes(values.tobytes())
    names = "".join(f"a{number}.raw\n" for number in range(3))
    header = meta_bytes(ElementType="MET_SHORT", DimSize="2 4 3", ElementDataFile="LIST")
    (tmp_path / "a.mhd").write_bytes(header + names.encode())
    peer = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "a.mhd")))
    assert np.array_equal(only_map(tmp_path / "a.mhd").values, peer)
    (tmp_path / "a.mhd").write_bytes(header + b"a0.raw\n../a1.raw\na2.raw\n")
    with pytest.raises(StudyProblem, match="outside its own folder"):
        read(tmp_path / "a.mhd")


@pytest.mark.parametrize("endian", ["little", "big"])
@pytest.mark.parametrize("skip", ["0", "8", "-1"])
def test_that_voxels_that_are_not_packed_are_read_straight_as_simpleitk_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endian: str, skip: str
):
    kind = "<i2" if endian == "little" else ">i2"
    head = nrrd_bytes(type="int16", sizes="2 4 3", endian=endian, **{"byte skip": skip})
    (tmp_path / "a.nrrd").write_bytes(head + b"a header"[: 8 if skip != "0" else 0] + NUMBERS.astype(kind).tobytes())
    peer = sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "a.nrrd")))
    monkeypatch.delattr(voxels, "_unpacked")  # which copies the whole volume for SimpleITK to read
    assert np.array_equal(only_map(tmp_path / "a.nrrd").values, peer)
    assert np.array_equal(peer, NUMBERS)


def test_that_bytes_before_packed_voxels_are_skipped_as_simpleitk_does(tmp_path: Path):
    packed = gzip.compress(b"a header" + NUMBERS.astype("<i2").tobytes())
    (tmp_path / "a.nrrd").write_bytes(
        nrrd_bytes(type="int16", sizes="2 4 3", endian="little", encoding="gzip", **{"byte skip": "8"}) + packed
    )
    assert np.array_equal(only_map(tmp_path / "a.nrrd").values, NUMBERS)
    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "a.nrrd"))), NUMBERS)


# --- hostile files ---------------------------------------------------------------------------------------------------


def nifti_bytes(shape: tuple[int, ...] = (2, 2, 2), dtype: type = np.uint8) -> bytearray:
    image = nibabel.Nifti1Image(np.zeros(shape, dtype), np.eye(4))
    return bytearray(image.to_bytes())


def nrrd_bytes(**changes: str) -> bytes:
    fields = {
        "type": "uchar",
        "dimension": "3",
        "space": "LPS",
        "sizes": "2 2 2",
        "space directions": "(1,0,0) (0,1,0) (0,0,1)",
        "encoding": "raw",
        "space origin": "(0,0,0)",
    } | changes
    return "\n".join(["NRRD0004", *(f"{key}: {value}" for key, value in fields.items() if value)]).encode() + b"\n\n"


def meta_bytes(**changes: str) -> bytes:
    fields = {
        "ObjectType": "Image",
        "NDims": "3",
        "BinaryData": "True",
        "TransformMatrix": "1 0 0 0 1 0 0 0 1",
        "Offset": "0 0 0",
        "ElementSpacing": "1 1 1",
        "DimSize": "2 2 2",
        "ElementType": "MET_UCHAR",
    } | changes
    data = fields.pop("ElementDataFile", "LOCAL")
    return (
        "".join(f"{key} = {value}\n" for key, value in fields.items()).encode() + f"ElementDataFile = {data}\n".encode()
    )


BAD_NRRD = {
    "huge": ({"sizes": "30000 30000 30000"}, "limit is"),
    "huge packed": ({"sizes": "30000 30000 30000", "encoding": "gzip"}, "limit is"),
    "absurd": ({"sizes": "99999999999 1 1"}, "large"),
    "negative": ({"sizes": "-2 2 2"}, "sizes"),
    "short": ({"sizes": "20 20 20"}, "asks for"),
    "no place": ({"space origin": ""}, "where its voxels lie"),
    "no space": ({"space": ""}, "where its voxels lie"),
    "flat": ({"space directions": "(1,0,0) (2,0,0) (0,0,1)"}, "flat"),
    "nan": ({"space directions": "(nan,0,0) (0,1,0) (0,0,1)"}, "no usable numbers"),
    "not mm": ({"space units": '"cm" "cm" "cm"'}, "not in mm"),
    "path out": ({"data file": "../secret.raw"}, "outside its own folder"),
    "absolute": ({"data file": "/etc/passwd"}, "outside its own folder"),
    "a list": ({"data file": "LIST"}, "list of files"),
    "blocks": ({"type": "block"}, "no number"),
    "bzip2": ({"encoding": "bzip2"}, "save it with gzip"),
    "not packed": ({"encoding": "gzip"}, "not packed"),
    "odd encoding": ({"encoding": "magic"}, "encoding"),
    "twice": ({"Type": "short"}, "twice"),
    "colours": ({"dimension": "4", "sizes": "3 2 2 2", "kinds": "RGB-color domain domain domain"}, "fourth dimension"),
}


@pytest.mark.parametrize("name", BAD_NRRD)
def test_that_a_hostile_nrrd_is_refused_in_words(tmp_path: Path, name: str):
    changes, said = BAD_NRRD[name]
    (tmp_path / "a.nrrd").write_bytes(nrrd_bytes(**changes) + bytes(8))
    with pytest.raises(StudyProblem, match=said):
        read(tmp_path / "a.nrrd")


BAD_META = {
    "huge": ({"DimSize": "30000 30000 30000"}, "limit is"),
    "absurd": ({"DimSize": "1e400 2 2"}, "cannot be read"),
    "fractions": ({"DimSize": "2.5 2 2"}, "no whole numbers"),
    "path out": ({"ElementDataFile": "../a.raw"}, "outside its own folder"),
    "absolute": ({"ElementDataFile": "/etc/passwd"}, "outside its own folder"),
    "pattern": ({"ElementDataFile": "a%03d.raw 1 9 1"}, "list of files"),
    "channels": ({"ElementNumberOfChannels": "3"}, "colours"),
    "flat": ({"ElementSpacing": "0 1 1"}, "flat"),
    "words": ({"Offset": "a b c"}, "Offset|offset"),
    "no place": ({"Offset": ""}, "offset"),
}


@pytest.mark.parametrize("name", BAD_META)
def test_that_a_hostile_metaimage_is_refused_in_words(tmp_path: Path, name: str):
    changes, said = BAD_META[name]
    (tmp_path / "a.mha").write_bytes(meta_bytes(**changes) + bytes(8))
    with pytest.raises(StudyProblem, match=said):
        read(tmp_path / "a.mha")


@pytest.mark.parametrize("name", ["a.nrrd", "a.mha", "a.nii.gz"])
@pytest.mark.parametrize("cut", [False, True])
def test_that_damaged_packed_voxels_are_refused_and_never_empty(tmp_path: Path, name: str, cut: bool):
    """SimpleITK itself reads a damaged MetaImage as zeros, with no error."""
    noise = np.random.default_rng(0).integers(0, 255, (100, 100, 100)).astype(np.uint8)
    sitk.WriteImage(sitk.GetImageFromArray(noise), str(tmp_path / name), True)
    whole = (tmp_path / name).read_bytes()
    middle = len(whole) // 2
    damaged = whole[: middle + 1] + bytes([whole[middle + 1] ^ 4]) + whole[middle + 2 :]
    (tmp_path / name).write_bytes(whole[:-400] if cut else damaged)
    with pytest.raises(StudyProblem, match="volume cannot be read"):
        read(tmp_path / name)


@pytest.mark.parametrize(
    "text", ["1 2 3", "1 2 3 4 5 6 7 x", "1 2 3 4 5 6 7 8 9", "9" * 100_000, "1 2 3 4 5 6 7 " + "8" * 41]
)
def test_that_numbers_that_are_none_or_too_few_are_refused(tmp_path: Path, text: str):
    (tmp_path / "a.nrrd").write_bytes(nrrd_bytes(encoding="ascii") + text.encode())
    with pytest.raises(StudyProblem, match=r"no numbers|more than are there|more numbers"):
        read(tmp_path / "a.nrrd")


def test_that_a_detached_file_may_not_be_a_link_out_of_the_folder(tmp_path: Path):
    (tmp_path / "secret.raw").write_bytes(bytes(8))
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.raw").symlink_to(tmp_path / "secret.raw")
    (inside / "a.mhd").write_bytes(meta_bytes(ElementDataFile="a.raw"))
    (inside / "a.nhdr").write_bytes(nrrd_bytes(**{"data file": "a.raw"}))
    for name in ("a.mhd", "a.nhdr"):
        with pytest.raises(StudyProblem, match="link"):
            read(inside / name)


@pytest.mark.parametrize(
    ("at", "packed", "said"),
    [
        (42, struct.pack("<4h", 32767, 32767, 32767, 1), "limit is"),
        (42, struct.pack("<3h", -1, 2, 2), "large"),
        (40, struct.pack("<h", 9), "cannot be read"),
        (70, struct.pack("<h", 128), "colours"),  # RGB24
        (70, struct.pack("<h", 1234), "unknown|cannot"),
        (108, struct.pack("<f", np.nan), "begin at byte"),
        (108, struct.pack("<f", 1e30), "begin at byte"),
        (280, struct.pack("<4f", np.nan, 0, 0, 0), "no usable numbers"),
        (280, struct.pack("<12f", *[0] * 12), "flat"),
        (344, b"ni1\0", "pair of files"),
    ],
    ids=["huge", "negative", "nine dimensions", "colours", "odd type", "no start", "far start", "nan", "flat", "pair"],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_that_a_hostile_nifti_is_refused_in_words(tmp_path: Path, at: int, packed: bytes, said: str, zipped: bool):
    data = nifti_bytes()
    data[at : at + len(packed)] = packed
    (tmp_path / "a.nii").write_bytes(gzip.compress(bytes(data)) if zipped else bytes(data))
    with pytest.raises(StudyProblem, match=said):
        read(tmp_path / "a.nii")


def test_that_a_bomb_is_not_inflated_beyond_what_its_header_asks_for(tmp_path: Path):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    blocks = [
        packer.compress(bytes(nifti_bytes())),
        *(packer.compress(bytes(1 << 20)) for _ in range(300)),
        packer.flush(),
    ]
    (tmp_path / "a.nii.gz").write_bytes(b"".join(blocks))
    assert only_map(tmp_path / "a.nii.gz").values.shape == (2, 2, 2)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(["nii", "gz", "nrrd", "mha"]), st.integers(0, 400), st.binary(max_size=30), st.integers(0, 500))
def test_that_no_damage_ends_in_anything_but_a_result_or_a_sentence(
    tmp_path: Path, form: str, at: int, garbage: bytes, length: int
):
    whole = {
        "nii": bytes(nifti_bytes()),
        "gz": gzip.compress(bytes(nifti_bytes())),
        "nrrd": nrrd_bytes() + bytes(8),
        "mha": meta_bytes() + bytes(8),
    }[form]
    damaged = (whole[:at] + garbage + whole[at + len(garbage) :])[:length]
    (tmp_path / "a.bin").write_bytes(damaged)
    with contextlib.suppress(StudyProblem):
        read(tmp_path / "a.bin")


@pytest.mark.parametrize("value", [65_536, 2_147_483_647])
def test_that_a_segment_with_a_number_that_no_voxel_can_have_is_refused(tmp_path: Path, value: int):
    path = tmp_path / "a.seg.nrrd"
    keys = f"Segment0_ID:=1\nSegment0_LabelValue:={value}\nSegment0_Layer:=0\n\n".encode()
    path.write_bytes(nrrd_bytes()[:-1] + keys + bytes(8))
    with pytest.raises(StudyProblem, match=f"value {value}"):
        read(path)
