"""DICOM as ReaderLab understands it, for people and for programs: what `readerlab inspect` prints.

What belongs here: facts, hashes and errors of files. What does not: showing images.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from study_configs.problem import StudyProblem
from viewers.dicom.archives import shown
from viewers.dicom.decode import open_source, stored_frame
from viewers.dicom.problems import BadFile, FileProblem
from viewers.dicom.scan import OtherObject, Scan, scan
from viewers.volume import Instance, SeriesHeader, Window

Record = dict[str, object]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class InspectReport:
    """What a path holds: one record for each image stack and other object, and what could not be read."""

    series: tuple[Record, ...]
    objects: tuple[Record, ...]
    errors: tuple[FileProblem, ...]
    scanned: Scan | None = None  # what the records tell of; None where nothing there is DICOM

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)

    def as_dict(self) -> Record:
        errors = [{"path": str(e.path), "reason": e.what, "todo": e.todo} for e in self.errors]
        return {"series": list(self.series), "objects": list(self.objects), "errors": errors}

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False)

    def to_text(self) -> str:
        lines = [line for record in self.series for line in _series_lines(record)]
        lines += [f"{record['kind'] or 'object'}  {record['path']}" for record in self.objects]
        lines += [f"error: {error}" for error in self.errors]
        return "\n".join([*lines, self._summary()])

    def _summary(self) -> str:
        images = sum(int(str(record["frames"])) for record in self.series)
        counts = ((len(self.series), "stack"), (images, "image"), (len(self.objects), "other object"))
        parts = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
        bad = len(self.errors)
        return ", ".join(parts or ["nothing"]) + (f"; {bad} {'error' if bad == 1 else 'errors'}" if bad else "")


def inspect_path(paths: Path | str | Sequence[Path | str], on_progress: Progress | None = None) -> InspectReport:
    """Reads and decodes everything under one or several paths. What is wrong stands in the report."""
    try:
        found = scan(paths)
        scans = [found, *_each_alone(found.duplicates)]
    except StudyProblem as problem:
        first = paths if isinstance(paths, Path | str) else paths[0]
        return InspectReport((), (), (FileProblem(Path(problem.where or first), problem.what, problem.todo),))
    headers = [header for one in scans for header in one.series]
    errors = [problem for one in scans for problem in one.problems]
    hashes: dict[Path, str | None] = {}
    records = []
    for number, header in enumerate(headers):
        if on_progress:
            on_progress(number, len(headers))
        records.append(_record(header, hashes, errors))
    return InspectReport(tuple(records), tuple(_object(o) for one in scans for o in one.other), tuple(errors), found)


def inspect(path: Path | str) -> Record:
    """`inspect_path` as the plain object that `readerlab inspect PATH --json` prints."""
    return inspect_path(path).as_dict()


def _each_alone(paths: Iterable[Path]) -> list[Scan]:
    return [scan(path) for path in paths]


def stored_sha256(path: Path) -> str:
    """SHA-256 over all frames of a file: stored values as little-endian int32 in the order frame, row, column, sample.

    YBR counts as decoded to RGB; palettes count as their indices; float pixel data are hashed as little-endian
    float32 or float64. Raises BadFile.
    """
    source = open_source(path)
    digest = hashlib.sha256()
    for frame in range(source.frames):
        pixels = stored_frame(path, frame)
        dtype = pixels.dtype.newbyteorder("<") if source.form.floating else np.dtype("<i4")
        digest.update(np.ascontiguousarray(pixels.astype(dtype)).data)
    return digest.hexdigest()


def _record(header: SeriesHeader, hashes: dict[Path, str | None], errors: list[FileProblem]) -> Record:
    form = header.pixel_format
    window = header.instances[0].windows[0] if header.instances[0].windows else None
    return {
        "series_uid": header.series_uid,
        "stack": header.stack,
        "description": header.description,
        "stack_label": header.stack_label,
        "time": None if header.time is None else asdict(header.time),
        "in_time": header.in_time,
        "modality": header.modality,
        "sop_class": header.sop_class_uid,
        "transfer_syntax": header.transfer_syntax_uid,
        "rows": header.rows,
        "columns": header.columns,
        "frames": header.frames,
        "samples": form.samples if form else header.samples,
        "bits_stored": header.bits_stored,
        "signed": header.signed,
        "photometric": form.photometric if form else header.photometric,
        "spacing_mm": list(header.spacing_mm) if header.spacing_mm else None,
        "slice_spacing_mm": header.slice_spacing_mm,
        "affine": None if header.affine is None else header.affine.tolist(),
        "units": header.units,
        "rescale_type": header.rescale_type,
        "suv_factor": header.instances[0].suv_factor,
        "aspect": list(header.aspect),
        "calibration": header.calibration,
        "lossy": None if header.lossy is None else {"ratio": header.lossy.ratio, "method": header.lossy.method},
        "frame_ms": list(header.frame_ms),
        "laterality": header.laterality,
        "body_part": header.body_part,
        "window": _window(window),
        "warnings": list(header.warnings),
        "instances": [_instance(own, hashes, errors) for own in _by_file(header)],
    }


def _by_file(header: SeriesHeader) -> list[list[Instance]]:
    files: dict[Path, list[Instance]] = {}
    for instance in header.instances:
        files.setdefault(instance.path, []).append(instance)
    return list(files.values())


def _instance(own: list[Instance], hashes: dict[Path, str | None], errors: list[FileProblem]) -> Record:
    path = own[0].path
    if path not in hashes:
        try:
            hashes[path] = stored_sha256(path)
        except BadFile as problem:
            hashes[path] = None
            errors.append(problem.at(shown(path)))
    return {"path": str(shown(path)), "sop_uid": own[0].sop_uid, "frames": len(own), "stored_sha256": hashes[path]}


def _window(window: Window | None) -> Record | None:
    if window is None:
        return None
    return {"centre": window.centre, "width": window.width, "shape": window.shape, "name": window.name}


def _object(other: OtherObject) -> Record:
    return {
        "kind": other.modality,
        "path": str(shown(other.path)),
        "sop_class": other.sop_class_uid,
        "sop_uid": other.sop_uid,
        "series_uid": other.series_uid,
    }


def _series_lines(record: Record) -> list[str]:
    title = f"{record['modality'] or '?'}  {record['description'] or 'without description'}"
    lines = [title, f"    {_size_words(record)}", f"    {_pixel_words(record)}"]
    if window := record["window"]:
        lines.append(f"    {_window_words(window, str(record['units']))}")
    warnings = record["warnings"]
    return lines + [f"    note: {warning}" for warning in (warnings if isinstance(warnings, list) else [])]


def _size_words(record: Record) -> str:
    spacing, step = record["spacing_mm"], record["slice_spacing_mm"]
    mm = " × ".join(f"{s:g}" for s in spacing) + " mm" if isinstance(spacing, list) else "not calibrated"
    apart = f", slices {step:g} mm apart" if isinstance(step, float) else ""
    placed = "placed in the patient" if record["affine"] else "no patient geometry"
    return f"{record['frames']} × {record['rows']} × {record['columns']}, {mm}{apart}, {placed}"


def _pixel_words(record: Record) -> str:
    from pydicom.uid import UID

    sign = "signed" if record["signed"] else "unsigned"
    units = f", in {record['units']}" if record["units"] else ""
    lossy = ", once compressed with loss" if record["lossy"] else ""
    syntax = UID(str(record["transfer_syntax"])).name
    return f"{record['photometric']}, {record['bits_stored']} bits {sign}{units}, {syntax}{lossy}"


def _window_words(window: object, units: str) -> str:
    assert isinstance(window, dict)  # `_window` made it
    name = f" ({window['name']})" if window["name"] else ""
    return f"window {window['centre']:g} / {window['width']:g} {units}".rstrip() + name
