"""The page Operating points: what a threshold on an AI's score means over this study's cases.

What belongs here: choosing a threshold and seeing figures and curves at once. What does not: gathering results
(app.advice.case_set), counting (app.analysis).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import ceil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QSlider

from app.advice.case_set import OverCases, over_cases
from app.analysis.accuracy import Proportion
from app.analysis.thresholds import ESTIMATOR, PointFigures, figures_at, roc
from app.store.acts import Unblinded, record
from app.windows.desk.curve_plot import CurvePlot
from app.windows.desk.jobs import Step
from app.windows.desk.parts import Card, Page, Table, button, row_of
from app.windows.desk.session import DeskSession
from app.windows.labels import label
from app.windows.theme import current_theme
from study_configs.problem import StudyProblem
from study_configs.study import Study

FINE = 1000  # steps of the slider


class ThresholdsPage(Page):
    """For each AI: sensitivity, specificity, false positives per case, and lesions found, at any threshold."""

    def __init__(self, session: DeskSession) -> None:
        super().__init__(
            self.tr("Operating points"),
            self.tr(
                "What a threshold means over this study's cases, planted errors left out. Counting against the "
                "reference is recorded with your name."
            ),
        )
        self._session = session
        self._over: dict[str, OverCases] = {}
        self._of: Study | None = None
        self._make_choices()
        self._make_figures()
        self._lay_out()
        session.checked_changed.connect(self.follow)
        self.follow()

    def _make_choices(self) -> None:
        """The AI, and a threshold on its score."""
        self.ai = QComboBox()
        self.ai.setAccessibleName(self.tr("AI"))
        self.ai.currentIndexChanged.connect(lambda _index: self._show_ai())
        self.compute_button = button(self.tr("Compute"), self.compute, "primary")
        self.slider, self.spin = QSlider(Qt.Orientation.Horizontal), QDoubleSpinBox()
        self.slider.setRange(0, FINE)
        self.slider.setAccessibleName(self.tr("Threshold"))
        self.spin.setRange(0, 1)
        self.spin.setDecimals(3)
        self.spin.setSingleStep(0.01)
        self.spin.setAccessibleName(self.tr("Threshold as a number"))
        self.spin.lineEdit().setTextMargins(current_theme().space(2), 0, 0, 0)
        self.slider.valueChanged.connect(lambda value: self.spin.setValue(value / FINE))
        self.spin.valueChanged.connect(self._set)

    def _make_figures(self) -> None:
        """What stands under the threshold: figures, curves, the protocol's own thresholds."""
        self.named = QHBoxLayout()
        self.figures = Table(
            self.tr("Figures"),
            (self.tr("At this threshold"), self.tr("Value"), self.tr("Counts"), self.tr("95 % interval")),
            stretch=0,
        )
        self.points = Table(
            self.tr("The protocol's thresholds"),
            (
                self.tr("Name"),
                self.tr("Threshold"),
                self.tr("Sensitivity"),
                self.tr("Specificity"),
                self.tr("False positives a case"),
                self.tr("Lesions found"),
            ),
            stretch=0,
        )
        self.roc = CurvePlot(self.tr("ROC, cases"), self.tr("1 − specificity"), self.tr("sensitivity"))
        self.froc = CurvePlot(self.tr("FROC, lesions"), self.tr("false positives a case"), self.tr("lesions found"))
        self.basis, self.missing = label("", "small"), label("", "caution")

    def _lay_out(self) -> None:
        head = row_of(label(self.tr("AI"), "quiet", wrap=False), self.ai, self.compute_button)
        self.content.addLayout(head)
        self.none = label("", "quiet")
        self.content.addWidget(self.none)
        self.content.addWidget(self.missing)
        body = self.body = Card(self.tr("Threshold"))
        across = QHBoxLayout()
        across.addWidget(self.slider, 1)
        across.addWidget(self.spin)
        body.content.addLayout(across)
        body.content.addLayout(self.named)
        body.content.addWidget(self.figures)
        self.content.addWidget(body)
        self.plots = Card(self.tr("Curves"))
        curves = QHBoxLayout()
        curves.addWidget(self.roc)
        curves.addWidget(self.froc)
        self.plots.content.addLayout(curves)
        self.content.addWidget(self.plots)
        self.table = Card(self.tr("The protocol's thresholds"))
        self.table.content.addWidget(self.points)
        self.table.content.addWidget(self.basis)
        self.content.addWidget(self.table)
        self.content.addStretch()

    def follow(self) -> None:
        """Another file may have other AIs; what was computed of the one before no longer holds."""
        study = self._session.study
        names = list(study.protocol.ai) if study is not None else []
        self._of, self._over = study, {}
        self.ai.blockSignals(True)
        self.ai.clear()
        for name in names:
            assert study is not None  # it has AIs
            self.ai.addItem(f"{name} ({study.protocol.ai[name].shown_as})", name)
        self.ai.blockSignals(False)
        self._show_ai()

    def compute(self) -> None:
        """Count the chosen AI over the cases, computing what is missing where a model runs here.

        Nothing is counted before it is recorded who looked: totals tell of the truth, too.
        """
        study, ai = self._session.study, self.ai.currentData()
        if study is None or ai is None:
            return
        act = Unblinded(study.sha256, f"operating points of {ai}", "Totals against the reference, no single case.")
        self.compute_button.setEnabled(False)
        self._session.act(
            lambda writer, by: writer.run(lambda connection: record(connection, by, act)).result(),
            lambda _recorded: self._count(study, ai),
            self._refuse,
        )

    def _count(self, study: Study, ai: str) -> None:
        prepared = self._session.store.parent / "prepared"

        def work(step: Step) -> OverCases:
            _prepare(study, ai, prepared, step)
            return over_cases(study, ai, prepared, step)

        self._session.job(self.tr("Operating points"), work, self._take, self._refuse)

    def show_over(self, over: OverCases) -> None:
        """Show what was counted."""
        self._over[over.ai] = over
        self._show_ai()

    def _take(self, over: OverCases) -> None:
        self.say_problem("")
        self.show_over(over)

    def _refuse(self, problem: StudyProblem) -> None:
        self.say_problem(str(problem))
        self.compute_button.setEnabled(self.ai.count() > 0)

    def _show_ai(self) -> None:
        over = self._over.get(self.ai.currentData() or "")
        for part in (self.body, self.plots, self.table):
            part.setVisible(over is not None)
        self.compute_button.setEnabled(self.ai.count() > 0)
        self.none.setVisible(over is None)
        self.missing.setVisible(over is not None and bool(over.missing or over.untold))
        if over is None:
            words = self.tr(
                "Nothing is counted yet. Compute reads the AI's results of all cases, and runs its model where "
                "results are missing (as `readerlab prepare` does)."
            )
            self.none.setText(words if self.ai.count() else self.tr("This study has no AI."))
            return
        self.missing.setText(self._missing_words(over))
        self._fill_named(over)
        self.basis.setText(f"{over.counted.basis}. {self.tr('Intervals')}: {ESTIMATOR}.")
        froc = over.counted.froc()
        most = max((x for x, _ in froc), default=1.0)
        thresholds = self._thresholds()
        rounded = ceil(max(0.5, most * 1.02) * 2) / 2
        self.roc.show_curve(
            roc(over.counted), [(name, _roc_point(figures_at(over.counted, at))) for name, at in thresholds.items()]
        )
        self.froc.show_curve(
            froc, [(name, _froc_point(figures_at(over.counted, at))) for name, at in thresholds.items()], rounded
        )
        self._set(self.spin.value() or next(iter(thresholds.values()), 0.5))

    def _thresholds(self) -> Mapping[str, float]:
        ai = self.ai.currentData()
        return self._of.protocol.ai[ai].thresholds if self._of is not None and ai else {}

    def _missing_words(self, over: OverCases) -> str:
        parts = []
        if over.missing:
            parts.append(self.tr("No result for {cases}: see `readerlab check`.").format(cases=_few(over.missing)))
        if over.untold:
            parts.append(self.tr("No reference for {cases}.").format(cases=_few(over.untold)))
        return " ".join(parts)

    def _fill_named(self, over: OverCases) -> None:
        while self.named.count():
            item = self.named.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for name, at in self._thresholds().items():
            self.named.addWidget(button(f"{name} {at:g}", partial(self.spin.setValue, at)))
        self.named.addStretch()
        rows = [(name, figures_at(over.counted, at)) for name, at in self._thresholds().items()]
        self.points.fill(
            [
                (name, f"{f.threshold:g}", _share(f.sensitivity), _share(f.specificity), _rate(f), _share(f.lesions))
                for name, f in rows
            ]
        )
        self.points.fit()

    def _set(self, threshold: float) -> None:
        """Figures at this threshold, at once."""
        self.spin.blockSignals(True)
        self.slider.blockSignals(True)
        self.spin.setValue(threshold)
        self.slider.setValue(round(threshold * FINE))
        self.spin.blockSignals(False)
        self.slider.blockSignals(False)
        over = self._over.get(self.ai.currentData() or "")
        if over is None:
            return
        found = figures_at(over.counted, threshold)
        self.figures.fill(
            (
                (self.tr("Sensitivity (positive cases)"), *_cells(found.sensitivity)),
                (self.tr("Specificity (negative cases)"), *_cells(found.specificity)),
                (self.tr("Lesions found"), *_cells(found.lesions)),
                (
                    self.tr("False positives a case"),
                    _rate(found),
                    self.tr("{n} in {of} cases").format(n=found.false_positives, of=found.cases),
                    "–",
                ),
            )
        )
        self.figures.fit()
        self.roc.show_point(_roc_point(found))
        self.froc.show_point(_froc_point(found))


def _prepare(study: Study, ai: str, prepared: Path, step: Step) -> None:
    """Run the model over the cases, where it is one; what fails is missing afterwards, and listed so."""
    if study.protocol.ai[ai].model is None:
        return
    from app.advice.desk import Advice
    from app.advice.needs import Need

    advice = Advice(study, None, prepared)
    try:
        advice.prepare([Need(case.id, ai) for case in study.cases if not case.practice], step)
    finally:
        advice.close()


def _roc_point(found: PointFigures) -> tuple[float, float]:
    return (1 - (found.specificity.value or 0.0), found.sensitivity.value or 0.0)


def _froc_point(found: PointFigures) -> tuple[float, float]:
    return (found.false_positives_per_case or 0.0, found.lesions.value or 0.0)


def _cells(share: Proportion) -> tuple[str, str, str]:
    interval = share.interval
    told = f"{interval[0]:.0%} – {interval[1]:.0%}" if interval is not None else "–"
    return (_share(share), f"{share.right} of {share.of}", told)


def _share(share: Proportion) -> str:
    return f"{share.value:.1%}" if share.value is not None else "–"


def _rate(found: PointFigures) -> str:
    rate = found.false_positives_per_case
    return f"{rate:.2f}" if rate is not None else "–"


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
