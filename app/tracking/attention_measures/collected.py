"""One pass over the events of a sitting: what stood from when on, as columns that numpy can work with.

What belongs here: the state that measures need. What does not: adding up (the measures), stretches of time (timeline).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.tracking.attention import FREEZE_FROM_MS, Attention, edges
from app.tracking.attention_measures.values import Here, Vector
from app.tracking.events import (
    AIResultLoaded,
    CaseShown,
    Event,
    ExposureChanged,
    FocusGained,
    FocusLost,
    IdleEnded,
    IdleStarted,
    MarkPlaced,
    MarkRemoved,
    PanelsPlaced,
    Paused,
    PhaseConfirmed,
    PhaseStarted,
    PointerEntered,
    PointerMoved,
    ReadingHalted,
    ReadingWentOn,
    SeriesOpened,
    SittingEnded,
    SittingStarted,
    TrialInterrupted,
    TrialStarted,
    Unpaused,
    ViewChanged,
    ViewportEmptied,
    WindowFroze,
)
from app.tracking.events.gaze import GazeMoved, GazeSourceOpened
from app.tracking.samples_in_bulk import Packed
from overlays.layers.exposure import each_of

NONE = -1
Changes = list[tuple[int, int]]  # (from when on, ns; index of what holds, NONE for nothing)
VIEW_FIELDS = ("viewport", "series_uid", "slice_index", "centre_px", "zoom", "size_px", "dpr", "slab")
Samples = tuple[tuple[Any, ...], ...]
Panels = tuple[tuple[str, float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A place in patient space that is asked for in one trial from `from_ns` to before `to_ns`."""

    kind: str
    name: str
    trial: int
    centre_mm: Vector
    from_ns: int
    to_ns: int | None = None


@dataclass(slots=True)
class Collected:
    """Everything in the order of the log, on one clock: later sign-ins begin where the one before ended.

    `views` rows: geometry, slice, centre column and row, zoom, width and height (logical px), dpr, slab (mm).
    `pointer` and `gaze` hold (ns to add, samples); pointer samples with the viewport that they are over.
    """

    phases: list[Here] = field(default_factory=list)
    in_phase: Changes = field(default_factory=list)
    attentive: Changes = field(default_factory=list)
    cases: dict[int, str] = field(default_factory=dict)  # by trial
    conditions: dict[int, str] = field(default_factory=dict)  # by trial
    geometries: list[SeriesOpened] = field(default_factory=list)
    views: list[tuple[float, ...]] = field(default_factory=list)
    shown: dict[int, Changes] = field(default_factory=lambda: defaultdict(list))  # by viewport
    painted: dict[int, Changes] = field(default_factory=lambda: defaultdict(list))  # by viewport
    layer_sets: list[tuple[str, ...]] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    pointer: list[tuple[int, int, Samples | Packed]] = field(default_factory=list)
    pointer_panel: Changes = field(default_factory=list)
    panels: list[str] = field(default_factory=list)
    placed: Changes = field(default_factory=list)
    placings: list[Panels] = field(default_factory=list)
    gaze: list[tuple[int, Samples]] = field(default_factory=list)
    trackers: list[GazeSourceOpened] = field(default_factory=list)
    ended_ns: int = 0


def collected(events: Iterable[Event]) -> Collected:
    """Take in the events of one sitting, all sign-ins one after the other."""
    collecting = Collecting()
    for event in events:
        collecting.take(event)
    return collecting.close()


@dataclass(slots=True)
class Collecting:
    """The pass itself: `take` every event, then `close`.

    Views, exposure and pointer samples, of which there are a hundred thousand, can be taken without making events of
    them (`take_view`, `take_exposure`, `take_pointer`).
    """

    out: Collected = field(default_factory=Collected)
    shift_ns: int = 0
    last_ns: int = 0  # of this sign-in, on the common clock
    began_ns: int = 0
    trial: int = NONE
    phase: int = NONE  # index into phases
    case_shown: bool = False
    known: dict[Here, int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    layer_keys: dict[tuple[str, ...], int] = field(default_factory=dict)
    panel_keys: dict[str, int] = field(default_factory=dict)
    attention: list[Event] = field(default_factory=list)
    places: dict[str, list[tuple[str, Vector]]] = field(default_factory=dict)  # by element of the AI
    met: set[tuple[int, str]] = field(default_factory=set)
    marks: dict[tuple[int, str], int] = field(default_factory=dict)
    takers: dict[type[Event], Callable[[Any, int], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.takers = {kind: getattr(self, name) for kind, name in TAKERS.items()}

    def take(self, event: Event) -> None:
        if type(event) is SittingStarted:
            self._next_sign_in(event)
        at_ns = self._at(event.at_ns)
        taker = self.takers.get(type(event))
        if taker is not None:
            taker(event, at_ns)

    def take_view(self, at_ns: int, values: Mapping[str, Any]) -> None:
        """A ViewChanged, as the values of its payload."""
        at_ns = self._at(at_ns)
        geometry = self.opened.get(values["series_uid"])
        if geometry is None:  # shown before it was introduced: counted, without a place in mm
            self._series(_unknown(values["series_uid"]), at_ns)
            geometry = self.opened[values["series_uid"]]
        column, row = values["centre_px"]
        width, height = values.get("size_px", (0, 0))
        slab = values.get("slab", "")
        views = self.out.views
        self.out.shown[values["viewport"]].append((at_ns, len(views)))
        slab_mm = float(slab.split()[1]) if slab else 0.0
        index, zoom, dpr = values["slice_index"], values["zoom"], values.get("dpr", 1.0)
        views.append((geometry, index, column, row, zoom, width, height, dpr, slab_mm))

    def take_exposure(self, at_ns: int, viewport: int, elements: Sequence[Sequence[Any]]) -> None:
        """An ExposureChanged."""
        at_ns = self._at(at_ns)
        if viewport < 0:
            return
        layers = tuple(dict.fromkeys(each[0] for each in elements))
        if layers not in self.layer_keys:
            self.layer_keys[layers] = len(self.out.layer_sets)
            self.out.layer_sets.append(layers)
        self.out.painted[viewport].append((at_ns, self.layer_keys[layers] if layers else NONE))
        for each in elements:
            self._meet(each[1], at_ns)

    def take_pointer(self, at_ns: int, viewport: int, samples: Samples | Packed) -> None:
        """A PointerMoved; its samples may be packed (app.tracking.samples)."""
        self._at(at_ns)
        self.out.pointer.append((self.shift_ns, viewport, samples))

    def close(self) -> Collected:
        self._end_attention()
        self._say(NONE, self.last_ns)
        self.out.ended_ns = self.last_ns
        return self.out

    def _at(self, at_ns: int) -> int:
        """The same moment on the clock that all sign-ins share."""
        at_ns += self.shift_ns
        if at_ns > self.last_ns:
            self.last_ns = at_ns
        return at_ns

    # --- sign-ins, trials, phases

    def _next_sign_in(self, event: Event) -> None:
        """Every sign-in has a clock of its own: this one goes on where the last one ended."""
        self._end_attention()
        self._say(NONE, self.last_ns)
        self.shift_ns = self.last_ns - event.at_ns
        self.began_ns = self.last_ns

    def _sign_in(self, event: SittingStarted, at_ns: int) -> None:
        self.phase, self.case_shown = NONE, False
        self.out.attentive.append((at_ns, 1))
        self._blank(at_ns)
        self.out.pointer_panel.append((at_ns, NONE))
        self.out.placed.append((at_ns, NONE))
        for changes in self.out.painted.values():
            changes.append((at_ns, NONE))

    def _trial(self, event: TrialStarted, at_ns: int) -> None:
        self.trial, self.phase, self.case_shown = event.trial, NONE, False
        self.out.cases[event.trial] = event.case
        self.out.conditions[event.trial] = event.condition
        self.opened.clear()
        self.places.clear()
        self._say(NONE, at_ns)
        self._blank(at_ns)

    def _case(self, event: CaseShown, at_ns: int) -> None:
        self.case_shown = True
        self._say(self.phase, at_ns)

    def _open(self, event: PhaseStarted, at_ns: int) -> None:
        here = (event.trial, event.phase)
        if here not in self.known:
            self.known[here] = len(self.out.phases)
            self.out.phases.append(here)
        self.trial, self.phase = event.trial, self.known[here]
        self._say(self.phase if self.case_shown else NONE, at_ns)

    def _shut(self, event: Event, at_ns: int) -> None:
        self.phase = NONE
        self._say(NONE, at_ns)

    def _say(self, phase: int, at_ns: int) -> None:
        self.out.in_phase.append((at_ns, phase))

    # --- attention

    def _attend(self, event: Event, at_ns: int) -> None:
        self.attention.append(event)

    def _end_attention(self) -> None:
        """When this sign-in's reader attended; a freeze is known only at its end."""
        state = Attention()
        for at_ns, event in edges(self.attention, FREEZE_FROM_MS):
            state.take(event)
            self.out.attentive.append((max(self.began_ns, at_ns + self.shift_ns), int(bool(state))))
        self.attention.clear()

    # --- images

    def _series(self, event: SeriesOpened, at_ns: int) -> None:
        self.opened[event.series_uid] = len(self.out.geometries)
        self.out.geometries.append(event)

    def _view(self, event: ViewChanged, at_ns: int) -> None:
        self.take_view(event.at_ns, {name: getattr(event, name) for name in VIEW_FIELDS})

    def _empty(self, event: ViewportEmptied, at_ns: int) -> None:
        self.out.shown[event.viewport].append((at_ns, NONE))

    def _blank(self, at_ns: int) -> None:
        for changes in self.out.shown.values():
            changes.append((at_ns, NONE))

    # --- AI and marks

    def _result(self, event: AIResultLoaded, at_ns: int) -> None:
        for element, place in zip(event.elements, event.places_mm, strict=False):
            self.places.setdefault(element, []).append((event.ai, place))

    def _exposure(self, event: ExposureChanged, at_ns: int) -> None:
        self.take_exposure(event.at_ns, event.viewport, event.elements)

    def _meet(self, element: str, at_ns: int) -> None:
        """A finding is a region from the first time on that it was painted on an image in this trial."""
        if (self.trial, element) in self.met:
            return
        for name in each_of(element):
            for ai, place in self.places.get(name, ()):
                if (self.trial, name) not in self.met:
                    self.out.regions.append(Region("finding", f"{ai}/{name}", self.trial, place, at_ns))
        self.met.update((self.trial, name) for name in (element, *each_of(element)))

    def _mark(self, event: MarkPlaced, at_ns: int) -> None:
        self._forget_mark(event.trial, event.mark, at_ns)
        if not _has_place(self.out.geometries, self.opened.get(event.series_uid)):
            return
        self.marks[event.trial, event.mark] = len(self.out.regions)
        self.out.regions.append(Region("mark", event.mark, event.trial, event.position_mm, at_ns))

    def _unmark(self, event: MarkRemoved, at_ns: int) -> None:
        self._forget_mark(event.trial, event.mark, at_ns)

    def _forget_mark(self, trial: int, mark: str, at_ns: int) -> None:
        at = self.marks.pop((trial, mark), None)
        if at is not None:
            self.out.regions[at] = replace(self.out.regions[at], to_ns=at_ns)

    # --- pointer, panels, gaze

    def _pointer(self, event: PointerMoved, at_ns: int) -> None:
        self.take_pointer(event.at_ns, event.viewport, event.samples)

    def _entered(self, event: PointerEntered, at_ns: int) -> None:
        self.out.pointer_panel.append((at_ns, self._panel(event.panel) if event.panel else NONE))

    def _panel(self, name: str) -> int:
        if name not in self.panel_keys:
            self.panel_keys[name] = len(self.out.panels)
            self.out.panels.append(name)
        return self.panel_keys[name]

    def _place(self, event: PanelsPlaced, at_ns: int) -> None:
        for name, *_ in event.panels:
            self._panel(name)
        self.out.placed.append((at_ns, len(self.out.placings)))
        self.out.placings.append(event.panels)

    def _gaze(self, event: GazeMoved, at_ns: int) -> None:
        self.out.gaze.append((self.shift_ns, event.samples))

    def _tracker(self, event: GazeSourceOpened, at_ns: int) -> None:
        self.out.trackers.append(event)


TAKERS: dict[type[Event], str] = {
    SittingStarted: "_sign_in",
    TrialStarted: "_trial",
    CaseShown: "_case",
    PhaseStarted: "_open",
    **dict.fromkeys((PhaseConfirmed, TrialInterrupted, SittingEnded), "_shut"),
    **dict.fromkeys(
        (FocusLost, FocusGained, Paused, Unpaused, ReadingHalted, ReadingWentOn, IdleStarted, IdleEnded, WindowFroze),
        "_attend",
    ),
    SeriesOpened: "_series",
    ViewChanged: "_view",
    ViewportEmptied: "_empty",
    AIResultLoaded: "_result",
    ExposureChanged: "_exposure",
    MarkPlaced: "_mark",
    MarkRemoved: "_unmark",
    PointerMoved: "_pointer",
    PointerEntered: "_entered",
    PanelsPlaced: "_place",
    GazeMoved: "_gaze",
    GazeSourceOpened: "_tracker",
}
KINDS = tuple(TAKERS)  # the kinds of events that measuring attention reads; all others may be left out


def _has_place(geometries: list[SeriesOpened], at: int | None) -> bool:
    return at is not None and bool(geometries[at].affine)


def _unknown(series_uid: str) -> SeriesOpened:
    return SeriesOpened(at_ns=0, trial=NONE, series_uid=series_uid, modality="", rows=0, columns=0, frames=0, affine=())
