"""What the figures of a report leave open, in words: how decisions were counted, and what is not computed.

What belongs here: those sentences. What does not: the figures (accuracy) and the page (report).
"""

from __future__ import annotations

from app.analysis.record import StudyRecord
from study_configs.measured_answers import measuring
from study_configs.protocol import Protocol
from study_configs.questions import ScaleAnswer


def left_open(record: StudyRecord) -> str:
    """What the table leaves open, and why: how decisions were counted, ratings, other questions, what is unread."""
    protocol = record.protocol
    said = [_counting_of_decisions(protocol)]
    if not measuring(protocol, "rating"):
        said.append("No question measures a rating, so there is no AUC.")
    read = {(row.condition, row.phase) for row in record.readings}
    unread = [
        phase_label(condition.title or name, phase.name, len(condition.phases))
        for name, condition in protocol.conditions.items()
        for at, phase in enumerate(condition.phases)
        if phase.answer and (name, at) not in read
    ]
    if unread:
        said.append(f"Nobody has read yet: {'; '.join(unread)}.")
    others = [
        question.ask for question in protocol.questions.values() if not question.measures and question.per != "sitting"
    ]
    if others:
        said.append(f"Answers to other questions are in the export only: {'; '.join(others)}")
    return " ".join(part for part in said if part)


def _counting_of_decisions(protocol: Protocol) -> str:
    name = measuring(protocol, "decision")
    question = protocol.questions.get(name)
    parts = []
    if isinstance(question, ScaleAnswer):
        parts.append(f"{question.scale} {question.positive_from} and above counts as positive.")
    if question is not None and question.per not in ("case", "sitting"):
        parts.append(f"The decision is asked per {question.per}: a case counts as positive where any of them is.")
    return " ".join(parts)


def phase_label(title: str, phase: str, phases: int) -> str:
    """How a report names a phase: by its condition alone where that has no other."""
    return title if phases == 1 else f"{title}: {phase}"
