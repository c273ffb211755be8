"""Parametric maps: real ones to the value, and floats, doubles, integers and tables made here."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from overlays.result import AIMap, AIResult
from overlays.sources.maps import parametric_map
from study_configs.problem import StudyProblem

REAL = (
    "derived_ai/ct_pm_saliency_float32.dcm",
    "pydicom+pydicom-data/data_store/data/parametric_map_float.dcm",
)
TOOLS = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
Maker = Callable[..., Path]


def read(path: Path) -> AIResult:
    [result] = parametric_map.read(path)
    return result


def meant(found: AIMap) -> NDArray[np.float64]:
    return found.values.astype(np.float64) * found.slope + found.intercept


@pytest.mark.parametrize("name", REAL)
def test_that_every_value_is_that_of_the_file_at_its_place(shared: Path, name: str) -> None:
    dataset = pydicom.dcmread(shared / name)
    pixels = dataset.pixel_array.reshape(-1, dataset.Rows, dataset.Columns)
    [found] = read(shared / name).maps
    heights = {round(float((found.affine @ (0, 0, k, 1))[2]), 2): k for k in range(len(found.values))}
    for own, values in zip(dataset.PerFrameFunctionalGroupsSequence, pixels, strict=True):
        plane = heights[round(float(own.PlanePositionSequence[0].ImagePositionPatient[2]), 2)]
        assert np.array_equal(found.values[plane], values)


@pytest.mark.parametrize("name", REAL)
def test_that_highdicom_finds_the_same_volume(shared: Path, name: str) -> None:
    highdicom = pytest.importorskip("highdicom")
    image = highdicom.imread(shared / name)
    theirs = image.get_volume(apply_real_world_transform=False)
    [found] = read(shared / name).maps
    order = np.round(np.linalg.solve(found.affine[:3, :3], theirs.affine[:3, 0])).astype(int)
    assert np.array_equal(theirs.array, found.values[:: int(order[2]) or 1])


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_that_dcmqi_finds_the_same_values_at_the_same_places(shared: Path, name: str, tmp_path: Path) -> None:
    sitk = pytest.importorskip("SimpleITK")
    if not (tool := shutil.which("paramap2itkimage", path=TOOLS)):
        pytest.skip("dcmqi is not on this machine")
    command = [tool, "--inputDICOM", str(shared / name), "--outputDirectory", str(tmp_path), "-t", "nrrd"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    written = sorted(tmp_path.glob("*.nrrd"))
    if done.returncode != 0 or not written:
        pytest.skip("dcmqi cannot read it")
    image = sitk.ReadImage(str(written[0]))
    theirs = sitk.GetArrayFromImage(image)
    [found] = read(shared / name).maps
    turned = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    for plane, values in enumerate(theirs):
        at = np.linalg.solve(found.affine[:3, :3], turned @ (0, 0, plane) + image.GetOrigin() - found.affine[:3, 3])
        assert np.allclose(at[:2], 0, atol=1e-3)
        assert np.allclose(values, meant(found)[round(at[2])], rtol=1e-6, atol=1e-7)


def test_that_a_saliency_map_at_quarter_resolution_keeps_its_own_grid(shared: Path) -> None:
    result = read(shared / "derived_ai/ct_pm_saliency_float32.dcm")
    [found] = result.maps
    assert found.kind == "saliency"
    assert found.values.shape == (20, 128, 128)
    assert found.affine[0, 0] == pytest.approx(3.1875, abs=1e-3)
    assert found.value_range == (0.0, 1.0)
    assert len(found.plane_images) == 20


# --- made here ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keyword", "dtype"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_that_floats_and_doubles_are_read(tmp_path: Path, parametric_map_of: Maker, keyword: str, dtype: str) -> None:
    values = np.random.default_rng(1).normal(size=(3, 4, 5)).astype(dtype)
    [found] = read(parametric_map_of(tmp_path / "pm.dcm", values, keyword=keyword, ends=(-3.0, 3.0))).maps
    assert np.allclose(found.values, values, rtol=1e-6)
    assert found.values.dtype == np.float32
    assert (found.value_range, found.units, found.label) == ((-3.0, 3.0), "mm2/s", "diffusion")


@pytest.mark.parametrize("dtype", ["<u2", "<i2", "u1"])
def test_that_integers_keep_their_stored_numbers_with_slope_and_intercept(
    tmp_path: Path, parametric_map_of: Maker, dtype: str
) -> None:
    values = np.random.default_rng(1).integers(0, 200, (3, 4, 5)).astype(dtype)
    [found] = read(parametric_map_of(tmp_path / "pm.dcm", values, slope=0.5, intercept=-20.0, ends=(0, 200))).maps
    assert found.values.dtype == np.dtype(dtype)
    assert np.array_equal(found.values, values)
    assert (found.slope, found.intercept, found.value_range) == (0.5, -20.0, (-20.0, 80.0))


def test_that_a_table_of_real_world_values_is_applied(tmp_path: Path, parametric_map_of: Maker) -> None:
    table = [0.0, 1.0, 4.0, 9.0]
    values = np.array([[[0, 1, 2, 3, 9]]], np.uint8)
    [found] = read(parametric_map_of(tmp_path / "pm.dcm", values, table=table, ends=(0, 3))).maps
    assert found.values[0, 0, :4].tolist() == table
    assert np.isnan(found.values[0, 0, 4])
    assert found.value_range == (0.0, 9.0)


def test_that_slopes_that_differ_from_frame_to_frame_are_applied(tmp_path: Path, parametric_map_of: Maker) -> None:
    values = np.full((2, 2, 2), 10, np.uint16)
    [found] = read(parametric_map_of(tmp_path / "pm.dcm", values, slopes=(1.0, 3.0), ends=(0, 100))).maps
    assert found.values[:, 0, 0].tolist() == [10.0, 30.0]
    assert found.slope == 1.0


def test_that_what_is_no_number_is_nothing_and_much_of_it_is_remarked(tmp_path: Path, parametric_map_of: Maker) -> None:
    values = np.full((1, 4, 4), np.nan, "<f4")
    values[0, 0] = (0.25, 0.5, np.inf, -np.inf)
    result = read(parametric_map_of(tmp_path / "pm.dcm", values, keyword="FloatPixelData"))
    assert np.isfinite(result.maps[0].values).sum() == 2
    assert not np.isinf(result.maps[0].values).any()
    assert any("88%" in remark for remark in result.remarks)


def test_that_a_map_without_one_number_is_refused(tmp_path: Path, parametric_map_of: Maker) -> None:
    values = np.full((1, 2, 2), np.nan, "<f4")
    with pytest.raises(StudyProblem, match="Not one of its values is a number"):
        read(parametric_map_of(tmp_path / "pm.dcm", values, keyword="FloatPixelData"))


def test_that_a_range_taken_from_the_image_itself_is_remarked(tmp_path: Path, parametric_map_of: Maker) -> None:
    values = np.array([[[-5.0, 7.0]]], "<f4")
    result = read(parametric_map_of(tmp_path / "pm.dcm", values, keyword="FloatPixelData"))
    assert result.maps[0].value_range == (-5.0, 7.0)
    assert any("names no range" in remark for remark in result.remarks)


def test_that_missing_planes_of_a_field_are_nothing_not_zero(tmp_path: Path, parametric_map_of: Maker) -> None:
    values = np.ones((3, 2, 2), "<f4")
    path = parametric_map_of(tmp_path / "pm.dcm", values, keyword="FloatPixelData", heights=(0.0, 2.0, 8.0))
    [found] = read(path).maps
    assert len(found.values) == 5
    assert np.isnan(found.values[[2, 3]]).all()


def test_that_a_palette_of_the_standard_is_kept_by_name(tmp_path: Path, parametric_map_of: Maker) -> None:
    def coloured(data: Dataset) -> None:
        data.PaletteColorLookupTableUID = "1.2.840.10008.1.5.1"

    values = np.ones((1, 2, 2), "<f4")
    [found] = read(parametric_map_of(tmp_path / "pm.dcm", values, keyword="FloatPixelData", change=coloured)).maps
    assert found.colours == "hot iron"


def test_that_a_mapping_that_means_nothing_is_refused(tmp_path: Path, parametric_map_of: Maker) -> None:
    with pytest.raises(StudyProblem, match="0040,9225"):
        read(parametric_map_of(tmp_path / "pm.dcm", np.ones((1, 2, 2), np.uint8), slope=0.0))


@pytest.mark.slow
@pytest.mark.parametrize("keyword", ["FloatPixelData", "PixelData"])
def test_that_mutated_bytes_are_read_or_refused_and_nothing_else(
    tmp_path: Path, parametric_map_of: Maker, keyword: str
) -> None:
    values = np.random.default_rng(1).random((3, 4, 5)).astype("<f4" if keyword == "FloatPixelData" else np.uint8)
    whole = parametric_map_of(tmp_path / "pm.dcm", values, keyword=keyword, ends=(0, 1)).read_bytes()
    rng = random.Random(7)
    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(rng.choice((1, 1, 2, 8))):
            changed[rng.randrange(132, len(changed))] = rng.choice((0, 1, 0x7F, 0xFF, rng.randrange(256)))
        path = tmp_path / "mutant.dcm"
        path.write_bytes(changed)
        with suppress(StudyProblem):
            parametric_map.read(path)


# --- the maker ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def parametric_map_of(map_parts: Any) -> Maker:
    """A parametric map with these values (planes, rows, columns), 2 mm apart unless `heights` says otherwise."""

    def make(
        path: Path,
        values: NDArray[Any],
        *,
        keyword: str = "PixelData",
        slope: float = 1.0,
        intercept: float = 0.0,
        slopes: tuple[float, ...] = (),
        table: list[float] | None = None,
        ends: tuple[float, float] | None = None,
        heights: tuple[float, ...] = (),
        change: Callable[[Dataset], None] = lambda _: None,
    ) -> Path:
        count = len(values)
        data = map_parts.base("1.2.840.10008.5.1.4.1.1.30", "1.2.840.10008.1.2.1", values.shape[1:], count)
        data.ContentLabel = "MAP"
        own = []
        for at in range(count):
            world = map_parts.item(
                LUTLabel="map",
                LUTExplanation="diffusion",
                MeasurementUnitsCodeSequence=map_parts.code("mm2/s", "UCUM", "square mm a second"),
            )
            if table is None:
                world.RealWorldValueSlope = slopes[at] if slopes else slope
                world.RealWorldValueIntercept = intercept
            else:
                world.RealWorldValueLUTData = table
            if ends is not None:
                world.DoubleFloatRealWorldValueFirstValueMapped = float(ends[0])
                world.DoubleFloatRealWorldValueLastValueMapped = float(ends[1])
            own.append(map_parts.item(RealWorldValueMappingSequence=world))
        places = heights or tuple(2.0 * at for at in range(count))
        frames = [(0, (0.0, 0.0, z), each) for z, each in zip(places, values, strict=True)]
        map_parts.groups(data, frames, own, (1, 0, 0, 0, 1, 0), (1.0, 1.0))
        put(data, values, keyword)
        change(data)
        return map_parts.write(data, path)

    return make


def put(data: Dataset, values: NDArray[Any], keyword: str) -> None:
    bits = values.dtype.itemsize * 8
    data.BitsAllocated = bits
    raw = values.tobytes()
    if keyword == "PixelData":
        data.BitsStored, data.HighBit = bits, bits - 1
        data.PixelRepresentation = int(values.dtype.kind == "i")
        data.PixelData = raw + b"\0" * (len(raw) % 2)
        data["PixelData"].VR = "OB" if bits == 8 else "OW"
    else:
        setattr(data, keyword, raw)
