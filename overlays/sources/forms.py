"""Any file of AI results, told by what is in it and never by its name, and handed to the source that reads it.

What belongs here: which form a file has. What does not: reading the forms (one module for each), folders (folder).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from overlays.result import AIResult
from overlays.sources.refusals import NotAResult
from study_configs.problem import StudyProblem
from viewers.dicom.archives import shown

HEAD_BYTES = 4096
STORAGE = "1.2.840.10008.5.1.4.1.1."
KNOWN = "ReaderLab reads the forms that docs/ai_results.md lists; save the result as one of them."


@dataclass(frozen=True, slots=True)
class Form:
    """A form of AI results: its name, and the module under this package that reads it."""

    name: str
    module: str

    def read(self, path: Path) -> tuple[AIResult, ...]:
        """The results in a file of this form. Raises StudyProblem."""
        results: tuple[AIResult, ...] = import_module(f"overlays.sources.{self.module}").read(path)
        return results


SR, CAPTURE = Form("DICOM SR", "reports.tid1500"), Form("DICOM secondary capture", "drawings.secondary_capture")
DICOM = {  # by the end of the SOP class (PS3.4 B.5); a name that ends in a dot stands for all that begin so
    "66.4": Form("DICOM SEG", "maps.segmentation"),
    "66.7": Form("DICOM label map SEG", "maps.segmentation"),
    "30": Form("DICOM parametric map", "maps.parametric_map"),
    "88.50": Form("DICOM mammography CAD SR", "reports.cad_sr"),
    "88.65": Form("DICOM chest CAD SR", "reports.cad_sr"),
    "88.69": Form("DICOM colon CAD SR", "reports.cad_sr"),
    "88.11": SR,
    "88.22": SR,
    "88.33": SR,
    "88.34": SR,
    "88.": SR,
    "11.": Form("DICOM presentation state", "drawings.gsps"),
    "481.3": Form("DICOM RT structure set", "drawings.structure_set"),
    "7": CAPTURE,
    "7.": CAPTURE,
}
NIFTI, NRRD, META = (Form(name, "own.volume_results") for name in ("NIfTI", "NRRD", "MetaImage"))
JSON, TABLE = Form("JSON", "json_forms"), Form("CSV", "tables.csv_table")
OTHERS = {  # how files begin that people have beside their results
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"BM": "a BMP picture",
    b"II*\0": "a TIFF picture",
    b"MM\0*": "a TIFF picture",
    b"PK\x03\x04": "a zip archive or NumPy .npz file",
    b"\x93NUMPY": "a NumPy array without its place in the patient",
    b"\x89HDF": "an HDF5 file",
    b"<?xml": "an XML file",
    b"<": "an XML or HTML file",
    b"SQLite format 3": "an SQLite database",
    b"\x7fELF": "a program",
}


def read(path: Path) -> tuple[AIResult, ...]:
    """The AI results in a file of any form. Raises StudyProblem (NotAResult where it is something else)."""
    return form_of(path).read(path)


def form_of(path: Path) -> Form:
    """Which form a file has. Raises StudyProblem where it cannot be opened, NotAResult where it has none of ours."""
    head = _head(path)
    if head[128:132] == b"DICM":
        return _dicom_form(path)
    found = _plain_form(head) or _old_dicom(path, head)
    if found is None:
        raise NotAResult(f"This is {_what_it_is(head)}, no AI result.", where=str(shown(path)), todo=KNOWN)
    return found


def dicom_form(sop_class_uid: str) -> Form | None:
    """The form of a SOP class, None where it holds no AI results."""
    tail = sop_class_uid.removeprefix(STORAGE)
    if tail == sop_class_uid:
        return None
    return DICOM.get(tail) or DICOM.get(tail.partition(".")[0] + ".")


def _head(path: Path) -> bytes:
    """The first bytes of a file. Raises StudyProblem."""
    try:
        if not path.is_file():
            raise StudyProblem("There is no such file.", where=str(shown(path)), todo="Check the path.")
        with path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError as error:
        raise StudyProblem(
            f"The file cannot be read ({error.strerror}).", where=str(shown(path)), todo="Check its permissions."
        ) from error


def _plain_form(head: bytes) -> Form | None:
    if head[:2] == b"\x1f\x8b":
        head = _inflated(head)
        return NIFTI if _is_nifti(head) else None
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _is_nifti(head):
        return NIFTI
    if head[:4] == b"NRRD":
        return NRRD
    if _is_meta_image(text):
        return META
    if text[:1] in (b"{", b"["):
        return JSON
    return TABLE if _is_table(text) else None


def _inflated(head: bytes) -> bytes:
    """What the first bytes of a gzip stream hold, at most HEAD_BYTES of it."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""


def _is_nifti(head: bytes) -> bool:
    return head[344:348] in (b"n+1\0", b"ni1\0") or head[4:8] in (b"n+2\0", b"ni2\0")


def _is_meta_image(text: bytes) -> bool:
    first = [line.partition(b"=")[0].strip() for line in text[:1024].splitlines()[:6] if b"=" in line]
    return b"NDims" in first or (first[:1] == [b"ObjectType"])


def _is_table(text: bytes) -> bool:
    """Text whose first line is a row of names."""
    line = text.splitlines()[0] if text else b""
    separators = max(line.count(each) for each in (b",", b";", b"\t"))
    return separators > 0 and all(byte >= 32 or byte == 9 for byte in line) and not line.startswith(b"<")


def _dicom_form(path: Path) -> Form:
    from viewers.dicom.elements import read_elements
    from viewers.dicom.problems import BadFile

    try:
        sop_class = read_elements(path).text(0x00080016)
    except BadFile as problem:
        raise StudyProblem(problem.what, where=str(shown(path)), todo=problem.todo) from problem
    found = dicom_form(sop_class)
    if found is None:
        raise NotAResult(
            f"This is a DICOM object of the class {_class_name(sop_class)}, no AI result.",
            where=str(shown(path)),
            todo=KNOWN,
        )
    return found


def _class_name(sop_class: str) -> str:
    from pydicom.uid import UID

    return UID(sop_class).name if sop_class else "that it does not name"


def _old_dicom(path: Path, head: bytes) -> Form | None:
    """DICOM without preamble, as it was written before there were files of it."""
    return _dicom_form(path) if head[:2] in (b"\x02\0", b"\x08\0") else None


def _what_it_is(head: bytes) -> str:
    if not head:
        return "an empty file"
    known = next((words for start, words in OTHERS.items() if head.startswith(start)), "")
    if head[:2] == b"\x1f\x8b":
        return "a gzip file that holds no NIfTI"
    return known or ("a text" if _is_text(head) else "a file of an unknown kind")


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and not any(byte < 9 for byte in head)
