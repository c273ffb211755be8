"""Pins: the SHA-256 of every file that a protocol names, written beside it, so that nothing changes unseen.

What belongs here: making, keeping and comparing them. What does not: the command (app.commands), the store's own
freezing of a protocol (app.store).

A file `protocol.pins.json` beside `protocol.yaml` holds one digest for each file, and one for all files of each path of
images: SHA-256 over a line `path, size, SHA-256` for each file, in the order of their paths. The study file itself is
not among them: the store keeps its hash with every row.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from study_configs.cases import inside
from study_configs.hanging_names import is_hanging_file
from study_configs.problem import StudyProblem
from study_configs.problems import Problem
from study_configs.study_texts import own_text_file

if TYPE_CHECKING:
    from study_configs.study import Study

FORM = 1
Step = Callable[[int, int, str], None]
_AGAIN = "the file as it was pinned; or `readerlab check --pin` again, once the change is meant"
_THREADS = 4


def _quietly(done: int, of: int, what: str) -> None:
    """No progress is told."""


@dataclass(frozen=True, slots=True)
class ImagePin:
    """All files of one path of images: how many there are, and their common digest."""

    files: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pins:
    """Digests by path within the study folder: of single files, and of folders (or archives) of images."""

    files: Mapping[str, str]
    images: Mapping[str, ImagePin]


def pins_file(protocol: Path) -> Path:
    """Where the pins of a study file are kept: protocol.yaml → protocol.pins.json."""
    return protocol.with_name(f"{protocol.stem}.pins.json")


def pins_of(study: Study, step: Step = _quietly) -> Pins:
    """The digests of all files as they are now. Raises StudyProblem where one cannot be read."""
    return Pins(_digests(study), dict(_images(study, step)))


def write_pins(study: Study, pins: Pins) -> Path:
    """Keep the pins beside the study file; returns where. Raises StudyProblem."""
    path = pins_file(study.path)
    text = json.dumps({"pins": FORM, **asdict(pins)}, indent=1, sort_keys=True) + "\n"
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_text(text, "utf-8")
        new.replace(path)
    except OSError as error:
        what = f"The pins cannot be written: {error.strerror}."
        raise StudyProblem(what, where=str(path), todo="Make the study folder writable.") from None
    return path


def read_pins(protocol: Path) -> Pins | None:
    """The pins of a study file; None where it has none. Raises StudyProblem where they cannot be understood."""
    path = pins_file(protocol)
    if not path.exists():
        return None
    try:
        raw = json.loads(path.read_bytes())
        return _pins(raw)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        what = "The pins cannot be read."
        raise StudyProblem(
            what, where=str(path), todo="pins as check --pin writes them; delete the file and pin again"
        ) from None


def _pins(raw: Any) -> Pins:
    if raw["pins"] != FORM:
        raise ValueError(raw["pins"])
    images = {str(path): ImagePin(int(pin["files"]), str(pin["sha256"])) for path, pin in raw["images"].items()}
    return Pins({str(path): str(digest) for path, digest in raw["files"].items()}, images)


def file_differences(study: Study) -> list[Problem]:
    """What differs from the pins, images left out; nothing where there are no pins."""
    try:
        pins = read_pins(study.path)
        found = _digests(study) if pins is not None else {}
    except StudyProblem as problem:
        return [Problem("RL437", problem.where or str(study.path), what=problem.what, expected=problem.todo)]
    return [] if pins is None else list(_compared(study, pins.files, found))


def image_differences(study: Study, step: Step = _quietly, seen: Path | None = None) -> list[Problem]:
    """Images that differ from the pins; nothing where there are no pins.

    `seen` is a folder that remembers, by size and time of change of every file, which images were compared in full: the
    next comparison of unchanged files then takes only as long as looking at the list of files.
    """
    try:
        pins = read_pins(study.path)
        if pins is None:
            return []
        memory = _Memory(seen, study)
        if memory.holds:
            return []
        problems = list(_compared(study, pins.images, dict(_images(study, step))))
    except StudyProblem as problem:
        return [Problem("RL437", problem.where or str(study.path), what=problem.what, expected=problem.todo)]
    if not problems:
        memory.keep()
    return problems


def _compared(study: Study, pinned: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Problem]:
    where = str(pins_file(study.path))
    for path, digest in found.items():
        if path not in pinned:
            yield Problem("RL436", where, key=path, what=f"{path} was not there when pins were made.", expected=_AGAIN)
        elif pinned[path] != digest:
            what = f"{path} differs: {_told(pinned[path])} was pinned, {_told(digest)} is there."
            yield Problem("RL435", where, key=path, what=what, expected=_AGAIN)
    for path in pinned.keys() - found.keys():
        yield Problem("RL435", where, key=path, what=f"{path} was pinned, and is gone.", expected=_AGAIN)


def _told(digest: str | ImagePin) -> str:
    if isinstance(digest, ImagePin):
        return f"{digest.files} file{'' if digest.files == 1 else 's'}, sha-256 {digest.sha256[:16]}…"
    return f"sha-256 {digest[:16]}…"


def _digests(study: Study) -> dict[str, str]:
    """SHA-256 of every single file that the protocol names, by path."""
    names = sorted(dict.fromkeys(_named(study)))
    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(zip(names, pool.map(_sha256, [study.file(name) for name in names]), strict=True))


def _named(study: Study) -> Iterator[str]:
    protocol = study.protocol
    yield protocol.cases.manifest
    if protocol.cases.reference is not None:
        yield protocol.cases.reference
    for ai in protocol.ai.values():
        if ai.model is not None:
            yield ai.model
            card = ai.card or Path(ai.model).with_name("card.yaml").as_posix()
            if study.file(card).is_file():
                yield card
        if ai.results is not None:
            found = (path for path in study.folder.glob(ai.results) if path.is_file())
            yield from (path.relative_to(study.folder).as_posix() for path in found)
    if isinstance(protocol.reading.hanging, str) and is_hanging_file(protocol.reading.hanging):
        yield protocol.reading.hanging
    pages = [*protocol.before, *protocol.after]
    yield from (page.media for page in pages if page.media is not None)
    for name in study.texts:
        own = own_text_file(study.folder, name)
        if own is not None:
            yield own.relative_to(study.folder).as_posix()


def _images(study: Study, step: Step) -> Iterator[tuple[str, ImagePin]]:
    """Every path of images with its pin, hashed by several threads."""
    paths = list(dict.fromkeys(_image_paths(study)))
    with ThreadPoolExecutor(_THREADS) as pool:
        for done, (path, pin) in enumerate(zip(paths, pool.map(_image_pin, paths), strict=True), 1):
            name = path.relative_to(study.folder).as_posix()
            step(done, len(paths), name)
            yield name, pin


def _image_paths(study: Study) -> Iterator[Path]:
    station = study.protocol.station
    columns = [column for column in (station.repeat, station.previous) if column is not None]
    for case in study.cases:
        yield case.path
        for column in columns:
            other = inside(study.folder, case.attributes.get(column, ""))
            if case.attributes.get(column) and other is not None and other.exists():
                yield other


def _image_pin(path: Path) -> ImagePin:
    files = _files(path)
    digest = hashlib.sha256()
    for name, file in files:
        content, size = _content(file)
        digest.update(f"{name}\0{size}\0{content}\n".encode("utf-8", "surrogateescape"))
    return ImagePin(len(files), digest.hexdigest())


def _files(path: Path) -> list[tuple[str, str]]:
    """Every file of a path of images: its name within it, parted by /, and where it is; in the order of names."""
    root = str(path)
    if path.is_file():
        return [(path.name, root)]
    found = (os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names)  # noqa: PTH118
    return sorted((file[len(root) + 1 :].replace(os.sep, "/"), file) for file in found)


def _sha256(path: Path) -> str:
    return _content(str(path))[0]


def _content(file: str) -> tuple[str, int]:
    """SHA-256 and size of a file. Raises StudyProblem."""
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 many small files: no Path for each
            return hashlib.file_digest(stream, "sha256").hexdigest(), os.fstat(stream.fileno()).st_size
    except OSError as error:
        what = f"This file cannot be read: {error.strerror}."
        raise StudyProblem(what, where=file, todo="Put the file back, or see to its rights.") from None


class _Memory:
    """Remembers that the images, as they are listed now, were compared in full."""

    def __init__(self, folder: Path | None, study: Study) -> None:
        self._file = None if folder is None else folder / _name_of(study)
        self._stamp = "" if folder is None else _stamp(_image_paths(study))

    @property
    def holds(self) -> bool:
        return self._file is not None and self._file.is_file() and self._file.read_text("utf-8") == self._stamp

    def keep(self) -> None:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(self._stamp, "utf-8")


def _name_of(study: Study) -> str:
    pinned = pins_file(study.path)
    return hashlib.sha256(str(pinned.resolve()).encode() + b"\0" + pinned.read_bytes()).hexdigest()[:32]


def _stamp(paths: Iterable[Path]) -> str:
    """A digest over name, size and time of change of every file."""
    digest = hashlib.sha256()
    for path in dict.fromkeys(paths):
        for _, file in _files(path):
            about = os.stat(file)  # noqa: PTH116
            digest.update(f"{file}\0{about.st_size}\0{about.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
