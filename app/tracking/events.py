"""Everything that can happen in a sitting, as small frozen values.

What belongs here: one dataclass per kind of event and their JSON form. What does not: writing them (recorder, store),
deciding what they mean (reading), counting them (dwell, analysis).
"""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, ClassVar, Literal

Scalar = str | int | float | bool | None
AnswerValue = Scalar | tuple[str, ...]
Source = Literal["key", "mouse", "wheel", "menu", "button", "program", "simulated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at `at_ns` on the workstation's monotonic clock (ns)."""

    at_ns: int
    acknowledged: ClassVar[bool] = False  # True: shown as done only after a synchronous commit


# --- the sitting's course: what app.reading folds over -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingStarted(Event):
    """A reader signed in; `resumed` when an earlier, unfinished sitting of the same order goes on."""

    reader: str  # pseudonym
    protocol_id: str
    protocol_version: str
    protocol_sha256: str
    order_sha256: str
    mode: str
    sitting: int  # which sitting of the reading order, from 1
    resumed: bool
    program_version: str
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAcknowledged(Event):
    """The reader read a page (instructions, consent, a questionnaire) and went on.

    `sha256` names the version of the text that was shown, `answers` what the page's questions were answered.
    """

    text: str
    sha256: str
    answers: dict[str, AnswerValue] = field(default_factory=dict)
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStarted(Event):
    trial: int
    case: str
    condition: str
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown(Event):
    """The case's first image was painted: the trial's clock starts here."""

    trial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted(Event):
    trial: int
    phase: int
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven(Event):
    """An answer was set or changed, not yet confirmed. `target` is a mark's id for questions per mark, else empty."""

    trial: int
    phase: int
    question: str
    value: AnswerValue
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCleared(Event):
    trial: int
    phase: int
    question: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPlaced(Event):
    """The reader pointed out a place (also when an existing mark is moved: the same id again).

    `position_mm` is LPS mm, or the image's own mm where it carries no patient geometry.
    """

    trial: int
    phase: int
    question: str
    mark: str
    series_uid: str
    sop_uid: str
    slice_index: int
    column: float
    row: float
    position_mm: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRemoved(Event):
    trial: int
    phase: int
    question: str
    mark: str


Doer = Literal["reader", "undo", "redo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementMade(Event):
    """The reader measured or pointed at something; all of its geometry, and the numbers that stood beside it.

    `points` are voxels (column, row, slice) of the series' files, `points_mm` the same in LPS mm, or in the image's own
    mm where it carries no patient geometry. `sop_uid` and `frame` name the image that it lies on, "" where it lies on
    none (a recut plane). `numbers` are (name, value, unit); `remark` says why they are not in mm. `number` is its place
    in the list, from 1.
    """

    trial: int
    phase: int
    measurement: str
    number: int
    kind: str
    series_uid: str
    sop_uid: str
    frame: int
    plane: str
    points: tuple[tuple[float, float, float], ...]
    points_mm: tuple[tuple[float, float, float], ...]
    numbers: tuple[tuple[str, float, str], ...]
    remark: str = ""
    name: str = ""
    colour: int = 0
    confidence: int | None = None
    label_px: tuple[float, float] | None = None
    by: Doer = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementChanged(MeasurementMade):
    """The same measurement, moved, named or coloured otherwise: as it is from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementRemoved(Event):
    trial: int
    phase: int
    measurement: str
    by: Doer = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPainted(Event):
    """A stroke of the brush ended, or a correction of the AI's mask `of` began.

    `flipped` holds the voxels that it turned over (runs, deflated, base64: viewers.measuring.masks), so that the mask
    is the sum of its strokes; `shape` is the grid's slices, rows and columns, `voxels` how many are in it now.
    """

    trial: int
    phase: int
    segment: str
    series_uid: str
    shape: tuple[int, int, int]
    flipped: str
    added: int
    removed: int
    voxels: int
    name: str = ""
    colour: int = 0
    of: str = ""
    by: Doer = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRemoved(Event):
    trial: int
    phase: int
    segment: str
    by: Doer = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseConfirmed(Event):
    """The reader confirmed a phase. The decision: every answer that stood then, keyed question or question@mark."""

    trial: int
    phase: int
    answers: dict[str, AnswerValue]
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialInterrupted(Event):
    """The trial was left unfinished (crash, sign-out, an error of ours); a resumed sitting takes it up again."""

    trial: int
    reason: str
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackShown(Event):
    """Truth, planted errors and dwell of these trials were opened to the reader."""

    trials: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackClosed(Event):
    acknowledged: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingEnded(Event):
    """The sitting's last event; `counts` says how many events of each kind came before it, so that a gap shows."""

    reason: Literal["finished", "signed_out", "failed"]
    counts: dict[str, int]
    acknowledged: ClassVar[bool] = True


# --- what the reader does and sees ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandIssued(Event):
    """A named command of the one vocabulary (keyboard, mouse, menu and simulated readers issue the same ones)."""

    command: str
    source: Source
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(Event):
    """A key outside text fields, by name ("PageDown"); never text."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicked(Event):
    viewport: int
    button: str
    column: float
    row: float
    slice_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelTurned(Event):
    viewport: int
    steps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerMoved(Event):
    """A batch of pointer samples over one viewport: (at_ns, column, row, slice index), image pixels."""

    viewport: int
    samples: tuple[tuple[int, float, float, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewChanged(Event):
    """What a viewport shows from `at_ns` on, after it was painted.

    `series_uid` names the stack as `SeriesOpened` introduced it last; a plane cut across it or a turned image has a
    name of its own ("1.2.3@coronal"), and slice and centre are counted in that. `size_px` (width, height) is the
    viewport's in logical pixels, `dpr` device pixels in each: with them the picture can be drawn again to the pixel.
    Logs of before they were kept have (0, 0).
    """

    viewport: int
    series_uid: str
    slice_index: int
    centre_px: tuple[float, float]
    zoom: float
    window_centre: float
    window_width: float
    inverted: bool
    slab: str = ""  # such as "max 10" (mm); empty for a single slice
    interpolation: str = "smooth"
    filter: str = ""
    colour_map: str = ""
    window_shape: str = "linear"  # "table": a table of values of the image's file, by the window's name
    window_name: str = ""
    size_px: tuple[int, int] = (0, 0)
    dpr: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionChanged(Event):
    """Another series lies over a viewport's from `at_ns` on, or none ("" for its name), and how it is coloured.

    The window is in `units`: modality values × `factor`.
    """

    viewport: int
    series_uid: str
    window_centre: float = 0.0
    window_width: float = 1.0
    window_shape: str = "linear"
    units: str = ""
    factor: float = 1.0
    colour_map: str = ""
    opacity: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewportEmptied(Event):
    viewport: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesOpened(Event):
    """A series of the case came within reach; where its slices lie, so that places in mm can be found again.

    An oblique plane that is tipped further is opened again, with its new affine.

    `affine` is the 4×4 voxel (column, row, slice) → LPS mm matrix row by row, empty without patient geometry.
    """

    trial: int
    series_uid: str
    modality: str
    rows: int
    columns: int
    frames: int
    affine: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyImagesChanged(Event):
    """The images that the reader has set apart, as they now are: SOP instance UIDs, with "#frame" (from 0) in cines."""

    trial: int
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutChanged(Event):
    rows: int
    columns: int
    linked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AIResultLoaded(Event):
    """An AI result came within the reader's reach (never in a phase without AI).

    `elements`, `scores` and `places_mm` (ids, LPS centres) are those of its findings after planting, in the same order,
    so that what the reader was told can be rebuilt from the log alone. `planted` names the planted errors in it;
    `digest` is the sha-256 of the whole result as it was handed out (overlays.digest), so that a replay can tell
    whether it paints the same one.
    """

    trial: int
    ai: str
    series_uid: str
    model_sha256: str
    findings: int
    planted: tuple[str, ...]
    scores: tuple[float | None, ...] = ()
    places_mm: tuple[tuple[float, float, float], ...] = ()
    elements: tuple[str, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerChanged(Event):
    """How a layer is painted from `at_ns` on, by whose doing; nothing of it shows before it is `revealed`."""

    layer: str
    visible: bool
    opacity: float
    threshold: float
    by: Literal["reader", "protocol"]
    colours: str = ""
    revealed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRevealed(Event):
    """A layer came that was kept back: asked for by the reader, after its time, or since its condition held."""

    layer: str
    how: Literal["button", "after", "if"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerWithdrawn(Event):
    """A layer went again, since the condition under which it shows holds no more."""

    layer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingChosen(Event):
    """The reader went to a finding: it is emphasised, and maps show its own; "" when none is any more."""

    finding: str
    ai: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingHovered(Event):
    """The pointer came over a finding of a layer that shows itself under the pointer; "" when it left."""

    viewport: int
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureChanged(Event):
    """What of the AI a viewport paints from `at_ns` on: all of it, so that the last record is the whole truth.

    Each element is (layer, element, draw, threshold, opacity, visible share): the id of a finding, map, segment
    ("map/number"), assessment, advice or example; the share of its own picture that lies in the viewport, 0 to 1.
    The element "*" stands for all of a layer that paints more than 200 of them on one viewport; its share is how many.
    An empty tuple: nothing of the AI is on this viewport. Viewport -1 is the panel beside the images.
    """

    viewport: int
    elements: tuple[tuple[str, str, str, float, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCardShown(Event):
    ai: str
    model_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCardClosed(Event):
    ai: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayersHeld(Event):
    """All AI layers hidden for as long as a key is held (`hidden` True), and back again."""

    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusLost(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusGained(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """The reader pressed pause: the image is blanked and dwell stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaused(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleStarted(Event):
    """No input for the protocol's `idle_after_s`; `at_ns` is the last input plus that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleEnded(Event):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFroze(Event):
    """The GUI thread did not answer for `frozen_ms`, which falsifies dwell."""

    frozen_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayDescribed(Event):
    screen: str
    width: int
    height: int
    scale: float
    depth: int
    gsdf: str = "unknown"  # yes | no | unknown: what a person declared of its calibration (DICOM PS3.14)
    checked: str = ""  # when it was calibrated last, as declared
    l_min: float | None = None  # cd/m², as declared
    l_max: float | None = None
    ambient_lux: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemShown(Event):
    """A message that the reader saw: a file that could not be read, an AI result that failed."""

    what: str
    where: str


# --- the JSON form --------------------------------------------------------------------------------------------------

KINDS: dict[str, type[Event]] = {
    value.__name__: value
    for value in list(globals().values())
    if isinstance(value, type) and is_dataclass(value) and issubclass(value, Event) and value is not Event
}


def payload(event: Event) -> dict[str, Any]:
    """The event's own fields, without `at_ns`, as JSON-ready values."""
    return {f.name: getattr(event, f.name) for f in fields(event) if f.name != "at_ns"}


def from_payload(kind: str, at_ns: int, values: dict[str, Any]) -> Event:
    """The event again; lists become tuples where the field says so. Raises KeyError for an unknown kind."""
    cls = KINDS[kind]
    hints = _hints(cls)
    return cls(at_ns=at_ns, **{name: _restored(hints[name], value) for name, value in values.items()})


_HINTS: dict[type[Event], dict[str, Any]] = {}


def _hints(cls: type[Event]) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = typing.get_type_hints(cls)
    return _HINTS[cls]


def _restored(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if isinstance(value, list):
        item = next((a for a in typing.get_args(hint) if a is not Ellipsis), str)
        return tuple(_restored(item, v) for v in value)
    if isinstance(value, dict) and origin is dict:
        inner = typing.get_args(hint)[1]
        return {k: _restored(inner, v) for k, v in value.items()}
    if origin in (typing.Union, types.UnionType) and isinstance(value, list):
        return tuple(value)
    return value
