"""The demo study as a folder: phantom chest CTs with exact truth, real images to practise on, a model, a protocol.

What belongs here: making that folder, always the same. What does not: phantoms (resources), reading it (windows, cli).
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import resources
from multiprocessing import get_context
from pathlib import Path

from study_configs.problem import StudyProblem

RECIPE_VERSION = 1
SLICES = 240
STAMP = "made.json"

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class PhantomCase:
    id: str
    seed: int
    nodules: int
    history: str


@dataclass(frozen=True, slots=True)
class ClinicalCase:
    """A real image from the `pydicom-data` package."""

    id: str
    file: str
    history: str


PHANTOMS = (
    PhantomCase("chest-01", 20261101, 1, "Cough for six weeks. Former smoker."),
    PhantomCase("chest-02", 20261102, 0, "Follow-up after pneumonia."),
    PhantomCase("chest-03", 20261103, 2, "Weight loss. Primary tumour elsewhere?"),
    PhantomCase("chest-04", 20261104, 0, "Before an operation on the hip."),
    PhantomCase("chest-05", 20261105, 1, "Shortness of breath."),
    PhantomCase("chest-06", 20261106, 0, "Screening."),
)
CLINICAL = (
    ClinicalCase("practice-chest-film", "RG1_UNCI.dcm", "Chest radiograph."),
    ClinicalCase("practice-head-ct", "693_UNCI.dcm", "CT of the head, one slice."),
    ClinicalCase("practice-shoulder-mr", "MR2_UNCI.dcm", "MR of the shoulder, one slice."),
    ClinicalCase("practice-ultrasound", "US1_UNCI.dcm", "Ultrasound."),
)
TableRow = tuple[str, ...]


def make_study(folder: Path, on_progress: Progress = lambda done, total, what: None) -> Path:
    """The demo study in `folder`; returns its protocol. Made once: a folder of the same recipe is left as it is.

    Raises StudyProblem where the folder can't be written or the real images are not installed.
    """
    protocol = folder / "protocol.yaml"
    if _stamp_of(folder) == _recipe() and protocol.is_file():
        return protocol
    try:
        _make(folder, on_progress)
    except OSError as error:
        raise StudyProblem(
            f"The demo study can't be made here ({error.strerror or error}).",
            where=str(error.filename or folder),
            todo="Choose a folder that you may write, on a disk with 1 GB to spare.",
        ) from error
    return protocol


def _make(folder: Path, on_progress: Progress) -> None:
    total = len(PHANTOMS) + 1
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STAMP).unlink(missing_ok=True)
    on_progress(0, total, "real images and the model")
    _copy_clinical(folder / "images")
    copy_model(folder / "models" / "nodules")
    reference = []
    for done, (case, rows) in enumerate(_made_phantoms(folder / "images"), 1):
        on_progress(done, total, f"phantom {case}")
        reference += rows
    _write_tables(folder, sorted(reference))
    (folder / STAMP).write_text(_recipe(), encoding="utf-8")
    on_progress(total, total, "the demo study")


def _made_phantoms(images: Path) -> Iterator[tuple[str, list[TableRow]]]:
    """Every phantom as it is finished, two at a time in processes of their own."""
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        jobs = {pool.submit(_make_phantom, case, images / case.id): case.id for case in PHANTOMS}
        for job in as_completed(jobs):
            yield jobs[job], job.result()


def _make_phantom(case: PhantomCase, folder: Path) -> list[TableRow]:
    from resources.phantoms.chest_ct import make_exam
    from resources.phantoms.series import write_series

    exam = make_exam(case.seed, case.nodules, slices=SLICES)
    shutil.rmtree(folder, ignore_errors=True)
    write_series(exam, folder, case=case.id)
    if not exam.nodules:
        return [(case.id, "no", "", "", "", "", "", "")]
    return [
        (case.id, "yes", nodule.id, *(f"{v:.3f}" for v in nodule.centre_mm), f"{nodule.diameter_mm:g}", nodule.density)
        for nodule in exam.nodules
    ]


def _copy_clinical(images: Path) -> None:
    for case in CLINICAL:
        target = images / case.id
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(clinical_file(case.file), target / case.file)


def clinical_file(name: str) -> Path:
    """A file of the `pydicom-data` package. Raises StudyProblem where the package is not installed."""
    try:
        import data_store
    except ImportError as error:
        raise StudyProblem(
            "The real images of the demo are not installed.", todo="Install the package pydicom-data."
        ) from error
    return Path(data_store.__file__).parent / "data" / name


def copy_model(folder: Path) -> None:
    """The shipped nodule detector and its card. Raises StudyProblem where this installation lacks them."""
    shipped = resources.files("resources.models") / "nodules"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("model.onnx", "card.yaml"):
        file = shipped / name
        if not file.is_file():
            raise StudyProblem(
                "The demo's model is not in this installation.", where=str(file), todo="Install ReaderLab again."
            )
        (folder / name).write_bytes(file.read_bytes())


def _write_tables(folder: Path, reference: list[TableRow]) -> None:
    manifest: list[TableRow] = [(c.id, f"images/{c.id}", c.history, "clinical") for c in CLINICAL]
    manifest += [(c.id, f"images/{c.id}", c.history, "chest-ct") for c in PHANTOMS]
    _write_csv(folder / "cases.csv", ("case", "path", "history", "kind"), manifest)
    columns = ("case", "positive", "lesion", "x_mm", "y_mm", "z_mm", "diameter_mm", "label")
    _write_csv(folder / "reference.csv", columns, reference)
    (folder / "protocol.yaml").write_bytes(shipped_protocol("demo"))


def _write_csv(path: Path, columns: tuple[str, ...], rows: list[TableRow]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def shipped_protocol(name: str) -> bytes:
    return (resources.files("study_configs") / "protocols" / f"{name}.yaml").read_bytes()


def _recipe() -> str:
    """What the folder was made from; another recipe makes it anew."""
    parts = {
        "version": RECIPE_VERSION,
        "slices": SLICES,
        "phantoms": [asdict(case) for case in PHANTOMS],
        "clinical": [asdict(case) for case in CLINICAL],
        "protocol": hashlib.sha256(shipped_protocol("demo")).hexdigest(),
        "model": _model_sha256(),
    }
    return json.dumps(parts, indent=1)


def _model_sha256() -> str:
    model = resources.files("resources.models") / "nodules" / "model.onnx"
    return hashlib.sha256(model.read_bytes()).hexdigest() if model.is_file() else ""


def _stamp_of(folder: Path) -> str:
    try:
        return (folder / STAMP).read_text(encoding="utf-8")
    except OSError:
        return ""


@contextmanager
def light_study() -> Iterator[Path]:
    """The demo study without its images, for as long as the block lasts: enough to check and to plan, in no time.

    The folders of the phantoms are empty and their truth says positive or negative without a place.
    """
    with tempfile.TemporaryDirectory(prefix="readerlab-demo-") as name:
        folder = Path(name)
        for case in (*PHANTOMS, *CLINICAL):
            (folder / "images" / case.id).mkdir(parents=True)
        copy_model(folder / "models" / "nodules")
        rows: list[TableRow] = [(case.id, "yes" if case.nodules else "no", "", "", "", "", "", "") for case in PHANTOMS]
        _write_tables(folder, rows)
        yield folder / "protocol.yaml"
