"""What a protocol says about the technician's station, for whoever makes one.

What belongs here: that value. What does not: the station, and anything that a technician must not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.hospital.scanner import Scanner, Sender
from study_configs.cases import Case
from study_configs.draws import Draws
from study_configs.station import Station
from study_configs.study import Study

GRAIN = 1000  # gaps are drawn in ms

SenderFor = Callable[[Path, Path], Sender]  # an exam, and the folder in which it is to arrive


@dataclass(frozen=True, slots=True)
class StationPlan:
    """`repeated` and `previous` are the paths of further acquisitions by case id; `incoming` where exams arrive."""

    section: Station
    incoming: Path
    repeated: Mapping[str, Path]
    previous: Mapping[str, Path]
    study_id: str
    seed: int

    def sender(self, source: Path, folder: Path) -> Sender:
        """Whoever brings an acquisition into a folder: for now always the simulated scanner."""
        return Scanner(source, folder, self.section.slices_per_s)

    def gap_s(self, trial: int) -> float:
        """Seconds before the first slice of a trial's exam, drawn from the protocol's seed."""
        low, high = self.section.gap_s
        spread = int((high - low) * GRAIN)
        return low + Draws(self.study_id, self.seed, "station", "gap", trial).below(spread + 1) / GRAIN

    def folder(self, trial: int, acquisition: str) -> Path:
        """Where an acquisition arrives; its name says nothing of what is in it."""
        return self.incoming / f"{trial:05d}-{acquisition}"


def station_plan(study: Study, incoming: Path) -> StationPlan:
    """The station of a study; exams arrive in folders below `incoming`."""
    section, about = study.protocol.station, study.protocol.about
    return StationPlan(
        section,
        incoming,
        _paths(study, section.repeat),
        _paths(study, section.previous),
        about.id,
        study.protocol.design.seed,
    )


def _paths(study: Study, column: str | None) -> dict[str, Path]:
    """The paths in a column of the manifest, by case; cases with an empty cell are left out."""
    if column is None:
        return {}
    return {case.id: study.file(named) for case in study.cases if (named := _cell(case, column))}


def _cell(case: Case, column: str) -> str:
    return case.attributes.get(column, "").strip()
