"""A protocol read aloud: who reads what, how AI comes in, what is planted, and how long it takes, in plain sentences.

What belongs here: sentences for coordinators, made from the values, and what changed between two files. What does not:
texts for readers: these sentences tell what must stay hidden from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from study_configs.conditions import Condition, Phase
from study_configs.design import Crossed
from study_configs.layers import Layer, Reveal
from study_configs.planted import Planted
from study_configs.protocol import Protocol
from study_configs.study import Study
from study_configs.words import phrase, translate

KINDS: Mapping[str, str] = {
    "false_positive": phrase("ProtocolWords", "a finding is invented"),
    "false_negative": phrase("ProtocolWords", "a lesion is passed over"),
    "shifted": phrase("ProtocolWords", "a finding lies in another place"),
    "resized": phrase("ProtocolWords", "a finding has another size"),
    "score": phrase("ProtocolWords", "a finding has another score"),
    "decoupled": phrase("ProtocolWords", "the scores have nothing to do with what is right"),
    "category": phrase("ProtocolWords", "the category is wrong"),
    "wrong_side": phrase("ProtocolWords", "left and right are swapped"),
    "wrong_label": phrase("ProtocolWords", "a finding is called something else"),
    "distractor": phrase("ProtocolWords", "the map is hot in a wrong place"),
    "sham": phrase("ProtocolWords", "the whole result is made up"),
    "replaced": phrase("ProtocolWords", "the whole result is that of another AI"),
}
ORDERS: Mapping[str, str] = {
    "fixed": phrase("ProtocolWords", "in the order in which they are written"),
    "random": phrase("ProtocolWords", "in an order that is drawn for each reader"),
    "latin_square": phrase("ProtocolWords", "in an order that a Latin square turns from reader to reader"),
    "counterbalance": phrase("ProtocolWords", "forwards for one reader and backwards for the next"),
    "complete_counterbalance": phrase("ProtocolWords", "in every possible order in turn"),
}
ASSIGN: Mapping[str, str] = {
    "in_turn": phrase("ProtocolWords", "the next place of the plan"),
    "least_filled_by_completed": phrase(
        "ProtocolWords", "the place with the fewest readers who completed or still read"
    ),
    "random": phrase("ProtocolWords", "a drawn place of the plan"),
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
        (translate("ProtocolWords", "Who reads what"), _who(study)),
        (translate("ProtocolWords", "How AI comes in"), _ai(protocol)),
        (translate("ProtocolWords", "What is planted"), _planted(protocol)),
        (translate("ProtocolWords", "What is asked"), _asked(protocol)),
        (translate("ProtocolWords", "Rules while reading"), _rules(protocol)),
        (translate("ProtocolWords", "How long it takes"), _minutes(study)),
        (translate("ProtocolWords", "What readers are told"), _told(protocol)),
    )
    return tuple(Paragraph(heading, tuple(sentences)) for heading, sentences in parts)


def _who(study: Study) -> Iterator[str]:
    protocol = study.protocol
    design = protocol.design
    yield _readers_and_cases(study)
    practice = sum(case.practice for case in study.cases)
    if practice:
        cases = translate("ProtocolWords", "%n practice case(s)", None, practice)
        yield translate("ProtocolWords", "Before that: {cases}, not analysed.").format(cases=cases)
    for arm in protocol.arms:
        yield _meeting(protocol, arm)
    if design.readers.strata:
        words = translate(
            "ProtocolWords", "At enrolment you are asked for {strata}; orders are balanced within each of them."
        )
        yield words.format(strata=_listed(design.readers.strata))
    place = translate("ProtocolWords", ASSIGN[design.readers.assign])
    yield translate("ProtocolWords", "A new reader takes {place}.").format(place=place)
    if design.repeats is not None:
        yield translate("ProtocolWords", "Some cases are read twice, to see how well readers agree with themselves.")
    for probe in design.probes:
        words = translate("ProtocolWords", "A sitting without AI, {name}, measures what readers can do alone ({when}).")
        yield words.format(name=probe.name, when=_when(probe.when))


def _readers_and_cases(study: Study) -> str:
    design, read = study.protocol.design, [case for case in study.cases if not case.practice]
    truths = study.truth.unseal()
    positive = sum(truths[case.id].positive for case in read if case.id in truths)
    known = translate("ProtocolWords", "{positive} positive by the reference").format(positive=positive)
    cases = translate("ProtocolWords", "%n case(s)", None, len(read))
    if design.cases.sample:
        sample = translate("ProtocolWords", "a sample of {number} of {cases}")
        cases = sample.format(number=design.cases.sample, cases=cases)
    return translate("ProtocolWords", "{readers} will read {cases} ({known}).").format(
        readers=translate("ProtocolWords", "%n reader(s)", None, design.readers.planned)
        if design.readers.planned
        else translate("ProtocolWords", "As many readers as you enrol"),
        cases=cases,
        known=known if truths else translate("ProtocolWords", "without a reference"),
    )


def _when(word: str) -> str:
    return {
        "first": translate("ProtocolWords", "before all sessions"),
        "between": translate("ProtocolWords", "between each two"),
        "last": translate("ProtocolWords", "after all sessions"),
    }[word]


def _meeting(protocol: Protocol, arm: str) -> str:
    meeting = protocol.meeting_of(arm)
    whose = translate("ProtocolWords", "In the arm {arm}, every reader").format(arm=arm)
    whose = whose if arm else translate("ProtocolWords", "Every reader")
    names = [_title(protocol, name) for name in meeting.names]
    if len(names) == 1:
        words = translate("ProtocolWords", "{whose} reads each case once: {name}.")
        return words.format(whose=whose, name=names[0])
    order = translate("ProtocolWords", ORDERS[meeting.order])
    if not isinstance(meeting, Crossed):
        words = translate(
            "ProtocolWords", "{whose} reads each case once, a set of cases in each of {names}; the blocks come {order}."
        )
        return words.format(whose=whose, names=_listed(names), order=order)
    if meeting.sessions == "each":
        sittings = translate("ProtocolWords", "in {n} sessions ({names})")
    else:
        sittings = translate("ProtocolWords", "in {n} blocks of one sitting ({names})")
    if meeting.washout_days:
        days = translate("ProtocolWords", "%n day(s)", None, meeting.washout_days)
        sittings += ", " + translate("ProtocolWords", "at least {days} apart").format(days=days)
    words = translate("ProtocolWords", "{whose} reads every case {n} times, {sittings}, {order}.")
    sittings = sittings.format(n=len(names), names=_listed(names))
    return words.format(whose=whose, n=len(names), sittings=sittings, order=order)


def _ai(protocol: Protocol) -> Iterator[str]:
    if not protocol.layers:
        yield translate("ProtocolWords", "No AI is shown.")
        return
    for name in protocol.conditions_in_use:
        condition = protocol.conditions[name]
        yield f"{_title(protocol, name)}: {_course(protocol, condition)}"
    if protocol.design.no_reveal is not None:
        yield translate("ProtocolWords", "In some cases, unannounced, the AI stays hidden although its turn has come.")


def _course(protocol: Protocol, condition: Condition) -> str:
    then = translate("ProtocolWords", "; then ")
    return f"{then.join(_step(protocol, condition, phase) for phase in condition.phases)}."


def _step(protocol: Protocol, condition: Condition, phase: Phase) -> str:
    """One phase: its name, what AI is shown, what is asked, and its limits, with commas between."""
    shown = translate("ProtocolWords", "without AI")
    if phase.layers:
        layers = _listed([_layer(protocol, condition, name) for name in phase.layers])
        shown = translate("ProtocolWords", "with {layers}").format(layers=layers)
    asked = translate("ProtocolWords", "nothing is asked")
    if phase.answer:
        asked = translate("ProtocolWords", "%n question(s)", None, len(phase.answer))
    parts = [f"{phase.name} {shown}", asked]
    if phase.commit:
        parts.append(translate("ProtocolWords", "answers become final"))
    if phase.only_if:
        parts.append(translate("ProtocolWords", "only if {rule}").format(rule=phase.only_if))
    if phase.at_least_s:
        parts.append(translate("ProtocolWords", "at least {n} s").format(n=f"{phase.at_least_s:g}"))
    if phase.at_most_s is not None:
        parts.append(translate("ProtocolWords", "at most {n} s").format(n=f"{phase.at_most_s:g}"))
    return ", ".join(parts)


def _layer(protocol: Protocol, condition: Condition, name: str) -> str:
    layer = protocol.layers[name]
    source = condition.shown_as.get(layer.ai, protocol.ai[layer.ai].shown_as)
    said = translate("ProtocolWords", "{layer} of {ai}").format(layer=layer.title or layer.draw, ai=source)
    reveal = _reveal(layer)
    return f"{said} ({reveal})" if reveal else said


def _reveal(layer: Layer) -> str:
    if isinstance(layer.reveal, Reveal):
        if layer.reveal.after_s is not None:
            return translate("ProtocolWords", "after {n} s").format(n=f"{layer.reveal.after_s:g}")
        return translate("ProtocolWords", "only if {rule}").format(rule=layer.reveal.only_if)
    return {
        "shown": "",
        "toggle": translate("ProtocolWords", "hidden until switched on"),
        "button": translate("ProtocolWords", "hidden until asked for"),
    }.get(layer.reveal, translate("ProtocolWords", "under the pointer"))


def _planted(protocol: Protocol) -> Iterator[str]:
    if not protocol.planted:
        yield translate("ProtocolWords", "No mistakes are planted.")
    for name, planted in protocol.planted.items():
        yield f"{name}: {_mistake(protocol, planted)}"


def _mistake(protocol: Protocol, planted: Planted) -> str:
    kind = translate("ProtocolWords", KINDS[planted.kind]) if planted.kind in KINDS else planted.kind
    what = translate("ProtocolWords", "{kind} in what {ai} says")
    parts = [what.format(kind=kind, ai=protocol.ai[planted.ai].shown_as), _how_many(planted)]
    if planted.not_in_first:
        parts.append(translate("ProtocolWords", "none in the first {n}").format(n=planted.not_in_first))
    if planted.apart > 1:
        parts.append(translate("ProtocolWords", "at least {n} cases apart").format(n=planted.apart))
    return ", ".join(parts) + "."


def _how_many(planted: Planted) -> str:
    if planted.cases == "all":
        number = translate("ProtocolWords", "in all cases that fit")
    elif isinstance(planted.cases, tuple):
        number = translate("ProtocolWords", "in %n named case(s)", None, len(planted.cases))
    else:
        number = translate("ProtocolWords", "in %n case(s) for each reader", None, planted.cases)
    if planted.draw == "once":
        whose = translate("ProtocolWords", "the same cases for all")
    else:
        whose = translate("ProtocolWords", "other cases for each reader")
    return f"{number} ({whose})"


def _asked(protocol: Protocol) -> Iterator[str]:
    measures = {
        "decision": translate("ProtocolWords", "This is the decision that is compared with the truth."),
        "rating": translate("ProtocolWords", "This is the rating for the ROC curve."),
    }
    for question in protocol.questions.values():
        each = translate("ProtocolWords", "for each {what}").format(what=question.per)
        said = f"“{question.ask}”" + ("" if question.per == "case" else f" ({each})")
        said += "" if said.endswith(("?”", ".”")) else "."
        yield f"{said} {measures.get(question.measures or '', '')}".strip()


def _rules(protocol: Protocol) -> Iterator[str]:
    reading = protocol.reading
    yield {
        "forward_only": translate("ProtocolWords", "Readers go from case to case, with no way back."),
        "back": translate("ProtocolWords", "Readers may look at earlier cases of the block again."),
        "free": translate("ProtocolWords", "Readers choose the order of the cases themselves."),
    }[reading.navigation]
    if reading.sitting_at_most_min is not None:
        words = translate("ProtocolWords", "A sitting ends by itself after {n} minutes, at the end of a case.")
        yield words.format(n=f"{reading.sitting_at_most_min:g}")
    if reading.interrupted.same_case == "resume":
        yield translate("ProtocolWords", "A case that was interrupted goes on where it was.")
    else:
        yield translate("ProtocolWords", "A case that was interrupted is read from its beginning.")
    if reading.interrupted.max_gap_hours is not None:
        yield _after_a_gap(reading.interrupted.then).format(n=f"{reading.interrupted.max_gap_hours:g}")
    if protocol.design.readers.enrol == "coordinator":
        yield translate("ProtocolWords", "Only readers whom you enrolled can sign in, with their PIN.")
    else:
        yield translate("ProtocolWords", "Whoever signs in is enrolled.")
    if protocol.worklist is not None:
        yield translate(
            "ProtocolWords", "Cases come from a reading list, with arrivals and interruptions as the file says."
        )


def _after_a_gap(then: str) -> str:
    return {
        "resume": translate("ProtocolWords", "After more than {n} hours reading goes on all the same."),
        "restart_case": translate("ProtocolWords", "After more than {n} hours the case is read anew."),
        "ask_coordinator": translate("ProtocolWords", "After more than {n} hours you decide, on the page Progress."),
        "end_sitting": translate("ProtocolWords", "After more than {n} hours the rest of the sitting is not read."),
    }[then]


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
        about = translate("ProtocolWords", "%n minute(s)", None, max(1, round(minutes)))
        if arm:
            words = translate("ProtocolWords", "In the arm {arm} about {minutes} of reading, at {n} s a case.")
        else:
            words = translate("ProtocolWords", "About {minutes} of reading for each reader, at {n} s a case.")
        yield words.format(arm=arm, minutes=about, n=f"{protocol.reading.expected_s:g}")
    yield translate("ProtocolWords", "Pages, practice, pauses and feedback come on top.")


def _told(protocol: Protocol) -> Iterator[str]:
    shown = {
        "own": translate("ProtocolWords", "their own answers"),
        "ai": translate("ProtocolWords", "what AI said"),
        "truth": translate("ProtocolWords", "the truth"),
        "planted": translate("ProtocolWords", "which mistakes were planted"),
        "dwell": translate("ProtocolWords", "where they looked"),
        "peers": translate("ProtocolWords", "how others answered"),
    }
    words = {
        "never": translate("ProtocolWords", "Readers are never told the truth."),
        "after_case": translate("ProtocolWords", "After each case readers are told {what}."),
        "after_block": translate("ProtocolWords", "After each block readers are told {what}."),
        "after_sitting": translate("ProtocolWords", "At the end of each sitting readers are told {what}."),
        "after_study": translate("ProtocolWords", "At the end of their last sitting readers are told {what}."),
    }[protocol.feedback.when]
    yield words.format(what=_listed([shown.get(each, each) for each in protocol.feedback.show]))


def _title(protocol: Protocol, condition: str) -> str:
    return protocol.conditions[condition].title or condition


def _listed(words: Iterable[object]) -> str:
    names = [str(word) for word in words]
    if len(names) < 2:
        return "".join(names)
    words_and = translate("ProtocolWords", "{these} and {last}")
    return words_and.format(these=", ".join(names[:-1]), last=names[-1])


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
        return translate("ProtocolWords", "{key}: new, {value}").format(key=key, value=_said(after))
    if after is None:
        return translate("ProtocolWords", "{key}: {value} is taken away").format(key=key, value=_said(before))
    return f"{key}: {_said(before)} → {_said(after)}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return translate("ProtocolWords", "yes") if value else translate("ProtocolWords", "no")
    if isinstance(value, list):
        return "[" + ", ".join(_said(each) for each in value) + "]"
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    return translate("ProtocolWords", "nothing") if value in (None, "", {}) else str(value)


def changes_in_lines(old: str, new: str) -> str:
    """The differences line by line, as a unified diff with two lines around each."""
    return "\n".join(unified_diff(old.splitlines(), new.splitlines(), "before", "after", lineterm="", n=2))
