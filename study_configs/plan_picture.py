"""The plan as a picture (SVG): readers × position, coloured by condition, planted errors marked. For coordinators only.

What belongs here: drawing it as text. What does not: the rows (plan), turning it into pixels (app.commands).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from study_configs.plan import PlanRow

# M. Okabe and K. Ito, Color Universal Design (2008): told apart by every kind of colour vision
COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00", "#8c8c8c")
HATCHES = ("", "diagonal", "dots")  # conditions beyond the eighth have the colours again, hatched
_INK, _FAINT, _PAPER = "#1a1a1a", "#8a8a8a", "#ffffff"
_FONT = "font-family='DejaVu Sans, Arial, sans-serif'"
_MARGIN, _TITLE, _LINE, _AXIS, _ARM = 24, 44, 22, 26, 26
_WIDTH = 1100  # of the fields, at most, px
_SITTING_GAP, _BLOCK_GAP = 12, 4


@dataclass(frozen=True, slots=True)
class _Form:
    """Sizes in px: a field is `cell` wide; a reader's row `row` high, with `gap` below it. `names` is the left side."""

    cell: float
    row: float
    gap: float
    names: float


def plan_svg(rows: Sequence[PlanRow], titles: Mapping[str, str], title: str) -> str:
    """The picture of a plan. `titles` are the conditions' names for people, in the order of the legend.

    A field is one trial: filled by condition; practice pale, a probe framed, a planted error a black wedge, AI that
    stays hidden a ring, a repeated case two bars. Gaps part blocks, wider ones with a line part sittings. Readers are
    in groups by arm. Nothing in it depends on the day, so that the same plan gives the same bytes.
    """
    readers = [list(group) for _, group in groupby(rows, lambda row: row.reader)]
    readers.sort(key=lambda of_reader: of_reader[0].arm)  # stable: the order of enrolment within an arm
    used = [name for name in titles if any(row.condition == name for row in rows)]
    fills = {name: _fill(at) for at, name in enumerate(used)}
    form = _form(readers)
    width = form.names + max((_place(of, form)[-1] for of in readers), default=0) + form.cell
    width = 2 * _MARGIN + max(width, 640, 11 * len(title))
    legend = _Legend({fills[name]: titles[name] for name in used}, rows, width - 2 * _MARGIN)
    top = _MARGIN + _TITLE + legend.height
    body, height = _body(readers, fills, form, top + _AXIS)
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{width:.0f}' height='{height + _MARGIN:.0f}' "
            f"viewBox='0 0 {width:.0f} {height + _MARGIN:.0f}'>",
            _DEFINITIONS,
            f"<rect width='100%' height='100%' fill='{_PAPER}'/>",
            _text(_MARGIN, _MARGIN + 18, title, size=18, weight="bold"),
            *legend.drawn(_MARGIN, _MARGIN + _TITLE),
            *_axis(readers, form, top + _AXIS - 8),
            *body,
            "</svg>",
            "",
        ]
    )


_DEFINITIONS = (
    "<defs>"
    "<pattern id='diagonal' width='6' height='6' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'>"
    "<rect width='2' height='6' fill='#000000' fill-opacity='0.45'/></pattern>"
    "<pattern id='dots' width='5' height='5' patternUnits='userSpaceOnUse'>"
    "<circle cx='2' cy='2' r='1.2' fill='#000000' fill-opacity='0.5'/></pattern>"
    "</defs>"
)
Fill = tuple[str, str]  # colour and hatch


def _fill(at: int) -> Fill:
    return COLOURS[at % len(COLOURS)], HATCHES[at // len(COLOURS) % len(HATCHES)]


def _form(readers: Sequence[Sequence[PlanRow]]) -> _Form:
    """Large fields for few trials and readers, narrow ones for many."""
    longest = max((len(of_reader) for of_reader in readers), default=1)
    cell = max(0.5, min(20.0, _WIDTH / longest))
    row, gap = (22.0, 6.0) if len(readers) <= 12 else (15.0, 3.0) if len(readers) <= 40 else (9.0, 2.0)
    names = max((len(_name(of_reader[0])) for of_reader in readers), default=0)
    return _Form(cell, row, gap, names * _size(row) * 0.62 + 14)


def _size(row: float) -> float:
    """Size of a reader's name beside a row of this height."""
    return min(12.0, row)


def _name(row: PlanRow) -> str:
    return f"{row.reader} · {row.stratum}" if row.stratum else row.reader


def _place(rows: Sequence[PlanRow], form: _Form) -> list[float]:
    """Left side of each field, from the left side of the first."""
    left, places = 0.0, []
    for at, row in enumerate(rows):
        if at and row.sitting != rows[at - 1].sitting:
            left += _SITTING_GAP
        elif at and row.block != rows[at - 1].block:
            left += _BLOCK_GAP
        places.append(left)
        left += form.cell
    return places or [0.0]


def _axis(readers: Sequence[Sequence[PlanRow]], form: _Form, y: float) -> Iterator[str]:
    """Numbers of trials, where all readers have them at about the same place: those of the first reader."""
    if not readers:
        return
    first, left = readers[0], _MARGIN + form.names
    yield _text(_MARGIN, y, "trial", size=11, fill=_FAINT)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10**9) if step * form.cell >= 26)
    for row, x in zip(first, _place(first, form), strict=True):
        if row.position == 1 or row.position % step == 0:
            yield _text(left + x + form.cell / 2, y, str(row.position), size=11, fill=_FAINT, anchor="middle")


def _body(
    readers: Sequence[Sequence[PlanRow]], fills: Mapping[str, Fill], form: _Form, y: float
) -> tuple[list[str], float]:
    """The rows of all readers, and where they end."""
    drawn: list[str] = []
    for arm, group in groupby(readers, lambda of_reader: of_reader[0].arm):
        if arm:
            y += _ARM
            drawn.append(_text(_MARGIN, y - 8, f"arm {arm}", size=13, weight="bold"))
        for of_reader in group:
            drawn.append(_text(_MARGIN, y + form.row * 0.76, _name(of_reader[0]), size=_size(form.row)))
            drawn += _reader(of_reader, fills, form, y)
            y += form.row + form.gap
    return drawn, y


def _reader(rows: Sequence[PlanRow], fills: Mapping[str, Fill], form: _Form, y: float) -> Iterator[str]:
    """Fields that look alike and touch are drawn as one, with thin lines between where there is room for them."""
    places, left = _place(rows, form), _MARGIN + form.names
    for _, group in groupby(zip(rows, places, strict=True), lambda each: _look(each[0])):
        run = list(group)
        x, width = left + run[0][1], run[-1][1] - run[0][1] + form.cell
        yield from _field(run[0][0], fills[run[0][0].condition], (x, y, width, form.row))
        if form.cell >= 4:
            lines = "".join(f"M{left + place:.1f} {y:.1f}v{form.row:g}" for _, place in run[1:])
            if lines:
                yield f"<path d='{lines}' stroke='{_PAPER}' stroke-width='1' stroke-opacity='0.8'/>"
    for row, place in zip(rows, places, strict=True):
        yield from _marks(row, left + place, y, form)
    for at in range(1, len(rows)):
        if rows[at].sitting != rows[at - 1].sitting:
            x = left + places[at] - _SITTING_GAP / 2
            yield f"<path d='M{x:.1f} {y - 1:.1f}v{form.row + 2:g}' stroke='{_INK}' stroke-width='1.5'/>"


def _look(row: PlanRow) -> tuple[int, int, str, bool, str]:
    return row.sitting, row.block, row.condition, row.practice, row.probe


Box = tuple[float, float, float, float]  # x, y, width, height


def _field(row: PlanRow, fill: Fill, box: Box) -> Iterator[str]:
    colour, hatch = fill
    x, y, width, height = box
    at = f"x='{x:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:g}'"
    yield f"<rect {at} fill='{colour}' fill-opacity='{0.3 if row.practice else 1}'/>"
    if hatch:
        yield f"<rect {at} fill='url(#{hatch})'/>"
    if row.probe:
        inner = f"x='{x + 1:.1f}' y='{y + 1:.1f}' width='{max(width - 2, 0.5):.1f}' height='{height - 2:g}'"
        yield f"<rect {inner} fill='none' stroke='{_INK}' stroke-width='2'/>"


def _marks(row: PlanRow, x: float, y: float, form: _Form) -> Iterator[str]:
    wide = max(form.cell, 4.0)
    if row.planted:
        size = min(wide, form.row) * 0.9
        yield (
            f"<path d='M{x:.1f} {y:.1f}h{size:.1f}l{-size:.1f} {size:.1f}z' fill='{_INK}' stroke='{_PAPER}' "
            "stroke-width='0.6'/>"
        )
    if row.no_reveal:
        size = min(wide, form.row) * 0.28
        centre = f"cx='{x + form.cell / 2:.1f}' cy='{y + form.row * 0.68:.1f}' r='{size:.1f}'"
        yield f"<circle {centre} fill='{_PAPER}' stroke='{_INK}' stroke-width='1.2'/>"
    if row.repeat:
        foot = y + form.row
        yield (
            f"<path d='M{x + form.cell * 0.35:.1f} {foot - form.row * 0.4:.1f}V{foot:.1f}"
            f"M{x + form.cell * 0.65:.1f} {foot - form.row * 0.4:.1f}V{foot:.1f}' stroke='{_INK}' "
            f"stroke-width='{min(1.6, form.cell / 5):.2f}'/>"
        )


class _Legend:
    """What the colours and marks mean, in lines as wide as the picture."""

    def __init__(self, conditions: Mapping[Fill, str], rows: Sequence[PlanRow], width: float) -> None:
        self._width = width
        form = _Form(16, 16, 0, 0)
        some = next(iter(conditions), ("#8c8c8c", ""))
        plain = PlanRow("", 1, 1, 1, "", "", False, "")
        marks = [
            ("practice", plain._replace(practice=True), any(row.practice for row in rows)),
            ("probe without AI", plain._replace(probe="x"), any(row.probe for row in rows)),
            ("planted error", plain._replace(planted="x"), any(row.planted for row in rows)),
            ("AI stays hidden", plain._replace(no_reveal=True), any(row.no_reveal for row in rows)),
            ("case again", plain._replace(repeat=True), any(row.repeat for row in rows)),
        ]
        self._form = form
        self._entries = [(text, plain, fill) for fill, text in conditions.items()]
        self._entries += [(text, row, some) for text, row, there in marks if there]

    @property
    def height(self) -> float:
        return _LINE * len(self._lines()) + 10

    def _lines(self) -> list[list[tuple[float, int]]]:
        lines: list[list[tuple[float, int]]] = [[]]
        x = 0.0
        for at, (text, _, _) in enumerate(self._entries):
            wide = 24 + 7.4 * len(text) + 22
            if lines[-1] and x + wide > self._width:
                lines.append([])
                x = 0.0
            lines[-1].append((x, at))
            x += wide
        return lines

    def drawn(self, left: float, top: float) -> Iterator[str]:
        for number, line in enumerate(self._lines()):
            y = top + number * _LINE
            for x, at in line:
                text, row, fill = self._entries[at]
                yield from _field(row, fill, (left + x, y, 16, 16))
                yield from _marks(row, left + x, y, self._form)
                yield _text(left + x + 24, y + 13, text, size=12)


def _text(
    x: float, y: float, text: str, *, size: float, weight: str = "normal", fill: str = _INK, anchor: str = "start"
) -> str:
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {_FONT} font-size='{size:g}' font-weight='{weight}' fill='{fill}' "
        f"text-anchor='{anchor}'>{escape(text)}</text>"
    )
