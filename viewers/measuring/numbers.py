"""The numbers of a measurement as values, and how they are written beside it.

What belongs here: names, units, rounding, words. What does not: working them out (values).
"""

from __future__ import annotations

from dataclasses import dataclass

from study_configs.words import translate
from viewers.shown_words import remark

SMALL_AREA_MM2 = 100.0  # below it mm² are written, above it cm²


@dataclass(frozen=True, slots=True)
class Number:
    """One number with its name and unit: "mm", "px", "deg", "mm2", "px2", "ml", "" or the modality's."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was measured, and why it is not in mm, or not at all; "" where nothing needs saying."""

    items: tuple[Number, ...] = ()
    remark: str = ""

    def get(self, name: str) -> Number | None:
        return next((each for each in self.items if each.name == name), None)


NO_NUMBERS = Numbers()


def lines(numbers: Numbers) -> tuple[str, ...]:
    """The numbers in words, the most wanted first, the remark last."""
    said = [
        _diameters(numbers),
        *(_plain(numbers.get(name)) for name in ("length", "angle", "volume")),
        *(_along(numbers.get(name)) for name in ("depth", "velocity", "frequency", "time", "difference")),
        _area(numbers.get("area")),
        _mean(numbers.get("mean"), numbers.get("SD")),
        _range(numbers.get("min"), numbers.get("max")),
        remark(numbers.remark),
    ]
    return tuple(line for line in said if line)


def first_line(numbers: Numbers) -> str:
    return next(iter(lines(numbers)), "")


def _diameters(numbers: Numbers) -> str:
    """As RECIST 1.1 reports them: long axis × short axis."""
    long, short = numbers.get("long axis"), numbers.get("short axis")
    if long is None or short is None:
        return _plain(long)
    return f"{long.value:.1f} × {short.value:.1f} {long.unit}"


def _plain(number: Number | None) -> str:
    if number is None:
        return ""
    if number.unit == "deg":
        return f"{number.value:.1f}°"
    return f"{number.value:.1f} {number.unit}" if number.unit != "ml" else f"{number.value:.2f} ml"


def _along(number: Number | None) -> str:
    """How far a line goes along one axis of an ultrasound region."""
    return "" if number is None else _with_unit(number)


def _area(number: Number | None) -> str:
    if number is None:
        return ""
    area = f"{number.value:.0f} px²"
    if number.unit == "mm2":
        is_small = number.value < SMALL_AREA_MM2
        area = f"{number.value:.1f} mm²" if is_small else f"{number.value / 100:.2f} cm²"
    return translate("ViewerNumbers", "area {area}").format(area=area)


def _mean(mean: Number | None, deviation: Number | None) -> str:
    if mean is None or deviation is None:
        return ""
    words = translate("ViewerNumbers", "mean {mean}   SD {deviation}")
    return words.format(mean=_with_unit(mean), deviation=_value(deviation.value))


def _range(least: Number | None, most: Number | None) -> str:
    if least is None or most is None:
        return ""
    words = translate("ViewerNumbers", "min {least}   max {most}")
    return words.format(least=_with_unit(least), most=_value(most.value))


def _with_unit(number: Number) -> str:
    return f"{_value(number.value)} {number.unit}".rstrip()


def _value(value: float) -> str:
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")
