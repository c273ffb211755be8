"""What comes before, between and after the cases: texts, breaks, feedback.

What belongs here: opening those pages, and the events that they lead to. What does not: the pages themselves, which of
them comes (app.reading), what is on top (workstation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.reading import engine
from app.reading.commands import OpenBreak
from app.reading.feedback import CaseFeedback
from app.reading.state import Stage
from app.tracking.events import (
    AnswerValue,
    BreakEnded,
    BreakStarted,
    CaseFeedbackClosed,
    CaseFeedbackShown,
    Event,
    FeedbackClosed,
    FeedbackShown,
    TextAcknowledged,
    TextShown,
)
from app.tracking.recorder import clock
from app.windows.break_page import BreakPage
from app.windows.case_picture import drawer
from app.windows.debrief import DebriefPage
from app.windows.sitting_driver import SittingDriver
from app.windows.text_page import TextPage
from study_configs.problem import StudyProblem
from study_configs.study_texts import StudyText


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or film of a page, and which version of it this is."""

    path: Path
    sha256: str


Tell = Callable[[tuple[int, ...]], tuple[CaseFeedback, ...]]  # about these trials
Show = Callable[[tuple[int, ...], tuple[CaseFeedback, ...]], None]


@dataclass(frozen=True, slots=True, eq=False)
class BetweenPlan:
    """What the pages between cases need: texts and their headings by id, media by their path in the study folder.

    `tell` gathers what the reader is told about trials, and is called no earlier than they may be told; it raises
    StudyProblem where that can't be read.
    """

    texts: Mapping[str, StudyText]
    titles: Mapping[str, str]
    tell: Tell
    pictured: Mapping[str, tuple[Path, ...]]  # where the images of each case lie
    media: Mapping[str, MediaFile] = field(default_factory=dict)


class BetweenCases(QObject):
    """Listens to the driver; `page_wanted` brings a page to the top, with its name.

    `failed` says why something can't be told, where that is not the store; `again` tries once more.
    """

    page_wanted = Signal(QWidget, str)
    failed = Signal(object)  # StudyProblem

    def __init__(self, driver: SittingDriver, plan: BetweenPlan, text_page: TextPage, break_page: BreakPage) -> None:
        super().__init__(driver)
        self._driver, self._plan = driver, plan
        self._text_page, self._break_page = text_page, break_page
        self._untold: tuple[tuple[int, ...], Show] | None = None  # what waits to be told
        text_page.acknowledged.connect(self._read)
        break_page.over.connect(lambda: driver.take(BreakEnded(at_ns=clock())))
        driver.text_opened.connect(self._open_text)
        driver.break_opened.connect(self._open_break)
        driver.case_feedback_opened.connect(lambda trials: self._tell(trials, self._show_between))
        driver.feedback_opened.connect(lambda trials: self._tell(trials, self._show_at_end))
        driver.freed.connect(self.again)

    # --- texts

    def _open_text(self, text: str) -> None:
        """The law's time begins before the page's own: what the page lets through, the law never refuses."""
        script, state = self._driver.script, self._driver.state
        page = engine.page_now(script, state)
        written, media = self._plan.texts.get(text), self._plan.media.get(page.media)
        before, after = len(script.before), len(script.after)
        place = state.page + (1 if state.stage is Stage.BEFORE else 1 + before)
        self._driver.take(TextShown(at_ns=clock(), text=text, block=page.block))
        self._text_page.show_page(
            written.markdown if written is not None else "",
            number=place,
            of=before + after if script.progress and page.block is None else 1,
            title=self._plan.titles.get(text, ""),
            page=page,
            media=media.path if media is not None else None,
        )
        self.page_wanted.emit(self._text_page, "text")

    def _read(self, answers: dict[str, AnswerValue]) -> None:
        page = engine.page_now(self._driver.script, self._driver.state)
        written, media = self._plan.texts.get(page.id), self._plan.media.get(page.media)
        self._driver.take(
            TextAcknowledged(
                at_ns=clock(),
                text=page.id,
                sha256=written.sha256 if written is not None else "",
                answers=answers,
                versions={asked.id: asked.spec.version for asked in page.questions if asked.id in answers},
                block=page.block,
                media_sha256=media.sha256 if media is not None else "",
                watched=self._text_page.media.watched,
            )
        )

    # --- breaks

    def _open_break(self, command: OpenBreak) -> None:
        script, state = self._driver.script, self._driver.state
        of = len(script.trials) if script.progress else 0
        began = BreakStarted(at_ns=clock(), after_trial=command.after_trial, at_least_s=command.at_least_s)
        self._driver.take(began)  # the law's time begins before the page's own
        self._break_page.show_break(command.at_least_s, done=len(state.done), of=of)
        self.page_wanted.emit(self._break_page, "break")

    # --- feedback

    def again(self) -> None:
        """Gather once more what could not be told."""
        untold, self._untold = self._untold, None
        if untold is not None and not self._driver.over:
            self._tell(*untold)

    def _tell(self, trials: tuple[int, ...], show: Show) -> None:
        """Gather what is told of these trials, and show it; a store that fails just now is waited for."""
        try:
            told = self._plan.tell(trials)
        except StudyProblem as problem:
            self._untold = (trials, show)
            if not self._driver.look_at_store() and self._untold is not None:
                self.failed.emit(problem)
            return
        show(trials, told)

    def _show_between(self, trials: tuple[int, ...], told: tuple[CaseFeedback, ...]) -> None:
        unnamed = tuple(replace(case, condition_title="") for case in told)  # cases are still to come
        page = self._open_feedback(unnamed, lambda: CaseFeedbackClosed(at_ns=clock(), trials=trials))
        if page is not None:
            page.finish.setText(self.tr("Go on reading   ⏎"))
        self._driver.take(CaseFeedbackShown(at_ns=clock(), trials=trials))
        if page is None:
            self._driver.take(CaseFeedbackClosed(at_ns=clock(), trials=trials))

    def _show_at_end(self, trials: tuple[int, ...], told: tuple[CaseFeedback, ...]) -> None:
        page = self._open_feedback(told, lambda: FeedbackClosed(at_ns=clock()))
        self._driver.take(FeedbackShown(at_ns=clock(), trials=trials))
        if page is None:
            self._driver.take(FeedbackClosed(at_ns=clock()))

    def _open_feedback(self, told: tuple[CaseFeedback, ...], closed: Callable[[], Event]) -> DebriefPage | None:
        """The page, on top; None where there is nothing to tell, such as of a case that was not finished."""
        if not told:
            return None
        page = DebriefPage(told, drawer(dict(self._plan.pictured)))
        page.closed.connect(lambda: self._driver.take(closed()))
        self.page_wanted.emit(page, "debrief")
        return page
