"""What becomes of a sitting that lay still for longer than the protocol allows.

What belongs here: that rule. What does not: telling the time (app.conduct.opening), deciding (a coordinator, at the
desk), carrying it out (page_steps).
"""

from __future__ import annotations

from typing import Literal

from app.reading.script import Script

AfterGap = Literal["", "resume", "restart_case", "end_sitting"]


def after_gap(script: Script, gap_hours: float | None, decided: AfterGap) -> AfterGap | None:
    """What to do after a gap: "" where it is no longer than allowed, None where a coordinator has to decide first.

    `gap_hours` is None for a sitting that begins; `decided` is what a coordinator said of this very gap, "" for
    nothing.
    """
    if gap_hours is None or script.max_gap_hours is None or gap_hours <= script.max_gap_hours:
        return ""
    if script.after_gap != "ask_coordinator":
        return script.after_gap
    return decided or None
