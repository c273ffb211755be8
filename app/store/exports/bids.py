"""The log as a BIDS data set: what happened and was decided in each sign-in, and where the reader looked.

What belongs here: folders, names, tables of people, sessions, decisions and events. What does not: streams of samples
(bids_samples), what an event is called (log_words).

Source: Brain Imaging Data Structure, version 1.11 (its machine-readable schema): datatype beh with suffixes beh, events
and physio. A subject is a reader, a session one sitting of the reading order, a run one sign-in, with its own clock.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.store.exports.bids_samples import screen_of, write_gaze, write_pointer
from app.store.exports.log_words import Happened, happened
from app.store.projecting.projections import Part, Projection, order_arm
from app.store.projecting.tables import DECISIONS, Cell
from app.tracking.events import PhaseConfirmed
from app.version import version
from study_configs.problem import StudyProblem

BIDS = "1.11.1"
DATATYPE = "beh"
EVENT_COLUMNS: Mapping[str, str] = {
    "onset": "Time after the sign-in's first event, by the workstation's monotonic clock.",
    "duration": "Of the start of a trial or phase: to the phase's (last) confirmation in this sign-in; else 0.",
    "trial_type": "What happened; docs/events.md of ReaderLab describes every kind of event.",
    "kind": "Kind of event in the log.",
    "transition": "start, suspend, resume, complete or autoskip.",
    "trial": "Trial's index in the reading order.",
    "case": "Id of the case.",
    "condition": "Id of the condition.",
    "phase": "Phase of the trial, from 0.",
    "seq": "Place in the sign-in's log, from 0.",
    "fields": "The event's own fields, JSON.",
}
PARTICIPANT_COLUMNS = {
    "participant_id": "A reader: sub- and the pseudonym's letters and digits.",
    "reader": "Pseudonym of the reader, as in the other exports.",
    "stratum": "Stratum in which the reader was enrolled.",
    "arm": "Arm of the reader.",
}
SESSION_COLUMNS = {
    "session_id": "One sitting of a reading order.",
    "acq_time": "When it began, UTC.",
    "protocol_id": "Id of the protocol.",
    "protocol_version": "Version of the protocol.",
    "sitting": "Which sitting of the reading order.",
}


class Dataset:
    """A data set that takes one course (a reader's sitting) after the other; `close` writes what is about all."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.people: dict[str, Sequence[Cell]] = {}  # a row of participants.tsv, by label
        self.sessions: dict[str, list[Sequence[Cell]]] = {}  # rows of sessions.tsv, by label

    def take(self, projection: Projection) -> None:
        course, label = projection.course, self._label(projection)
        sessions = self.sessions.setdefault(label, [])
        session = f"{len(sessions) + 1:02d}"
        began = course.parts[0][0].started_utc
        sessions.append((f"ses-{session}", began, course.record.id, course.record.version, course.number))
        folder = self.folder / f"sub-{label}" / f"ses-{session}" / DATATYPE
        folder.mkdir(parents=True, exist_ok=True)
        stem = f"sub-{label}_ses-{session}_task-{plain(course.record.id)}"
        _write_decisions(projection, folder / f"{stem}_beh.tsv")
        for run, part in enumerate(course.parts, 1):
            _write_run(projection, part, folder, (stem, f"run-{run}"))

    def _label(self, projection: Projection) -> str:
        one = projection.course.enrolment
        label = plain(one.reader)
        row = (f"sub-{label}", one.reader, one.stratum, order_arm(one.order))
        if self.people.setdefault(label, row)[1] != one.reader:
            what = f"Readers {self.people[label][1]} and {one.reader} have the same name in BIDS: sub-{label}."
            raise StudyProblem(what, todo="Export the tables instead.")
        return label

    def close(self) -> None:
        described = {
            "Name": self.name,
            "BIDSVersion": BIDS,
            "DatasetType": "raw",
            "GeneratedBy": [{"Name": "ReaderLab", "Version": version()}],
        }
        write_json(self.folder / "dataset_description.json", described)
        told = "Readings of medical images, exported by ReaderLab. Subjects are the readers, not patients."
        readme = f"{self.name}\n\n{told}\n"
        (self.folder / "README").write_text(readme, encoding="utf-8")
        write_tsv(self.folder / "participants.tsv", list(PARTICIPANT_COLUMNS), self.people.values())
        write_json(self.folder / "participants.json", described_columns(PARTICIPANT_COLUMNS))
        for label, rows in self.sessions.items():
            stem = self.folder / f"sub-{label}" / f"sub-{label}_sessions"
            write_tsv(Path(f"{stem}.tsv"), list(SESSION_COLUMNS), rows)
            write_json(Path(f"{stem}.json"), described_columns(SESSION_COLUMNS))


def write_bids(projections: Iterable[Projection], folder: Path, name: str) -> None:
    """One data set of all courses."""
    dataset = Dataset(folder, name)
    for projection in projections:
        dataset.take(projection)
    dataset.close()


def _write_decisions(projection: Projection, path: Path) -> None:
    """Table decisions of this sitting; its columns' meaning beside it."""
    write_tsv(path, [each.name for each in DECISIONS.fields], projection.decisions())
    write_json(path.with_suffix(".json"), {
        "TaskName": projection.course.record.id,
        "TaskDescription": f"Reading of images under protocol {projection.course.record.id}.",
        **described_columns({each.name: each.meaning for each in DECISIONS.fields}),
    })  # fmt: skip


def _write_run(projection: Projection, part: Part, folder: Path, names: tuple[str, str]) -> None:
    """One sign-in: its events, and the streams of samples in it."""
    stem, run = names
    _, logged = part
    zero_ns = logged[0].event.at_ns if logged else 0
    path = folder / f"{stem}_{run}_events.tsv"
    write_tsv(path, list(EVENT_COLUMNS), _event_rows(projection, part, zero_ns))
    task = {"TaskName": projection.course.record.id, "StimulusPresentation": screen_of(logged)}
    write_json(path.with_suffix(".json"), {**task, **described_columns(EVENT_COLUMNS, {"onset": "s", "duration": "s"})})
    write_gaze(logged, zero_ns, folder / f"{stem}_{run}_recording-eye1_physio")
    write_pointer(logged, zero_ns, folder / f"{stem}_acq-pointer_{run}_events")


def _event_rows(projection: Projection, part: Part, zero_ns: int) -> Iterator[list[Cell]]:
    sitting, logged = part
    confirmed = [each.event for each in logged if isinstance(each.event, PhaseConfirmed)]
    ends = {(event.trial, event.phase): event.at_ns for event in confirmed}
    for each in happened(projection):
        if each.sitting.uid == sitting.uid:
            yield [*_when(each, zero_ns, ends), *_what(projection, each)]


def _when(each: Happened, zero_ns: int, ends: Mapping[tuple[int, int], int]) -> tuple[float, float]:
    at_ns, lasts = each.logged.event.at_ns, 0
    if each.transition == "start" and each.trial is not None:
        mine = [end for (trial, phase), end in ends.items() if trial == each.trial and each.phase in (None, phase)]
        lasts = max(0, max(mine, default=at_ns) - at_ns)
    return (at_ns - zero_ns) / 1e9, lasts / 1e9


def _what(projection: Projection, each: Happened) -> list[Cell]:
    trial = projection.trials_by_index.get(each.trial) if each.trial is not None else None
    of: list[Cell] = [each.trial, trial.case, trial.condition, each.phase] if trial is not None else [None] * 4
    fields = json.dumps(each.fields, ensure_ascii=False, sort_keys=True)
    kind = type(each.logged.event).__name__
    return [each.activity, kind, each.transition, *of, each.logged.seq, fields]


def plain(name: str) -> str:
    """A BIDS label: letters and digits alone. Raises StudyProblem where none is left."""
    label = re.sub(r"[^0-9a-zA-Z]", "", name)
    if not label:
        raise StudyProblem(f"{name!r} has no letter or digit that a BIDS label could be made of.")
    return label


def described_columns(meanings: Mapping[str, str], units: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Columns as a sidecar describes them."""
    told = units or {}
    return {
        name: {"Description": meaning, **({"Units": told[name]} if name in told else {})}
        for name, meaning in meanings.items()
    }


def write_tsv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A table with a header; n/a for what is missing, no tabs or line breaks inside a cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writerow(columns)
        writer.writerows([tsv_cell(cell) for cell in row] for row in rows)


def tsv_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "n/a"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return re.sub(r"[\t\r\n]+", " ", str(cell))


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
