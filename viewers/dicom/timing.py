"""How long each frame of a cine stays on screen, from the elements in which scanners say it.

What belongs here: milliseconds for each frame. What does not: playing them.
"""

from __future__ import annotations

from viewers.dicom.elements import Elements

LONGEST_MS = 60_000.0


def frame_ms(elements: Elements, count: int) -> tuple[float, ...]:
    """Milliseconds for each frame; one value stands for all, () where nothing is said (PS3.3 C.7.6.5).

    The rate at which the maker recommends to show the frames comes first, then the times at which they were taken.
    """
    if count < 2:
        return ()
    recommended = elements.number(0x00082144)
    if recommended and 0 < recommended <= 1000:
        return (1000 / recommended,)
    steps = elements.numbers(0x00181065)
    if len(steps) == count and all(0 <= step <= LONGEST_MS for step in steps) and sum(steps[1:]) > 0:
        return (*steps[1:], sum(steps[1:]) / (count - 1))  # each is the time since the frame before
    single = elements.number(0x00181063)
    if single and 0 < single <= LONGEST_MS:
        return (single,)
    rate = elements.number(0x00180040)
    return (1000 / rate,) if rate and 0 < rate <= 1000 else ()
