"""When a layer comes: its reveal rule, judged from time, answers and what the reader asked for.

What belongs here: pure functions of those. What does not: telling the time, keeping what was asked (app.reading), and
the barrier that keeps results away (app.reading.engine).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from overlays.layers.layer import Reveal
from study_configs.comparison import Value, parse_condition

AT_ONCE = frozenset({"shown", "toggle", "hover"})  # these differ in how they are switched on, not in when they come
COMES_BY_ITSELF = frozenset({"after", "if"})


def is_at_once(rule: Reveal) -> bool:
    """Whether the layer is there from the beginning of its phase, so that its AI's results may be loaded with it."""
    return rule.how in AT_ONCE


def is_revealed(rule: Reveal, seconds: float, answers: Mapping[str, Value], asked: bool) -> bool:
    """Whether the layer may be seen now.

    `seconds` is how long the phase has been on the screen, pauses left out. `answers` are those given so far, as
    "answer.QUESTION". `asked` is whether it was asked for, or came by its time before: such a layer stays.
    """
    if rule.how == "button":
        return asked
    if rule.how == "after":
        return asked or seconds >= rule.after_s
    if rule.how == "if":
        return parse_condition(rule.only_if).holds(answers)
    return True


def next_after_s(rules: Iterable[Reveal], seconds: float) -> float | None:
    """How many seconds from now the next layer comes by its time; None where none is still to come."""
    waiting = [rule.after_s - seconds for rule in rules if rule.how == "after" and rule.after_s > seconds]
    return min(waiting, default=None)
