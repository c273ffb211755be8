"""Things that were worked out, kept until newer ones take their place.

What belongs here: the last few things by key. What does not: what they are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

T = TypeVar("T")


class Kept:
    """The last things by key, oldest out first, as long as they weigh `most` together (one each, if nothing says)."""

    def __init__(self, most: float, weigh: Callable[[object], float] = lambda thing: 1.0) -> None:
        self._most, self._weigh = most, weigh
        self._things: OrderedDict[Hashable, object] = OrderedDict()
        self._weight = 0.0

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        if key not in self._things:
            made = compute()
            self._things[key] = made
            self._weight += self._weigh(made)
            self._let_go()
            return made
        self._things.move_to_end(key)
        return self._things[key]  # type: ignore[return-value]  # a key always names one kind of thing

    def _let_go(self) -> None:
        while self._weight > self._most and len(self._things) > 1:
            _, oldest = self._things.popitem(last=False)
            self._weight -= self._weigh(oldest)

    def clear(self) -> None:
        self._things.clear()
        self._weight = 0.0
