"""The section planted: which kinds take which keys, and scales of categories."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from pydantic import ValidationError

from study_configs.planted import ALLOWED, Planted
from study_configs.planting import PlannedError, as_written, planned_error
from study_configs.scales import SCALES, moved, rewritten, step_of

GOOD: tuple[dict[str, Any], ...] = (
    {"kind": "shifted", "shift_mm": 15.0, "towards": "head"},
    {"kind": "resized", "factor": 0.5},
    {"kind": "score", "score": 0.2},
    {"kind": "decoupled"},
    {"kind": "category", "scale": "BI-RADS 4ABC", "by": -2},
    {"kind": "category", "scale": ("low", "middle", "high"), "to": "high"},
    {"kind": "wrong_side"},
    {"kind": "wrong_label", "label": "lymph node"},
    {"kind": "distractor", "from": "negative"},
    {"kind": "sham"},
)


@pytest.mark.parametrize("keys", GOOD, ids=lambda keys: keys["kind"])
def test_that_every_kind_is_understood(keys: dict[str, Any]) -> None:
    rule = Planted(ai="a", cases=1, **keys)
    error = planned_error("n", rule, "c", 7)
    assert (error.id, error.ai, error.kind, error.seed) == ("n/c", "a", keys["kind"], 7)
    assert rule.wants_positive is {"negative": False, "any": None}.get(
        keys.get("from", "any" if keys["kind"] == "sham" else ""), True
    )


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"kind": "shifted"}, "needs shift_mm"),
        ({"kind": "resized", "factor": 1.0}, "changes nothing"),
        ({"kind": "score"}, "needs score"),
        ({"kind": "sham", "score": 0.5}, "means nothing to sham"),
        ({"kind": "category", "by": 1}, "needs scale"),
        ({"kind": "category", "scale": "BI-RADS"}, "either by or to"),
        ({"kind": "category", "scale": "BI-RADS", "by": 1, "to": "5"}, "either by or to"),
        ({"kind": "category", "scale": "BI-RADS", "by": 5}, "1 to 4"),
        ({"kind": "category", "scale": "BI-RADS", "by": 0}, "1 to 4"),
        ({"kind": "category", "scale": "BI-RADS", "to": "7"}, "no step"),
        ({"kind": "category", "scale": ("one",), "by": 1}, "at least two"),
        ({"kind": "wrong_label"}, "needs label"),
        ({"kind": "false_negative", "from": "negative"}, "Nothing can be missed"),
        ({"kind": "shifted", "shift_mm": 5.0, "towards": "up"}, "towards"),
    ],
)
def test_that_keys_that_do_not_fit_are_refused_with_the_reason(keys: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Planted(ai="a", cases=1, **keys)


def test_that_every_own_key_belongs_to_some_kind() -> None:
    assert {name for names in ALLOWED.values() for name in names} <= set(Planted.model_fields)


def test_that_orders_written_before_there_were_more_kinds_stay_as_they_were() -> None:
    plain = PlannedError("n/c", "a", "false_positive", 1, 9.0)
    assert list(as_written(asdict(plain))) == ["id", "ai", "kind", "seed", "diameter_mm", "score"]


@pytest.mark.parametrize("written", ["4A", "4a", "BI-RADS 4A", "birads: 4a", "BIRADS 4A"])
def test_that_a_step_is_known_however_it_is_written(written: str) -> None:
    assert step_of(written, SCALES["BI-RADS 4ABC"]) == 3


def test_that_moving_stops_at_the_ends() -> None:
    scale = SCALES["BI-RADS"]
    assert moved("BI-RADS 4", scale, 1) == "BI-RADS 5"
    assert moved("5", scale, 1) is None
    assert moved("0", scale, 1) is None
    assert rewritten("BI-RADS 2", scale, "5") == "BI-RADS 5"
