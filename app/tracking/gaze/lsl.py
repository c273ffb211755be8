"""Gaze over the Lab Streaming Layer (labstreaminglayer.org), by pylsl, which is there only where somebody installed it.

What belongs here: finding a stream, opening it, its clock, its samples; pylsl is imported nowhere else. What does not:
when to look and what to do without (receiver), what channels mean (streams).
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.tracking.gaze.receiver import Offset, SourceLost
from app.tracking.gaze.streams import GazeLayout, Origin, Units, layout_of
from study_configs.problem import StudyProblem
from study_configs.words import translate

LOOK_S, BETWEEN_LOOKS_S = 0.5, 0.05
FORGET_S = 1.0
OPEN_S = 3.0
MOST_SAMPLES = 4096  # in one pull
READINGS = 9  # of two clocks, of which the quickest counts
BUFFER_S = 60  # what LSL keeps for a thread that is late
QUIET = "[log]\nlevel = -3\n"
OWN_CONFIGURATIONS = ("lsl_api.cfg", "~/lsl_api/lsl_api.cfg", "/etc/lsl_api/lsl_api.cfg")


@dataclass(frozen=True, slots=True)
class GazeWish:
    """Which stream, and what its description leaves out. `stream` "" is the first of the type Gaze."""

    stream: str = ""
    units: Units | None = None
    origin: Origin = "top_left"


@dataclass(frozen=True, slots=True)
class Heard:
    """A stream in the network, as it announces itself."""

    name: str
    type: str
    channels: int
    rate_hz: float
    source_id: str


def need_lsl() -> None:
    """Raises StudyProblem where gaze cannot be received on this machine."""
    _pylsl()


def streams_heard(within_s: float = 2.0) -> list[Heard]:
    """All streams that announce themselves, of any type. Raises StudyProblem without pylsl."""
    found = _pylsl().resolve_streams(within_s)
    return [
        Heard(each.name(), each.type(), each.channel_count(), each.nominal_srate(), each.source_id()) for each in found
    ]


class LslFinder:
    """Looks for the wished stream, from the first call on and in LSL's own thread; a call waits half a second at most.

    LSL's calls that look once were seen to take 5 s in place of a half, while a tracker came back.
    Raises StudyProblem for a stream of no use, and when it is made without pylsl.
    """

    def __init__(self, wish: GazeWish) -> None:
        need_lsl()
        self._wish = wish
        self._looking: Any = None

    def __call__(self) -> LslSource | None:
        lsl, wish = _pylsl(), self._wish
        if self._looking is None:
            prop, value = ("name", wish.stream) if wish.stream else ("type", "Gaze")
            try:
                self._looking = lsl.ContinuousResolver(prop, value, forget_after=FORGET_S)
            except RuntimeError as error:  # such as no network at all
                raise SourceLost(str(error)) from error
        until = time.monotonic() + LOOK_S
        while time.monotonic() < until:
            if found := self._looking.results():
                self._looking = None  # what it found goes stale when the tracker goes
                return LslSource(lsl, found[0], wish)
            time.sleep(BETWEEN_LOOKS_S)
        return None


class LslSource:
    """One open stream (app.tracking.gaze.receiver.Source)."""

    kind = "lsl"

    def __init__(self, lsl: ModuleType, announced: Any, wish: GazeWish) -> None:
        self._lsl = lsl
        self.name: str = announced.name()
        self.source_id: str = announced.source_id()
        self.rate_hz = float(announced.nominal_srate())
        if announced.channel_format() == lsl.cf_string:
            raise StudyProblem(
                f"The stream {self.name} holds text, not places on the screen.", todo="Name another stream."
            )
        self._inlet = lsl.StreamInlet(announced, max_buflen=BUFFER_S, recover=False, as_numpy=True)
        try:
            described = self._asked(lambda: self._inlet.info(OPEN_S))
            count = announced.channel_count()
            self.layout: GazeLayout = layout_of(described.as_xml(), count, units=wish.units, origin=wish.origin)
            self._asked(lambda: self._inlet.open_stream(OPEN_S))
        except BaseException:
            self.close()
            raise

    def pull(self, within_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        values, times = self._asked(lambda: self._inlet.pull_chunk(timeout=within_s, max_samples=MOST_SAMPLES))
        return np.asarray(times, np.float64), np.asarray(values, np.float64)

    def offset(self) -> Offset:
        """LSL's own estimate of the way from the tracker's machine to ours, then from LSL's clock to ours."""
        correction_s = self._asked(lambda: self._inlet.time_correction(OPEN_S))
        own_ns, uncertainty_ns = clocks_apart(self._lsl)
        return Offset(round(correction_s * 1e9) + own_ns, uncertainty_ns / 1e6)

    def close(self) -> None:
        """Let go of the stream; LSL tells the sender. Done by the inlet's end, which pylsl ties to the object's."""
        self._inlet = None

    def _asked(self, ask: Any) -> Any:
        """What LSL answers. Raises SourceLost for all that it says in place of an answer."""
        try:
            return ask()
        except (RuntimeError, ValueError) as error:  # LostError, TimeoutError, InternalError are RuntimeErrors there
            raise SourceLost(str(error)) from error


def clocks_apart(lsl: ModuleType) -> tuple[int, int]:
    """ns to add to LSL's clock to get the monotonic one, and how far off that may be: the quickest of some readings."""
    best = (0, 1 << 62)
    for _ in range(READINGS):
        before = time.monotonic_ns()
        theirs = round(lsl.local_clock() * 1e9)
        after = time.monotonic_ns()
        if after - before < best[1]:
            best = ((before + after) // 2 - theirs, after - before)
    return best[0], best[1] // 2


@cache
def _pylsl() -> Any:  # the module
    try:
        import pylsl
    except ImportError as error:
        raise StudyProblem(
            translate("Gaze", "Eye trackers are received with pylsl, which is not installed here."),
            todo=translate("Gaze", "Install it: pip install 'readerlab[gaze]'. All else works without."),
        ) from error
    except (RuntimeError, OSError) as error:  # pylsl is there and finds no liblsl
        raise StudyProblem(
            translate("Gaze", "pylsl is installed, and its library liblsl cannot be loaded."),
            where=str(error).splitlines()[0][:200],
            todo=translate("Gaze", "Install liblsl (github.com/sccn/liblsl), or pylsl anew. All else works without."),
        ) from error
    _be_quiet(pylsl)
    return pylsl


def _be_quiet(lsl: ModuleType) -> None:
    """LSL tells its every step on standard error, unless somebody has configured it, who then decides that too."""
    if os.environ.get("LSLAPICFG") or any(Path(each).expanduser().exists() for each in OWN_CONFIGURATIONS):
        return
    with suppress(AttributeError, NotImplementedError):  # an older LSL, which stays as loud as it is
        lsl.set_config_content(QUIET)
