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
from app.tracking.events.station import AcquisitionComplete, SlicesArrived
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
    happened.CaseChosen: phrase("Replay", "Row {row} of the reading list opened"),
    happened.CaseSuspended: phrase("Replay", "Case set aside for an urgent one"),
    happened.CallRang: phrase("Replay", "The telephone rings"),
    happened.CallTaken: phrase("Replay", "The reader picks up"),
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
    SlicesArrived: phrase("Replay", "{slices} images have arrived"),
    AcquisitionComplete: phrase("Replay", "The acquisition is complete"),
}


def sentence(event: Event) -> str:
    """What happened; the name of the event in words where there is no sentence for it."""
    if isinstance(event, happened.PhaseStarted):
        return _phase(event)
    words = SENTENCES.get(type(event))
    if words is None:
        return " ".join(re.findall("[A-Z]+(?=[A-Z]|$)|[A-Z][a-z]+", type(event).__name__)).capitalize()
    return translate("Replay", words).format(**_values(event))


def _phase(event: happened.PhaseStarted) -> str:
    if not event.layers:
        return translate("Replay", "Step {number} without AI").format(number=event.phase + 1)
    layers = ", ".join(event.layers)
    return translate("Replay", "Step {number}: AI ({layers})").format(number=event.phase + 1, layers=layers)


def _values(event: Event) -> dict[str, Any]:
    """The fields of an event, and those that people count from one."""
    values = {each.name: getattr(event, each.name) for each in fields(event)}
    for counted in ("phase", "slice_index"):
        if counted in values:
            values[counted.removesuffix("_index") + "1"] = values[counted] + 1
    return values
