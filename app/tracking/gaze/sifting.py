"""What of gaze may be kept: within the reading window, while it is read in. All else never reaches the log.

What belongs here: looks at the window, and leaving samples out by them. What does not: looking (app.windows.gaze), what
a tracker sends (arriving).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, replace

from app.tracking.events.gaze import GazeMoved, GazeSample

HELD = 50  # looks; at ten a second, longer than any sample is under way


@dataclass(frozen=True, slots=True)
class Sight:
    """The reading window at one moment: left, top, width, height in logical px of its screen.

    None while nobody is to be watched: paused, on a break, another program in front, before and after the sitting.
    """

    at_ns: int
    window: tuple[float, float, float, float] | None

    def holds(self, x_px: float, y_px: float) -> bool:
        """Whether a place on the screen is within the window."""
        if self.window is None:
            return False
        left, top, width, height = self.window
        return left <= x_px < left + width and top <= y_px < top + height


class Sieve:
    """Leaves out of gaze what may not be kept, by the last look before each sample and the first one after it.

    Both have to allow it: whatever happened between two looks, such as a pause, counts for all of the time between.
    """

    def __init__(self) -> None:
        self._sights: deque[Sight] = deque(maxlen=HELD)

    def look(self, sight: Sight) -> None:
        """The window as it is now; looks come in the order of their times."""
        self._sights.append(sight)

    def sifted(self, moved: GazeMoved) -> GazeMoved | None:
        """The samples of times in which the reader reads; those beside the window without their place and pupils.

        None where no sample is left.
        """
        around = [(sample, self._around(sample[0])) for sample in moved.samples]
        kept = [each for each in around if each[1] and all(sight.window is not None for sight in each[1])]
        if not kept:
            return None
        samples = tuple(_within(sample, sights) for sample, sights in kept)
        beside = sum(new is not old for new, (old, _) in zip(samples, kept, strict=True))
        return replace(moved, at_ns=samples[-1][0], samples=samples, beside=beside)

    def _around(self, at_ns: int) -> tuple[Sight, ...]:
        """The looks before and after a moment; nothing for moments before the first look."""
        place = bisect_right(self._sights, at_ns, key=lambda sight: sight.at_ns)
        if place == 0:
            return ()
        return tuple(self._sights[at] for at in range(place - 1, min(place + 1, len(self._sights))))


def _within(sample: GazeSample, sights: tuple[Sight, ...]) -> GazeSample:
    """The sample itself where it lies in the window, else only its time."""
    at_ns, x, y, *_ = sample
    if x is None or y is None or all(sight.holds(x, y) for sight in sights):
        return sample
    return (at_ns, None, None, None, None)
