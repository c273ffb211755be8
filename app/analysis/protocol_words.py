"""A protocol read aloud: who reads what, how AI comes in, what is planted, and how long it takes, in plain sentences.

What belongs here: sentences for coordinators, made from the values, and what changed between two files. What does not:
texts for readers: these sentences tell what must stay hidden from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from study_configs.conditions import Condition, Phase
from study_configs.design import Crossed
from study_configs.layers import Layer, Reveal
from study_configs.planted import Planted
from study_configs.protocol import Protocol
from study_configs.study import Study

KINDS: Mapping[str, str] = {
    "false_positive": "a finding is invented",
    "false_negative": "a lesion is passed over",
    "shifted": "a finding lies in another place",
    "resized": "a finding has another size",
    "score": "a finding has another score",
    "decoupled": "the scores have nothing to do with what is right",
    "category": "the category is wrong",
    "wrong_side": "left and right are swapped",
    "wrong_label": "a finding is called something else",
    "distractor": "the map is hot in a wrong place",
    "sham": "the whole result is made up",
    "replaced": "the whole result is that of another AI",
}
ORDERS: Mapping[str, str] = {
    "fixed": "in the order in which they are written",
    "random": "in an order that is drawn for each reader",
    "latin_square": "in an order that a Latin square turns from reader to reader",
    "counterbalance": "forwards for one reader and backwards for the next",
    "complete_counterbalance": "in every possible order in turn",
}
ASSIGN: Mapping[str, str] = {
    "in_turn": "the next place of the plan",
    "least_filled_by_completed": "the place with the fewest readers who completed or still read",
    "random": "a drawn place of the plan",
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences under one heading."""

    heading: str
    sentences: tuple[str, ...]


def in_words(study: Study) -> tuple[Paragraph, ...]:
    """What this study will do, in the order in which people ask."""
    protocol = study.protocol
    parts = (
        ("Who reads what", _who(study)),
        ("How AI comes in", _ai(protocol)),
        ("What is planted", _planted(protocol)),
        ("What is asked", _asked(protocol)),
        ("Rules while reading", _rules(protocol)),
        ("How long it takes", _minutes(study)),
        ("What readers are told", _told(protocol)),
    )
    return tuple(Paragraph(heading, tuple(sentences)) for heading, sentences in parts)


def _who(study: Study) -> Iterator[str]:
    protocol = study.protocol
    design, read = protocol.design, [case for case in study.cases if not case.practice]
    practice = len(study.cases) - len(read)
    truths = study.truth.unseal()
    positive = sum(truths[case.id].positive for case in read if case.id in truths)
    planned = (
        f"{_count(design.readers.planned, 'reader')}" if design.readers.planned else "As many readers as you enrol"
    )
    reads = (
        f"a sample of {design.cases.sample} of the {len(read)} cases"
        if design.cases.sample
        else _count(len(read), "case")
    )
    known = f" ({positive} positive by the reference)" if truths else " (without a reference)"
    yield f"{planned} will read {reads}{known}."
    if practice:
        yield f"Before that come {_count(practice, 'practice case')}, which are not analysed."
    for arm in protocol.arms:
        yield _meeting(protocol, arm)
    if design.readers.strata:
        asked = _listed(design.readers.strata)
        yield f"At enrolment you are asked for {asked}; orders are balanced within each of them."
    yield f"A new reader takes {ASSIGN[design.readers.assign]}."
    if design.repeats is not None:
        yield "Some cases are read twice, to see how well readers agree with themselves."
    for probe in design.probes:
        yield f"A sitting without AI, {probe.name}, measures what readers can do alone ({_when(probe.when)})."


def _when(word: str) -> str:
    return {"first": "before all sessions", "between": "between each two", "last": "after all sessions"}[word]


def _meeting(protocol: Protocol, arm: str) -> str:
    meeting = protocol.meeting_of(arm)
    whose = f"In the arm {arm}, every reader" if arm else "Every reader"
    names = [_title(protocol, name) for name in meeting.names]
    if len(names) == 1:
        return f"{whose} reads each case once: {names[0]}."
    if isinstance(meeting, Crossed):
        apart = f", at least {_count(meeting.washout_days, 'day')} apart" if meeting.washout_days else ""
        sessions = "sessions" if meeting.sessions == "each" else "blocks of one sitting"
        order = ORDERS[meeting.order]
        times = len(names)
        return f"{whose} reads every case {times} times, in {times} {sessions} ({_listed(names)}){apart}, {order}."
    order = ORDERS[meeting.order]
    return f"{whose} reads each case once, a set of cases in each of {_listed(names)}; the blocks come {order}."


def _ai(protocol: Protocol) -> Iterator[str]:
    if not protocol.layers:
        yield "No AI is shown."
        return
    for name in protocol.conditions_in_use:
        condition = protocol.conditions[name]
        yield f"{_title(protocol, name)}: {_course(protocol, condition)}"
    if protocol.design.no_reveal is not None:
        yield "In some cases, unannounced, the AI stays hidden although its turn has come."


def _course(protocol: Protocol, condition: Condition) -> str:
    steps = "; then ".join(_step(protocol, condition, phase) for phase in condition.phases)
    return f"{steps}."


def _step(protocol: Protocol, condition: Condition, phase: Phase) -> str:
    if not phase.layers:
        shown = "without AI"
    else:
        shown = "with " + _listed([_layer(protocol, condition, name) for name in phase.layers])
    asked = f", {_count(len(phase.answer), 'question')}" if phase.answer else ", nothing is asked"
    final = ", answers become final" if phase.commit else ""
    only = f", only if {phase.only_if}" if phase.only_if else ""
    limits = _limits(phase)
    return f"{phase.name} {shown}{asked}{final}{only}{limits}"


def _limits(phase: Phase) -> str:
    least = f", at least {phase.at_least_s:g} s" if phase.at_least_s else ""
    most = f", at most {phase.at_most_s:g} s" if phase.at_most_s is not None else ""
    return least + most


def _layer(protocol: Protocol, condition: Condition, name: str) -> str:
    layer = protocol.layers[name]
    source = condition.shown_as.get(layer.ai, protocol.ai[layer.ai].shown_as)
    return f"{layer.title or layer.draw} of {source}{_reveal(layer)}"


def _reveal(layer: Layer) -> str:
    if isinstance(layer.reveal, Reveal):
        if layer.reveal.after_s is not None:
            return f" (after {layer.reveal.after_s:g} s)"
        return f" (only if {layer.reveal.only_if})"
    words = {"shown": "", "toggle": " (hidden until switched on)", "button": " (hidden until asked for)"}
    return words.get(layer.reveal, " (under the pointer)")


def _planted(protocol: Protocol) -> Iterator[str]:
    if not protocol.planted:
        yield "No mistakes are planted."
    for name, planted in protocol.planted.items():
        yield f"{name}: {_mistake(protocol, planted)}"


def _mistake(protocol: Protocol, planted: Planted) -> str:
    if planted.cases == "all":
        number = "in all cases that fit"
    elif isinstance(planted.cases, tuple):
        number = f"in {_count(len(planted.cases), 'named case')}"
    else:
        number = f"in {_count(planted.cases, 'case')} for each reader"
    others = "the same cases for all" if planted.draw == "once" else "other cases for each reader"
    first = f", none in the first {planted.not_in_first}" if planted.not_in_first else ""
    apart = f", at least {planted.apart} cases apart" if planted.apart > 1 else ""
    whose = protocol.ai[planted.ai].shown_as
    return f"{KINDS.get(planted.kind, planted.kind)} in what {whose} says, {number} ({others}){first}{apart}."


def _asked(protocol: Protocol) -> Iterator[str]:
    for question in protocol.questions.values():
        per = "" if question.per == "case" else f" (for each {question.per})"
        measures = {
            "decision": " This is the decision that is compared with the truth.",
            "rating": " This is the rating for the ROC curve.",
        }
        yield f"“{question.ask}”{per}.{measures.get(question.measures or '', '')}".replace("?”.", "?”").replace(
            ".”.", ".”"
        )


def _rules(protocol: Protocol) -> Iterator[str]:
    reading = protocol.reading
    yield {
        "forward_only": "Readers go from case to case, with no way back.",
        "back": "Readers may look at earlier cases of the block again.",
        "free": "Readers choose the order of the cases themselves.",
    }[reading.navigation]
    if reading.sitting_at_most_min is not None:
        yield f"A sitting ends by itself after {reading.sitting_at_most_min:g} minutes, at the end of a case."
    again = "goes on where it was" if reading.interrupted.same_case == "resume" else "is read from its beginning"
    yield f"A case that was interrupted {again}."
    if reading.interrupted.max_gap_hours is not None:
        after = {
            "resume": "reading goes on all the same",
            "restart_case": "the case is read anew",
            "ask_coordinator": "you decide, on the page Progress",
            "end_sitting": "the rest of the sitting is not read",
        }[reading.interrupted.then]
        yield f"After more than {reading.interrupted.max_gap_hours:g} hours {after}."
    if protocol.design.readers.enrol == "coordinator":
        yield "Only readers whom you enrolled can sign in, with their PIN."
    else:
        yield "Whoever signs in is enrolled."
    if protocol.worklist is not None:
        yield "Cases come from a reading list, with arrivals and interruptions as the file says."


def minutes_of(study: Study, conditions: Mapping[str, int]) -> float:
    """Expected minutes for so many cases in each condition, by `reading.expected_s` within the phases' own limits."""
    protocol = study.protocol
    seconds = sum(count * _case_seconds(protocol, name) for name, count in conditions.items())
    return seconds / 60


def _case_seconds(protocol: Protocol, condition: str) -> float:
    phases = protocol.conditions[condition].phases
    share = protocol.reading.expected_s / len(phases)
    return sum(max(phase.at_least_s, min(share, phase.at_most_s or share)) for phase in phases)


def _minutes(study: Study) -> Iterator[str]:
    protocol = study.protocol
    read = [case for case in study.cases if not case.practice]
    number = protocol.design.cases.sample or len(read)
    for arm in protocol.arms:
        meeting = protocol.meeting_of(arm)
        times = number if isinstance(meeting, Crossed) else number / len(meeting.names)
        minutes = sum(times * _case_seconds(protocol, name) for name in meeting.names) / 60
        whose = f"in the arm {arm}" if arm else "each reader"
        about = max(1, round(minutes))
        yield f"About {about} minutes of reading for {whose}, at {protocol.reading.expected_s:g} s a case."
    yield "Pages, practice, pauses and feedback come on top."


def _told(protocol: Protocol) -> Iterator[str]:
    when = {
        "never": "Readers are never told the truth.",
        "after_case": "After each case readers are told",
        "after_block": "After each block readers are told",
        "after_sitting": "At the end of each sitting readers are told",
        "after_study": "At the end of their last sitting readers are told",
    }[protocol.feedback.when]
    shown = {
        "own": "their own answers",
        "ai": "what AI said",
        "truth": "the truth",
        "planted": "which mistakes were planted",
        "dwell": "where they looked",
        "peers": "how others answered",
    }
    if protocol.feedback.when == "never":
        yield when
    else:
        yield f"{when} {_listed([shown.get(each, each) for each in protocol.feedback.show])}."


def _title(protocol: Protocol, condition: str) -> str:
    return protocol.conditions[condition].title or condition


def _listed(words: Any) -> str:
    names = [str(word) for word in words]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _count(number: int | None, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# --- what an amendment changes


def changes_in_words(old: Study | Protocol, new: Study | Protocol) -> tuple[str, ...]:
    """Each value that differs between two protocols, as `key: before → after`, in the order of the new file."""
    before = dict(_flat(_values(old)))
    after = dict(_flat(_values(new)))
    keys = [*after, *(key for key in before if key not in after)]
    return tuple(_change(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key))


def _values(of: Study | Protocol) -> dict[str, Any]:
    protocol = of.protocol if isinstance(of, Study) else of
    return protocol.model_dump(mode="json", by_alias=True)


def _flat(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _flat(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for at, inner in enumerate(value, 1):
            yield from _flat(inner, f"{key}[{at}]")
    else:
        yield key, value


def _change(key: str, before: Any, after: Any) -> str:
    if before is None:
        return f"{key}: new, {_said(after)}"
    if after is None:
        return f"{key}: {_said(before)} is taken away"
    return f"{key}: {_said(before)} → {_said(after)}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "[" + ", ".join(_said(each) for each in value) + "]"
    return "nothing" if value in (None, "", {}) else str(value)


def changes_in_lines(old: str, new: str) -> str:
    """The differences line by line, as a unified diff with two lines around each."""
    return "\n".join(unified_diff(old.splitlines(), new.splitlines(), "before", "after", lineterm="", n=2))
