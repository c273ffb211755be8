"""Events in plain words, for people who watch a sitting.

What belongs here: one sentence an event. What does not: answers in the protocol's words (answers).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from app.tracking import events as happened
from app.tracking.events import Event
from app.tracking.events.station import AcquisitionBegan, AcquisitionComplete, SlicesArrived
from study_configs.words import phrase, translate

# Too many to read, or shown as what they are: the views, the pointer, what is painted
UNSAID: tuple[type[Event], ...] = (
    happened.PointerMoved,
    happened.ViewChanged,
    happened.ExposureChanged,
    happened.SeriesOpened,
    happened.SeriesHashed,
    happened.KeyPressed,
    happened.WheelTurned,
    happened.FindingHovered,
    happened.PointerEntered,
    happened.PointerReleased,
    happened.PanelsPlaced,
    happened.GazeMoved,
    happened.GazeClockSynced,
    happened.ViewportEmptied,
)
SENTENCES: Mapping[type[Event], str] = {
    happened.SittingStarted: phrase("Replay", "{reader} signs in: session {sitting}"),
    happened.TextShown: phrase("Replay", "Page: {text}"),
    happened.TextAcknowledged: phrase("Replay", "Page left: {text}"),
    happened.TrialStarted: phrase("Replay", "Case {case} ({condition})"),
    happened.CaseShown: phrase("Replay", "First image on the screen"),
    happened.PhaseConfirmed: phrase("Replay", "Decision, step {phase1}"),
    happened.PhaseSkipped: phrase("Replay", "Step {phase1} left out ({why})"),
    happened.AnswerGiven: phrase("Replay", "Answer: {question} = {value}"),
    happened.AnswerCleared: phrase("Replay", "Answer taken back: {question}"),
    happened.MarkPlaced: phrase("Replay", "Mark placed on image {slice1}"),
    happened.MarkRemoved: phrase("Replay", "Mark removed"),
    happened.CommandIssued: phrase("Replay", "Command {command} ({source})"),
    happened.LayerRevealed: phrase("Replay", "AI shown: {layer} ({how})"),
    happened.LayerWithdrawn: phrase("Replay", "AI withdrawn: {layer}"),
    happened.LayerChanged: phrase("Replay", "Layer {layer} set by the {by}"),
    happened.AIResultLoaded: phrase("Replay", "AI result of {ai}, findings: {findings}"),
    happened.FindingChosen: phrase("Replay", "Finding {finding}"),
    happened.WorklistShown: phrase("Replay", "Reading list shown"),
    happened.CaseChosen: phrase("Replay", "Row {row} of the reading list opened: {case}"),
    happened.CaseSuspended: phrase("Replay", "Case {case} set aside for an urgent one"),
    happened.CallRang: phrase("Replay", "The telephone rings"),
    happened.ExamArrived: phrase("Replay", "An exam arrives: {case}"),
    happened.ExamTriaged: phrase("Replay", "AI triage of {case}: {flag}"),
    happened.CaseTakenUp: phrase("Replay", "Case {case} taken up again"),
    happened.TrialReopened: phrase("Replay", "Back to case {case}"),
    happened.QuotaReached: phrase("Replay", "The quota is reached: {read} cases"),
    happened.BlockTimeEnded: phrase("Replay", "The time of the block is over"),
    happened.CallTaken: phrase("Replay", "The reader picks up"),
    happened.CallAnswered: phrase("Replay", "The reader hangs up: {said}"),
    happened.CallMissed: phrase("Replay", "Nobody picked up"),
    happened.BreakStarted: phrase("Replay", "A break begins"),
    happened.BreakEnded: phrase("Replay", "The break is over"),
    happened.IdleStarted: phrase("Replay", "Nobody stirs"),
    happened.IdleEnded: phrase("Replay", "The reader is back"),
    happened.Paused: phrase("Replay", "Paused"),
    happened.ReadingHalted: phrase("Replay", "Stopped: the store could not save"),
    happened.ReadingWentOn: phrase("Replay", "Saved; went on"),
    happened.Unpaused: phrase("Replay", "Going on"),
    happened.FocusLost: phrase("Replay", "Another window is in front"),
    happened.FocusGained: phrase("Replay", "The window is in front again"),
    happened.WindowFroze: phrase("Replay", "The window froze for {frozen_ms:.0f} ms"),
    happened.ProblemShown: phrase("Replay", "Message: {what}"),
    happened.SittingEnded: phrase("Replay", "Signed out ({reason})"),
    happened.TrialInterrupted: phrase("Replay", "Case interrupted ({reason})"),
    happened.TimeWarned: phrase("Replay", "Told that {left_s:.0f} s are left"),
    happened.MeasurementMade: phrase("Replay", "Measured ({kind}): {numbers}"),
    happened.MeasurementRemoved: phrase("Replay", "Measurement removed"),
    happened.SegmentPainted: phrase("Replay", "Segment painted"),
    happened.SegmentRemoved: phrase("Replay", "Segment removed"),
    happened.GazeSourceOpened: phrase("Replay", "The eye tracker {name} is heard"),
    happened.GazeSourceLost: phrase("Replay", "No eye tracker ({reason})"),
    happened.GazeCalibrated: phrase("Replay", "Check of the eye tracker: {outcome}"),
    AcquisitionBegan: phrase("Replay", "The scanner begins with {case} ({acquisition})"),
    SlicesArrived: phrase("Replay", "{slices} images of {case} have arrived ({acquisition})"),
    AcquisitionComplete: phrase("Replay", "The acquisition of {case} is complete ({acquisition})"),
}
HELD = {True: phrase("Replay", "All AI held away"), False: phrase("Replay", "All AI back")}
ACQUISITIONS = {"first": phrase("Replay", "first"), "repeated": phrase("Replay", "repeated")}
NO_CASES: Mapping[int, str] = {}


def sentence(event: Event, cases: Mapping[int, str] = NO_CASES) -> str:
    """What happened; the name of the event in words where there is no sentence for it. `cases` are names by trial."""
    if isinstance(event, happened.PhaseStarted):
        return _phase(event)
    words = HELD[event.hidden] if isinstance(event, happened.LayersHeld) else SENTENCES.get(type(event))
    if words is None:
        return " ".join(re.findall("[A-Z]+(?=[A-Z]|$)|[A-Z][a-z]+", type(event).__name__)).capitalize()
    return translate("Replay", words).format(**_values(event, cases))


def _phase(event: happened.PhaseStarted) -> str:
    if not event.layers:
        return translate("Replay", "Step {number} without AI").format(number=event.phase + 1)
    layers = ", ".join(event.layers)
    return translate("Replay", "Step {number}: AI ({layers})").format(number=event.phase + 1, layers=layers)


def _values(event: Event, cases: Mapping[int, str]) -> dict[str, Any]:
    """The fields of an event as people read them; those that they count from one, as `phase1` and `slice1`."""
    values = {each.name: getattr(event, each.name) for each in fields(event)}
    if "trial" in values:
        values.setdefault("case", cases.get(values["trial"], str(values["trial"] + 1)))
    match event:
        case happened.ExamTriaged():
            values["flag"] = translate("Replay", "flagged") if event.flagged else translate("Replay", "not flagged")
        case happened.MeasurementMade():
            values["numbers"] = ", ".join(f"{name} {value:.4g} {unit}".strip() for name, value, unit in event.numbers)
        case happened.CallAnswered():
            values["said"] = ", ".join(f"{name} = {value}" for name, value in event.answers.items())
        case AcquisitionBegan() | SlicesArrived() | AcquisitionComplete():
            values["acquisition"] = translate("Replay", ACQUISITIONS[event.acquisition])
    for counted in ("phase", "slice_index"):
        if counted in values:
            values[counted.removesuffix("_index") + "1"] = values[counted] + 1
    return values
