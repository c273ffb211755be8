"""Writes docs/events.md from the events' own classes: `python -m app.tracking.events.document`.

What belongs here: the vocabulary of the log as a page for people. What does not: the vocabulary itself (its modules).
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from types import ModuleType

from app.tracking.events import KINDS, DenseEvent, Event
from app.tracking.events.json_form import MODULES

ROOT = Path(__file__).parents[3]
PAGE_FILE = ROOT / "docs" / "events.md"
OLD = {"Clicked": "nothing any more; PointerPressed came in its place"}  # kinds of old logs, and why none are written
TITLES = {
    "course": "The course of a sitting",
    "measures": "What the reader measures and paints",
    "viewing": "The images, and the reader's hands",
    "advice": "What of the AI is shown",
    "workplace": "The workplace: program, monitors, attention, clocks",
    "bustle": "Around the cases: list, calls, time",
    "station": "The scanner",
    "gaze": "The eyes",
}
UNITS = {"_ns": "ns", "_ms": "ms", "_s": "s", "_hours": "h", "_mm": "mm, LPS", "_px": "px", "_deg": "°", "_hz": "Hz"}
UNITS_OF = {
    "MonitorsDescribed.monitors": "see above",
    "GazeCalibrated.points": "px of the screen",
    "PanelsPlaced.panels": "px of the screen",
    "column": "px of the image",
    "row": "px of the image",
    "slice_index": "slice, from 0",
    "trial": "index in the order",
    "phase": "index in the trial",
    "viewport": "index, -1: the panel",
    "l_min": "cd/m²",
    "l_max": "cd/m²",
    "ambient_lux": "lx",
    "zoom": "logical px per mm",
    "steps": "notches",
    "dpr": "device px per logical px",
    "scale": "device px per logical px",
}
INTRODUCTION = """# The events of the log

Written by `python -m app.tracking.events.document` from the events' own classes; do not edit it by hand.

Everything that happens in a sitting is an event: a kind, a moment, and the kind's own fields. The store keeps each as a
row of the table `events` ([store.md](store.md)); app.tracking makes values of them again.

## How to read them
- **Two clocks.** `at_ns` is the workstation's monotonic clock (ns from an unknown beginning): use it for durations,
  within one row of `sittings` only. `utc` is the wall clock when the event was handed to the log. ClockJumped says
  where the wall clock was set; Slept where the machine slept, during which the monotonic clock of Linux and macOS
  stands still. Samples carry times of their own.
- **Order.** `seq` is the order in which events were taken. An event may be about a moment a little earlier than the one
  before it: IdleStarted about the end of the silence, PointerMoved about the last of its samples.
- **States.** A kind that ends in *Changed*, *Placed*, *Described* or *Chosen* says all that holds from then on. What
  was before the first is not known.
- **Acknowledged** kinds (*) are shown as done only after the disk has them.
- **Samples.** A dense kind has a row of `samples` beside it; its payload holds their number and SHA-256. In the codec
  `columns-1` each column is stored as whole multiples of its step (see `app/tracking/samples.py`), so that nothing is
  lost; logs of before hold the samples in the payload itself. At most 100 ms of samples wait in the window and 100 ms
  in the writer.
- **Places.** Image points are (column, row) of the stack named by `series_uid`, pixel centres at whole numbers; a place
  in the patient (mm, LPS) is that stack's SeriesOpened.affine · (column, row, slice). Beside the image they go on past
  its edges. Places on the screen are logical pixels from the top left corner of the screen that the window is on.
- **Who did it.** CommandIssued.source: `key`, `mouse` (a gesture over the images), `wheel`, `button` (one on the
  screen), `menu`, `program` (something else that was done brought it about), `simulated`. KeyPressed,
  PointerPressed and WheelTurned are the bare input, whether or not anything came of it.
- **What is not there:** no text that somebody types but the answers, nothing outside the reading windows, no names.
"""


@cache
def page() -> str:
    """docs/events.md, as Markdown."""
    return "\n".join([INTRODUCTION, *(part for module in MODULES for part in _section(module))])


def emitters(kind: str) -> tuple[str, ...]:
    """The modules of app/ that make events of a kind, as their code says."""
    return tuple(module for module, names in _named() if kind in names)


@cache
def _named() -> tuple[tuple[str, frozenset[str]], ...]:
    """Every module of app/ that writes events, and the names that stand in its code outside imports and patterns."""
    found = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if not module.startswith(("app.tracking.events", "app.simulated", "app.dry_running")):
            found.append((module, frozenset(_made_in(ast.parse(path.read_text(encoding="utf-8"))))))
    return tuple(found)


def _made_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            asked = getattr(node.func, "id", "") in ("isinstance", "issubclass")
            called = [] if asked else [node.func, *node.args]  # itself, or through somebody who is given the class
        elif isinstance(node, ast.IfExp):  # one class or another, called afterwards
            called = [node.body, node.orelse]
        else:
            continue
        yield from (each.id for each in called if isinstance(each, ast.Name))


def _section(module: ModuleType) -> Iterator[str]:
    name = module.__name__.rpartition(".")[2]
    yield f"## {TITLES[name]}\n"
    for kind, cls in KINDS.items():
        if cls.__module__ == module.__name__:
            yield from _kind(kind, cls)


def _kind(kind: str, cls: type[Event]) -> Iterator[str]:
    yield f"### {kind}{'*' if cls.acknowledged else ''}\n"
    yield f"{_meaning(cls)}\n"
    yield f"Written by {OLD.get(kind) or ', '.join(f'`{module}`' for module in emitters(kind))}.\n"
    rows = [_row(cls, each.name, _comments(cls)) for each in fields(cls) if each.name != "at_ns"]
    if rows:
        yield "\n".join(("| field | type | unit | default | |", "| --- | --- | --- | --- | --- |", *rows)) + "\n"
    if issubclass(cls, DenseEvent):
        yield "Each sample:\n"
        head = ("| column | unit | step | may be missing |", "| --- | --- | --- | --- |")
        columns = (
            f"| `{each.name}` | {each.unit} | {each.step or 'whole'} | {'yes' if each.missing else 'no'} |"
            for each in cls.columns
        )
        yield "\n".join((*head, *columns)) + "\n"


def _meaning(cls: type[Event]) -> str:
    """The class's docstring, as paragraphs; "" where it has none of its own."""
    own = cls.__dict__.get("__doc__") or ""
    return "" if own.startswith(f"{cls.__name__}(") else inspect.cleandoc(own)


def _row(cls: type[Event], name: str, comments: dict[str, str]) -> str:
    field = cls.__dataclass_fields__[name]
    written = str(field.type).replace("|", "\\|")
    default = "" if field.default is MISSING else f"`{field.default!r}`"
    made = "empty" if field.default_factory is not MISSING else default
    return f"| `{name}` | `{written}` | {_unit(cls.__name__, name)} | {made} | {comments.get(name, '')} |"


def _unit(kind: str, name: str) -> str:
    known = UNITS_OF.get(f"{kind}.{name}") or UNITS_OF.get(name)
    return known or next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")


def _comments(cls: type[Event]) -> dict[str, str]:
    """What stands behind a field in its class's source, and those that it inherits."""
    found: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        if issubclass(each, Event) and each is not Event:
            found |= dict(re.findall(r"^    (\w+): [^#\n]*#\s*(.+)$", inspect.getsource(each), re.MULTILINE))
    return found


if __name__ == "__main__":
    PAGE_FILE.write_text(page(), encoding="utf-8")
