"""There are cases enough, in every part, set, probe and repetition that the design asks for.

What belongs here: rules about which cases are read. What does not: in which conditions (arms), drawing them
(reading_order), which says of itself where no order can be drawn (RL511).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from study_configs.design import Crossed, NoReveal
from study_configs.problems import listed
from study_configs.rules.checked import Checked, parsed_or_none
from study_configs.yaml12 import Path


def check(checked: Checked) -> None:
    """Everything that the design asks of the cases."""
    _no_name_twice(checked)
    _probes(checked)
    _practice(checked)
    _no_reveal_hides_something(checked)
    if not checked.cases:
        return
    if not checked.read:
        what = "Every case is for practice or kept for a probe."
        checked.report.add("RL408", ("cases", "practice"), what, expected="cases that are read")
        return
    _sample(checked)
    _sets(checked)
    _parts(checked)
    _split_plot(checked)
    _again_and_hidden(checked)
    _truth_is_known(checked)


def _no_name_twice(checked: Checked) -> None:
    design = checked.protocol.design
    named = ((("design", "cases", "parts"), design.cases.parts), (("design", "probes"), design.probes))
    for path, entries in named:
        names = [entry.name for entry in entries]
        for at, name in enumerate(names):
            if name in names[:at]:
                what = f"The name {name} stands here twice."
                checked.report.add("RL542", (*path, at, "name"), what, expected="a name of its own for each")


def _probes(checked: Checked) -> None:
    protocol = checked.protocol
    sessions = min((len(_sessions(checked, arm)) for arm in protocol.arms), default=1)
    for at, probe in enumerate(protocol.design.probes):
        here: Path = ("design", "probes", at)
        if protocol.conditions[probe.condition].shows_ai:
            what = f"A probe measures reading without AI, and {probe.condition} shows some."
            alone = [name for name, condition in protocol.conditions.items() if not condition.shows_ai]
            expected = f"one of {listed(alone)}" if alone else "a condition without layers"
            checked.report.add("RL521", (*here, "condition"), what, expected=expected)
        if probe.when == "between" and sessions < 2:
            what = "This probe lies between two sessions, and there is only one."
            checked.report.add("RL541", (*here, "when"), what, expected="when: first or when: last")
        if checked.cases and _number(checked, probe.cases) == 0:
            checked.report.add("RL524", (*here, "cases"), "No case meets this.", expected="cases for the probe")
        if isinstance(probe.cases, int) and probe.cases > len(checked.read) > 0:
            _too_many(checked, probe.cases, len(checked.read), (*here, "cases"))


def _sessions(checked: Checked, arm: str) -> Sequence[str]:
    meeting = checked.protocol.meeting_of(arm)
    return meeting.names if meeting.sessions == "each" else meeting.names[:1]


def _number(checked: Checked, cases: int | str | tuple[str, ...]) -> int:
    if isinstance(cases, int):
        return cases
    return len(cases) if isinstance(cases, tuple) else len(checked.meeting(cases))


def _too_many(checked: Checked, wanted: int, there: int, path: Path) -> None:
    checked.report.add("RL524", path, f"{wanted} cases are wanted, and there are {there}.", expected=f"at most {there}")


def _practice(checked: Checked) -> None:
    practice = checked.protocol.design.practice
    if checked.cases and not any(case.practice for case in checked.cases):
        wanted = {"feedback": practice.feedback != "none", "every_sitting": practice.every_sitting}
        for key in (key for key, is_set in wanted.items() if is_set):
            what = "There are no practice cases, so this has no effect."
            expected = "cases: {practice: [case-01]}"
            checked.report.add("RL531", ("design", "practice", key), what, expected=expected)
    if practice.feedback != "none" and checked.protocol.cases.reference is None:
        what = "Readers are told the truth of practice cases, and there is no reference."
        expected = "cases: {reference: reference.csv}"
        checked.report.add("RL507", ("design", "practice", "feedback"), what, expected=expected)


def _no_reveal_hides_something(checked: Checked) -> None:
    """Only a condition that reveals AI after an own answer has something that can stay hidden."""
    protocol = checked.protocol
    if protocol.design.no_reveal is None:
        return
    revealing = [name for name in protocol.conditions_in_use if protocol.conditions[name].reveals_after_answer]
    if not revealing:
        what = "No condition shows AI after an own answer, so there is nothing to keep hidden."
        expected = "a condition that begins with a phase without layers that asks, then has one with layers"
        checked.report.add("RL524", ("design", "no_reveal"), what, expected=expected, at_key=True)


def _sample(checked: Checked) -> None:
    cases = checked.protocol.design.cases
    if cases.sample is not None and not cases.replacement and cases.sample > len(checked.read):
        _too_many(checked, cases.sample, len(checked.read), ("design", "cases", "sample"))
    if cases.sample is None:
        for key, is_set in (("replacement", cases.replacement), ("sample_balance", bool(cases.sample_balance))):
            if is_set:
                what = "All cases are read, so this has no effect."
                checked.report.add("RL531", ("design", "cases", key), what, expected="sample: 40")


def _sets(checked: Checked) -> None:
    """A split deals the cases into as many sets as there are conditions."""
    count = min(checked.protocol.design.cases.sample or len(checked.read), len(checked.read))
    for path, meeting in checked.meetings():
        sets = len(meeting.names)
        if isinstance(meeting, Crossed) or checked.protocol.design.split_plot is not None:
            continue
        if count < sets:
            what = f"{count} cases cannot be split over {sets} conditions."
            checked.report.add("RL524", path, what, expected=f"{sets} cases or more", at_key=True)
        elif count % sets:
            what = f"{count} cases cannot be split evenly over {sets} conditions; some get one more."
            checked.report.add("RL510", path, what, expected=f"a multiple of {sets} cases", at_key=True)


def _parts(checked: Checked) -> None:
    """Each case belongs to exactly one part."""
    parts = checked.protocol.design.cases.parts
    path: Path = ("design", "cases", "parts")
    parsed = [parsed_or_none(part.where) for part in parts]
    if not parts or None in parsed:
        return
    of_case = {
        case.id: [at for at, where in enumerate(parsed) if where is not None and where.holds(checked.values(case))]
        for case in checked.read
    }
    none = [case for case, found in of_case.items() if not found]
    several = [case for case, found in of_case.items() if len(found) > 1]
    if none:
        checked.report.add("RL523", path, f"No part has {listed(none)}.", expected="exactly one part for each case")
    if several:
        what = f"More than one part has {listed(several)}."
        checked.report.add("RL523", path, what, expected="exactly one part for each case")
    counts = Counter(at for found in of_case.values() for at in found)
    for at, part in enumerate(parts):
        if not counts[at]:
            checked.report.add("RL523", (*path, at, "where"), f"No case is in {part.name}.", expected="some case in it")


def _split_plot(checked: Checked) -> None:
    plot = checked.protocol.design.split_plot
    if plot is None:
        return
    here: Path = ("design", "split_plot")
    if len(checked.read) < plot.groups:
        _too_many(checked, plot.groups, len(checked.read), (*here, "groups"))
    if plot.column is None:
        return
    sets = Counter(case.attributes.get(plot.column, "") for case in checked.read)
    unset = [case.id for case in checked.read if not case.attributes.get(plot.column)]
    if unset:
        what = f"The column {plot.column} names no set for {listed(unset)}."
        checked.report.add("RL525", (*here, "column"), what, expected="a set for each case")
    elif len(sets) != plot.groups:
        what = f"The column {plot.column} has {len(sets)} sets ({listed(sorted(sets))}) for {plot.groups} groups."
        checked.report.add("RL525", (*here, "groups"), what, expected=f"groups: {len(sets)}, or as many sets")


def _again_and_hidden(checked: Checked) -> None:
    design = checked.protocol.design
    block = _smallest_block(checked)
    if design.repeats is not None:
        wanted = _number(checked, design.repeats.cases)
        if wanted > block:
            _too_many(checked, wanted, block, ("design", "repeats", "cases"))
        elif design.repeats.apart > block + wanted - 1:
            what = (
                f"A block has {block} cases and {wanted} repeats, so no two readings are {design.repeats.apart} apart."
            )
            expected = f"at most {block + wanted - 1}"
            checked.report.add("RL524", ("design", "repeats", "apart"), what, expected=expected)
    if design.no_reveal is not None:
        _hidden(checked, design.no_reveal, block)


def _hidden(checked: Checked, hidden: NoReveal, block: int) -> None:
    wanted, room = _number(checked, hidden.cases), max(0, block - hidden.not_in_first)
    if wanted > room and isinstance(hidden.cases, int):
        first = f" after the first {hidden.not_in_first}" if hidden.not_in_first else ""
        what = f"{wanted} cases are wanted in each block, and there are {room}{first}."
        checked.report.add("RL524", ("design", "no_reveal", "cases"), what, expected=f"at most {room}")


def _smallest_block(checked: Checked) -> int:
    """The fewest cases that a block can have, over arms and groups."""
    design = checked.protocol.design
    count = design.cases.sample or len(checked.read)
    if design.split_plot is not None:
        count //= design.split_plot.groups
    sets = [1 if isinstance(meeting, Crossed) else len(meeting.names) for _, meeting in checked.meetings()]
    return count // max(sets, default=1)


def _truth_is_known(checked: Checked) -> None:
    if checked.protocol.cases.reference is None or not checked.truths_known:
        return
    missing = [case.id for case in checked.cases if not case.practice and case.id not in checked.truths]
    if missing:
        what = f"No row in the reference: {listed(missing)}."
        expected = "a row for each case; with an empty lesion if it has none"
        checked.report.add("RL409", ("cases", "reference"), what, expected=expected)
