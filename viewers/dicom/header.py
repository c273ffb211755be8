"""What the elements of one image file mean: pixel format, identity, geometry, modality transform, windows.

What belongs here: one file (or one functional group item) at a time. What does not: several files (scan, stacks).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from viewers.dicom.calibration import REGIONS
from viewers.dicom.calibration import Spacing as Spacing
from viewers.dicom.calibration import pixel_spacing as pixel_spacing
from viewers.dicom.calibration import spacing as spacing_of
from viewers.dicom.checks import ASK_AGAIN, LIMITS, UNDEFINED, check_pixels
from viewers.dicom.elements import Elements, decimal_numbers, require
from viewers.dicom.presentation import aspect, lossy
from viewers.dicom.problems import BadFile, tag_name
from viewers.dicom.regions import regions
from viewers.dicom.suv import DRUG, suv_factor
from viewers.dicom.syntaxes import EXPLICIT, IMPLICIT, UNCOMPRESSED
from viewers.dicom.voi import modality_table, voi_tables
from viewers.volume import Lossy, PixelFormat, Rescale, ScaleRegion, Window, WindowShape

PROJECTIONS = frozenset(("CR", "DX", "MG", "IO", "PX", "RG", "XA", "RF"))  # each image stands for itself
GRID_TAGS = (
    0x00280002, 0x00280004, 0x00280006, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103,
)  # fmt: skip
SERIES_TAGS = (
    0x00080016, 0x00080060, 0x0008103E, 0x00100020, 0x00180015, 0x0020000D, 0x0020000E, 0x00200011, 0x00200037,
    0x00200052, 0x00200060, 0x00200062, 0x00280030, 0x00181164, 0x00182010, 0x00280120, 0x00280121, 0x00180050,
    0x00180088, 0x00280103, 0x00080008, 0x00185101, 0x00200020, 0x00280034, 0x00281054, 0x00282110, 0x00282112,
    0x00282114, 0x00181114, 0x00280A02, 0x00280A04, 0x00181120, 0x00480006,
    0x00480007, 0x00089205, 0x00281101, 0x00280004, 0x00180010, 0x00181210, 0x00180080, 0x00180081, 0x00180082,
)  # fmt: skip
NAMED = (
    ("ImageType", 0x00080008),
    ("ViewPosition", 0x00185101),
    ("PatientOrientation", 0x00200020),
    ("ContrastBolusAgent", 0x00180010),
    ("ConvolutionKernel", 0x00181210),
    ("RepetitionTime", 0x00180080),
    ("EchoTime", 0x00180081),
    ("InversionTime", 0x00180082),
)

SEQUENCES = frozenset((REGIONS, DRUG))  # told apart by their items, so never remembered

T = TypeVar("T")
Orientation = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What the files of one stack have in common, as a rule."""

    series_uid: str
    exam_uid: str
    modality: str
    description: str
    series_number: int
    sop_class_uid: str
    patient: str
    body_part: str
    laterality: str
    frame_of_reference_uid: str
    orientation: Orientation | None
    spacing_mm: Spacing | None
    notes: tuple[str, ...]  # what to warn of
    thickness_mm: float | None
    padding: tuple[int, int] | None
    tags: tuple[tuple[str, str], ...]  # by keyword, multiple values with a backslash between them
    aspect: tuple[float, float] = (1.0, 1.0)
    calibration: str = ""
    regions: tuple[ScaleRegion, ...] = ()
    lossy: Lossy | None = None
    rescale_type: str = ""
    slice_step_mm: float | None = None  # SpacingBetweenSlices: only to be compared with the positions
    tilt_deg: float | None = None  # GantryDetectorTilt


_formats: dict[tuple[bytes | None, ...], PixelFormat] = {}
_facts: dict[tuple[bytes | None, ...], SeriesFacts] = {}
CACHE_SIZE = 4096


def pixel_format(elements: Elements) -> PixelFormat:
    """The image's pixel format, checked. Raises BadFile naming the tag that is missing or impossible."""
    key = (*elements.raws(GRID_TAGS), bytes((elements.pixel_tag & 0xFF, elements.encoding.little)))
    known = _formats.get(key)
    if known is None:
        known = _checked_format(elements)
        forget_if_full(_formats)
        _formats[key] = known
    return known


def series_facts(elements: Elements) -> SeriesFacts:
    """What the file says about its series."""
    key = (*elements.raws(SERIES_TAGS), bytes((elements.encoding.little,)), elements.syntax.encode())
    known = _facts.get(key)
    if known is None or not elements.found.keys().isdisjoint(SEQUENCES):
        known = _read_facts(elements)
        if SEQUENCES.isdisjoint(elements.found):
            forget_if_full(_facts)
            _facts[key] = known
    return known


def forget_if_full(cache: MutableMapping[tuple[bytes | None, ...], T]) -> None:
    if len(cache) > CACHE_SIZE:
        cache.clear()


def _checked_format(elements: Elements) -> PixelFormat:
    floating = elements.pixel_tag != 0x7FE00010
    allocated = {0x7FE00008: 32, 0x7FE00009: 64}.get(elements.pixel_tag) or require(elements, 0x00280100)
    stored = elements.integer(0x00280101, allocated) or allocated
    result = PixelFormat(
        rows=require(elements, 0x00280010),
        columns=require(elements, 0x00280011),
        samples=elements.integer(0x00280002, 1) or 1,
        photometric=elements.text(0x00280004).upper() or "MONOCHROME2",
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=_or(elements.integer(0x00280102), stored - 1),
        signed=elements.integer(0x00280103, 0) == 1 and not floating,
        planar=elements.integer(0x00280006, 0) == 1,
        floating=floating,
    )
    _check_format(result)
    return result


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _check_format(f: PixelFormat) -> None:
    for tag, value, fits in (
        (0x00280010, f.rows, 0 < f.rows <= 65535),
        (0x00280011, f.columns, 0 < f.columns <= 65535),
        (0x00280002, f.samples, f.samples in (1, 3, 4)),
        (0x00280100, f.bits_allocated, f.bits_allocated in (1, 8, 12, 16, 32, 64)),
        (0x00280101, f.bits_stored, 0 < f.bits_stored <= f.bits_allocated),
        (0x00280102, f.high_bit, f.bits_stored - 1 <= f.high_bit < f.bits_allocated),
    ):
        if not fits:
            raise BadFile(f"Element {tag_name(tag)} is {value}, which no image can have.", todo=ASK_AGAIN)
    if f.frame_bits // 8 > LIMITS.frame_bytes:
        raise BadFile(
            f"One frame of {f.rows} × {f.columns} pixels is larger than {LIMITS.frame_bytes >> 20} MiB.",
            todo="Leave it out.",
        )


def _read_facts(elements: Elements) -> SeriesFacts:
    spacing, calibration = spacing_of(elements)
    notes = [calibration] if calibration else []
    if elements.text(0x00080060) == "PT" and (why := suv_factor(elements)[1]):
        notes.append(f"No SUV: {why}.")
    if wide := elements.integer(0x00480006):
        notes.append(f"Its frames are tiles of one picture of {wide} × {elements.integer(0x00480007)} pixels.")
    if has_supplement(elements):
        notes.append("Its file colours some values by a palette (supplemental colours): they are shown as grey.")
    return SeriesFacts(
        series_uid=elements.text(0x0020000E),
        exam_uid=elements.text(0x0020000D),
        modality=elements.text(0x00080060),
        description=elements.words(0x0008103E),
        series_number=elements.integer(0x00200011, 0) or 0,
        sop_class_uid=elements.text(0x00080016),
        patient=elements.words(0x00100020),
        body_part=elements.text(0x00180015),
        laterality=elements.text(0x00200062) or elements.text(0x00200060),
        frame_of_reference_uid=elements.text(0x00200052),
        orientation=orientation(elements),
        spacing_mm=spacing,
        notes=tuple(notes),
        thickness_mm=elements.number(0x00180088) or elements.number(0x00180050),
        padding=_padding(elements),
        tags=tuple((keyword, text) for keyword, tag in NAMED if (text := elements.text(tag))),
        aspect=aspect(elements),
        calibration=calibration,
        regions=regions(elements) if spacing is None and REGIONS in elements.found else (),
        lossy=lossy(elements),
        rescale_type=elements.text(0x00281054) or elements.text(0x00541001),
        slice_step_mm=elements.number(0x00180088),
        tilt_deg=elements.number(0x00181120),
    )


def has_supplement(elements: Elements) -> bool:
    """Whether a grey image has colours for the values above a certain one (PS3.3 C.7.6.16.1.1.3, C.8.16.2.1.1)."""
    is_grey = elements.text(0x00280004).upper().startswith("MONOCHROME")
    return is_grey and 0x00281101 in elements.found and elements.text(0x00089205) in ("COLOR", "MIXED", "")


def orientation(elements: Elements, tag: int = 0x00200037) -> Orientation | None:
    found = elements.numbers(tag)
    return (found[0], found[1], found[2], found[3], found[4], found[5]) if len(found) == 6 else None


def position(elements: Elements, tag: int = 0x00200032) -> tuple[float, float, float] | None:
    """ImagePositionPatient: LPS mm of the centre of the first pixel."""
    found = elements.numbers(tag)
    return (found[0], found[1], found[2]) if len(found) == 3 and max(map(abs, found)) < 1e7 else None


def _padding(elements: Elements) -> tuple[int, int] | None:
    signed = elements.integer(0x00280103, 0) == 1
    first, last = _stored(elements, 0x00280120, signed), _stored(elements, 0x00280121, signed)
    if first is None:
        return None
    return (first, first) if last is None else (min(first, last), max(first, last))


def _stored(elements: Elements, tag: int, signed: bool) -> int | None:
    raw = elements.raw(tag)
    if raw is None or len(raw) != 2:
        return None
    return int.from_bytes(raw, "little" if elements.encoding.little else "big", signed=signed)


def frame_count(elements: Elements) -> int:
    """NumberOfFrames, held against the bytes that are there. Raises BadFile."""
    count = elements.integer(0x00280008)
    if count is None or count < 1:
        return 1
    if count > LIMITS.frames:
        raise BadFile(f"Element {tag_name(0x00280008)} is {count}; the limit is {LIMITS.frames}.", todo="Leave it out.")
    return count


def is_compressed(elements: Elements) -> bool:
    return elements.pixel_length == UNDEFINED or elements.syntax not in UNCOMPRESSED


def check_room(elements: Elements, form: PixelFormat, frames: int) -> None:
    """Holds the size of all frames against the bytes of the file. Raises BadFile."""
    left = elements.size - elements.pixel_start
    claimed = left if elements.pixel_length == UNDEFINED else min(left, elements.pixel_length)
    check_pixels((form.frame_bits * frames + 7) // 8, claimed, frames=frames, compressed=is_compressed(elements))


def plain_offset(elements: Elements, form: PixelFormat) -> int:
    """Where plain stored values begin that can be read straight into a volume; -1 where they need decoding."""
    plain = (
        elements.encoding.little
        and elements.syntax in (IMPLICIT, EXPLICIT)
        and elements.pixel_length != UNDEFINED
        and form.samples == 1
        and form.photometric in ("MONOCHROME1", "MONOCHROME2")
        and form.bits_allocated in (8, 16, 32, 64)
        and form.high_bit == form.bits_stored - 1
    )
    return elements.pixel_start if plain else -1


UNITS = {"HU": "HU", "US": "", "OD": "OD", "CNTS": "counts", "BQML": "Bq/ml", "GML": "g/ml", "NONE": ""}


def rescale(elements: Elements, modality: str) -> Rescale:
    """The modality transform of an image or of a PixelValueTransformation item; a table counts before a slope."""
    if table := modality_table(elements):
        return table
    slope = elements.numbers(0x00281053)
    intercept = elements.numbers(0x00281052)
    said = elements.text(0x00281054)
    return _rescale(
        slope[0] if slope else 1.0, intercept[0] if intercept else 0.0, said, elements.text(0x00541001), modality
    )


@lru_cache(maxsize=4096)
def _rescale(slope: float, intercept: float, said: str, pet_units: str, modality: str) -> Rescale:
    if modality == "CT" and said in ("", "HU", "US"):
        units = "HU"
    elif modality == "PT" and pet_units:
        units = UNITS.get(pet_units, pet_units)
    elif modality == "NM" and said in ("", "US"):
        units = UNITS["CNTS"]
    else:
        units = UNITS.get(said, said)
    return Rescale(slope or 1.0, intercept, units)


def windows(elements: Elements) -> tuple[Window, ...]:
    """The windows that the file names, in its order, and after them its tables (PS3.3 C.11.2)."""
    centre, width = elements.raw(0x00281050), elements.raw(0x00281051)
    if not centre or not width:
        return voi_tables(elements)
    named = _windows(centre, width, elements.text(0x00281056), elements.words(0x00281055))
    return (*named, *tables) if (tables := voi_tables(elements)) else named


@lru_cache(maxsize=4096)
def _windows(centre: bytes, width: bytes, function: str, names: str) -> tuple[Window, ...]:
    shapes: dict[str, WindowShape] = {"LINEAR_EXACT": "linear_exact", "SIGMOID": "sigmoid"}
    shape = shapes.get(function, "linear")
    explained = names.split("\\")
    pairs = zip(decimal_numbers(centre), decimal_numbers(width), strict=False)
    return tuple(
        Window(c, w, shape, explained[i].strip() if i < len(explained) else "")
        for i, (c, w) in enumerate(pairs)
        if w > 0
    )
