"""Says at the top of each viewport whether it shows a prior, and what it does together with others.

What belongs here: working the chips out whenever exams, links or layouts change. What does not: painting (chips).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject

from viewers.comparing.exams import Exam
from viewers.drawing.chips import Chip, ChipPainter
from viewers.grid import ViewportGrid
from viewers.volume import SeriesHeader

LETTERS = {"scroll": "S", "view": "Z", "window": "W"}  # the same in every language


class ChipsDesk(QObject):
    """Owns each viewport's chip painter; key images add theirs through `painters`."""

    def __init__(self, grid: ViewportGrid) -> None:
        super().__init__(grid)
        self.painters = tuple(ChipPainter() for _ in grid.viewports)
        self._grid = grid
        self._exams: dict[str, Exam] = {}
        self._others: list[Callable[[int], Sequence[Chip]]] = []
        for viewport, painter in zip(grid.viewports, self.painters, strict=True):
            viewport.set_top_painter(painter, "chips")
        grid.links_changed.connect(self.refresh)
        grid.layout_changed.connect(self.refresh)
        grid.active_changed.connect(self.refresh)
        grid.first_painted.connect(self.refresh)

    def set_exams(self, exams: Sequence[Exam]) -> None:
        """The exams of the case at hand; dates are said where there are several."""
        self._exams = {exam.uid: exam for exam in exams} if len(exams) > 1 else {}
        self.refresh()

    def add(self, chips: Callable[[int], Sequence[Chip]]) -> None:
        """Lets something else say what is so in a viewport (by its index), whenever chips are worked out."""
        self._others.append(chips)

    def refresh(self, *_changed: object) -> None:
        """Works out every seen viewport's chips anew and repaints those that changed."""
        for index in self._grid.seats:
            chips = tuple(self._chips(index))
            if chips != self.painters[index].chips:
                self.painters[index].chips = chips
                self._grid.viewports[index].update()

    def _chips(self, index: int) -> list[Chip]:
        volume = self._grid.viewports[index].volume
        if volume is None:
            return []
        others = [chip for chips in self._others for chip in chips(index)]
        return [*self._exam_chips(volume.header), *others, *self._link_chips(index)]

    def _exam_chips(self, header: SeriesHeader) -> list[Chip]:
        exam = self._exams.get(header.exam_uid)
        if exam is None:
            return []
        translate = QCoreApplication.translate
        if exam.day is None:
            return [Chip("current", translate("Chips", "Current, date unknown"), translate("Chips", "Current"))]
        day = exam.day.isoformat()
        if not exam.is_prior:
            return [Chip("current", translate("Chips", "Current {day}").format(day=day), day)]
        short = translate("Chips", "PRIOR {day}").format(day=day[2:])
        return [Chip("prior", translate("Chips", "PRIOR {day} · {ago}").format(day=day, ago=exam.ago), short)]

    def _link_chips(self, index: int) -> list[Chip]:
        chips = [Chip("link", LETTERS[name], LETTERS[name]) for name in self._grid.together.company_of(index)]
        offset = self._grid.together.offset_mm(index, self._grid.active)
        if offset is not None:
            chips.append(Chip("link", f"{offset:+.1f} mm", f"{offset:+.0f}"))
        return chips
