"""Getting a trial's images and AI results while the window goes on.

What belongs here: one thread, and what it has fetched. What does not: what is fetched (app.conduct.replaying).
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from app.conduct.replaying import Check, Fetched, TrialSource
from study_configs.words import translate

HELD = 3  # trials in memory: the one shown, the next, the one before


class Fetcher:
    """Call it with a trial: its images and results, or None while they are on their way. To be closed."""

    def __init__(self, source: TrialSource) -> None:
        self._source = source
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="replay-fetch")
        self._held: dict[int, Future[Fetched]] = {}

    def __call__(self, trial: int) -> Fetched | None:
        future = self._ask(trial)
        return _outcome(future) if future.done() else None

    def wait(self, trial: int) -> Fetched:
        """As a call, however long it takes: for films."""
        return _outcome(self._ask(trial))

    def ahead(self, trial: int) -> None:
        """Begin to fetch a trial that comes soon."""
        self._ask(trial)

    def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._source.close()

    def _ask(self, trial: int) -> Future[Fetched]:
        future = self._held.pop(trial, None) or self._thread.submit(self._source.fetch, trial)
        self._held[trial] = future  # the one asked for last stands last
        for old in list(self._held)[:-HELD]:
            self._held.pop(old).cancel()  # whoever runs through many trials waits for none of those in between
        return future


def _outcome(future: Future[Fetched]) -> Fetched:
    """What was fetched; an image that can't be read is said, and the replay goes on without it."""
    try:
        return future.result()
    except OSError as error:
        words = translate("Replay", "The images can't be read: {why}").format(why=error.strerror or error)
        return Fetched(checks=(Check("unknown", words),))
