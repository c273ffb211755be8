"""From a moment of a sitting to what the replay's view shows of it.

What belongs here: putting moments, pictures, pointer, dwell and words together. What does not: when (window,
film), painting (stage, side, scrub_bar).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtGui import QFont

from app.analysis.replay.arrangement import arranged
from app.analysis.replay.recorded import Recorded
from app.analysis.replay.reel import Moment, Reel
from app.analysis.replay.signs import signs, stretches
from app.analysis.replay.situation import Situation
from app.analysis.replay.slices import SliceTimes
from app.conduct.replaying import Check, Fetched
from app.tracking.events import DisplayDescribed, TrialStarted
from app.windows.replay.artist import Artist, Drawn
from app.windows.replay.drawings import Drawings
from app.windows.replay.side_words import SideWords, side_words
from app.windows.replay.stage import OverViewport, Scene
from app.windows.theme import Theme, scale_for
from overlays.layers.layer import Layer, from_protocol
from study_configs.words import phrase, translate
from viewers import geometry

TRAIL_NS = 1_500_000_000  # as long as the pointer's way is seen behind it
PRESS_NS = 800_000_000
GAZE_NS = 400_000_000
REST_NS = 2_000_000_000
MOST_ROWS = 15  # of a reading list
WORDS = {
    "before": phrase("Replay", "Between cases"),
    "page": phrase("Replay", "The reader reads a page: {what}"),
    "list": phrase("Replay", "The reading list"),
    "break": phrase("Replay", "A break"),
    "feedback": phrase("Replay", "The reader is told how it went"),
    "over": phrase("Replay", "Signed out: {what}"),
    "case": phrase("Replay", "Case {what}: no image on the screen"),
    "call": phrase("Replay", "On the telephone"),
}
WITHOUT_IMAGES = frozenset({"page", "list", "break", "feedback", "over"})

Fetch = Callable[[int], Fetched | None]  # a trial's images and results; None while they are on their way


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """All that the view shows of a moment."""

    at_ns: int
    scene: Scene
    side: SideWords
    warning: str
    clock: str


@dataclass(slots=True)
class Wishes:
    """What whoever watches wants to see over the images."""

    truth: bool = False
    pointer: bool = True
    gaze: bool = True


class Projector:
    """One sitting, ready to be shown at any moment. `fetch` is asked at every moment of a trial."""

    def __init__(self, recorded: Recorded, checks: tuple[Check, ...], fetch: Fetch) -> None:
        self.recorded, self._checks, self._fetch = recorded, checks, fetch
        events = recorded.events
        self.reel = Reel(events, recorded.earlier)
        self._cases = recorded.cases
        self.signs, self.stretches = signs(self.reel.events, self._cases), stretches(self.reel.events)
        self.wishes = Wishes()
        self.speed = 1.0
        self._slices = SliceTimes(self.reel.events)
        protocol = recorded.protocol
        self._layers = {name: from_protocol(name, each, protocol.ai[each.ai]) for name, each in protocol.layers.items()}
        self._conditions = {each.trial: each.condition for each in events if isinstance(each, TrialStarted)}
        self._artist = Artist(font_of(recorded))
        self._trial: int | None = None
        self._fetched: Fetched | None = None
        self._truths = recorded.truth.unseal()

    def at(self, at_ns: int) -> Shown:
        """What is to be shown of a moment; pictures that are still loading say so."""
        moment = self.reel.at(min(max(at_ns, self.reel.starts_ns), self.reel.ends_ns))
        self._follow(moment.screens.trial)
        checks = (*self._checks, *(self._fetched.checks if self._fetched is not None else ()))
        side = side_words(self.recorded, self.reel, moment, checks, self._cases, with_truth=self.wishes.truth)
        return Shown(moment.at_ns, self._scene(moment), side, warning(checks), self._clock(moment.at_ns))

    @property
    def is_waiting(self) -> bool:
        """Whether something of the moment that was shown last is still loading."""
        return self._trial is not None and self._trial >= 0 and self._fetched is None

    def _follow(self, trial: int) -> None:
        if trial == self._trial and self._fetched is not None:
            return
        self._trial, self._fetched = trial, self._fetch(trial)
        self._artist.take(self._layers_in(trial), self._fetched)

    def _layers_in(self, trial: int) -> dict[str, Layer]:
        """The protocol's layers, said to be from whom the trial's condition says."""
        condition = self.recorded.protocol.conditions.get(self._conditions.get(trial, ""))
        said = condition.shown_as if condition is not None else {}
        return {name: replace(each, source=said.get(each.ai, each.source)) for name, each in self._layers.items()}

    def _clock(self, at_ns: int) -> str:
        reel, utc = self.reel, self.recorded.utc_at(at_ns)
        passed, whole = at_ns - reel.starts_ns, reel.ends_ns - reel.starts_ns
        return f"{as_time(passed)} / {as_time(whole)}   {utc:%Y-%m-%d %H:%M:%S} UTC"

    def _scene(self, moment: Moment) -> Scene:
        screens, situation = moment.screens, moment.situation
        if situation.where in WITHOUT_IMAGES or not screens.screens:
            return Scene(words=self._words(situation), under=self._under(moment))
        drawings = Drawings(moment.board, moment.marks)
        drawn = {viewport: self._artist.draw(screens, viewport, drawings) for viewport in screens.screens}
        over = {viewport: self._over(moment, viewport, each) for viewport, each in drawn.items()}
        remarks = sorted({each.remark for each in drawn.values()} | {self._under(moment)} - {""})
        remark = " · ".join(each for each in remarks if each)
        return Scene(arranged(screens, situation), drawn, over, remark=remark)

    def _words(self, situation: Situation) -> str:
        """What stands before the reader in place of images; a reading list by its rows."""
        said = translate("Replay", WORDS[situation.where]).format(what=situation.what)
        if situation.where != "list":
            return said
        flag = "   " + translate("Replay", "flagged by the AI")
        rows = [
            f"{place}   {self._cases.get(trial, trial + 1)}{flag if trial in situation.flagged else ''}"
            for place, trial in enumerate(situation.listed[:MOST_ROWS], 1)
        ]
        more = len(situation.listed) - len(rows)
        return "\n".join([said, "", *rows, *(["…"] if more else [])])

    def _under(self, moment: Moment) -> str:
        """What keeps the reader from reading, in words."""
        situation = moment.situation
        said = [
            (moment.screens.is_paused, translate("Replay", "paused: the images are blank")),
            (situation.is_away, translate("Replay", "another window is in front")),
            (situation.is_idle, translate("Replay", "nobody stirs")),
            (situation.where == "call", self._call(situation)),
        ]
        return " · ".join(words for is_so, words in said if is_so)

    def _call(self, situation: Situation) -> str:
        says = self.recorded.says(*situation.call)
        on = translate("Replay", "on the telephone")
        return f"{on}: “{says}”" if says else on

    # --- what lies over the pictures

    def _over(self, moment: Moment, viewport: int, drawn: Drawn) -> OverViewport:
        if drawn.header is None or drawn.view is None:
            return OverViewport()
        screen, index = moment.screens.screens[viewport], drawn.view.slice_index
        seconds = self._slices.until(moment.screens.trial, screen.series, drawn.header.frames, moment.at_ns)
        return OverViewport(
            pointer=self._pointer(moment, viewport),
            trail=self._trail(moment, viewport, index),
            presses=tuple(self._presses(moment, viewport, index)),
            gaze=tuple(self._gaze(moment, viewport)),
            rests=tuple(self._rests(moment, viewport, (screen.series, index))),
            truth=tuple(self._truth(moment, drawn, screen.series)),
            dwell_s=seconds,
        )

    def _lasting(self, base_ns: int) -> int:
        """Quick replays fade more slowly, so that what happened can be seen at all."""
        return round(base_ns * max(1.0, self.speed / 2))

    def _pointer(self, moment: Moment, viewport: int) -> tuple[float, float] | None:
        """Where the pointer rests or moves, while it is over this viewport."""
        if not self.wishes.pointer:
            return None
        table, panel = self.reel.pointer, moment.situation.panel
        place = int(np.searchsorted(table.at_ns, moment.at_ns, side="right")) - 1
        if place < 0 or table.viewport[place] != viewport or panel not in (None, f"viewport {viewport}"):
            return None
        column, row, _ = table.place[place].tolist()
        return column, row

    def _trail(self, moment: Moment, viewport: int, index: int) -> np.ndarray:
        """The pointer's way over this slice a moment ago."""
        if not self.wishes.pointer:
            return np.zeros((0, 3))
        lasting, table = self._lasting(TRAIL_NS), self.reel.pointer
        part = table.between(moment.at_ns - lasting, moment.at_ns)
        here = (table.viewport[part] == viewport) & (table.place[part][:, 2] == index)
        ages = (moment.at_ns - table.at_ns[part][here]) / lasting
        return np.column_stack([table.place[part][here][:, :2], ages])

    def _presses(self, moment: Moment, viewport: int, index: int) -> Iterator[tuple[float, float, float]]:
        lasting = self._lasting(PRESS_NS) if self.wishes.pointer else 0
        for press in self.reel.pressed(moment.at_ns - lasting, moment.at_ns):
            if (press.viewport, press.slice_index) == (viewport, index):
                yield press.column, press.row, (moment.at_ns - press.at_ns) / lasting

    def _gaze(self, moment: Moment, viewport: int) -> Iterator[tuple[float, float, float]]:
        """Gaze within this viewport, in its logical pixels; nothing where the log does not say where it lay."""
        box = moment.situation.panels.get(f"viewport {viewport}")
        if box is None or not self.wishes.gaze:
            return
        lasting, table = self._lasting(GAZE_NS), self.reel.gaze
        first, last = np.searchsorted(table[:, 0], (moment.at_ns - lasting, moment.at_ns), side="right").tolist()
        left, top, width, height = box
        for at_ns, x, y in table[first:last][-12:].tolist():
            if 0 <= x - left < width and 0 <= y - top < height:
                yield x - left, y - top, (moment.at_ns - at_ns) / lasting

    def _rests(self, moment: Moment, viewport: int, here: tuple[str, int]) -> Iterator[tuple[float, float, float]]:
        """Where the eye rested on this slice a moment ago, in the viewport's logical pixels, and how many ms so far."""
        if not self.wishes.gaze:
            return
        for rest in self.reel.eyes.rests(moment.at_ns, self._lasting(REST_NS) / 1e6):
            at = rest.place.in_viewport_px
            is_here = (rest.place.series_uid, rest.place.slice_index) == here
            if rest.place.viewport == viewport and is_here and at is not None:
                yield *at, rest.fixation.ms

    def _truth(self, moment: Moment, drawn: Drawn, series: str) -> Iterator[tuple[float, float, float, str]]:
        """Lesions of the reference that reach this slice, where whoever watches asked for them."""
        truth = self._truths.get(moment.screens.case)
        if not self.wishes.truth or truth is None or drawn.header is None or drawn.view is None:
            return
        if drawn.header.affine is None:
            return
        affine = drawn.header.affine_at(drawn.view.slice_index)
        for lesion in truth.lesions:
            if lesion.position_mm is None:
                continue
            column, row, depth = geometry.apply(geometry.inverse(affine), np.array(lesion.position_mm)).tolist()
            radius_mm = (lesion.diameter_mm or 0.0) / 2
            if abs(depth) * float(np.linalg.norm(affine[:3, 2])) <= max(radius_mm, 2.5):
                yield column, row, radius_mm, translate("Replay", "truth: {label}").format(label=lesion.label)


def warning(checks: tuple[Check, ...]) -> str:
    """The banner over everything that is not what the reader saw; "" where nothing differs."""
    different = [check.words for check in checks if check.verdict == "different"]
    if not different:
        return ""
    return translate("Replay", "NOT what the reader saw: {what}").format(what=" ".join(different))


def font_of(recorded: Recorded) -> QFont:
    """The type of the workstation's viewports: in the size that it had, or that suits the screen it had."""
    described = next((each for each in recorded.events if isinstance(each, DisplayDescribed)), None)
    scale = getattr(described, "type_scale", 0.0) or scale_for(described.height if described is not None else 0)
    return Theme(scale).font()


def as_time(passed_ns: int) -> str:
    """Hours, minutes and seconds; tenths below an hour."""
    tenths = max(0, passed_ns) // 100_000_000
    hours, rest = divmod(tenths, 36_000)
    minutes, seconds = divmod(rest, 600)
    return f"{hours}:{minutes:02}:{seconds // 10:02}" if hours else f"{minutes:02}:{seconds // 10:02}.{seconds % 10}"
