"""SUV by body weight, after QIBA's pseudo-code worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from viewers.dicom.scan import scan
from viewers.drawing.captions import measured_text

HALF_LIFE = 6586.2
DOSE, WEIGHT = 3.7e8, 70.0
HOUR_FACTOR = WEIGHT * 1000 / (DOSE * 2 ** (-3600 / HALF_LIFE))


def pet(slice_of: Callable[..., Dataset], drug: dict[str, object] | None = None, **elements: object) -> Dataset:
    data = slice_of(np.arange(16, dtype=np.int16).reshape(4, 4), RescaleIntercept=0, Modality="PT")
    injection = Dataset()
    given = {"RadiopharmaceuticalStartTime": "100000", "RadionuclideTotalDose": DOSE, "RadionuclideHalfLife": HALF_LIFE}
    for name, value in {**given, **(drug or {})}.items():
        if value is not None:
            setattr(injection, name, value)
    data.RadiopharmaceuticalInformationSequence = Sequence([injection])
    data.PatientWeight, data.Units, data.DecayCorrection = WEIGHT, "BQML", "START"
    data.CorrectedImage = ["ATTN", "DECY", "SCAT"]
    data.SeriesDate = data.AcquisitionDate = "20260101"
    data.SeriesTime, data.AcquisitionTime = "110000", "110500"
    for name, value in elements.items():
        setattr(data, name, value)
    return data


def read(data: Dataset, tmp_path: Path):
    data.save_as(tmp_path / "a", enforce_file_format=True)
    [header] = scan(tmp_path / "a").series
    return header


def test_that_the_dose_decays_from_the_injection_to_the_scan(slice_of, tmp_path):
    header = read(pet(slice_of), tmp_path)
    factor = header.instances[0].suv_factor
    assert factor == pytest.approx(HOUR_FACTOR)
    words = measured_text(header, 0, 12_345.0).replace("\N{NO-BREAK SPACE}", " ")
    assert words == f"SUV {12_345 * factor:.1f} · 12 345 Bq/ml"
    assert not [warning for warning in header.warnings if "SUV" in warning]


def test_that_a_series_made_later_goes_back_from_its_frames(slice_of, tmp_path):
    data = pet(slice_of, SeriesTime="150000", FrameReferenceTime=300_000, ActualFrameDuration=120_000)
    rate = np.log(2) / HALF_LIFE
    mean_s = np.log(rate * 120 / (1 - np.exp(-rate * 120))) / rate
    waited = 3600 + 300 - 300 + mean_s
    assert read(data, tmp_path).instances[0].suv_factor == pytest.approx(
        WEIGHT * 1000 / (DOSE * 2 ** (-waited / HALF_LIFE)), rel=1e-9
    )


def test_that_an_injection_may_come_before_midnight(slice_of, tmp_path):
    data = pet(slice_of, {"RadiopharmaceuticalStartTime": "233000"}, SeriesTime="003000", AcquisitionTime="003500")
    assert read(data, tmp_path).instances[0].suv_factor == pytest.approx(HOUR_FACTOR)
    dated = pet(slice_of, {"RadiopharmaceuticalStartDateTime": "20251231233000.00"}, SeriesTime="003000")
    assert read(dated, tmp_path).instances[0].suv_factor == pytest.approx(HOUR_FACTOR)


def test_that_values_corrected_to_the_injection_need_no_decay(slice_of, tmp_path):
    header = read(pet(slice_of, DecayCorrection="ADMIN"), tmp_path)
    assert header.instances[0].suv_factor == pytest.approx(WEIGHT * 1000 / DOSE)


def test_that_ges_own_scan_time_is_taken(slice_of, tmp_path):
    data = pet(slice_of, SeriesTime="150000")
    data.add_new(0x00090010, "LO", "GEMS_PETD_01")
    data.add_new(0x0009100D, "DT", "20260101110000.00")
    assert read(data, tmp_path).instances[0].suv_factor == pytest.approx(HOUR_FACTOR)


@pytest.mark.parametrize(("element", "expected"), [(0x00, 0.5), (0x09, 0.5 * HOUR_FACTOR)])
def test_that_philips_counts_have_a_factor_of_their_own(slice_of, tmp_path, element, expected):
    data = pet(slice_of, Units="CNTS")
    data.add_new(0x70530010, "LO", "Philips PET Private Group")
    data.add_new(0x70531000 | element, "DS", "0.5")
    header = read(data, tmp_path)
    assert header.instances[0].suv_factor == pytest.approx(expected)
    assert header.units == "counts"


def test_that_values_in_grams_are_suv_already(slice_of, tmp_path):
    header = read(pet(slice_of, Units="GML"), tmp_path)
    assert header.instances[0].suv_factor == 1.0
    assert measured_text(header, 0, 3.2) == "SUV 3.2"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"PatientWeight": None}, "weight"),
        ({"Units": "PROPCPS"}, "PROPCPS"),
        ({"Units": "CNTS"}, "counts"),
        ({"DecayCorrection": "NONE"}, "decay"),
        ({"CorrectedImage": ["DECY"]}, "attenuation"),
        ({"Units": "GML", "SUVType": "LBM"}, "LBM"),
        ({"drug": {"RadionuclideTotalDose": None}}, "dose"),
        ({"drug": {"RadionuclideHalfLife": 0}}, "half-life"),
        ({"drug": {"RadiopharmaceuticalStartTime": None}}, "injection"),
        ({"drug": {"RadiopharmaceuticalStartDateTime": "20251230100000"}}, "day"),
    ],
)
def test_that_the_reason_is_said_where_there_is_no_suv(slice_of, tmp_path, changes, reason):
    header = read(pet(slice_of, **changes), tmp_path)
    assert header.instances[0].suv_factor is None
    assert [warning for warning in header.warnings if warning.startswith("No SUV") and reason in warning]


def test_that_a_real_pet_scan_has_its_factor(shared):
    """Its own numbers, the dose decayed from injection to series time."""
    import pydicom

    path = shared / "suyashkumar+dicom" / "testdata" / "1.dcm"
    data = pydicom.dcmread(path, stop_before_pixels=True)
    drug = data.RadiopharmaceuticalInformationSequence[0]

    def seconds(time: str) -> float:
        return int(time[:2]) * 3600 + int(time[2:4]) * 60 + float(time[4:])

    waited = seconds(data.SeriesTime) - seconds(drug.RadiopharmaceuticalStartTime)
    decayed = drug.RadionuclideTotalDose * 2 ** (-waited / drug.RadionuclideHalfLife)
    [header] = scan(path).series
    assert header.instances[0].suv_factor == pytest.approx(data.PatientWeight * 1000 / decayed, rel=1e-6)
