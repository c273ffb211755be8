"""What the screen showed at a moment, from events alone."""

from __future__ import annotations

from app.analysis.screens import screens_at, view_of
from app.tracking import events as e
from viewers.view import Slab


def viewed(at_ns: int, viewport: int = 0, **changes: object) -> e.ViewChanged:
    values = {
        "series_uid": "1.2", "slice_index": 3, "centre_px": (1.0, 2.0), "zoom": 2.0, "window_centre": 40.0,
        "window_width": 400.0, "inverted": False, "size_px": (300, 200), "dpr": 1.5,
    }  # fmt: skip
    return e.ViewChanged(at_ns=at_ns, viewport=viewport, **(values | changes))


def layer(at_ns: int, name: str, by: str = "reader", **changes: object) -> e.LayerChanged:
    values = {"visible": True, "opacity": 1.0, "threshold": 0.5}
    return e.LayerChanged(at_ns=at_ns, layer=name, by=by, **(values | changes))


COURSE = [
    e.TrialStarted(at_ns=0, trial=2, case="c7", condition="aided"),
    viewed(1),
    viewed(2, viewport=1, slab="max 10"),
    e.AIResultLoaded(
        at_ns=3, trial=2, ai="n", series_uid="1.2", model_sha256="", findings=0, planted=(), digest="ab"
    ),
    layer(4, "box", "protocol"),
    layer(4, "late", "protocol", revealed=False),
    e.PhaseStarted(at_ns=5, trial=2, phase=0, layers=("box", "late")),
    e.FindingChosen(at_ns=6, finding="f2", ai="n"),
    layer(7, "box", threshold=0.8),
    e.LayerRevealed(at_ns=8, layer="late", how="after"),
    e.FindingHovered(at_ns=9, viewport=1, finding="f1"),
    e.LayersHeld(at_ns=10, hidden=True),
    e.LayersHeld(at_ns=11, hidden=False),
    e.ViewportEmptied(at_ns=12, viewport=1),
    e.FusionChanged(at_ns=13, viewport=0, series_uid="1.9", opacity=0.5),
    e.PhaseConfirmed(at_ns=20, trial=2, phase=0, answers={}),
]  # fmt: skip


def test_that_views_layers_and_choices_are_those_of_the_last_event_before():
    now = screens_at(COURSE, 9)
    assert (now.trial, now.phase, now.case, now.chosen) == (2, 0, "c7", "f2")
    assert sorted(now.screens) == [0, 1]
    assert now.screens[1].hovered == "f1"
    assert [(each.layer, each.threshold, each.revealed) for each in now.layers] == [
        ("box", 0.8, True),
        ("late", 0.5, True),
    ]
    assert [each.digest for each in now.results] == ["ab"]


def test_that_holding_lasts_as_long_as_the_key_and_an_emptied_viewport_shows_nothing():
    assert [screens_at(COURSE, at).is_held for at in (9, 10, 11)] == [False, True, False]
    after = screens_at(COURSE, 13)
    assert list(after.screens) == [0]
    assert after.screens[0].fusion.series_uid == "1.9"


def test_that_no_ai_is_there_before_a_phase_and_after_its_confirmation():
    for at in (4, 20):
        assert screens_at(COURSE, at).layers == screens_at(COURSE, at).results == ()


def test_that_a_view_comes_back_whole():
    view = view_of(viewed(0, slab="mean 12.5", window_shape="sigmoid", window_name="Lung", filter="sharpen"))
    assert view.slab == Slab("mean", 12.5)
    assert (view.window.shape, view.window.name, view.filter, view.zoom) == ("sigmoid", "Lung", "sharpen", 2.0)
