"""The page Preview: walking through a study as one of its readers, in the real reading windows, with no log.

What belongs here: choosing whom to be and where to begin, and the window around the reading windows. What does not:
making them (the composition root), and the order of the walk (app.conduct.previewing).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol as Shape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFormLayout, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from app.conduct.previewing import PreviewAs, order_of
from app.windows.desk.parts import Card, Page, button, row_of
from app.windows.desk.session import DeskSession
from app.windows.icons import window_icon
from app.windows.labels import label
from app.windows.language import current_language, install_language
from app.windows.reading_room import ReadingRoom
from app.windows.theme import apply_theme, current_theme, set_role
from app.windows.workstation import Workstation
from study_configs.problem import StudyProblem
from study_configs.reading_order import ReadingOrder
from study_configs.study import Study


class Walk(Shape):
    """A workstation on a store that is thrown away when the walk is closed."""

    window: Workstation

    def close(self) -> None: ...


MakePreview = Callable[[Study, PreviewAs], Walk]


class PreviewWindow(QWidget):
    """The reading windows under a banner that says that nothing is recorded."""

    closed = Signal()

    def __init__(self, walk: Walk, whom: str) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, "page")
        theme = current_theme()
        self.setWindowTitle(self.tr("Preview – nothing is recorded"))
        self.setWindowIcon(window_icon())
        self._walk: Walk | None = walk
        self.banner = label(self.tr("PREVIEW, nothing is recorded  ·  {whom}").format(whom=whom), "caution", wrap=False)
        self.banner.setAccessibleName(self.banner.text())
        self.leave = button(self.tr("Close the preview"), self.close)
        bar = QWidget()
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(bar, "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme.space(4), theme.space(1), theme.space(4), theme.space(1))
        row.addWidget(self.banner, 1)
        row.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        walk.window.setWindowFlags(Qt.WindowType.Widget)
        column.addWidget(walk.window, 1)
        walk.window.left.connect(self.close)

    def walk_room(self) -> ReadingRoom:
        """The reading room of the walk, once it has begun."""
        assert self._walk is not None  # it is open
        room = self._walk.window.room
        assert isinstance(room, ReadingRoom)  # it has begun, and is no station
        return room

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._walk is not None:
            walk, self._walk = self._walk, None
            walk.window.left.disconnect(self.close)
            walk.window.close()
            walk.close()
            self.closed.emit()
        event.accept()


class PreviewPage(Page):
    """Chooses a reader of the plan and a trial, and opens the reading windows there."""

    def __init__(self, session: DeskSession, make_preview: MakePreview) -> None:
        super().__init__(
            self.tr("Preview"),
            self.tr("Walk through the study as one of its readers, in the real reading windows. Nothing is recorded."),
        )
        self._session, self._make = session, make_preview
        self._order: ReadingOrder | None = None
        self._look = (current_theme(), current_language())
        self.window_open: PreviewWindow | None = None
        self.strata: dict[str, QComboBox] = {}
        self._make_fields()
        self._lay_out()
        session.checked_changed.connect(self._follow)

    def _make_fields(self) -> None:
        """Whom to be, and where to begin."""
        self.slot = QSpinBox()
        self.slot.setRange(1, 10_000)
        self.slot.setAccessibleName(self.tr("Place in the plan"))
        self.slot.setFixedWidth(current_theme().px(90))
        self.slot.lineEdit().setTextMargins(current_theme().space(2), 0, 0, 0)
        self.slot.valueChanged.connect(lambda _value: self.draw())
        self.arm, self.count = label("", "quiet"), label("", "quiet")
        self.trial, self.phase = QComboBox(), QComboBox()
        for field, name in ((self.trial, self.tr("Trial")), (self.phase, self.tr("Step"))):
            field.setAccessibleName(name)
            field.setMinimumWidth(current_theme().px(420))
        self.trial.currentIndexChanged.connect(lambda _index: self._show_phases())
        self.open_button = button(self.tr("Open the preview"), self.open, "primary")

    def _lay_out(self) -> None:
        card = Card(self.tr("As which reader, and from where on"))
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(current_theme().space(4))
        self.form.setVerticalSpacing(current_theme().space(2))
        self._fixed_rows = (
            (self.tr("Place in the plan"), self.slot),
            (self.tr("Arm"), self.arm),
            (self.tr("Begins with"), self.trial),
            (self.tr("Step"), self.phase),
            ("", self.count),
        )
        for words, widget in self._fixed_rows:
            self.form.addRow(words, widget)
        card.content.addLayout(self.form)
        card.content.addLayout(row_of(self.open_button))
        self.content.addWidget(card)
        self.content.addWidget(
            label(
                self.tr(
                    "The preview shows AI, planted errors and questions exactly as that reader would meet them. It "
                    "writes into a store that is thrown away, never into the study's. Truth is shown only where the "
                    "file says that readers are told."
                ),
                "quiet",
            )
        )
        self.content.addStretch()

    @property
    def wished(self) -> PreviewAs:
        """What the fields say."""
        strata = {name: field.currentText() for name, field in self.strata.items()}
        return PreviewAs(
            self.slot.value() - 1, strata, max(0, self.trial.currentIndex()), max(0, self.phase.currentIndex())
        )

    def open(self) -> None:
        """Open the reading windows; one preview at a time."""
        study = self._session.study
        if study is None or self._order is None:
            return
        self.close_preview()
        self._look = (current_theme(), current_language())
        wished = self.wished
        try:
            walk = self._make(study, wished)
        except StudyProblem as problem:
            self.say_problem(str(problem))
            return
        whom = self.tr("as reader {n} of the plan").format(n=wished.slot + 1)
        if wished.stratum:
            whom += " (" + ", ".join(wished.stratum.values()) + ")"
        self.window_open = PreviewWindow(walk, whom)
        self.window_open.closed.connect(self._forget)
        self.window_open.resize(self.window().size())
        self.window_open.show()

    def close_preview(self) -> None:
        if self.window_open is not None:
            self.window_open.close()

    def draw(self) -> None:
        """Draw that reader's order, and offer its trials."""
        study = self._session.study
        self.open_button.setEnabled(False)
        if study is None:
            self._order = None
            self.say_problem(self.tr("There is no preview while the file has errors: see Protocol."))
            return
        wished = PreviewAs(self.wished.slot, self.wished.stratum)
        self._session.jobs.look(lambda: order_of(study, wished), self._show, lambda p: self.say_problem(str(p)))

    def _follow(self) -> None:
        study = self._session.study
        wanted = dict(study.protocol.design.readers.strata) if study is not None else {}
        if list(wanted) != list(self.strata):
            for field in self.strata.values():
                self.form.removeRow(field)
            self.strata = {}
            for at, (name, values) in enumerate(wanted.items()):
                field = self.strata[name] = QComboBox()
                field.setAccessibleName(name)
                field.setEditable(not values)
                field.addItems(list(values) or [self.tr("any")])
                field.currentIndexChanged.connect(lambda _index: self.draw())
                self.form.insertRow(1 + at, name.capitalize(), field)
        self.draw()

    def _show(self, order: ReadingOrder) -> None:
        self.say_problem("")
        self._order = order
        self.arm.setText(order.arm or self.tr("the study has no arms"))
        sessions = len({trial.sitting for trial in order.trials})
        self.count.setText(self.tr("{n} trials in {m} sessions").format(n=len(order.trials), m=sessions))
        self.trial.clear()
        for trial in order.trials:
            practice = self.tr(", practice") if trial.practice else ""
            words = self.tr("{n}: session {m}, {case}, {condition}").format(
                n=trial.index + 1, m=trial.sitting, case=trial.case_id, condition=trial.condition
            )
            self.trial.addItem(words + practice)
        self.open_button.setEnabled(True)

    def _show_phases(self) -> None:
        study, at = self._session.study, self.trial.currentIndex()
        self.phase.clear()
        if study is None or self._order is None or not 0 <= at < len(self._order.trials):
            return
        condition = study.protocol.conditions.get(self._order.trials[at].condition)
        if condition is not None:
            self.phase.addItems([f"{number}: {phase.name}" for number, phase in enumerate(condition.phases, 1)])

    def _forget(self) -> None:
        if self.window_open is not None:
            self.window_open.deleteLater()
            self.window_open = None
            self._look_again()

    def _look_again(self) -> None:
        """The reading windows took the reader's size of type and the protocol's language; the desk has its own."""
        app, (theme, language) = QApplication.instance(), self._look
        if isinstance(app, QApplication):
            apply_theme(app, theme.scale, theme.brightness)
            install_language(app, language)
