"""Events as JSON and back.

What belongs here: the names of kinds and the forms of their values. What does not: writing them (recorder, store).
"""

from __future__ import annotations

import types
import typing
from dataclasses import fields
from typing import Any

import app.tracking.events.advice as advice
import app.tracking.events.bustle as bustle
import app.tracking.events.course as course
import app.tracking.events.gaze as gaze
import app.tracking.events.measures as measures
import app.tracking.events.station as station
import app.tracking.events.viewing as viewing
import app.tracking.events.workplace as workplace
from app.tracking.events.base import DenseEvent, Event

MODULES: tuple[types.ModuleType, ...] = (course, measures, viewing, advice, workplace, bustle, station, gaze)
KINDS: dict[str, type[Event]] = {
    name: value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, Event) and value not in (Event, DenseEvent)
}


def payload(event: Event) -> dict[str, Any]:
    """The event's own fields, without `at_ns`, as JSON-ready values."""
    return {name: getattr(event, name) for name in _names(type(event))}


def from_payload(kind: str, at_ns: int, values: dict[str, Any]) -> Event:
    """The event again; lists become tuples where the field says so. Raises KeyError for an unknown kind."""
    cls = KINDS[kind]
    hints = _hints(cls)
    return cls(at_ns=at_ns, **{name: _restored(hints[name], value) for name, value in values.items()})


_NAMES: dict[type[Event], tuple[str, ...]] = {}


def _names(cls: type[Event]) -> tuple[str, ...]:
    if cls not in _NAMES:
        _NAMES[cls] = tuple(f.name for f in fields(cls) if f.name != "at_ns")
    return _NAMES[cls]


_HINTS: dict[type[Event], dict[str, Any]] = {}


def _hints(cls: type[Event]) -> dict[str, Any]:
    if cls not in _HINTS:
        _HINTS[cls] = typing.get_type_hints(cls)
    return _HINTS[cls]


def _restored(hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if isinstance(value, list):
        item = next((a for a in typing.get_args(hint) if a is not Ellipsis), str)
        return tuple(_restored(item, v) for v in value)
    if isinstance(value, dict) and origin is dict:
        inner = typing.get_args(hint)[1]
        return {k: _restored(inner, v) for k, v in value.items()}
    if origin in (typing.Union, types.UnionType) and isinstance(value, list):
        return tuple(value)
    return value
