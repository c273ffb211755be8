"""The log as XES, for process mining: a trace for each trial, and one for what lies around a sitting's trials.

What belongs here: the XML. What does not: what an event is called (log_words).

Source: IEEE 1849-2016 (XES) and its XML schema: extensions, globals, classifiers, attributes, traces, in this order;
the standard extensions Concept, Time, Lifecycle, Organizational.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from app.store.exports.log_words import Happened, happened
from app.store.projecting.projections import Projection
from app.version import version

URI = "http://www.xes-standard.org/"
EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Lifecycle", "lifecycle"),
    ("Organizational", "org"),
)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
GLOBALS = (
    ("trace", (("string", "concept:name", "UNKNOWN"),)),
    (
        "event",
        (
            ("string", "concept:name", "UNKNOWN"),
            ("date", "time:timestamp", "1970-01-01T00:00:00.000+00:00"),
            ("string", "lifecycle:transition", "complete"),
            ("string", "org:resource", "UNKNOWN"),
        ),
    ),
)
CLASSIFIERS = (("Activity", "concept:name"), ("ActivityAndTransition", "concept:name lifecycle:transition"))
TAGS: tuple[tuple[type, str], ...] = ((bool, "boolean"), (int, "int"), (float, "float"), (str, "string"))


class XesFile:
    """A log that takes one course after the other. `name` is what the log is called."""

    def __init__(self, path: Path, name: str) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="\n")
        self._file.write(f'{HEAD}<log xes.version="1849.2016" xes.features="" xmlns="{URI}">\n')
        for title, prefix in EXTENSIONS:
            self._file.write(f'<extension name="{title}" prefix="{prefix}" uri="{URI}{prefix}.xesext"/>\n')
        for scope, attributes in GLOBALS:
            held = "".join(f'<{tag} key="{key}" value="{value}"/>' for tag, key, value in attributes)
            self._file.write(f'<global scope="{scope}">{held}</global>\n')
        for title, keys in CLASSIFIERS:
            self._file.write(f'<classifier name="{title}" scope="event" keys="{keys}"/>\n')
        told = {"concept:name": name, "lifecycle:model": "standard", "readerlab_version": version()}
        self._file.write(_attributes(told) + "\n")

    def take(self, projection: Projection) -> None:
        traces: dict[int | None, list[Happened]] = {}
        for each in happened(projection):
            traces.setdefault(each.trial, []).append(each)
        for trial, events in traces.items():
            self._file.write(f"<trace>{_attributes(_trace(projection, trial))}\n")
            self._file.writelines(f"<event>{_attributes(_event(each))}</event>\n" for each in events)
            self._file.write("</trace>\n")

    def close(self) -> None:
        self._file.write("</log>\n")
        self._file.close()


def write_xes(projections: Iterable[Projection], path: Path, name: str) -> None:
    """One log of all courses."""
    file = XesFile(path, name)
    for projection in projections:
        file.take(projection)
    file.close()


def _trace(projection: Projection, trial: int | None) -> Mapping[str, Any]:
    names = ("reader", "stratum", "protocol_id", "protocol_version", "protocol_sha256", "mode", "sitting")
    told: dict[str, Any] = dict(zip(names, projection.course.who, strict=True))
    began = f"{told['reader']}/{told['protocol_id']}/{told['protocol_version']}/sitting-{told['sitting']}"
    if trial is None or trial not in projection.trials_by_index:
        return {"concept:name": f"{began}/around", **told}
    done, planned = projection.trials_by_index[trial], projection.planned.get(trial, {})
    kinds = {key: planned[key] for key in ("practice", "repeat", "block", "probe") if key in planned}
    of = {"trial": trial, "case": done.case, "condition": done.condition, **kinds}
    return {"concept:name": f"{began}/trial-{trial}", **told, **of, "voided": projection.course.voided.get(trial, "")}


def _event(each: Happened) -> Mapping[str, Any]:
    told = {
        "concept:name": each.activity,
        "lifecycle:transition": each.transition,
        "time:timestamp": each.logged.utc,
        "org:resource": each.sitting.reader,
        "kind": type(each.logged.event).__name__,
        "seq": each.logged.seq,
        "uid": each.sitting.uid,
        "at_ns": each.logged.event.at_ns,
    }
    return {**{name: value for name, value in each.fields.items() if name not in told}, **told}


WHITE = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def _attributes(values: Mapping[str, Any]) -> str:
    return "".join(_attribute(key, value) for key, value in values.items())


def _attribute(key: str, value: Any) -> str:
    if key == "time:timestamp":
        return f'<date key="{key}" value={quoteattr(_with_zone(value))}/>'
    tag = next(name for kind, name in TAGS if isinstance(value, kind))
    text = str(value).lower() if tag == "boolean" else _printable(str(value))
    return f"<{tag} key={quoteattr(key)} value={quoteattr(text, WHITE)}/>"


def _with_zone(utc: str) -> str:
    return utc if utc.endswith("Z") or utc[-6:-5] in "+-" else f"{utc}+00:00"


def _printable(text: str) -> str:
    """Without the signs that XML 1.0 has no place for."""
    return "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))
