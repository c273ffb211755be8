"""What a protocol says about the reading room, for whoever makes one.

What belongs here: that value. What does not: the room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.windows.station.station_plan import StationPlan
from overlays.layers.layer import Layer
from overlays.models.card_page import CardPage
from overlays.panels.layer_panel import ExpectedAt
from study_configs.cases import Case
from study_configs.hanging import HangingProtocol
from viewers.light_box import Freedom
from viewers.settings import SettingsFile

UNSCORED = frozenset({"demo", "review"})  # modes of a protocol in which readers may be told what a threshold means


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """What the protocol says about the room, without anything that a reader must not know."""

    cases: Mapping[str, Case]
    layers: Mapping[str, Layer]
    hanging: str | HangingProtocol  # a word of the protocol (automatic, 2x2, chest_ct …) or a hanging of its own
    settings: SettingsFile  # the reader's own
    gestures: Mapping[str, str] = field(default_factory=dict)  # what the protocol has decided of them
    mode: str = "study"
    expected: Mapping[str, ExpectedAt] = field(default_factory=dict)  # by AI: what may be expected from a threshold on
    cards: Mapping[str, CardPage] = field(default_factory=dict)  # by AI
    freedom: Freedom = field(default_factory=Freedom)
    station: StationPlan | None = None  # for technicians, instead of the reading room

    def paths_beside(self, case: str) -> tuple[Path, ...]:
        """Further acquisitions of a case that may have been on the screen."""
        if self.station is None:
            return ()
        return tuple(paths[case] for paths in (self.station.previous, self.station.repeated) if case in paths)

    def expected_in(self, *, practice: bool) -> Mapping[str, ExpectedAt]:
        """What thresholds mean, told in practice and where nothing is scored, never in a trial that counts."""
        return self.expected if practice or self.mode in UNSCORED else {}
