"""The report's pictures as inline SVG text: small, without a script, readable in print.

What belongs here: plain values → SVG. What does not: computing the values, and pages. Colours come from the page's CSS.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import median

Curve = tuple[str, str, Sequence[tuple[float, float]]]  # CSS class, label, points in 0..1


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the slice axis of a dwell plot: `kind` is truth, mark or ai."""

    slice_index: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of dots on a common axis, such as seconds per case in one condition."""

    label: str
    kind: str
    values: Sequence[float]


def roc_plot(curves: Sequence[Curve], size: int = 260) -> str:
    """Empirical ROC curves with the chance line; x is 1 − specificity, y sensitivity."""
    left, bottom, side = 44, size - 40, size - 56
    parts = [
        _tag("rect", "frame", x=left, y=bottom - side, width=side, height=side),
        _tag("line", "chance", x1=left, y1=bottom, x2=left + side, y2=bottom - side),
    ]
    for at in (0.0, 0.5, 1.0):
        parts.append(_text(left + at * side, bottom + 16, f"{at:g}", "middle"))
        parts.append(_text(left - 8, bottom - at * side + 4, f"{at:g}", "end"))
    for kind, label, points in curves:
        path = " ".join(f"{left + x * side:.1f},{bottom - y * side:.1f}" for x, y in points)
        parts.append(_tag("polyline", f"curve {kind}", label, points=path))
    parts.append(_text(left + side / 2, size - 6, "1 − specificity", "middle"))
    upright = f'transform="translate(12 {bottom - side / 2}) rotate(-90)"'
    parts.append(f'<text {upright} text-anchor="middle">sensitivity</text>')
    return _svg(size, size, parts, "ROC curves: " + "; ".join(label for _, label, _ in curves))


def strip_plot(strips: Sequence[Strip], unit: str, width: int = 640) -> str:
    """A dot for each value and a line at each row's median."""
    left, right, row = 250, 28, 34
    highest = max((value for strip in strips for value in strip.values), default=1.0) or 1.0
    step = _round_step(highest)
    steps = math.ceil(highest / step)
    scale = (width - left - right) / (step * steps)
    height = row * len(strips) + 34
    parts = []
    for at in range(steps + 1):
        x = left + at * step * scale
        parts.append(_tag("line", "grid", x1=x, y1=6, x2=x, y2=height - 26))
        parts.append(_text(x, height - 10, f"{at * step:g}", "middle"))
    parts.append(_text(width - right + 12, height - 10, unit, "start"))
    for number, strip in enumerate(strips):
        parts += _strip(strip, left, 6 + row * number + row / 2, scale)
    return _svg(width, height, parts, "Distribution by condition, in " + unit)


def dwell_plot(dwell_ms: Sequence[float], ticks: Sequence[Tick], width: int = 560, height: int = 84) -> str:
    """Active time over the slices of one reading: a bar for each slice, and places of interest below the axis."""
    left, right, base = 44, 10, height - 30
    highest = max(dwell_ms, default=0.0) or 1.0
    wide = (width - left - right) / max(1, len(dwell_ms))
    parts = [_tag("line", "axis", x1=left, y1=base, x2=width - right, y2=base)]
    for index, ms in enumerate(dwell_ms):
        if ms > 0:
            tall = max(0.6, ms / highest * (base - 12))
            box = {"x": left + index * wide, "y": base - tall, "width": max(0.7, wide * 0.9), "height": tall}
            parts.append(_tag("rect", "bar", f"slice {index + 1}: {ms / 1000:.1f} s", **box))
    for tick in ticks:
        x = left + (tick.slice_index + 0.5) * wide
        parts.append(_tag("path", f"tick {tick.kind}", tick.title, d=f"M{x:.1f} {base + 2} l4 9 h-8 z"))
    parts.append(_text(left - 6, 16, f"{highest / 1000:.1f} s", "end"))
    parts.append(_text(left, height - 4, "slice 1", "start"))
    parts.append(_text(width - right, height - 4, str(len(dwell_ms)), "end"))
    return _svg(width, height, parts, "Time spent on each slice")


def _strip(strip: Strip, left: float, y: float, scale: float) -> list[str]:
    dots = [_tag("circle", f"dot {strip.kind}", cx=left + value * scale, cy=y, r=4) for value in strip.values]
    if not strip.values:
        return [_text(left - 12, y + 4, strip.label, "end")]
    middle = median(strip.values)
    x = left + middle * scale
    line = _tag("line", "median", f"median {middle:.1f}", x1=x, y1=y - 11, x2=x, y2=y + 11)
    return [_text(left - 12, y + 4, strip.label, "end"), *dots, line]


def _round_step(highest: float) -> float:
    """The smallest step of 1, 2 or 5 × 10ⁿ that divides the axis into at most eight parts."""
    power = 10.0 ** math.floor(math.log10(highest / 8))
    return next(factor * power for factor in (1, 2, 5, 10) if highest / (factor * power) <= 8)


def _tag(name: str, kind: str, title: str = "", **attributes: float | str) -> str:
    """One SVG element of a CSS class, with a tooltip where a title is given."""
    pairs = "".join(f' {key}="{_number(value)}"' for key, value in attributes.items())
    inside = f"<title>{escape(title)}</title>" if title else ""
    return f'<{name} class="{kind}"{pairs}>{inside}</{name}>'


def _number(value: float | str) -> str:
    return escape(value) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(width: int, height: int, parts: Sequence[str], label: str) -> str:
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg {size} role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
