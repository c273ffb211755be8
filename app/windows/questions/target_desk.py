"""The target desk: what a question is about, and what of it stands on the images.

What belongs here: findings, places and measured lengths, from the panel to the images and back. What does not: marks
(marks_desk), drawing layers (layer_stage), the questions themselves (question_panel).
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.windows.layer_stage import LayerStage
from app.windows.questions.mark_places import last_length_mm
from app.windows.questions.marks_desk import MarksDesk
from app.windows.questions.question_panel import QuestionPanel
from overlays.panels.listing import Listed
from viewers.desks.measure_desk import MeasureDesk


class TargetDesk(QObject):
    """Moves the images to the finding or place that a question is about, and opens the questions of what is chosen."""

    def __init__(self, questions: QuestionPanel, marks: MarksDesk, ai: LayerStage, measures: MeasureDesk) -> None:
        super().__init__(questions)
        self._questions, self._marks, self._ai, self._measures = questions, marks, ai, measures
        questions.target_chosen.connect(self._go_to)
        questions.mark_remove_requested.connect(marks.remove)
        questions.mark_restore_requested.connect(marks.restore)
        ai.finding_chosen.connect(self._chosen)
        measures.board_changed.connect(self.follow)

    def follow(self) -> None:
        """Show what the questions are about now."""
        self._questions.offer_measured(last_length_mm(self._measures.board))
        self._marks.point_out(self._questions.selected("lesion"))

    def _go_to(self, scope: str, target: str) -> None:
        if scope == "lesion":
            self._marks.point_out(target)
        else:
            self._ai.choose_target(target)

    def _chosen(self, listed: Listed) -> None:
        ways = (listed.finding.id, f"{listed.ai}/{listed.finding.id}")
        asked = next((way for way in ways if way in self._questions.targets("finding")), None)
        if asked is not None:
            self._questions.select("finding", asked)
