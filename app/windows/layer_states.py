"""When a phase's layers come: how long the phase has been on the screen, and which layers are due.

What belongs here: a stopwatch that pauses, and the differences between what came and what is due. What does not:
timers and painting (layer_desk), and the rules themselves (overlays.layers.reveal).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.reading import engine
from app.reading.script import HeldBack, Script, TrialScript
from app.reading.state import ReadingState
from app.tracking.events import LayerChanged
from overlays.layers.layer import Layer, visible_findings
from overlays.layers.reveal import COMES_BY_ITSELF, is_at_once, next_after_s
from overlays.result import AIResult

SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Time that passed while it ran, on the workstation's monotonic clock."""

    ran_ns: int = 0
    since_ns: int | None = None  # None: it rests

    def started(self, at_ns: int) -> Stopwatch:
        return self if self.since_ns is not None else replace(self, since_ns=at_ns)

    def rested(self, at_ns: int) -> Stopwatch:
        return Stopwatch(self._ran(at_ns))

    def seconds(self, at_ns: int) -> float:
        return self._ran(at_ns) / SECOND_NS

    def _ran(self, at_ns: int) -> int:
        return self.ran_ns + (0 if self.since_ns is None else at_ns - self.since_ns)


@dataclass(frozen=True, slots=True)
class Turns:
    """The held back layers that come now, with the rule by which they come, and those that go."""

    come: tuple[tuple[str, str], ...]
    go: tuple[str, ...]


def turns(script: Script, state: ReadingState, seconds: float) -> Turns:
    """What changes now without being asked for, `seconds` (pauses left out) into the phase."""
    held_back = engine.phase_now(script, state).held_back
    due, came = engine.layers_due(script, state, seconds), engine.layers_revealed(script, state)
    come = tuple((name, held.rule.how) for name, held in held_back.items() if name in due - came)
    return Turns(come, tuple(name for name in held_back if name in came - due))


def in_trial(layer: Layer, trial: TrialScript) -> Layer:
    """The layer as the protocol has it in this trial: its threshold there, and who the advice is said to be from."""
    threshold = trial.thresholds.get(layer.id, layer.threshold)
    return replace(layer, threshold=threshold, source=trial.shown_as.get(layer.ai, layer.source))


def never_drawn(result: AIResult, layers: Iterable[Layer]) -> tuple[str, ...]:
    """The findings that none of these layers would draw, however low its threshold."""
    lowest = [replace(layer, threshold=0.0) for layer in layers if layer.ai == result.ai]
    drawn = {finding.id for layer in lowest for finding in visible_findings(result, layer)}
    return tuple(finding.id for finding in result.findings if finding.id not in drawn)


def layers_of_phase(script: Script, state: ReadingState, layers: Mapping[str, Layer]) -> dict[str, Layer]:
    """The phase's layers as the protocol has them, or as the reader set them in this very phase before a crash.

    They are revealed as far as they came.
    """
    phase, came = engine.phase_now(script, state), engine.layers_revealed(script, state)
    trial = engine.trial_now(script, state)
    known = state.layers_set_in(trial.index, state.phase)
    return {
        name: replace(
            as_set(in_trial(layers[name], trial), known.get(name)),
            revealed=is_at_once(layers[name].reveal) or name in came,
        )
        for name in phase.layers
    }


def layers_as_planned(script: Script, state: ReadingState, layers: Mapping[str, Layer]) -> tuple[Layer, ...]:
    """The phase's layers that have come, at the protocol's own settings, whatever the reader has moved."""
    trial, came = engine.trial_now(script, state), engine.layers_revealed(script, state)
    planned = (in_trial(layers[name], trial) for name in engine.phase_now(script, state).layers)
    return tuple(layer for layer in planned if is_at_once(layer.reveal) or layer.id in came)


def asked_about(layers: Iterable[Layer], results: Iterable[AIResult]) -> tuple[str, ...]:
    """The findings that these layers draw, best first for each AI: their ids, with the AI's before where ids repeat."""
    drawn, given = list(layers), list(results)
    found = dict.fromkeys(
        (result.ai, finding.id) for result in given for layer in drawn for finding in visible_findings(result, layer)
    )
    times = Counter(finding for _, finding in found)
    return tuple(finding if times[finding] == 1 else f"{ai}/{finding}" for ai, finding in found)


def as_set(layer: Layer, changed: LayerChanged | None) -> Layer:
    """A layer as it was changed last; whether it is revealed is not for its settings to say."""
    if changed is None:
        return layer
    return replace(
        layer,
        visible=changed.visible,
        opacity=changed.opacity,
        threshold=changed.threshold,
        colours=changed.colours or layer.colours,
    )


def wait_s(held_back: Mapping[str, HeldBack], seconds: float) -> float | None:
    """How long until the next layer comes by its time; None where none does."""
    return next_after_s((held.rule for held in held_back.values()), seconds)


def watches_answers(held_back: Mapping[str, HeldBack]) -> bool:
    """Whether answers or time bring any layer."""
    return any(held.rule.how in COMES_BY_ITSELF for held in held_back.values())
