"""Where studies and stores are that a person names, and the words for naming them.

What belongs here: arguments that several commands have, and paths. What does not: what is done there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.progress import progress
from app.store.location import Location, is_central

if TYPE_CHECKING:
    from study_configs.study import Study

Protocol = Annotated[str, typer.Argument(help="A study file, its folder, or the name of a shipped protocol (demo).")]
StoreFile = Annotated[Path, typer.Argument(metavar="store", help="A store (readerlab.sqlite), or its study's folder.")]
StoreAt = Annotated[
    str,
    typer.Argument(
        metavar="store", help="A store, its study's folder, or a central database: postgresql://USER@HOST/DATABASE."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def study_at(path: Path) -> Study:
    """The study of a study file or folder. Raises StudyProblem."""
    from study_configs.study import load_study

    return load_study(path)


@contextmanager
def study_file(name: str) -> Iterator[Path]:
    """The study file of that name; a shipped protocol over its own cases (the demo without) as long as the block lasts.

    `name` is a path, or the name of a shipped protocol where no such path exists.
    """
    if _is_a_study_folder(Path(name)):
        yield Path(name)
        return
    from app.shipped.folder import make_shipped, shipped_name

    if is_light(name):
        from app.demo import light_study

        with light_study() as path:
            yield path
    elif shipped := shipped_name(name):
        with TemporaryDirectory(prefix="readerlab-shipped-") as folder:
            with progress(f"Making {shipped}") as step:
                path = make_shipped(shipped, Path(folder) / shipped, step)
            yield path
    else:
        yield Path(name)


def _is_a_study_folder(path: Path) -> bool:
    """Whether a path plainly is somebody's own study, so that what is shipped need not be looked through."""
    return path.is_dir() or (path.is_file() and (path.parent / "cases.csv").is_file())


def is_light(name: str) -> bool:
    """Whether a name means the shipped demo, of which commands that only look take the light form."""
    path = Path(name)
    if _is_a_study_folder(path):
        return False
    from app.demo import shipped_protocol

    if name == "demo" and not path.exists():
        return True
    return path.name == "demo.yaml" and path.is_file() and path.read_bytes() == shipped_protocol("demo")


def own_demo() -> Path:
    """The demo study in the user's own data folder, made if it is not there."""
    from platformdirs import user_data_path

    from app.demo import make_study

    with progress("Making the demo study") as step:
        return make_study(user_data_path("ReaderLab") / "demo" / "study", step)


def store_beside(protocol: Path) -> Path:
    folder = protocol if protocol.is_dir() else protocol.parent
    return folder / "store" / "readerlab.sqlite"


def store_of(path: Path) -> Path:
    """The store that a path names: itself, the one in that folder, or that of the study folder or study file.

    A study's store is named also where there is none (yet), so that what is said of it names the file that is missing.
    """
    beside = store_beside(path)
    if path.is_dir():
        within = path / beside.name
        is_study = beside.exists() or (path / "protocol.yaml").is_file()
        return within if within.is_file() else beside if is_study else path
    return beside if path.suffix in (".yaml", ".yml") else path


def location_of(named: str) -> Location:
    """The store, or the central database, that a command was given."""
    return named if is_central(named) else store_of(Path(named))


def free_store(folder: Path) -> Path:
    """A store for readings of any folder: one per folder, in the user's own data folder, never among the images."""
    from hashlib import sha256

    from platformdirs import user_data_path

    digest = sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return user_data_path("ReaderLab") / "readings" / digest / "readerlab.sqlite"
