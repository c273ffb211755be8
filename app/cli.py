"""The command line: one thin command for each job that a person has.

What belongs here: arguments, messages, exit status (0 done, 1 the job found something wrong, 2 asked wrongly). What
does not: doing the jobs. Everything but Typer is imported when a command runs, so that starting is quick.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from study_configs.problem import StudyProblem

if TYPE_CHECKING:
    from rich.progress import Progress

    from study_configs.problems import Problem
    from study_configs.study import Study

app = typer.Typer(
    name="readerlab",
    help="ReaderLab: the reading workstation of an AI learning lab. Research use, not for diagnosis.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

SIMULATED_SCREEN = (1280, 800)

Protocol = Annotated[str, typer.Argument(help="A study file, its folder, or the name of a shipped protocol (demo).")]
StoreFile = Annotated[Path, typer.Argument(metavar="store", help="A store (readerlab.sqlite), or its study's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Simulate = Annotated[str, typer.Option(help="Let a simulated reader read: careful or hasty.")]


def main() -> None:
    """The console script. A StudyProblem becomes one message on standard error and exit status 1."""
    from app.house import strangers

    if wrong := strangers():
        fail(StudyProblem(wrong))
    try:
        app()
    except StudyProblem as problem:
        fail(problem)
    except OSError as error:  # a path or disk that no command foresaw
        where = "" if error.filename is None else str(error.filename)[:200]
        fail(StudyProblem(f"{error.strerror or error}.", where=where, todo="Check the path, its rights and the disk."))
    except Exception as error:  # noqa: BLE001 whatever it is, people get a sentence and we get the report
        fail(_report_of(error))


def _report_of(error: Exception) -> StudyProblem:
    """An error of ours, its report written among the temporary files."""
    import tempfile

    from app.crash import failure_from, write_report

    failure = failure_from(error)
    path = write_report(Path(tempfile.gettempdir()), failure)
    return StudyProblem(
        f"Something went wrong in ReaderLab: {failure.what}.", todo=f"Please send the report to its makers: {path}"
    )


def fail(problem: StudyProblem) -> NoReturn:
    """Say what is wrong, where, and what to do; leave with exit status 1."""
    print(problem, file=sys.stderr)
    sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        from app.version import version

        print(f"readerlab {version()}")
        raise typer.Exit


def _pseudonym(name: str) -> str:
    """What the first page would take too."""
    if name:
        from app.windows.sign_in import PSEUDONYM, RULE

        if not PSEUDONYM.fullmatch(name):
            raise typer.BadParameter(RULE)
    return name


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    """ReaderLab: the reading workstation of an AI learning lab. Research use, not for diagnosis."""


# --- reading ---------------------------------------------------------------------------------------------------------


@app.command(epilog="Example: readerlab demo --folder build/demo --simulate careful --screenshots")
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
        _read(lambda: _load(protocol), store, reader or (_unread_name(store, simulate) if simulate else ""), simulate)
    _report(store, folder / "report.html")


def _unread_name(store: Path, policy: str) -> str:
    """The first of simulated-POLICY, simulated-POLICY-2 … that has not finished reading in this store."""
    from itertools import count

    from app.store.reader import finished_readers

    finished = finished_readers(store) if store.is_file() else frozenset()
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
        _read(lambda: _load(protocol), store, name or _unread_name(store, policy), policy, pictures, size)


def _prepare_for(protocol: Path, store: Path) -> None:
    """The AI's results, before the window opens; what can't be made is said when a case needs it."""
    from app.__main__ import PREPARED
    from app.advice.desk import Advice
    from app.advice.needs import every_need

    study = _load(protocol)
    advice = Advice(study, None, store.parent / PREPARED)
    try:
        with progress("Running the AI") as step:
            advice.prepare(every_need(study), step)
    finally:
        advice.close()


@app.command(epilog="Example: readerlab run --cases ~/exams --reader R07")
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
) -> None:
    """Run a sitting: sign in, read, see the feedback."""
    if bool(protocol) == (cases is not None):
        raise typer.BadParameter("Name either a PROTOCOL or --cases FOLDER.")
    if cases is not None:
        folder = cases
        _read(lambda: _load_folder(folder), store or _free_store(folder), reader, simulate, screenshots)
        return
    path = _own_demo() if protocol == "demo" else Path(protocol)
    _read(lambda: _load(path), store or _store_beside(path), reader, simulate, screenshots)


@app.command(epilog="Example: readerlab view ~/exams/ct")
def view(
    path: Annotated[Path, typer.Argument(help="A folder, zip, DICOMDIR or DICOM file.")],
) -> None:
    """Look at images with the reading room's viewer; nothing is recorded."""
    from app.__main__ import view as view_images

    if not path.exists():
        raise StudyProblem("There is no such file or folder.", where=str(path), todo="Check the path.")
    _need_a_screen()
    if status := view_images(path):
        sys.exit(status)


def _read(
    load: Callable[[], Study],
    store: Path,
    reader: str,
    simulate: str,
    screenshots: Path | None = None,
    size: tuple[int, int] | None = None,
) -> None:
    from app.__main__ import RunPlan
    from app.__main__ import run as run_workstation

    if simulate:
        from app.simulated.policies import POLICIES

        if simulate not in POLICIES:
            raise typer.BadParameter(f"There is no simulated reader {simulate!r}; there are {', '.join(POLICIES)}.")
        size = size or SIMULATED_SCREEN
    _need_a_screen()
    outcome = run_workstation(RunPlan(store, reader, "reader-1", simulate, screenshots, size), load)
    print(f"Store: {store}")
    if outcome.receipt:
        print(f"Receipt of this sitting: {outcome.receipt}")
    if outcome.problem is not None:
        raise outcome.problem
    if outcome.status:
        sys.exit(outcome.status)


def _need_a_screen() -> None:
    """Qt ends the whole program where it finds no screen, so this asks first. Raises StudyProblem."""
    import os

    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise StudyProblem(
            "There is no screen here.", todo="Sit at one, or let a simulated reader read on xvfb-run (--simulate)."
        )


# --- studies ---------------------------------------------------------------------------------------------------------


@app.command(epilog="Example: readerlab check study/protocol.yaml")
def check(protocol: Protocol, as_json: AsJson = False) -> None:
    """Check a study: everything that is wrong, with line and remedy.

    The headers of every image are read too; each model, card and AI result is opened. The shipped demo is checked in
    its light form: without images, and with lesions that have no place.
    """
    from study_configs.check import check as check_study

    with _protocol(protocol) as path:
        report = check_study(path)
        if report.ok:
            report = report.with_problems(_ai_problems(path))
        if report.ok and path == Path(protocol):
            report = report.with_problems(_image_problems(path))
        print(report.to_json() if as_json else report.to_text())
    if not report.ok:
        sys.exit(1)


def _ai_problems(path: Path) -> list[Problem]:
    from app.ai_files import ai_problems

    return list(ai_problems(_load(path)))


def _image_problems(path: Path) -> list[Problem]:
    from app.case_images import image_problems

    with progress("Reading the images' headers") as step:
        return list(image_problems(_load(path), step))


@app.command(epilog="Example: readerlab plan study/protocol.yaml --readers 12 --csv > plan.csv")
def plan(
    protocol: Protocol,
    readers: Annotated[int | None, typer.Option(min=1, help="How many readers; without, as the design says.")] = None,
    seconds: Annotated[float, typer.Option(min=1, help="Seconds that one reading takes, for the minutes.")] = 60,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show who reads what and when, planted errors, minutes.

    A reading is one phase of one case. The report of a pilot says how long one takes.
    """
    from dataclasses import asdict

    from study_configs.check import balance, balance_text, plan_csv, plan_table, plan_text

    with _protocol(protocol) as path:
        study = _load(path)
        rows = plan_table(study, readers)
        if as_csv:
            print(plan_csv(rows), end="")
        elif as_json:
            print(json.dumps([asdict(row) for row in rows], indent=2))
        else:
            print(plan_text(study, rows, seconds), "", balance_text(balance(study, rows)), sep="\n")


@app.command(epilog="Example: readerlab prepare study/protocol.yaml")
def prepare(protocol: Protocol) -> None:
    """Compute all AI results and maps of a study ahead of reading."""
    _prepare(protocol, lambda case: True)


@app.command(epilog="Example: readerlab explain study/protocol.yaml chest-01")
def explain(protocol: Protocol, case: Annotated[str, typer.Argument(help="A case of the study.")]) -> None:
    """Compute the AI results and saliency maps of one case."""
    _prepare(protocol, lambda each: each == case)


def _prepare(protocol: str, wanted: Callable[[str], bool]) -> None:
    from app.__main__ import PREPARED
    from app.advice.desk import Advice
    from app.advice.needs import every_need

    path = _own_demo() if protocol == "demo" else Path(protocol)
    study = _load(path)
    needs = [need for need in every_need(study) if wanted(need.case)]
    if not needs:
        raise StudyProblem("There is no AI to run for such a case.", where=str(path), todo="Check the case's name.")
    folder = _store_beside(path).parent / PREPARED
    advice = Advice(study, None, folder)
    try:
        with progress("Running the AI") as step:
            problems = advice.prepare(needs, step)
    finally:
        advice.close()
    for need, problem in problems.items():
        print(f"{need.case}: {problem}", file=sys.stderr)
    print(f"{len(needs) - len(problems)} of {len(needs)} results are in {folder}")
    if problems:
        sys.exit(1)


# --- images ----------------------------------------------------------------------------------------------------------


@app.command(epilog="Example: readerlab inspect ~/exams/ct --json")
def inspect(
    paths: Annotated[list[Path], typer.Argument(help="DICOM and AI result files, folders, zip archives.")],
    as_json: AsJson = False,
) -> None:
    """Show DICOM and AI results as ReaderLab understands them."""
    from overlays.inspecting.together import inspected

    with progress("Reading") as step:
        report = inspected(paths, lambda done, of: step(done, of, "files"))
    print(report.to_json() if as_json else report.to_text())
    if report.errors:
        sys.exit(1)


@app.command(epilog="Example: readerlab render ~/exams/ct --layers box,heatmap@0.3 --preset Lung -o lung.png")
def render(
    path: Annotated[Path, typer.Argument(help="A DICOM file or folder, or with --protocol one of its cases.")],
    file: Annotated[Path | None, typer.Argument(metavar="[OUT]", help="The PNG to write.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The PNG to write.")] = None,
    series: Annotated[int, typer.Option(min=1, help="Which series, from 1.")] = 1,
    slice_number: Annotated[int | None, typer.Option("--slice", "--frame", min=1, help="Which slice, from 1.")] = None,
    window: Annotated[str, typer.Option(help="CENTRE,WIDTH in the image's units; without, the file's.")] = "",
    file_window: Annotated[int | None, typer.Option(min=1, help="Which of the file's windows, from 1.")] = None,
    preset: Annotated[str, typer.Option(help="A preset by name, such as Lung.")] = "",
    invert: Annotated[
        bool | None, typer.Option("--invert/--no-invert", help="Black and white exchanged, or as the file says.")
    ] = None,
    gsps: Annotated[Path | None, typer.Option(help="A presentation state to show the images by.")] = None,
    gsps_graphics: Annotated[bool, typer.Option("--gsps-graphics", help="Of it only what it draws.")] = False,
    overlays: Annotated[bool, typer.Option(help="With the files' overlays and graphics.")] = True,
    shutter: Annotated[bool, typer.Option(help="Covered where the file's shutter says.")] = True,
    interpolation: Annotated[str, typer.Option(help="smooth, linear or nearest.")] = "smooth",
    filter_name: Annotated[str, typer.Option("--filter", help="none, smooth or sharpen.")] = "none",
    colour_map: Annotated[str, typer.Option(help="A colour map, such as hot_iron.")] = "",
    plane: Annotated[str, typer.Option(help="native, axial, coronal or sagittal.")] = "native",
    size: Annotated[str, typer.Option(help="WIDTHxHEIGHT of the picture; native: one pixel for each.")] = "1024x1024",
    layers: Annotated[
        str,
        typer.Option(help="AI over the image: auto, or ways of drawing such as box,heatmap@0.3 (from that threshold)."),
    ] = "",
    results: Annotated[
        list[Path] | None, typer.Option(help="Files or folders of AI results elsewhere; may be repeated.")
    ] = None,
    protocol: Annotated[
        Path | None, typer.Option(help="A study file: --layers then names its layers, auto all of them.")
    ] = None,
) -> None:
    """Draw one slice of a series to a PNG, as the viewer shows it, with AI results over it if wanted.

    AI results are found among the images, in any form that `readerlab inspect` knows, or named with --results. Without
    --slice, the slice with the best finding is drawn.
    """
    from app.layered import AUTO, WantedLayers
    from app.picture import Wanted, write_picture

    target = out or file
    if target is None or (out is not None and file is not None):
        raise typer.BadParameter("Name one PNG to write: readerlab render PATH -o OUT.png")
    asked = bool(results or protocol)
    over = WantedLayers(layers or (AUTO if asked else ""), tuple(results or ()), protocol)
    wanted = Wanted(
        series,
        slice_number,
        window,
        file_window,
        preset,
        invert,
        gsps,
        gsps_graphics,
        overlays,
        shutter,
        interpolation,
        filter_name,
        colour_map,
        plane,
        "" if size == "native" else size,
        over,
    )
    for remark in write_picture(path, target, wanted):
        print(remark, file=sys.stderr)
    print(target)


# --- stores ----------------------------------------------------------------------------------------------------------


@app.command(epilog="Example: readerlab verify store/readerlab.sqlite")
def verify(
    store: StoreFile,
    receipt: Annotated[list[str] | None, typer.Option(help="A receipt that must be in it; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check that a store is as it was written, hash by hash."""
    from app.store.verify import verify as verify_store

    report = verify_store(_store_of(store), receipt or ())
    print(report.to_json() if as_json else report.to_text())
    if not report.sound:
        sys.exit(1)


@app.command(epilog="Example: readerlab export store/readerlab.sqlite tables")
def export(
    store: StoreFile,
    folder: Annotated[Path, typer.Argument(help="The folder for the tables.")],
    mode: Annotated[
        list[str] | None, typer.Option(help="Rows of this mode (demo, pilot, study); may be repeated.")
    ] = None,
    dicom: Annotated[
        Path | None, typer.Option(help="A folder for measurements, segments and key images, as DICOM SR, SEG and KO.")
    ] = None,
    study: Annotated[str, typer.Option(help="With --dicom: the study that was read, for its images.")] = "",
) -> None:
    """Write a store's tables with a codebook, and measurements as DICOM."""
    from app.store.export import export as export_store

    if dicom is not None and not study:
        raise typer.BadParameter("--dicom needs --study, for the images that were measured.")
    for file in export_store(_store_of(store), folder, modes=mode):
        print(file)
    if dicom is not None:
        _export_dicom(_store_of(store), study, dicom)


def _export_dicom(store: Path, study: str, folder: Path) -> None:
    from app.measured_files import write_measurements

    for written in write_measurements(store, _load(Path(study)), folder):
        print(written.path)
        for left in written.left_out:
            print(f"left out of {written.path.name}: {left}", file=sys.stderr)


@app.command(epilog="Example: readerlab report store/readerlab.sqlite --out report.html")
def report(
    store: StoreFile,
    out: Annotated[Path | None, typer.Option(help="The page to write; without, beside the store.")] = None,
) -> None:
    """Write one self-contained HTML page about what a store holds."""
    path = _store_of(store)
    _report(path, out or path.with_name("report.html"))


def _report(store: Path, out: Path) -> None:
    from app.analysis.report import write_report

    print(f"Report: {write_report(store, out)}")


# --- shared ----------------------------------------------------------------------------------------------------------


def _load(path: Path) -> Study:
    from study_configs.study import load_study

    return load_study(path)


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


@contextmanager
def _protocol(name: str) -> Iterator[Path]:
    """The study file of that name; a shipped protocol in its light form, as long as the block lasts."""
    if name != "demo" or Path(name).exists():
        yield Path(name)
        return
    from app.demo import light_study

    with light_study() as path:
        yield path


def _own_demo() -> Path:
    """The demo study in the user's own data folder, made if it is not there."""
    from platformdirs import user_data_path

    from app.demo import make_study

    with progress("Making the demo study") as step:
        return make_study(user_data_path("ReaderLab") / "demo" / "study", step)


def _store_beside(protocol: Path) -> Path:
    folder = protocol if protocol.is_dir() else protocol.parent
    return folder / "store" / "readerlab.sqlite"


def _store_of(path: Path) -> Path:
    """The store that a path names: itself, or that of the study folder or study file."""
    beside = _store_beside(path)
    is_study = path.is_dir() or path.suffix in (".yaml", ".yml")
    return beside if is_study and beside.exists() else path


def _free_store(folder: Path) -> Path:
    """A store for readings of any folder: one per folder, in the user's own data folder, never among the images."""
    from hashlib import sha256

    from platformdirs import user_data_path

    digest = sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return user_data_path("ReaderLab") / "readings" / digest / "readerlab.sqlite"


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on standard error once something takes more than a second; call it with (done, of, what)."""
    import time

    began = time.monotonic()
    bars: list[Progress] = []

    def step(done: int, of: int, what: str) -> None:
        if not bars and time.monotonic() - began > 1.0 and done < of:
            bars.append(_bar(title))
            bars[0].start()
        if bars:
            bars[0].update(bars[0].task_ids[0], completed=done, total=of, description=f"{title}: {what}")

    try:
        yield step
    finally:
        for bar in bars:
            bar.stop()


def _bar(title: str) -> Progress:
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    bar.add_task(title, total=None)
    return bar
