"""A study with readers at every stage, for pictures and tests of the desk: small phantoms, readers on paper.

What belongs here: making the study folder, and how far each reader has come. What does not: reading on paper (on_paper)
and the desk.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import numpy as np

from app.conduct.enrolling import enrol_reader
from app.reading.compiling import compile_script
from app.reading.script import Script
from app.simulated.on_paper import ReaderOnPaper, Told
from app.store.accounts import first_coordinator, make_account
from app.store.acts import PROGRAM, DryRun, Who, write
from app.store.reader import Enrolment
from app.store.releases import release
from app.store.writer import StoreWriter
from app.tracking.events import Event, PhaseConfirmed, SittingEnded, SittingStarted, TrialInterrupted
from app.version import version
from study_configs.reading_order import ReadingOrder
from study_configs.study import Study, load_study

COORDINATOR, PASSWORD = "Marije de Vries", "four small grey boats"
SECOND_NS = 1_000_000_000
PROTOCOL = """\
# Does it matter when the AI comes? A crossed study of chest CT, over phantoms.
readerlab: 1

protocol:
  id: when-ai-comes
  version: 1.0.0
  mode: study
  title: Does it matter when the AI comes?
  language: en

cases: {manifest: cases.csv, reference: reference.csv, practice: [warm-1, warm-2]}

ai:
  nodules:
    results: ai/*.json
    shown_as: LungAid
    thresholds: {sensitive: 0.20, balanced: 0.50, specific: 0.80}

planted:
  invented: {ai: nodules, kind: false_positive, cases: 2, from: negative}
  missed: {ai: nodules, kind: false_negative, cases: 2, from: positive}

layers:
  box: {ai: nodules, draw: box, title: Suspected nodules, label: "{score:.0%}", at: balanced}

questions:
  nodule: {ask: Is there a nodule?, answer: yes_no, measures: decision}
  suspicion: {ask: How suspicious is this exam?, answer: slider, from: 0, to: 100, measures: rating}

conditions:
  unaided:
    title: Without AI
    phases: [{name: reading, answer: [nodule, suspicion], commit: true}]
  with_ai:
    title: With AI from the start
    phases: [{name: reading with AI, layers: [box], answer: [nodule, suspicion], commit: true}]
  ai_second:
    title: Own view first, then AI
    phases:
      - {name: own view, answer: [nodule, suspicion], commit: true}
      - {name: with AI, layers: [box], answer: [nodule, suspicion], commit: true, at_least_s: 3}

design:
  practice: {condition: unaided}
  crossed: {of: [unaided, with_ai, ai_second], order: latin_square, washout_days: 28}
  cases: {order: random, max_run: {truth: 4}}
  readers: {planned: 12, strata: {experience: [resident, specialist]}, enrol: coordinator}
  seed: 20261122

reading:
  expected_s: 45
  interrupted: {same_case: restart, max_gap_hours: 24, then: ask_coordinator}

before: [{id: hello, text: "# Welcome\\n\\nRead each exam as you would at work."}]
feedback: {when: after_study, show: [own, truth, planted]}
"""
CASES, WARM = 16, 2
SLICES, EDGE, PIXEL_MM, SLICE_MM = 12, 96, 3.0, 6.0


def write_study(folder: Path) -> Path:
    """The study in a folder; returns its file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ai").mkdir(exist_ok=True)
    chance = random.Random(7)
    manifest, reference = ["case,path,history"], ["case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label"]
    for number in range(CASES + WARM):
        case = f"warm-{number + 1}" if number < WARM else f"ct-{number - WARM + 1:02d}"
        positive = number % 2 == 1
        x, y, z = _write_case(folder, case, number, positive, chance)
        manifest.append(f"{case},images/{case},Cough for some weeks.")
        reference.append(f"{case},yes,n1,{x},{y},{z},18,solid" if positive else f"{case},no,,,,,,")
    (folder / "cases.csv").write_text("\n".join(manifest), encoding="utf-8")
    (folder / "reference.csv").write_text("\n".join(reference), encoding="utf-8")
    file = folder / "protocol.yaml"
    file.write_text(PROTOCOL, encoding="utf-8")
    return file


def _write_case(
    folder: Path, case: str, seed: int, positive: bool, chance: random.Random
) -> tuple[float, float, float]:
    """Images and AI result of one case; returns where its nodule lies (LPS mm), if it has one."""
    from resources.phantoms.chest_ct import PhantomExam
    from resources.phantoms.series import write_series

    affine = np.diag([PIXEL_MM, PIXEL_MM, SLICE_MM, 1.0])
    affine[:3, 3] = (-140.0, -140.0, 50.0)
    place = (30, 40 + seed % 16, 3 + seed % 6)
    write_series(
        PhantomExam(seed, _voxels(seed, place if positive else None), affine, (), False),
        folder / "images" / case,
        case=case,
    )
    x, y, z = (round(float(value), 3) for value in (affine @ (*place, 1))[:3])
    _write_result(folder, case, (x, y, z), positive, chance)
    return x, y, z


def _voxels(seed: int, nodule: tuple[int, int, int] | None) -> np.ndarray:
    """A round body with two dark lungs and noise, a bright ball in the right lung where there is a nodule; HU."""
    z, y, x = np.meshgrid(np.arange(SLICES), np.arange(EDGE), np.arange(EDGE), indexing="ij")
    hu = np.where((x - 48) ** 2 + (y - 48) ** 2 < 44**2, 40.0, -1000.0)
    for middle in (30, 66):
        hu[(x - middle) ** 2 / 14**2 + (y - 48) ** 2 / 26**2 < 1] = -850.0
    if nodule is not None:
        column, row, at = nodule
        far = ((x - column) * PIXEL_MM) ** 2 + ((y - row) * PIXEL_MM) ** 2 + ((z - at) * SLICE_MM) ** 2
        hu[far < 9.0**2] = 30.0
    return (hu + np.random.default_rng(seed).normal(0, 15, hu.shape)).astype(np.int16)


def _write_result(
    folder: Path, case: str, place: tuple[float, float, float], positive: bool, chance: random.Random
) -> None:
    from overlays.result import AIResult, Box, Finding, Provenance
    from overlays.sources.own import result_file
    from viewers.dicom.scan import scan

    header = scan(folder / "images" / case).series[0]
    model = Provenance("model", "LungAid", sha256="0" * 64)
    found = []
    if positive:
        score = round(min(0.97, max(0.08, chance.gauss(0.58, 0.22))), 2)
        found.append(Finding("f1", "nodule", score, Box(place, (20.0, 20.0, 20.0)), model))
    for number in range(chance.choice((0, 0, 1, 1, 2))):
        score = round(min(0.9, max(0.04, chance.gauss(0.36, 0.2))), 2)
        other = (60.0 + 12 * number, place[1], place[2])
        found.append(Finding(f"g{number}", "nodule", score, Box(other, (14.0, 14.0, 14.0)), model))
    result = AIResult("nodules", header.series_uid, header.frame_of_reference_uid, tuple(found), (), model)
    result_file.write(result, folder / "ai" / f"{case}.json")


# --- readers at every stage


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one reader has come: days ago at which each session was finished, and how a further one was left.

    `left_at` is the number of phases that were confirmed in the session that was left, `left_days` how long ago.
    """

    reader: str
    experience: str
    finished_days_ago: tuple[float, ...] = ()
    left_at: int | None = None
    left_days: float = 0.0


STAGES = (
    Stage("birch-204", "specialist", (92, 61, 30)),
    Stage("oak-731", "resident", (80, 45), 5, 0.01),
    Stage("hazel-118", "specialist", (40,), 7, 3),
    Stage("maple-560", "resident", (12,)),
    Stage("larch-377", "specialist", (66,)),
    Stage("rowan-942", "resident", (), 4, 0.02),
    Stage("cedar-415", "specialist"),
)


def govern(study: Study, store: Path, *, released: bool = True) -> Who:
    """The first coordinator, a clean dry run and a release, in a new store."""
    store.parent.mkdir(parents=True, exist_ok=True)
    writer = StoreWriter(store, program_version=version())
    try:
        who = first_coordinator(writer, COORDINATOR, PASSWORD)
        if released:
            write(writer, PROGRAM, DryRun(study.sha256, (), version()))
            release(writer, who, study.sha256, study.protocol.about.mode, "The ethics board agreed on 3 August.")
        return who
    finally:
        writer.close()


def read_on_paper(study: Study, store: Path, by: Who, stages: tuple[Stage, ...] = STAGES) -> None:
    """Enrol these readers and let each come as far as its stage says."""
    writer = StoreWriter(store, program_version=version())
    try:
        for stage in stages:
            make_account(writer, by, Who("reader", stage.reader), "482915")
            held = enrol_reader(study, writer, stage.reader, {"experience": stage.experience}, by=by)
            come_as_far(study, writer, stage, held)
    finally:
        writer.close()


def come_as_far(study: Study, writer: StoreWriter, stage: Stage, held: Enrolment) -> None:
    """Let an enrolled reader read as far as the stage says."""
    order = ReadingOrder.from_json(json.dumps(held.order))
    for number, days in enumerate(stage.finished_days_ago, 1):
        _read(study, writer, order, held.sha256, number, days, None)
    if stage.left_at is not None:
        _read(study, writer, order, held.sha256, len(stage.finished_days_ago) + 1, stage.left_days, stage.left_at)


def _read(
    study: Study, writer: StoreWriter, order: ReadingOrder, sha256: str, number: int, days: float, left_at: int | None
) -> None:
    """One sitting, so many days ago, to its end or until so many phases were confirmed."""
    key = writer.begin_sitting(reader=order.reader, protocol_sha256=study.sha256, number=number)
    script = compile_script(study, order, number)
    pages = {name: text.sha256 for name, text in study.texts.items()}
    on_paper = ReaderOnPaper(script, seed=order.enrolment_index + 1, advise=_advise, sha256_of=pages)
    events = list(on_paper.events(_started(study, order, number, sha256)))
    if left_at is not None:
        events = _left(script, events, left_at)
    elif isinstance(events[-1], SittingEnded):
        counts = Counter(type(event).__name__ for event in events[:-1])
        events[-1] = replace(events[-1], counts=dict(counts))
    began = (
        datetime.now(UTC) - timedelta(days=days) - timedelta(seconds=(events[-1].at_ns - events[0].at_ns) / SECOND_NS)
    )
    for event in events:
        at = began + timedelta(seconds=(event.at_ns - events[0].at_ns) / SECOND_NS)
        writer.append(key, event, int(at.timestamp() * SECOND_NS))
    writer.run(lambda connection: None).result()


def _left(script: Script, events: list[Event], phases: int) -> list[Event]:
    """The events until so many phases were confirmed, and the interruption of the trial that was open then."""
    seen = 0

    def before_the_end(event: Event) -> bool:
        nonlocal seen
        over = seen >= phases
        seen += isinstance(event, PhaseConfirmed)
        return not over

    kept = list(takewhile(before_the_end, events))
    open_trial = getattr(kept[-1], "trial", 0)
    return [*kept, TrialInterrupted(at_ns=kept[-1].at_ns + SECOND_NS, trial=open_trial, reason="the window was closed")]


def _advise(trial: int, ai: str) -> Told:
    score = random.Random(f"{trial}/{ai}").random()
    return Told(("f1",), (score,), (), score)


def _started(study: Study, order: ReadingOrder, number: int, sha256: str) -> SittingStarted:
    about = study.protocol.about
    return SittingStarted(
        at_ns=0, reader=order.reader, protocol_id=about.id, protocol_version=about.version,
        protocol_sha256=study.sha256, order_sha256=sha256, mode=about.mode, sitting=number, resumed=False,
        program_version=version(),
    )  # fmt: skip


def make_desk_study(folder: Path, step: Callable[[str], None] = lambda what: None) -> Path:
    """The whole thing in a folder; returns the study's file."""
    step("study")
    file = write_study(folder)
    study = load_study(file)
    store = folder / "store" / "readerlab.sqlite"
    step("readers")
    read_on_paper(study, store, govern(study, store))
    return file
