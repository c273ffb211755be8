"""Commands for reading and looking: demo, run, view.

What belongs here: arguments and messages. What does not: the windows (app.assembling), the demo's study (app.demo).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.places import free_store, own_demo, store_beside, study_at
from app.commands.progress import progress
from app.commands.stores import report_on
from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from app.assembling.composer import Safety
    from study_configs.study import Study


commands = typer.Typer()

SIMULATED_SCREEN = (1280, 800)

Simulate = Annotated[str, typer.Option(help="Let a simulated reader read: careful or hasty.")]


def _pseudonym(name: str) -> str:
    """What the first page would take too."""
    if name:
        from app.windows.sign_in import PSEUDONYM, RULE

        if not PSEUDONYM.fullmatch(name):
            raise typer.BadParameter(RULE)
    return name


@commands.command(epilog="Example: readerlab demo --folder build/demo --simulate careful --screenshots")
def demo(
    folder: Annotated[Path, typer.Option(help="Where study, store, screenshots and report go.")] = Path("build/demo"),
    simulate: Simulate = "",
    screenshots: Annotated[bool, typer.Option("--screenshots", help="Keep pictures of every window.")] = False,
    reader: Annotated[str, typer.Option(callback=_pseudonym, help="The reader's pseudonym.")] = "",
) -> None:
    """Read the demo study, and see the report."""
    from app.demo import make_study

    with progress("Making the demo study") as step:
        protocol = make_study(folder / "study", step)
    store = folder / "store" / "readerlab.sqlite"
    if simulate:
        _prepare_for(protocol, store)  # a person reads the practice cases meanwhile
    if simulate and screenshots:
        _read_for_pictures(protocol, store, folder / "screenshots", simulate, reader)
    else:
        _read(
            lambda: study_at(protocol), store, reader or (_unread_name(store, simulate) if simulate else ""), simulate
        )
    report_on(store, folder / "report.html")


def _unread_name(store: Path, policy: str) -> str:
    """The first of simulated-POLICY, simulated-POLICY-2 … that has not finished reading in this store."""
    from itertools import count

    from app.store.reader import finished_readers
    from app.store.writer import StoreWriter

    finished: frozenset[str] = frozenset()
    if store.is_file():
        StoreWriter(store).close()  # it is written to next: one of an older version is brought up to date
        finished = finished_readers(store)
    names = (f"simulated-{policy}" + (f"-{number}" if number > 1 else "") for number in count(1))
    return next(name for name in names if name not in finished)


def _read_for_pictures(protocol: Path, store: Path, folder: Path, simulate: str, reader: str) -> None:
    """Two simulated readers, one on a small screen and one on a large one, in one store."""
    from app.simulated.policies import POLICIES

    other = next(name for name in POLICIES if name != simulate)
    for policy, size, name in ((simulate, (1280, 800), reader), (other, (2560, 1600), "")):
        pictures = folder / f"{size[0]}x{size[1]}"
        for old in pictures.glob("*.png"):  # an earlier reading's, whose numbers would mix with the new ones
            old.unlink()
        _read(lambda: study_at(protocol), store, name or _unread_name(store, policy), policy, pictures, size)


def _prepare_for(protocol: Path, store: Path) -> None:
    """The AI's results, before the window opens; what can't be made is said when a case needs it."""
    from app.advice.desk import Advice
    from app.advice.needs import every_need
    from app.assembling.composer import PREPARED

    study = study_at(protocol)
    advice = Advice(study, None, store.parent / PREPARED)
    try:
        with progress("Running the AI") as step:
            advice.prepare(every_need(study), step)
    finally:
        advice.close()


@commands.command(epilog="Example: readerlab run --cases ~/exams --reader R07")
def run(
    protocol: Annotated[str, typer.Argument(help="A study file, its folder, or demo.")] = "",
    cases: Annotated[
        Path | None, typer.Option(help="Read any folder, zip or DICOMDIR under one built-in question.")
    ] = None,
    store: Annotated[Path | None, typer.Option(help="The store to write; without, one beside the study file.")] = None,
    reader: Annotated[
        str, typer.Option(callback=_pseudonym, help="The reader's pseudonym; without, the first page asks.")
    ] = "",
    simulate: Simulate = "",
    screenshots: Annotated[Path | None, typer.Option(help="Keep pictures of every window in this folder.")] = None,
    stratum: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="What a new reader is, where the study asks; may be repeated."),
    ] = None,
    pin_stdin: Annotated[
        bool, typer.Option("--pin-stdin", help="Take a simulated reader's PIN from standard input, one line.")
    ] = False,
    journals: Annotated[
        Path | None, typer.Option(help="The folder of the emergency journal; without, the user's own state folder.")
    ] = None,
    backups: Annotated[
        Path | None, typer.Option(help="The folder of the store's backups; without, backups/ beside the store.")
    ] = None,
    keep_backups: Annotated[int, typer.Option(min=0, help="How many backups are kept; 0 makes none.")] = 10,
) -> None:
    """Run a sitting: sign in, read, see the feedback.

    A PIN is typed on the first page. A simulated reader gets it with
    --pin-stdin, so that it stands in no process argument; a terminal asks.
    """
    if bool(protocol) == (cases is not None):
        raise typer.BadParameter("Name either a PROTOCOL or --cases FOLDER.")
    if pin_stdin and not (simulate and protocol):
        raise typer.BadParameter("--pin-stdin is for simulated readers of a study: a person types on the first page.")
    safety = _safety(journals, backups, keep_backups)
    if cases is not None:
        folder = cases
        _read(lambda: _load_folder(folder), store or free_store(folder), reader, simulate, screenshots, safety=safety)
        return
    path = own_demo() if protocol == "demo" else Path(protocol)
    strata, place = _strata(stratum or []), store or store_beside(path)
    pin = _pin_given() if pin_stdin else ""
    _read(
        lambda: _unchanged(study_at(path)), place, reader, simulate, screenshots, stratum=strata, pin=pin, safety=safety
    )


def _safety(journals: Path | None, backups: Path | None, keep_backups: int) -> Safety:
    from app.assembling.composer import Safety

    return Safety(journals, backups, keep_backups)


def _pin_given() -> str:
    """One line of standard input, or what is typed unseen where that is a terminal. Raises StudyProblem."""
    from getpass import getpass

    pin = getpass("PIN of the simulated reader: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not pin:
        raise StudyProblem("No PIN came on standard input.", todo="Give it as one line: --pin-stdin < pin.txt")
    return pin


def _unchanged(study: Study) -> Study:
    """The study, once its images are those that were pinned, if any were. Raises ProtocolProblems.

    Images that were compared once are compared again only where a file's size or time has changed since.
    """
    from platformdirs import user_cache_path

    from study_configs.pins import image_differences
    from study_configs.problems import ProtocolProblems

    with progress("Comparing the images with their pins") as step:
        problems = image_differences(study, step, user_cache_path("ReaderLab") / "pins")
    if problems:
        raise ProtocolProblems(problems, str(study.path))
    return study


@commands.command(epilog="Example: readerlab view ~/exams/ct")
def view(
    path: Annotated[Path, typer.Argument(help="A folder, zip, DICOMDIR or DICOM file.")],
) -> None:
    """Look at images in the viewer; nothing is recorded."""
    from app.assembling.viewing import view as view_images

    if not path.exists():
        raise StudyProblem("There is no such file or folder.", where=str(path), todo="Check the path.")
    need_a_screen()
    if status := view_images(path):
        sys.exit(status)


def _read(
    load: Callable[[], Study],
    store: Path,
    reader: str,
    simulate: str,
    screenshots: Path | None = None,
    size: tuple[int, int] | None = None,
    *,
    stratum: Mapping[str, str] | None = None,
    pin: str = "",
    safety: Safety | None = None,
) -> None:
    from app.assembling.composer import RunPlan, Safety
    from app.assembling.running import run as run_workstation

    if simulate:
        from app.simulated.policies import POLICIES

        if simulate not in POLICIES:
            raise typer.BadParameter(f"There is no simulated reader {simulate!r}; there are {', '.join(POLICIES)}.")
        size = size or SIMULATED_SCREEN
    need_a_screen()
    safe = safety or Safety()
    plan = RunPlan(store, reader, "reader-1", simulate, screenshots, size, stratum or {}, pin, safe)
    outcome = run_workstation(plan, load)
    print(f"Store: {store}")
    if outcome.receipt:
        print(f"Receipt of this sitting: {outcome.receipt}")
    if outcome.remark:
        print(outcome.remark, file=sys.stderr)
    if outcome.problem is not None:
        raise outcome.problem
    if outcome.status:
        sys.exit(outcome.status)


def need_a_screen() -> None:
    """Qt ends the whole program where it finds no screen, so this asks first. Raises StudyProblem."""
    import os

    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise StudyProblem(
            "There is no screen here.", todo="Sit at one, or let a simulated reader read on xvfb-run (--simulate)."
        )


def _strata(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if not all(name and value for name, _, value in pairs):
        raise typer.BadParameter("--stratum takes NAME=VALUE, such as experience=resident.")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _load_folder(folder: Path) -> Study:
    """The built-in study over any folder. Raises StudyProblem where no image in it can be read."""
    from study_configs.study import folder_study
    from viewers.dicom.scan import first_image, scan

    study = folder_study(folder)
    if first_image(folder) is None:
        damaged = [str(problem) for problem in scan(folder).problems]  # raises where nothing is DICOM
        what = f"No image in this folder can be read. The first: {damaged[0]}" if damaged else "It holds no image."
        raise StudyProblem(what, where=str(folder), todo="Name a folder with DICOM images.")
    return study
