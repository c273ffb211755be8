"""Names and values in comparisons are known where the comparison stands.

What belongs here: which names each kind of comparison may use, and which values those can have. What does not: the
grammar (study_configs.comparison), when a step or layer can come (phases, layers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from study_configs.comparison import Comparison, Not, Test
from study_configs.layers import Reveal
from study_configs.problems import closest, listed
from study_configs.protocol import Protocol
from study_configs.questions import Choice, Likert, ScaleAnswer, Verdict, YesNo
from study_configs.rules.checked import TRUTH, Checked, parsed_or_none
from study_configs.yaml12 import Path

_DONT_KNOW = "dont_know"
_TELLING = 30  # a column with more values than this is no list of words to choose from


@dataclass(frozen=True, slots=True)
class _Found:
    """A comparison of the file: its text, its place, and the kinds of name that it may use."""

    text: str
    path: Path
    kinds: tuple[str, ...]


def check(checked: Checked) -> None:
    """Every comparison of the file."""
    known = _Known(checked)
    for found in _comparisons(checked.protocol):
        parsed = parsed_or_none(found.text)
        if parsed is None:
            continue
        names = [name for kind in found.kinds for name in known.names(kind)]
        if _names(checked, parsed, found, names):
            for test in _tests(parsed):
                _value(checked, test, found, known)


def _comparisons(protocol: Protocol) -> Iterator[_Found]:
    for name, question in protocol.questions.items():
        if question.show_if is not None:
            kinds = ("case", "answer", "trial", "arm", "reader")
            yield _Found(question.show_if, ("questions", name, "show_if"), kinds)
    for name, layer in protocol.layers.items():
        if isinstance(layer.reveal, Reveal) and layer.reveal.only_if is not None:
            yield _Found(layer.reveal.only_if, ("layers", name, "reveal", "only_if"), ("answer",))
    for name, condition in protocol.conditions.items():
        for at, phase in enumerate(condition.phases):
            if phase.only_if is not None:
                yield _Found(phase.only_if, ("conditions", name, "phases", at, "only_if"), ("answer", "case", "ai"))
    for place, pages in (("before", protocol.before), ("after", protocol.after)):
        for at, page in enumerate(pages):
            if page.show_if is not None:
                yield _Found(page.show_if, (place, at, "show_if"), ("arm", "condition", "reader", "answer"))
    yield from _over_cases(protocol)


def _over_cases(protocol: Protocol) -> Iterator[_Found]:
    if isinstance(protocol.cases.practice, str):
        yield _Found(protocol.cases.practice, ("cases", "practice"), ("case",))
    for name, planted in protocol.planted.items():
        if planted.where is not None:
            yield _Found(planted.where, ("planted", name, "where"), ("case",))
    for at, part in enumerate(protocol.design.cases.parts):
        yield _Found(part.where, ("design", "cases", "parts", at, "where"), ("case", TRUTH))
    for at, probe in enumerate(protocol.design.probes):
        if isinstance(probe.cases, str):
            yield _Found(probe.cases, ("design", "probes", at, "cases"), ("case",))
    if protocol.worklist is not None and protocol.worklist.stat is not None:
        yield _Found(protocol.worklist.stat, ("worklist", "stat"), ("case",))


@dataclass(frozen=True, slots=True)
class _Known:
    """The names of each kind, and the values that a name can have."""

    checked: Checked

    def names(self, kind: str) -> Sequence[str]:
        checked = self.checked
        named: Mapping[str, Iterable[str]] = {
            "case": checked.attributes,
            "answer": checked.declared("questions"),
            "reader": checked.protocol.design.readers.strata,
            "ai": checked.declared("ai"),
        }
        if kind in named:
            return [f"{kind}.{name}" for name in named[kind]]
        return {"trial": ("condition", "phase"), "arm": ("arm",) if checked.declared("arms") else ()}.get(kind, (kind,))

    def values(self, name: str) -> Sequence[str]:
        """All values that the name can have; empty where they are not a few words."""
        kind, _, rest = name.partition(".")
        protocol = self.checked.protocol
        if kind == "answer":
            return _answers(protocol, rest)
        if kind == "reader":
            return protocol.design.readers.strata[rest]
        if kind == "phase":
            return [phase.name for condition in protocol.conditions.values() for phase in condition.phases]
        section = {"arm": "arms", "condition": "conditions"}.get(kind)
        return self.checked.declared(section) if section else ("positive", "negative") if kind == TRUTH else ()

    def written(self, name: str) -> Sequence[str]:
        """The values that the manifest has in a column; empty for other names, and where they are many."""
        kind, _, column = name.partition(".")
        if kind != "case":
            return ()
        values = {case.attributes.get(column, "") for case in self.checked.cases} - {""}
        return sorted(values) if len(values) <= _TELLING else ()


def _answers(protocol: Protocol, name: str) -> Sequence[str]:
    """The words that can answer a question; empty where its answers are no few words."""
    question = protocol.questions.get(name)
    extra = [_DONT_KNOW] if question is not None and question.dont_know else []
    if isinstance(question, YesNo):
        return ["yes", "no", *extra]
    if isinstance(question, Choice):
        return [*question.options, *extra]
    if isinstance(question, ScaleAnswer):
        return [*question.categories, *extra]
    if isinstance(question, Verdict):
        return [*question.offer, *extra]
    if isinstance(question, Likert):
        return [*(str(point) for point in range(1, question.points + 1)), *extra]
    return ()


def _names(checked: Checked, parsed: Comparison, found: _Found, known: Sequence[str]) -> bool:
    unknown = [
        name
        for name in sorted(parsed.names)
        if name not in known and not (name.startswith("case.") and "case" in found.kinds and not checked.cases)
    ]
    for name in unknown:
        what = f"Nothing is called {name} in a comparison here."
        expected = f"one of {listed(known)}" if known else "a name; and the manifest has no columns of your own"
        checked.report.add("RL308", found.path, what, expected=expected, suggestion=closest(name, known))
    return not unknown


def _tests(comparison: Comparison) -> Iterator[Test]:
    if isinstance(comparison, Test):
        yield comparison
    elif isinstance(comparison, Not):
        yield from _tests(comparison.part)
    else:
        for part in comparison.parts:
            yield from _tests(part)


def _value(checked: Checked, test: Test, found: _Found, known: _Known) -> None:
    """Equal or not to a value that cannot occur is a slip of the pen, though it has a meaning."""
    if test.operator not in ("==", "!="):
        return
    for code, values in (("RL313", known.values(test.name)), ("RL535", known.written(test.name))):
        if values and not any(Test(test.name, "==", test.value).holds({test.name: value}) for value in values):
            said = f"{test.value:g}" if isinstance(test.value, float) else test.value
            what = f"{test.name} is never {said}."
            if code == "RL535":
                what = f"No case has {said} in the column {test.name.partition('.')[2]}."
            checked.report.add(
                code, found.path, what, expected=f"one of {listed(list(values))}", suggestion=closest(said, values)
            )
