"""What stands beside the images: who reads what, the answers, what happened, what was compared.

What belongs here: those words for one moment. What does not: the panel (side).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.analysis.replay.answers import AnswerLine, asked, changes, value_words
from app.analysis.replay.recorded import Recorded
from app.analysis.replay.reel import Moment, Reel
from app.analysis.replay.words import UNSAID, sentence
from app.conduct.replaying import Check
from app.tracking.events import AIResultLoaded, TrialStarted
from study_configs.words import translate

FEED = 9  # sentences of what happened


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """One answer: the question, what stands, what stood before, and whether it was confirmed."""

    question: str
    now: str
    before: tuple[str, ...]
    confirmed: str


@dataclass(frozen=True, slots=True)
class SideWords:
    """Everything beside the images, from the top."""

    reader: str
    session: str
    case: str
    step: str
    truth: str
    answers: tuple[AnswerWords, ...]
    happened: tuple[tuple[str, bool], ...]  # newest first; whether it is a decision or brings AI
    checks: tuple[Check, ...]


def side_words(
    recorded: Recorded,
    reel: Reel,
    moment: Moment,
    checks: Sequence[Check],
    cases: Mapping[int, str],
    *,
    with_truth: bool,
) -> SideWords:
    """The words of a moment; truth and planted errors only where they are asked for. `cases` are names by trial."""
    return SideWords(
        reader=recorded.sitting.reader,
        session=_session(recorded),
        case=_case(recorded, reel, moment),
        step=_step(recorded, moment),
        truth=_truth(recorded, reel, moment) if with_truth else "",
        answers=tuple(_answer(recorded, line, [each.mark for each in moment.marks]) for line in moment.answers),
        happened=tuple(_happened(reel, moment, cases)),
        checks=tuple(checks),
    )


def _session(recorded: Recorded) -> str:
    part, parts = recorded.part
    words = [translate("Replay", "session {number}").format(number=recorded.sitting.number)]
    if parts > 1:
        words.append(translate("Replay", "part {part} of {parts}").format(part=part, parts=parts))
    if recorded.was_cut_off:
        words.append(translate("Replay", "cut off, never signed out"))
    return " · ".join(words)


def _case(recorded: Recorded, reel: Reel, moment: Moment) -> str:
    trial = moment.screens.trial
    if trial < 0:
        return ""
    trials = sorted({each.trial for each in reel.events if isinstance(each, TrialStarted)})
    place = trials.index(trial) + 1 if trial in trials else 0
    words = translate("Replay", "Case {place} of {count}: {case}")
    words = words.format(place=place, count=len(trials), case=moment.screens.case)
    reason = recorded.voided.get(trial)
    return words if reason is None else f"{words} – " + translate("Replay", "voided: {reason}").format(reason=reason)


def _step(recorded: Recorded, moment: Moment) -> str:
    screens, trial = moment.screens, moment.screens.trial
    planned = recorded.order.trials if recorded.order is not None else ()
    name = next((each.condition for each in planned if each.index == trial), "")
    condition = recorded.protocol.conditions.get(name)
    if trial < 0 or condition is None:
        return name
    if not 0 <= screens.phase < len(condition.phases):
        return name
    phase = condition.phases[screens.phase]
    words = translate("Replay", "step {number} of {count}: {name}")
    return f"{name} · " + words.format(number=screens.phase + 1, count=len(condition.phases), name=phase.name)


def _truth(recorded: Recorded, reel: Reel, moment: Moment) -> str:
    truth = recorded.truth.unseal().get(moment.screens.case)
    if moment.screens.trial < 0:
        return ""
    if truth is None:
        return translate("Replay", "Truth: not known")
    words = translate("Replay", "Truth: positive, {count} lesions") if truth.positive else _negative()
    loaded = (each for each in reel.events if isinstance(each, AIResultLoaded))
    planted = {name for each in loaded if each.trial == moment.screens.trial for name in each.planted}
    said = words.format(count=len(truth.lesions))
    if not planted:
        return said
    return said + " · " + translate("Replay", "planted: {names}").format(names=", ".join(sorted(planted)))


def _negative() -> str:
    return translate("Replay", "Truth: negative")


def _answer(recorded: Recorded, line: AnswerLine, marks: Sequence[str]) -> AnswerWords:
    questions = recorded.protocol.questions
    words = asked(questions, line.question)
    confirmed = ""
    if line.confirmed:
        steps = ", ".join(str(phase + 1) for phase in dict.fromkeys(line.confirmed))
        confirmed = translate("Replay", "confirmed in step {steps}").format(steps=steps)
    return AnswerWords(
        f"{words} – {_target(line.target, marks)}" if line.target else words,
        value_words(questions, line.question, line.now),
        tuple(value_words(questions, line.question, value) for value in changes(line)),
        confirmed,
    )


def _target(target: str, marks: Sequence[str]) -> str:
    if target not in marks:
        return target
    return translate("Replay", "mark {number}").format(number=marks.index(target) + 1)


def _happened(reel: Reel, moment: Moment, cases: Mapping[int, str]) -> list[tuple[str, bool]]:
    """The last sentences, newest first."""
    found: list[tuple[str, bool]] = []
    weighty = ("PhaseConfirmed", "PhaseStarted", "LayerRevealed")
    for event in reversed(reel.events[: moment.done]):
        if not isinstance(event, UNSAID):
            seconds = (event.at_ns - reel.starts_ns) / 1e9
            clock = f"{int(seconds // 60):02}:{int(seconds % 60):02}"
            found.append((f"{clock}  {sentence(event, cases)}", type(event).__name__ in weighty))
        if len(found) == FEED:
            break
    return found
