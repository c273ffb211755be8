"""Whatever is declared is used.

What belongs here: conditions, questions, layers and pages that nobody would ever meet. What does not: keys without an
effect, which are told by the rules of their own section.
"""

from __future__ import annotations

from collections.abc import Iterable

from study_configs.rules.checked import Checked


def check(checked: Checked) -> None:
    """Every declared name; one that only serves as a base counts as used."""
    if any(problem.code == "RL520" for problem in checked.report.problems):
        return  # without a design, nobody knows what is used
    protocol = checked.protocol
    used = protocol.conditions_in_use
    _unused(checked, "RL504", "conditions", used, "a design, probe or practice that names it")
    phases = [phase for name in used for phase in protocol.conditions[name].phases]
    asked = [name for phase in phases for name in phase.answer]
    asked += [name for page in (*protocol.before, *protocol.after) for name in page.answer]
    asked += [name for call in (protocol.worklist.calls if protocol.worklist else ()) for name in call.answer]
    _unused(checked, "RL505", "questions", asked, "a phase, page or call that asks it")
    _unused(checked, "RL506", "layers", [name for phase in phases for name in phase.layers], "a phase that shows it")
    _pages_come(checked)


def _unused(checked: Checked, code: str, section: str, used: Iterable[str], expected: str) -> None:
    entries = getattr(checked.protocol, section)
    seen = set(used) | {entry.base for entry in entries.values()}
    for name in entries:
        if name not in seen:
            checked.report.add(
                code, (section, name), f"{name} is declared and never used.", expected=expected, at_key=True
            )


def _pages_come(checked: Checked) -> None:
    protocol = checked.protocol
    for place, pages in (("before", protocol.before), ("after", protocol.after)):
        for at, page in enumerate(pages):
            if page.sittings == "probe" and not protocol.design.probes:
                what = "This page belongs to probe sittings, and there are none."
                checked.report.add("RL531", (place, at, "sittings"), what, expected="design: {probes: …}")
