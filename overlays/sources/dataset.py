"""A DICOM object of AI results, opened with suspicion, and what every such object says of itself.

What belongs here: checks before pydicom sees a byte, elements that are no text or number told as a problem with their
tag, provenance, references, codes. What does not: what one kind of object means (maps, reports, drawings).
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

# This module is imported where such a file is read, and not before. An import in a function that is called for each
# of 65,535 segments takes a second, since Qt's bindings look at every import.
from pydicom import config, dcmread
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import UID
from pydicom.values import convert_SQ

from overlays.faults import Fault, Reason
from overlays.result import Advice, AIMap, AIResult, Code, Finding, Laterality, Origin, Provenance, Reference
from study_configs.problem import StudyProblem
from viewers.dicom.checks import ASK_AGAIN, Limits, check_file
from viewers.dicom.problems import BadFile, tag_name

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.tag import BaseTag

# Objects without pixels, such as reports: larger ones are no reports
REPORTS = Limits(file_bytes=256 << 20, header_bytes=256 << 20, depth=64, inflated_bytes=256 << 20)

# What pydicom raises where the bytes of an element are not what its VR says
UNREADABLE = (
    ValueError, TypeError, LookupError, ArithmeticError, AttributeError, NotImplementedError, EOFError, OSError,
    RecursionError, struct.error, BytesLengthException,
)  # fmt: skip

LEFT = frozenset({"7771000", "419161000", "G-A101", "L"})
RIGHT = frozenset({"24028007", "419465000", "G-A100", "R"})
BOTH = frozenset({"51440002", "G-A102", "B"})
MOST_REFERENCES = 200_000
LONGEST_CODE_BYTES = 1024
ESCAPE = b"\x1b"  # begins other character sets (PS3.5 6.1.2.5)
DECIMALS = frozenset({"DS", "IS"})
BINARY = {vr: np.dtype(kind) for vr, kind in {"US": "u2", "UL": "u4", "FL": "f4", "FD": "f8"}.items()}
PLAIN_TEXTS = DECIMALS | {"CS", "UI", "LO", "SH", "DA", "TM", "DT"}  # of several values


# --- opening --------------------------------------------------------------------------------------------------------


def open_dataset(path: Path | str, classes: Collection[str], limits: Limits = REPORTS) -> Dataset:
    """Everything but the pixels of a DICOM object of one of these SOP classes.

    The whole file is walked first (lengths, depth, counts, inflation), so that pydicom sees only what keeps `limits`.
    Raises BadFile (NotDicom where it is something else), with the path in `where`.
    """
    with named(path):
        check_file(Path(path), limits)
        dataset = _parsed(path)
        found = text(dataset, "SOPClassUID")
        if found not in classes:
            raise BadFile(f"It is {_article(class_name(found))}, which this form is not read from.")
        return dataset


def _parsed(path: Path | str) -> Dataset:
    config.settings.reading_validation_mode = config.IGNORE  # we check what we use
    try:
        return dcmread(path, stop_before_pixels=True, force=True)
    except (*UNREADABLE, InvalidDicomError) as error:
        raise BadFile(f"It cannot be parsed ({_said(error)}).", todo=ASK_AGAIN) from error


@contextmanager
def named(path: Path | str) -> Iterator[None]:
    """Problems raised within that name no place get this file as theirs."""
    try:
        yield
    except StudyProblem as problem:
        problem.where = problem.where or str(path)
        raise


def class_name(uid: str) -> str:
    """What people call a SOP class: "Comprehensive 3D SR Storage"."""
    return UID(uid).name if uid else "an object without SOP class"


def _article(name: str) -> str:
    return name if name.startswith("an ") else f"a {name}"


def _said(error: Exception) -> str:
    return (str(error).strip("'\". ") or type(error).__name__)[:200]


# --- elements -------------------------------------------------------------------------------------------------------


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """The items of a sequence, none where it is absent. Raises BadFile where it is no sequence."""
    if _tag(keyword) not in dataset:
        return ()
    found = _value(dataset, keyword)
    if found is None or found == "" or found == b"":
        return ()
    if not isinstance(found, Sequence):
        raise BadFile(f"Element {_name(keyword)} is no sequence.", todo=ASK_AGAIN)
    return tuple(found)


def item(dataset: Dataset, keyword: str) -> Dataset | None:
    """The first item of a sequence, None where there is none."""
    return next(iter(items(dataset, keyword)), None)


def texts(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """The values of an element as texts, without padding; () where it is absent or empty. Raises BadFile."""
    if _tag(keyword) not in dataset:
        return ()
    raw = _raw(dataset, keyword)
    if raw is not None and _vr(raw, keyword) in PLAIN_TEXTS and raw.value.isascii() and ESCAPE not in raw.value:
        values: list[Any] = raw.value.decode("ascii").split("\\")
    else:
        values = _values(dataset, keyword)
    return tuple(one for each in values if (one := str(each).strip(" \x00\t\r\n")))


def text(dataset: Dataset, keyword: str) -> str:
    """An element as one text, "" where it is absent. Raises BadFile."""
    return "\\".join(texts(dataset, keyword))


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """The values of an element as numbers (NaN among them), () where it is absent. Raises BadFile."""
    if _tag(keyword) not in dataset:
        return ()
    raw = _raw(dataset, keyword)
    try:
        vr = "" if raw is None else _vr(raw, keyword)
        if raw is not None and vr in DECIMALS:
            parts = raw.value.strip(b" \0").split(b"\\")
            return () if parts == [b""] else tuple(map(float, parts))
        if raw is not None and vr in BINARY and len(raw.value) % BINARY[vr].itemsize == 0:
            kind = BINARY[vr].newbyteorder("<" if raw.is_little_endian else ">")
            return tuple(np.frombuffer(raw.value, kind).astype(np.float64).tolist())
        values = _values(dataset, keyword)
        return () if values in ([], [""]) else tuple(float(each) for each in values)
    except (ValueError, TypeError) as error:
        said = f"Element {_name(keyword)} holds something that is no number."
        raise BadFile(Reason(said, Fault.NUMBER), todo=ASK_AGAIN) from error


def number(dataset: Dataset, keyword: str) -> float | None:
    """The first value of an element as a number, None where it is absent. Raises BadFile."""
    return next(iter(numbers(dataset, keyword)), None)


def _values(dataset: Dataset, keyword: str) -> list[Any]:
    """Every value of an element, empty ones too, since they take a place among the others."""
    found = _value(dataset, keyword)
    if found is None:
        return []
    return list(found) if isinstance(found, MultiValue | list | tuple) else [found]


def _raw(dataset: Dataset, keyword: str) -> RawDataElement | None:
    """An element as its bytes, where pydicom has not yet made anything else of them (which takes ten times as long)."""
    tag = _tag(keyword)
    found = dataset.get_item(tag) if tag in dataset else None
    return found if isinstance(found, RawDataElement) and isinstance(found.value, bytes) else None


@lru_cache(maxsize=1024)
def _tag(keyword: str) -> BaseTag:
    return Tag(keyword)


def _vr(raw: RawDataElement, keyword: str) -> str:
    """The value representation as the file has it, or in implicit VR the standard (PS3.6)."""
    return raw.VR or _standard_vr(keyword)


@lru_cache(maxsize=1024)
def _standard_vr(keyword: str) -> str:
    return str(dictionary_VR(_tag(keyword)))


def _value(dataset: Dataset, keyword: str) -> Any:
    tag = _tag(keyword)
    try:
        return dataset[tag].value if tag in dataset else None
    except UNREADABLE as error:
        raise BadFile(f"Element {_name(keyword)} cannot be read ({_said(error)}).", todo=ASK_AGAIN) from error


def _name(keyword: str) -> str:
    tag = tag_for_keyword(keyword) or 0
    shown = tag_name(tag)
    return shown if keyword in shown else f"{shown} {keyword}"


# --- what an object says of itself ----------------------------------------------------------------------------------


def provenance_of(dataset: Dataset, form: str, *, origin: Origin = "model") -> Provenance:
    """Who made an object, with what and when, by the modules for general equipment and SOP common (PS3.3 C.7.5.1)."""
    model = text(dataset, "ManufacturerModelName") or text(dataset, "SeriesDescription") or form
    return Provenance(
        origin,
        model,
        version=text(dataset, "SoftwareVersions"),
        made_at=_made_at(dataset),
        maker=text(dataset, "Manufacturer"),
        form=form,
    )


def _made_at(dataset: Dataset) -> str:
    """ISO 8601; in UTC where the object names its offset (0008,0201), else the local time that it has."""
    for prefix in ("Content", "InstanceCreation", "StructureSet", "PresentationCreation", "Series"):
        day, clock = text(dataset, f"{prefix}Date"), text(dataset, f"{prefix}Time").split(".")[0]
        try:
            moment = datetime.strptime(day + (clock + "000000")[:6], "%Y%m%d%H%M%S")  # noqa: DTZ007  # its zone is below
        except ValueError:
            continue
        offset = _offset(text(dataset, "TimezoneOffsetFromUTC"))
        return moment.isoformat() if offset is None else (moment - offset).replace(tzinfo=UTC).isoformat()
    return ""


def _offset(shown: str) -> timedelta | None:
    if len(shown) != 5 or shown[0] not in "+-" or not shown[1:].isdigit():
        return None
    offset = timedelta(hours=int(shown[1:3]), minutes=int(shown[3:]))
    return -offset if shown[0] == "-" else offset


def patient_of(dataset: Dataset) -> str:
    """The patient's id, to keep results of another patient away; readers never see it."""
    return text(dataset, "PatientID")


def result_of(
    dataset: Dataset,
    provenance: Provenance,
    references: tuple[Reference, ...],
    remarks: Iterable[str],
    *,
    series_uid: str = "",
    frame_of_reference_uid: str = "",
    findings: tuple[Finding, ...] = (),
    maps: tuple[AIMap, ...] = (),
    advice: tuple[Advice, ...] = (),
) -> AIResult:
    """What was found in an object, with what it says of itself; without `series_uid` that of the first reference."""
    return AIResult(
        ai="",
        series_uid=series_uid or next((each.series_uid for each in references if each.series_uid), ""),
        frame_of_reference_uid=frame_of_reference_uid,
        findings=findings,
        maps=maps,
        provenance=provenance,
        advice=advice,
        references=references,
        patient=patient_of(dataset),
        sop_uid=text(dataset, "SOPInstanceUID"),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def code_of(dataset: Dataset | None) -> Code | None:
    """The code in an item of a code sequence (PS3.3 8.8), also a long one or a URN; None where it has no value."""
    if dataset is None:
        return None
    value = text(dataset, "CodeValue") or text(dataset, "LongCodeValue") or text(dataset, "URNCodeValue")
    meaning = text(dataset, "CodeMeaning")
    if not value and not meaning:
        return None
    return Code(value, text(dataset, "CodingSchemeDesignator"), meaning or value)


def coded(dataset: Dataset, keyword: str) -> Code | None:
    """The code in the first item of a code sequence, None where there is none. Raises BadFile."""
    raw = _raw(dataset, keyword)
    if raw is None or _vr(raw, keyword) != "SQ" or len(raw.value) > LONGEST_CODE_BYTES:
        return code_of(item(dataset, keyword))
    sets = dataset.original_character_set
    names = (sets,) if isinstance(sets, str) else tuple(sets)
    return _code_in(raw.value, raw.is_implicit_VR, raw.is_little_endian, names)


@lru_cache(maxsize=4096)
def _code_in(value: bytes, is_implicit: bool, is_little: bool, character_sets: tuple[str, ...]) -> Code | None:
    """The code in the bytes of a code sequence; reports say the same few codes thousands of times. Raises BadFile."""
    try:
        found = convert_SQ(value, is_implicit, is_little, list(character_sets))
    except UNREADABLE as error:
        raise BadFile(f"A code cannot be read ({_said(error)}).", todo=ASK_AGAIN) from error
    return code_of(next(iter(found), None))


def laterality_of(code: Code | None) -> Laterality:
    """Left, right or both by CID 244 and 247 in SNOMED CT or SNOMED RT; empty for everything else."""
    if code is None or code.scheme not in ("SCT", "SRT", "SNM3", "99SDM", ""):
        return ""
    if code.value in LEFT:
        return "left"
    return "right" if code.value in RIGHT else "both" if code.value in BOTH else ""


def references_of(dataset: Dataset) -> tuple[Reference, ...]:
    """The series that an object names as what it was made from, each with its instances, in the object's order.

    By evidence (reports), by referenced series (segmentations, maps, presentation states), by frame of reference
    (structure sets), and by source images, whose series stays unknown ("").
    """
    exam = text(dataset, "StudyInstanceUID")
    found: list[Reference] = []
    for evidence in ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence",
                     "StudiesContainingOtherReferencedInstancesSequence"):  # fmt: skip
        for each in items(dataset, evidence):
            found += _series(each, text(each, "StudyInstanceUID"))
    found += _series(dataset, exam)
    found += _structure_series(dataset)
    known = {uid for each in found for uid in each.sop_uids}
    loose = tuple(uid for uid in _source_images(dataset) if uid not in known)
    return _merged([*found, *([Reference("", loose)] if loose else [])])


def _series(dataset: Dataset, exam: str) -> Iterator[Reference]:
    for each in items(dataset, "ReferencedSeriesSequence"):
        named = (*items(each, "ReferencedSOPSequence"), *items(each, "ReferencedInstanceSequence"),
                 *items(each, "ReferencedImageSequence"))  # fmt: skip
        uids = tuple(uid for one in named if (uid := text(one, "ReferencedSOPInstanceUID")))
        yield Reference(text(each, "SeriesInstanceUID"), uids, exam)


def _structure_series(dataset: Dataset) -> Iterator[Reference]:
    for frame in items(dataset, "ReferencedFrameOfReferenceSequence"):
        for study in items(frame, "RTReferencedStudySequence"):
            for each in items(study, "RTReferencedSeriesSequence"):
                images = items(each, "ContourImageSequence")
                uids = tuple(uid for one in images if (uid := text(one, "ReferencedSOPInstanceUID")))
                yield Reference(text(each, "SeriesInstanceUID"), uids, text(study, "ReferencedSOPInstanceUID"))


def _source_images(dataset: Dataset) -> Iterator[str]:
    for each in items(dataset, "SourceImageSequence"):
        if uid := text(each, "ReferencedSOPInstanceUID"):
            yield uid


def _merged(found: list[Reference]) -> tuple[Reference, ...]:
    """Each series once, its instances each once."""
    kept: dict[str, Reference] = {}
    count = 0
    for each in found:
        before = kept.get(each.series_uid)
        uids = dict.fromkeys((*before.sop_uids, *each.sop_uids) if before else each.sop_uids)
        count += len(each.sop_uids)
        if count > MOST_REFERENCES:
            raise BadFile(f"It names more than {MOST_REFERENCES} images.", todo=ASK_AGAIN)
        kept[each.series_uid] = Reference(
            each.series_uid, tuple(uids), each.exam_uid or (before.exam_uid if before else "")
        )
    return tuple(kept.values())
