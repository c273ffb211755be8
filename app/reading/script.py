"""What one reader will go through in one sitting, laid out flat: texts, trials, phases, questions.

What belongs here: those plain values. What does not: making them from a study (compiling), what has happened so far
(state) and what follows from it (engine). Truth and planted errors' places never enter a script.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.reading.worklist.script import ListedExam, ListScript
from overlays.layers.layer import Reveal
from study_configs.questions import Question


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with its id, as it is asked in a phase."""

    id: str
    spec: Question


@dataclass(frozen=True, slots=True)
class PageScript:
    """A page before the first case, before a block or after the last case: a text, questions about the sitting, media.

    `show_if` may speak of what was answered on earlier pages; `fixed` holds what else it speaks of (arm, condition,
    reader.STRATUM). `media` is a file within the study folder, "" for none.
    """

    id: str
    questions: tuple[AskedQuestion, ...]
    show_if: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)
    at_least_ns: int = 0
    media: str = ""
    block: int | None = None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A layer that does not come at once. `ai` is empty where it shows no result (a model's card)."""

    ai: str
    rule: Reveal


@dataclass(frozen=True, slots=True)
class PhaseScript:
    """One step inside a trial. `ais` are the AIs that may be within reach in it; empty in an unaided phase.

    `held_back` are layers that do not come at once, by name, with the AI whose results they show.

    A later phase starts from the answers of the one before it; `commit` marks the phase whose answers count as the
    reader's own final ones and stay visible as such. `at_least_ns` must pass before the phase can be confirmed; at
    `at_most_ns` it ends by itself, whatever is still open, and `warn_ns` before that the reader is warned. `only_if` is
    the comparison that must hold for the phase to be taken; `clock` whether its time is shown.
    """

    name: str
    questions: tuple[AskedQuestion, ...]
    layers: tuple[str, ...]
    ais: frozenset[str]
    commit: bool
    at_least_ns: int
    at_most_ns: int | None
    held_back: Mapping[str, HeldBack] = field(default_factory=dict)
    ais_at_once: frozenset[str] | None = None  # None: all of `ais`
    only_if: str = ""
    warn_ns: int | None = None
    clock: bool = False
    fresh: bool = False  # starts empty, not from the answers of the phase before

    @property
    def ais_first(self) -> frozenset[str]:
        """The AIs that a layer shows from the beginning of the phase."""
        return self.ais if self.ais_at_once is None else self.ais_at_once


Place = tuple[float, float, float]  # LPS mm
Telling = Literal["never", "after_case", "after_block"]


@dataclass(frozen=True, slots=True)
class TrialScript:
    """One reader × one case × one condition. `attributes` are the case's columns in the manifest, for `show_if`.

    `thresholds` are those of layers, where they differ from the layer's own; `shown_as` who the advice is told to be
    from, by AI. `lesions` are places that questions per lesion point out, without any word on what is there: empty in
    trials that ask none. `no_reveal`: phases with layers are left out.
    """

    index: int
    case: str
    condition: str
    practice: bool
    phases: tuple[PhaseScript, ...]
    attributes: Mapping[str, str]
    block: int = 0
    part: str = ""
    probe: str = ""
    no_reveal: bool = False
    repeat: bool = False
    thresholds: Mapping[str, float] = field(default_factory=dict)
    shown_as: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    lesions: Mapping[str, Place] = field(default_factory=dict)
    listed: ListedExam | None = None  # its row in the reading list, where the block has one
    told: Telling = "never"  # when the reader is told about it before the sitting's end


@dataclass(frozen=True, slots=True)
class BreakRule:
    """Breaks that the protocol makes: after so many cases, after so much reading time, or both."""

    every_cases: int | None
    every_ns: int | None
    at_least_s: float


Navigation = Literal["forward_only", "back", "free"]
LongGap = Literal["resume", "restart_case", "ask_coordinator", "end_sitting"]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole sitting for one reader. `block_pages` are read before the first case of their block.

    `feedback_trials` are those that the feedback at the end is about; it is given where `feedback` is True. After a gap
    of more than `max_gap_hours` between two sign-ins `after_gap` holds.
    """

    before: tuple[PageScript, ...]
    trials: tuple[TrialScript, ...]
    after: tuple[PageScript, ...]
    feedback: bool
    restart_interrupted: bool
    block_pages: Mapping[int, tuple[PageScript, ...]] = field(default_factory=dict)
    feedback_trials: tuple[int, ...] = ()
    breaks: BreakRule | None = None
    navigation: Navigation = "forward_only"
    progress: bool = True
    at_most_ns: int | None = None  # of one sign-in, looked at when a case ends
    max_gap_hours: float | None = None
    after_gap: LongGap = "ask_coordinator"
    arm: str = ""
    stratum: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[int, ListScript] = field(default_factory=dict)  # the reading lists, by block
    probe: str = ""
