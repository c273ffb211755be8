"""The viewer whole: viewports, the strip over them, the list of measurements, a desk for each thing that readers do.

What belongs here: putting these together once, so that the reading room, the plain viewer and tests have the same. What
does not: any feature itself (viewers.desks), which series is shown (whoever holds the light box), and the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from study_configs.words import phrase, translate
from viewers.commands import BY_ID
from viewers.desks.back_desk import BackDesk, Step
from viewers.desks.chips_desk import ChipsDesk
from viewers.desks.cine_desk import CineDesk
from viewers.desks.crosshair_desk import CrosshairDesk
from viewers.desks.curve_desk import CurveDesk
from viewers.desks.fidelity_desk import FidelityDesk, LayerNotes
from viewers.desks.fusion_desk import FusionDesk
from viewers.desks.graphics_desk import GraphicsDesk
from viewers.desks.line_desk import LineDesk
from viewers.desks.lookup_desk import LookupDesk
from viewers.desks.magnifier_desk import MagnifierDesk
from viewers.desks.measure_desk import MeasureDesk
from viewers.desks.menu_desk import GROUPS, MenuDesk
from viewers.desks.names_desk import NamesDesk
from viewers.desks.own_windows_desk import OwnWindowsDesk
from viewers.desks.plane_desk import PlaneDesk
from viewers.desks.pointer_desk import PointerDesk
from viewers.desks.region_window_desk import RegionWindowDesk
from viewers.desks.screen_desk import ScreenDesk
from viewers.desks.state_desk import StateDesk
from viewers.desks.tell_desk import TellDesk
from viewers.desks.time_desk import TimeDesk
from viewers.dicom.gsps import read_states
from viewers.dicom.problems import FileProblem
from viewers.dicom.scan import Scan
from viewers.grid import ViewportGrid
from viewers.panels.measurement_list import MeasurementList
from viewers.panels.tool_strip import ToolStrip
from viewers.settings import SettingsFile
from viewers.volume import SeriesHeader, Volume

LIST_WIDTH = 250  # logical px
PRESENTATION_STATES = "1.2.840.10008.5.1.4.1.1.11."
AT_HAND = (
    ("measure.length", phrase("LightBox", "Length")),
    ("crosshair.toggle", phrase("LightBox", "Crosshair")),
    ("cine.toggle", phrase("LightBox", "Play")),
)


@dataclass(frozen=True, slots=True)
class Freedom:
    """What the person at the viewer may see and do. `without` are commands that are not offered, `no_gesture` what no
    gesture does; `why_not` says it when somebody tries."""

    shows_identity: bool = False  # patients' names and dates in the tag browser
    without: frozenset[str] = frozenset()
    no_gesture: frozenset[str] = frozenset()
    why_not: str = phrase("LightBox", "This belongs to studies and is not offered here.")
    confidence_points: int = 100


class LightBox(QWidget):
    """Viewports with everything that can be done over them.

    `series` tells which series can be laid over another, `volume_of` brings one of them into memory.
    """

    def __init__(
        self,
        file: SettingsFile,
        series: Callable[[], Sequence[SeriesHeader]],
        volume_of: Callable[[SeriesHeader], Volume],
        freedom: Freedom = Freedom(),
        layer_notes: LayerNotes | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.grid = grid = ViewportGrid()
        self.planes = PlaneDesk(grid)
        self.crosshair = CrosshairDesk(grid, self.planes)
        self.curves = CurveDesk(grid)
        self.lines = LineDesk(grid)
        self.fusion = FusionDesk(grid, series, volume_of)
        self.graphics = GraphicsDesk(grid)
        self.states = StateDesk(grid, self.graphics, shows_identity=freedom.shows_identity)
        self.cine = CineDesk(grid)
        self.times = TimeDesk(grid, series, volume_of)
        self.magnifier = MagnifierDesk(grid, shows_overlays=file.settings.magnifier_overlays)
        self.region = RegionWindowDesk(grid)
        self.own_windows = OwnWindowsDesk(grid, file)
        self.lookups = LookupDesk(grid, shows_identity=freedom.shows_identity)
        self.fidelity = FidelityDesk(grid, layer_notes)
        self.pointer = PointerDesk(grid)
        self.screens = ScreenDesk(grid)
        self.measures = MeasureDesk(grid, confidence_points=freedom.confidence_points)
        self.tell = TellDesk(grid, self.measures)
        self.names = NamesDesk(grid)
        self.menus = MenuDesk(grid, file, freedom.without)
        self.menus.extend("Presentation", self.states.fill)
        self.menus.extend("Planes", self.fusion.fill)
        self.measurements = MeasurementList(self.measures)
        self.strip = ToolStrip(GROUPS, self.menus.fill)
        self.back = BackDesk(grid, self._steps_back())
        self._without, self._why_not = freedom.without, freedom.why_not
        self._put_by: list[QWidget] = []  # what a pause has hidden
        grid.add_performer(self._withhold, first=True)
        self._lay_out()
        self._connect()
        grid.set_gestures(file.settings.gestures)
        grid.withhold_gestures(freedom.no_gesture)

    @property
    def panels(self) -> dict[str, QWidget]:
        """The named parts of the viewer, outermost first."""
        viewports = {f"viewport {index}": viewport for index, viewport in enumerate(self.grid.viewports)}
        return {"tools": self.strip, "measurements": self.measurements, **viewports}

    def show_states(self, scan: Scan) -> tuple[FileProblem, ...]:
        """Offers the presentation states among a case's files; returns those that can't be read."""
        paths = [each.path for each in scan.other if each.sop_class_uid.startswith(PRESENTATION_STATES)]
        states, unread = read_states(paths)
        self.graphics.set_states(states)
        return unread

    def say_on(self, chips: ChipsDesk) -> None:
        """Lets the chips at the top of viewports tell which state is applied and which time is shown."""
        chips.add(self.times.chips)
        chips.add(self.states.chips)
        self.states.changed.connect(chips.refresh)

    def clear(self) -> None:
        """Takes everything of a case away: images, measurements, what lay over them."""
        self.cine.stop()
        self.times.stop()
        self.curves.forget()
        self.measures.clear()
        self.graphics.set_states(())
        self.grid.clear()

    def set_paused(self, paused: bool, words: str = "") -> None:
        """Blanks the images and hides all that tells of them, wherever it stands; afterwards all is as before."""
        if paused:
            self.cine.stop()
            self.times.stop()
            panels = (self.lookups.browser, self.lookups.plot, self.fidelity.card, self.measurements)
            self._put_by = [panel for panel in panels if panel.isVisible()]
        for panel in self._put_by:
            panel.setVisible(not paused)
        self.grid.set_blanked(paused, words)
        for part in (self, self.grid):  # the grid may be in a window of its own
            part.setEnabled(not paused)

    def _withhold(self, command_id: str) -> bool:
        """Nothing happens for what is not offered, and it is said."""
        is_withheld = command_id in self._without
        if is_withheld:
            self.grid.active_viewport.say(translate("LightBox", self._why_not))
        return is_withheld

    def _steps_back(self) -> tuple[Step, ...]:
        """What Esc puts away, the first that is there; hands, drafts and selections went before."""
        return (
            (lambda: self.curves.is_drawing, self.curves.stop),
            (lambda: self.lookups.browser.isVisible(), lambda: self.grid.perform("tags.show")),
            (lambda: self.fidelity.card.isVisible(), lambda: self.grid.perform("fidelity.show")),
            (lambda: self.lookups.plot.isVisible(), lambda: self.grid.perform("histogram.toggle")),
            (lambda: self.cine.is_playing, self.cine.stop),
            (lambda: self.times.is_playing, self.times.stop),
            (lambda: self.pointer.is_out, lambda: self.grid.perform("pointer.toggle")),
            (lambda: self.crosshair.is_on, self.crosshair.turn_off),
        )

    def _lay_out(self) -> None:
        for command, words in AT_HAND:
            self.strip.offer(command, translate("LightBox", words), BY_ID[command].keys[0])
        self.measurements.setFixedWidth(LIST_WIDTH)
        self.measurements.hide()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.grid, 1)
        middle.addWidget(self.measurements)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addLayout(middle, 1)

    def _connect(self) -> None:
        self.strip.chosen.connect(lambda command: self.grid.perform(command, "button"))
        self.measures.tool_changed.connect(lambda tool: self.strip.show_on("measure.length", tool == "measure.length"))
        self.measures.tool_changed.connect(lambda tool: None if tool else self.crosshair.take_up())
        self.curves.straightened.connect(lambda _index: self.crosshair.take_up())
        for player in (self.cine, self.times):
            player.toggled.connect(lambda is_on: self.strip.show_on("cine.toggle", is_on))
        self.crosshair.toggled.connect(lambda is_on: self.strip.show_on("crosshair.toggle", is_on))
