"""Sentences that know what kind of fault they tell, so that no code hangs on their wording."""

from __future__ import annotations

import pickle

from overlays.faults import Fault, Reason, fault_of


def test_that_a_reason_reads_like_any_text_and_keeps_its_kind() -> None:
    reason = Reason("it says left", Fault.SIDE)
    assert reason == "it says left"
    assert f"Left out: {reason}." == "Left out: it says left."
    assert fault_of(reason) is Fault.SIDE
    assert fault_of(pickle.loads(pickle.dumps(reason))) is Fault.SIDE


def test_that_a_plain_text_tells_of_something_odd() -> None:
    assert fault_of("a scale was taken from the volume itself") is Fault.ODD
