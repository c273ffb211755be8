"""Arms, sessions and readers: every arm says how cases meet conditions, and the plan can be balanced.

What belongs here: rules about who reads in which conditions, and when. What does not: which cases (design).
"""

from __future__ import annotations

import math

from study_configs.design import Crossed, Split
from study_configs.problems import listed
from study_configs.rules.checked import Checked
from study_configs.yaml12 import Path


def check(checked: Checked) -> None:
    """Every arm, and every meeting of cases and conditions."""
    _every_arm_meets(checked)
    for path, meeting in checked.meetings():
        _washout_means_something(checked, path, meeting)
        _readers_make_full_turns(checked, path, meeting)


def _every_arm_meets(checked: Checked) -> None:
    """With several conditions the design says how they meet cases; without, all cases are read in the one there is."""
    design = checked.protocol.design
    to_read = [name for name in checked.protocol.conditions if name not in checked.protocol.conditions_aside]
    if len(to_read) < 2:
        return
    expected = "crossed: {of: [" + listed(to_read) + "]}, or split"
    for arm in checked.protocol.arms:
        if design.meeting_of(arm) is None:
            what = f"The arm {arm} says" if arm else "There are several conditions, and design says"
            path: Path = ("design", "arms", arm) if arm else ("design",)
            checked.report.add("RL520", path, f"{what} neither crossed nor split.", expected=expected, at_key=True)


def _washout_means_something(checked: Checked, path: Path, meeting: Crossed | Split) -> None:
    if meeting.washout_days and meeting.sessions == "one":
        what = "All blocks are in one sitting (sessions: one), so there is nothing between them to wait for."
        checked.report.add("RL526", (*path, "washout_days"), what, expected="sessions: each, or no washout_days")
    elif meeting.washout_days and len(meeting.names) == 1:
        what = "There is only one session, and nothing to wait for between sessions."
        checked.report.add("RL531", (*path, "washout_days"), what, expected="two conditions or more")
    is_study = checked.protocol.about.mode == "study"
    if is_study and isinstance(meeting, Crossed) and len(meeting.names) > 1 and not meeting.washout_days:
        what = "Readers meet the same cases again without a washout, so they may remember them."
        checked.report.add("RL527", path, what, expected="washout_days: 28, or whatever suits", at_key=True)


def _readers_make_full_turns(checked: Checked, path: Path, meeting: Crossed | Split) -> None:
    """Orders are turned over the readers, so the number of readers should be a multiple of the turn."""
    design = checked.protocol.design
    planned, turn = design.readers.planned, _turn(meeting) * (design.split_plot.groups if design.split_plot else 1)
    if checked.protocol.about.mode == "study" and planned is not None and not design.arms and planned % turn:
        what = f"{planned} readers are planned, and the orders are balanced over every {turn}."
        at: Path = ("design", "readers", "planned")
        checked.report.add("RL528", at, what, expected=f"a multiple of {turn}")


def _turn(meeting: Crossed | Split) -> int:
    """After how many readers each order (and, in a split, each case set) has had its turn."""
    sizes = [len(group) for group in meeting.groups]
    if meeting.order == "latin_square":
        turn = math.lcm(*sizes)  # by then for position; for an odd size, carry-over takes twice as many
    elif meeting.order == "counterbalance":
        turn = 2 if max(sizes) > 1 else 1
    elif meeting.order == "complete_counterbalance":
        turn = math.lcm(*(math.factorial(size) for size in sizes))
    else:
        turn = 1
    return math.lcm(turn, len(meeting.names)) if isinstance(meeting, Split) else turn
