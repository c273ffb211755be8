"""The viewports of one trial, picture after picture: what can't be drawn is said in words in its place.

What belongs here: keeping what makes the next picture quick, and going without what is missing. What does not: how a
picture is drawn (drawing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtGui import QFont, QImage

from app.analysis.replay.arrangement import size_of
from app.analysis.screens import Screen, Screens
from app.conduct.replaying import NOTHING, Fetched
from app.windows.replay.drawing import Replay, Tools
from app.windows.replay.drawings import Drawings, DrawingsPainter
from overlays.layers.layer import Layer
from study_configs.problem import StudyProblem
from study_configs.words import translate
from viewers.view import View
from viewers.volume import SeriesHeader, Volume


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A viewport's picture with the header and view that place things on it; without a picture, `why`.

    `remark` says what the picture lacks.
    """

    image: QImage | None
    header: SeriesHeader | None = None
    view: View | None = None
    why: str = ""
    remark: str = ""


@dataclass(slots=True)
class _Desk:
    tools: Tools = field(default_factory=Tools)
    drawings: DrawingsPainter = field(default_factory=DrawingsPainter)
    key: object = None
    drawn: Drawn | None = None


class Artist:
    """Draws what a trial's screens showed. `font` is that of the workstation's viewports."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._layers: Mapping[str, Layer] = {}
        self._fetched, self._is_there = NOTHING, False
        self._desks: dict[int, _Desk] = {}

    def take(self, layers: Mapping[str, Layer], fetched: Fetched | None) -> None:
        """The trial's layers, images and results; None while these are on their way."""
        self._layers = layers
        self._fetched, self._is_there = fetched or NOTHING, fetched is not None
        self._desks = {}

    def draw(self, screens: Screens, viewport: int, drawings: Drawings) -> Drawn:
        """The viewport as it was; the last picture again where nothing has changed."""
        desk = self._desks.setdefault(viewport, _Desk())
        screen = _with_size(screens, viewport)
        shows = screens.is_paused, screens.is_held, screens.chosen, screens.layers, screens.results
        key = screen, shows, drawings
        if desk.drawn is None or desk.key != key:
            desk.key, desk.drawn = key, self._drawn(screens, screen, viewport, desk, drawings)
        return desk.drawn

    def _drawn(self, screens: Screens, screen: Screen, viewport: int, desk: _Desk, drawings: Drawings) -> Drawn:
        if not self._is_there:
            return Drawn(None, why=translate("Replay", "Loading …"))
        at_hand, remark = self._at_hand(screens)
        replay = Replay(self._volume, self._layers, self._fetched.results, self._font)
        try:
            shown = replace(at_hand, screens={viewport: screen})
            image, _ = replay.draw(shown, viewport, desk.tools)
            volume, view = replay.shown(screen, desk.tools)
            if not screens.is_paused:
                desk.drawings.paint(image, self._font, drawings, volume, view)
        except StudyProblem as problem:
            return Drawn(None, why=problem.what, remark=remark)
        return Drawn(image, volume.header, view, remark=remark)

    def _volume(self, key: str) -> Volume:
        if key not in self._fetched.volumes:
            raise StudyProblem(translate("Replay", "The images that were shown here are not at hand."))
        return self._fetched.volumes[key]

    def _at_hand(self, screens: Screens) -> tuple[Screens, str]:
        """The screens without AI results and layers that are missing, and words for what is left out."""
        results = tuple(each for each in screens.results if each.digest in self._fetched.results)
        layers = tuple(each for each in screens.layers if each.layer in self._layers)
        missing = sorted({each.ai for each in screens.results} - {each.ai for each in results})
        words = translate("Replay", "AI not drawn: {names}").format(names=", ".join(missing)) if missing else ""
        return replace(screens, results=results, layers=layers), words


def _with_size(screens: Screens, viewport: int) -> Screen:
    """The viewport with a size, which old logs do not say."""
    screen = screens.screens[viewport]
    return replace(screen, viewed=replace(screen.viewed, size_px=size_of(screens, viewport)))
