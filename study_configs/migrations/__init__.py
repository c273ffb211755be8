"""Older versions of the study language, brought up to the newest: one step for each version.

What belongs here: the steps, as pure functions on the plain values of a file, each with a sentence of what changed.
What does not: writing the file anew (migrations.rewriting), what the newest language means (protocol).

To add a step: raise LANGUAGE_VERSION in protocol, write a module here with a function `change(data) -> data` that
changes nothing it is given, and append a Step to STEPS. Keep a protocol of the old version in tests for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from study_configs.yaml12 import WrittenInt

VERSION = "readerlab"
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """From version `since` to the next. `what` says in one sentence what changed, for coordinators."""

    since: int
    what: str
    change: Callable[[Data], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The values in the newest version, and the sentences of the steps that were taken (none: it was the newest)."""

    data: dict[str, Any]
    changes: tuple[str, ...] = ()


STEPS: tuple[Step, ...] = ()  # the language has had one version so far


def version_of(data: Data) -> int | None:
    """The version of the language that the file says it is in; None where it says none that can be."""
    version = data.get(VERSION)
    return int(version) if isinstance(version, int) and not isinstance(version, bool) else None


def newest(data: Data, steps: Sequence[Step] = STEPS) -> Upgraded:
    """All steps from the file's version on, in turn. A file of an unknown version comes back as it is."""
    changes: list[str] = []
    made = dict(data)
    for step in sorted(steps, key=lambda step: step.since):
        if version_of(made) == step.since:
            made = {**step.change(made), VERSION: _number(step.since + 1)}
            changes.append(step.what)
    return Upgraded(made, tuple(changes))


def _number(value: int) -> WrittenInt:
    number = WrittenInt(value)
    number.written = str(value)
    return number
