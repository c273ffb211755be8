"""Trials are fetched off the window, and no more of them than somebody will look at."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from app.conduct.replaying import NOTHING, Fetched
from app.windows.replay.fetching import HELD, Fetcher


class Source:
    """Gives each trial once it may; notes which were asked for."""

    def __init__(self) -> None:
        self.began, self.may_go, self.fetched = Event(), Event(), list[int]()

    def fetch(self, trial: int) -> Fetched:
        self.fetched.append(trial)
        self.began.set()
        self.may_go.wait()
        return NOTHING

    def close(self) -> None:
        self.may_go.set()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def fetcher(source: Source) -> Iterator[Fetcher]:
    made = Fetcher(source)
    yield made
    source.may_go.set()
    made.close()


def test_that_whoever_runs_through_many_trials_waits_for_none_of_those_in_between(source: Source, fetcher: Fetcher):
    assert fetcher(0) is None
    source.began.wait()
    for trial in range(1, 20):
        assert fetcher(trial) is None
    source.may_go.set()
    assert fetcher.wait(19) is NOTHING
    assert source.fetched == [0, *range(20 - HELD, 20)]


def test_that_a_trial_that_is_looked_at_stays_while_others_are_fetched_ahead(source: Source, fetcher: Fetcher):
    source.may_go.set()
    for ahead in range(1, 10):
        assert fetcher.wait(0) is NOTHING
        fetcher.ahead(ahead)
    fetcher.wait(9)
    assert source.fetched.count(0) == 1
