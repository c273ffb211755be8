"""Phantom films as DICOM: mammograms, frontal radiographs and angiograms, one image a series.

What belongs here: their attributes. What does not: their pixels (breasts, chest_film, stalls).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import (
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalXRayImageStorageForPresentation,
    XRayAngiographicImageStorage,
)

from resources.phantoms.headers import Exam, Written, add_pixels, coded, exam_header, save
from resources.phantoms.series import phantom_uid

Pixels = NDArray[np.uint16]
VIEW_CODES = {"CC": ("399162004", "cranio-caudal"), "MLO": ("399368009", "medio-lateral oblique")}
# Row direction first (to the right in the image), column direction second (down).
MG_ORIENTATION = {
    ("R", "CC"): ["P", "L"],
    ("L", "CC"): ["A", "R"],
    ("R", "MLO"): ["P", "FL"],
    ("L", "MLO"): ["A", "FR"],
}


def write_mammogram(exam: Exam, side: str, view: str, pixels: Pixels, spacing_mm: float, folder: Path) -> Written:
    """One view (CC, MLO) of one breast (R, L), for presentation, chest wall at the inner edge."""
    number = {"RCC": 1, "LCC": 2, "RMLO": 3, "LMLO": 4}[side + view]
    ds = exam_header(exam, "MG", f"{side} {view}", number)
    _projection(ds, spacing_mm)
    ds.PatientOrientation = MG_ORIENTATION[side, view]
    ds.ImageLaterality, ds.ViewPosition = side, view
    ds.BodyPartExamined, ds.OrganExposed = "BREAST", "BREAST"
    ds.AnatomicRegionSequence = [coded("76752008", "SCT", "Breast")]
    value, meaning = VIEW_CODES[view]
    ds.ViewCodeSequence = [coded(value, "SCT", meaning)]
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = []
    ds.PositionerType, ds.PartialView, ds.BreastImplantPresent = "MAMMOGRAPHIC", "NO", "NO"
    ds.PositionerPrimaryAngle = 45 if view == "MLO" else 0
    add_pixels(ds, pixels)
    uid = phantom_uid("instance", exam.seed, exam.case, side, view)
    return save(ds, DigitalMammographyXRayImageStorageForPresentation, uid, folder / f"{side}{view}.dcm")


def write_radiograph(exam: Exam, pixels: Pixels, spacing_mm: float, folder: Path) -> Written:
    """A frontal chest radiograph, for presentation; the patient's right is at the left."""
    ds = exam_header(exam, "DX", "PA", 1)
    _projection(ds, spacing_mm)
    ds.PatientOrientation = ["L", "F"]
    ds.ImageLaterality, ds.ViewPosition = "U", "PA"
    ds.BodyPartExamined, ds.PositionerType = "CHEST", "NONE"
    ds.AnatomicRegionSequence = [coded("51185008", "SCT", "Chest")]
    ds.ViewCodeSequence = [coded("272479007", "SCT", "postero-anterior")]
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = []
    add_pixels(ds, pixels)
    uid = phantom_uid("instance", exam.seed, exam.case)
    return save(ds, DigitalXRayImageStorageForPresentation, uid, folder / "PA.dcm")


def _projection(ds: Dataset, spacing_mm: float) -> None:
    """What digital radiographs and mammograms share."""
    ds.ImageType = ["DERIVED", "PRIMARY", ""]
    ds.DerivationDescription = "Computed phantom, not acquired"
    ds.AcquisitionNumber, ds.InstanceNumber = 1, 1
    ds.PresentationIntentType, ds.PresentationLUTShape = "FOR PRESENTATION", "IDENTITY"
    ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = "LOG", 1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = "0", "1", "US"
    ds.ImagerPixelSpacing = ds.PixelSpacing = [f"{spacing_mm:g}"] * 2
    ds.PixelSpacingCalibrationType = "FIDUCIAL"
    ds.PixelSpacingCalibrationDescription = "Computed at this size"
    ds.DetectorType, ds.DetectorConfiguration = "DIRECT", "AREA"
    ds.DetectorDescription = ds.DetectorID = "Computed"
    ds.WindowCenter, ds.WindowWidth = "2048", "4096"
    ds.AcquisitionContextSequence = []
    ds.BurnedInAnnotation = "NO"


def write_angiogram(exam: Exam, pixels: Pixels, spacing_mm: float, folder: Path) -> Written:
    """A single frame of an angiography in one plane."""
    ds = exam_header(exam, "XA", "vessel", 1)
    ds.ImageType = ["DERIVED", "PRIMARY", "SINGLE PLANE"]
    ds.DerivationDescription = "Computed phantom, not acquired"
    ds.InstanceNumber, ds.AcquisitionNumber = 1, 1
    ds.PatientOrientation = ["L", "F"]
    ds.PixelIntensityRelationship = "DISP"
    ds.Laterality = ""
    ds.RadiationSetting = "GR"
    ds.KVP, ds.XRayTubeCurrent, ds.ExposureTime = "80", "100", "10"
    ds.ImagerPixelSpacing = [f"{spacing_mm:g}"] * 2
    ds.PositionerMotion = "STATIC"
    ds.PositionerPrimaryAngle, ds.PositionerSecondaryAngle = "0", "0"
    ds.WindowCenter, ds.WindowWidth = "2048", "4096"
    add_pixels(ds, pixels)
    uid = phantom_uid("instance", exam.seed, exam.case)
    return save(ds, XRayAngiographicImageStorage, uid, folder / "frame.dcm")
