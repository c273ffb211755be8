"""Kinds of what can be wrong with AI results, carried by the sentences that tell it.

What belongs here: the kinds, and sentences that know theirs. What does not: finding faults (sources, placing), the
codes under which coordinators see them (app.checking.ai_files).
"""

from __future__ import annotations

from enum import Enum, auto


class Fault(Enum):
    """What is wrong, whatever the words."""

    ODD = auto()  # nothing that is wrong: read or placed with care
    NO_RESULT = auto()  # it is well, but no AI result
    ELSEWHERE = auto()  # another patient, exam or frame of reference
    NO_IMAGES = auto()  # images that it names or was made from are missing
    NUMBER = auto()  # a score or value out of range, or no number
    NO_LABEL = auto()
    TOO_MANY = auto()  # frames
    CROSSED = auto()  # a contour crosses itself
    SIDE = auto()  # it says left, and the image shows the right side
    PLACE = auto()  # no right place on the images, for another reason


class Reason(str):
    """A sentence, or part of one, for coordinators, with the kind of what it tells. Plain texts are `Fault.ODD`."""

    __slots__ = ("fault",)
    fault: Fault

    def __new__(cls, words: str, fault: Fault) -> Reason:
        reason = super().__new__(cls, words)
        reason.fault = fault
        return reason

    def __reduce__(self) -> tuple[type[Reason], tuple[str, Fault]]:  # results travel between processes
        return Reason, (str(self), self.fault)


def fault_of(words: str) -> Fault:
    """The kind of what these words tell."""
    return words.fault if isinstance(words, Reason) else Fault.ODD
