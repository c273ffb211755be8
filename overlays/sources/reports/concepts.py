"""The concepts that structured reports of AI are read by: DICOM's own, SNOMED CT, and the SNOMED RT of older files.

What belongs here: tables (PS3.16 annex D and the templates TID 1500, 4000, 4100). What does not: reading (tid1500).
"""

from __future__ import annotations

from typing import Final

from overlays.sources.reports.tree import Key

MEASUREMENT_REPORT: Final = ("126000", "DCM")
MAMMOGRAPHY_CAD: Final = ("111036", "DCM")
CHEST_CAD: Final = ("112000", "DCM")
COLON_CAD: Final = ("112220", "DCM")
PRIVATE: Final = "99READERLAB"  # our own writing: a score's code begins with "score"
SOMEWHERE: Final = ("38866009", "SCT")  # "Body part": a site for the sake of its laterality
CAD_TITLES = frozenset({MAMMOGRAPHY_CAD, CHEST_CAD, COLON_CAD})

# Who observed, with what
OBSERVER_TYPE: Final = ("121005", "DCM")
PERSON: Final = ("121006", "DCM")
PERSON_NAME: Final = ("121008", "DCM")
DEVICE_NAME: Final = ("121013", "DCM")
DEVICE_MAKER: Final = ("121014", "DCM")
DEVICE_MODEL: Final = ("121015", "DCM")
ALGORITHM_NAME: Final = ("111001", "DCM")
ALGORITHM_VERSION: Final = ("111003", "DCM")
ALGORITHM_MAKER: Final = ("122405", "DCM")
ALGORITHM: tuple[Key, ...] = (
    ("111000", "DCM"), ALGORITHM_NAME, ("111002", "DCM"), ALGORITHM_VERSION, ALGORITHM_MAKER,
)  # fmt: skip

# Measurement groups (TID 1500, 1410, 1411, 1501)
MEASUREMENTS: tuple[Key, ...] = (("126010", "DCM"), ("126011", "DCM"))
QUALITATIVE: Final = ("C0034375", "UMLS")
GROUP: Final = ("125007", "DCM")
TRACKING_ID: Final = ("112039", "DCM")
TRACKING_UID: Final = ("112040", "DCM")
ACTIVITY_SESSION: Final = ("C67447", "NCIt")
TIME_POINT: Final = ("C2348792", "UMLS")
FINDING: tuple[Key, ...] = (("121071", "DCM"),)
FINDING_CATEGORY: tuple[Key, ...] = (("276214006", "SCT"), ("C0037088", "UMLS"))
SITE: tuple[Key, ...] = (("363698007", "SCT"), ("G-C0E3", "SRT"))
LATERALITY: tuple[Key, ...] = (("272741003", "SCT"), ("G-C171", "SRT"), ("111027", "DCM"))
SITE_MODIFIER: tuple[Key, ...] = (("106233006", "SCT"), ("G-A1F8", "SRT"))
METHOD: tuple[Key, ...] = (("370129005", "SCT"), ("G-C036", "SRT"))
DERIVATION: Final = ("121401", "DCM")
REFERENCED_SEGMENT: tuple[Key, ...] = (("121191", "DCM"), ("121214", "DCM"))
IMAGE_LIBRARY: Final = ("111028", "DCM")
FRAME_OF_REFERENCE: Final = ("112227", "DCM")
ASSESSMENT_CATEGORY: Final = ("111005", "DCM")
SOURCE_SERIES: tuple[Key, ...] = (("121232", "DCM"),)
COMMENT: tuple[Key, ...] = (("121106", "DCM"), ("121111", "DCM"), ("121073", "DCM"), ("121077", "DCM"))

# CAD (TID 4000 to 4023, 4100 to 4108)
SUMMARY: Final = ("111017", "DCM")
IMPRESSION: Final = ("111034", "DCM")
IMPRESSION_WORDS: Final = ("111033", "DCM")
OVERALL: tuple[Key, ...] = (("111413", "DCM"), ("112222", "DCM"))
FOLLOW_UP: tuple[Key, ...] = (("111053", "DCM"), ("111054", "DCM"), ("111055", "DCM"))
COMPOSITE: Final = ("111015", "DCM")
SINGLE: Final = ("111059", "DCM")
RENDERING_INTENT: Final = ("111056", "DCM")
NOT_FOR_PRESENTATION: Final = ("111152", "DCM")
PRESENTATION_OPTIONAL: Final = ("111151", "DCM")
CENTRE: Final = ("111010", "DCM")
OUTLINE: Final = ("111041", "DCM")
DETECTIONS: Final = ("111064", "DCM")
ANALYSES: Final = ("111065", "DCM")
FAILED: tuple[Key, ...] = (("111025", "DCM"), ("111024", "DCM"))
PERFORMED: tuple[Key, ...] = (("111022", "DCM"), ("111004", "DCM"))
OPERATING_POINT: tuple[Key, ...] = (("111071", "DCM"), ("111072", "DCM"), ("111081", "DCM"), ("111092", "DCM"))

# Numbers that are scores, the first of them a finding's own (the others are kept by name)
SCORES: dict[Key, str] = {
    ("111012", "DCM"): "Certainty of Finding",
    ("111011", "DCM"): "Certainty of Feature",
    ("111013", "DCM"): "Certainty of Impression",
    ("122157", "DCM"): "Probability",
    ("111047", "DCM"): "Probability of cancer",
}
NO_SCORES = frozenset({  # named like scores, and none of 0 to 1
    ("112058", "DCM"), ("122657", "DCM"), ("125013", "DCM"), ("122233", "DCM"), ("122234", "DCM"), ("125202", "DCM"),
    ("113071", "DCM"), ("122760", "DCM"), ("122235", "DCM"), ("122236", "DCM"), ("121416", "DCM"), ("113763", "DCM"),
})  # fmt: skip
