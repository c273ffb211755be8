"""Sittings written by hand, whose dwell can be counted on the fingers. Times in ms; the stack is 1 mm a pixel."""

from __future__ import annotations

from app.tracking import events as e
from app.tracking.events.gaze import GazeMoved

MS = 1_000_000
AXIAL = (1.0, 0, 0, 0, 0, 1.0, 0, 0, 0, 0, 5.0, 0, 0, 0, 0, 1.0)  # 5 mm from slice to slice


def signed_in(at=0, resumed=False):
    return e.SittingStarted(
        at_ns=at * MS, reader="R", protocol_id="p", protocol_version="1", protocol_sha256="", order_sha256="",
        mode="study", sitting=1, resumed=resumed, program_version="1",
    )  # fmt: skip


def series(at=0, uid="1.2", size=32, frames=20, affine=AXIAL, trial=0, **more):
    return e.SeriesOpened(
        at_ns=at * MS, trial=trial, series_uid=uid, modality="CT", rows=size, columns=size, frames=frames,
        affine=affine, **more,
    )  # fmt: skip


def view(at, index, viewport=0, uid="1.2", zoom=10.0, centre=(15.5, 15.5), size=(320, 320), **more):
    return e.ViewChanged(
        at_ns=at * MS, viewport=viewport, series_uid=uid, slice_index=index, centre_px=centre, zoom=zoom,
        window_centre=0.0, window_width=1.0, inverted=False, size_px=size, **more,
    )  # fmt: skip


def begun(at=0, trial=0, phase=0, opened=None):
    """A case whose first image is painted, and its phase, at one moment."""
    return [
        e.TrialStarted(at_ns=at * MS, trial=trial, case=f"case {trial}", condition="c"),
        *([series(at, trial=trial)] if opened is None else opened),
        e.CaseShown(at_ns=at * MS, trial=trial),
        e.PhaseStarted(at_ns=at * MS, trial=trial, phase=phase, layers=("box",)),
    ]


def confirmed(at, trial=0, phase=0):
    return e.PhaseConfirmed(at_ns=at * MS, trial=trial, phase=phase, answers={})


def ended(at):
    return e.SittingEnded(at_ns=at * MS, reason="finished", counts={})


def reading(*happened, till=1000, opened=None):
    """One sign-in, one case, one phase from 0 ms on."""
    return [signed_in(), *begun(opened=opened), *happened, confirmed(till), ended(till)]


def moved(*samples, viewport=0, uid="1.2"):
    """Pointer samples (ms, column, row, slice)."""
    kept = tuple((at * MS, float(column), float(row), index) for at, column, row, index in samples)
    return e.PointerMoved(at_ns=kept[-1][0], viewport=viewport, series_uid=uid, samples=kept)


def entered(at, panel):
    return e.PointerEntered(at_ns=at * MS, panel=panel)


def placed(at, *panels):
    return e.PanelsPlaced(at_ns=at * MS, panels=panels)


def looked(*samples):
    """Gaze samples (ms, x, y), None for a blink."""
    kept = tuple((at * MS, x, y, None, None) for at, x, y in samples)
    return GazeMoved(at_ns=kept[-1][0], samples=kept)


def loaded(at, *places, ai="ai"):
    return e.AIResultLoaded(
        at_ns=at * MS, trial=0, ai=ai, series_uid="1.2", model_sha256="", findings=len(places), planted=(),
        places_mm=places, elements=tuple(f"f{number}" for number in range(1, len(places) + 1)),
    )  # fmt: skip


def painted(at, *elements, viewport=0, layer="box"):
    told = tuple((layer, element, "box", 0.5, 1.0, 1.0) for element in elements)
    return e.ExposureChanged(at_ns=at * MS, viewport=viewport, elements=told)


def marked(at, mark, place):
    return e.MarkPlaced(
        at_ns=at * MS, trial=0, phase=0, question="q", mark=mark, series_uid="1.2", sop_uid="", slice_index=0,
        column=0.0, row=0.0, position_mm=place,
    )  # fmt: skip


def unmarked(at, mark):
    return e.MarkRemoved(at_ns=at * MS, trial=0, phase=0, question="q", mark=mark)


def happening(kind, at):
    return kind(at_ns=at * MS)
