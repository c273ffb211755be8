"""Broken copies of real files through the whole pixel road: a small part of what `python -m benchmarks.fuzz` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz import HANG_S, mutant, run, seeds


@pytest.mark.slow
def test_that_nothing_but_a_refusal_comes_of_broken_files() -> None:
    outcomes = list(run(range(600), seed=7))
    assert [one for one in outcomes if not one.kind.islower() or one.seconds > HANG_S] == []
    kinds = {one.kind for one in outcomes}
    assert {"shown", "refused"} <= kinds  # both ways are walked


def test_that_a_run_can_be_repeated(tmp_path: Path) -> None:
    files = seeds(tmp_path)
    assert mutant(files, 5, seed=1) == mutant(files, 5, seed=1)
    assert mutant(files, 5, seed=1) != mutant(files, 6, seed=1)
