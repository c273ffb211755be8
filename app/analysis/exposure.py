"""What readers could have seen of the AI and never had on the screen.

What belongs here: figures over readings. What does not: the ledger itself (app.tracking.exposure), pages (report).
"""

from __future__ import annotations

from collections.abc import Iterable

from app.analysis.accuracy import Proportion
from app.analysis.advice import Advice
from app.analysis.readings import Reading
from overlays.layers.exposure import MANY


def never_shown(rows: Iterable[Reading]) -> Proportion:
    """Of the findings that a reading's layers would have drawn, those that never were on an image.

    They lay on a slice that the reader did not open, outside the part that they looked at, or under a layer that was
    switched off. Readings whose log kept no record are left out, and those of logs that named no element of a crowd.
    """
    missed = of = 0
    for row in rows:
        if row.exposed is None or MANY in row.exposed:
            continue
        for advice in row.advice:
            drawn = _drawn(advice)
            of += len(drawn)
            missed += len([each for each in drawn if each not in row.exposed])
    return Proportion(missed, of)


def _drawn(advice: Advice) -> list[str]:
    return [advice.elements[at] for at in advice.shown if at < len(advice.elements)]
