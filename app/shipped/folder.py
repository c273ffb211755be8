"""A shipped protocol as a study folder that can be read: protocol.yaml, cases, truth, AI results, films.

What belongs here: which there are, making the folder, always the same. What does not: each study's cases (one module
for each kind of image).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from shutil import rmtree

from app.shipped.case_set import MadeCase, Progress, write_tables
from study_configs.problem import StudyProblem
from study_configs.protocol import Protocol
from study_configs.study import PROTOCOL_NAME, protocol_from

Cases = Iterator[MadeCase]
SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a shipped study is made. `cases` names module and function; `short` is what a short form puts instead.

    A short form has the same conditions, arms, pages and kinds of planted errors with fewer cases, to try it out.
    """

    cases: str
    films: tuple[str, ...] = ()
    short: Mapping[str, str] = field(default_factory=dict)


PRIMING = ("positive", "negative", "ambivalent")
RECIPES: Mapping[str, Recipe] = {
    "bernstein_2023": Recipe("chest.bernstein", short={"cases: 8,": "cases: 2,", "cases: 4,": "cases: 1,"}),
    "dratsch_2023": Recipe("mammography.dratsch", short={"cases: 6,": "cases: 2,"}),
    "fogliato_2022": Recipe("chest.fogliato", short={"every_cases: 20": "every_cases: 2"}),
    "gaube_2021": Recipe("chest.gaube"),
    "gommers_2026": Recipe("mammography.gommers", short={"every_cases: 50": "every_cases: 2"}),
    "halligan_2011": Recipe("colons.halligan", short={"every_cases: 28": "every_cases: 2"}),
    "inkpen_2022": Recipe("vessels.inkpen"),
    "kim_2025": Recipe("vessels.kim", short={"cases: 10,": "cases: 2,"}),
    "one_question": Recipe("chest.plain"),
    "rezazade_2023": Recipe("mammography.rezazade"),
    "rezazade_2023_priming": Recipe("mammography.rezazade", films=PRIMING),
    "shi_2025": Recipe("vessels.shi"),
    "technician_2026": Recipe("scanner.technician", short={"apart: 2, ": ""}),
}


def shipped_names() -> list[str]:
    """Names of the protocols that can be made into a study folder."""
    return sorted(RECIPES)


def shipped_source(name: str) -> bytes:
    """The file of a shipped protocol. Raises StudyProblem where there is none of that name."""
    if name not in RECIPES:
        raise StudyProblem(f"There is no shipped protocol {name}.", todo=f"Choose one of {', '.join(shipped_names())}.")
    return (resources.files("study_configs.protocols") / f"{name}{SUFFIX}").read_bytes()


def shipped_protocol(name: str) -> Protocol:
    """A shipped protocol as a value. Raises StudyProblem where there is none of that name."""
    return protocol_from(shipped_source(name), f"{name}{SUFFIX}")


def shipped_name(name: str) -> str | None:
    """The shipped protocol that is meant: by its name where there is no such path, or by its very file (not a copy in
    a study folder, which has its cases beside it); None for anything else."""
    path = Path(name)
    if not path.exists():
        return name if name in RECIPES else None
    if path.stem not in RECIPES or path.suffix != SUFFIX or (path.parent / "cases.csv").exists():
        return None
    return path.stem if path.read_bytes() == shipped_source(path.stem) else None


def make_shipped(
    name: str, folder: Path, on_progress: Progress = lambda done, total, what: None, *, short: bool = False
) -> Path:
    """The study of that name in `folder` (new or empty); returns its protocol.

    Raises StudyProblem where there is no such protocol or the folder holds something or can't be written.
    """
    source = shipped_source(name)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise StudyProblem(
                "This folder is not empty.", where=str(folder), todo="Name a folder that does not exist yet."
            )
        return _whole(folder, lambda: _make(RECIPES[name], source, folder, on_progress, short=short))
    except OSError as error:
        raise StudyProblem(
            f"The study can't be made here ({error.strerror or error}).",
            where=str(error.filename or folder),
            todo="Choose a folder that you may write, on a disk with 200 MB to spare.",
        ) from error


def _whole(folder: Path, make: Callable[[], Path]) -> Path:
    """What `make` makes in an empty folder, or nothing: what was begun is taken away again."""
    was_there = folder.exists()
    try:
        return make()
    except BaseException:  # Ctrl-C too
        for entry in folder.iterdir() if folder.exists() else ():
            rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)
        if not was_there and folder.exists():
            folder.rmdir()
        raise


def _make(recipe: Recipe, source: bytes, folder: Path, on_progress: Progress, *, short: bool) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for case in _maker(recipe.cases)(folder, short=short):
        cases.append(case)
        on_progress(len(cases), len(cases) + 1, case.id)
    write_tables(folder, cases)
    for film in recipe.films:
        from app.shipped.films import write_priming

        write_priming(film, folder / "media")
    protocol = folder / PROTOCOL_NAME
    protocol.write_bytes(_shortened(source, recipe) if short else source)
    return protocol


def _maker(name: str) -> Callable[..., Cases]:
    from importlib import import_module

    module, function = name.split(".")
    made: Callable[..., Cases] = getattr(import_module(f"app.shipped.{module}"), function)
    return made


def _shortened(source: bytes, recipe: Recipe) -> bytes:
    text = source.decode("utf-8")
    for long, brief in recipe.short.items():
        text = text.replace(long, brief)
    return text.encode("utf-8")
