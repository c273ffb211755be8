"""A hanging protocol as a frozen value: which series an exam must have, and how they hang, stage by stage.

What belongs here: the keys of a hanging file and what must be true between them. What does not: matching series
(viewers.comparing.hanging_rules) and reading files (hanging_files).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from study_configs.problems import closest, listed
from study_configs.section import Flag, Name, Number, Section, Text, Whole, key
from study_configs.yaml12 import Path

HANGING_VERSION = 1
MOST_LINES, MOST_CELLS = 6, 16
WindowName = Literal["file", "auto", "soft_tissue", "lung", "liver", "bone", "brain", "mediastinum"]


def _checked_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise PydanticCustomError("RL212", "This pattern cannot be understood: {why}.", {"why": str(error)}) from None
    return text


Pattern = Annotated[Text, AfterValidator(_checked_pattern), Field(max_length=300)]
Modality = Annotated[Text, Field(pattern=r"^[A-Z]{2,16}$")]
Share = Annotated[Number, Field(gt=0, le=100)]
Position = Annotated[Whole, Field(ge=1, le=MOST_LINES)]


class Facts(Section):
    """What can be asked of one series. All that is given must be so; patterns are found anywhere, in any case."""

    modality: tuple[Modality, ...] = key((), "One of these modalities.", example=["CT"])
    body_part: Pattern | None = key(
        None, "Pattern in the body part, or else in the description.", example="chest|thorax"
    )
    description: Pattern | None = key(None, "Pattern in the series description.", example=r"\bt2\b")
    not_description: Pattern | None = key(None, "Pattern that is not in the description.", example="scout|mip")
    laterality: Literal["R", "L"] | None = key(None, "The side.", example="R")
    view: tuple[Text, ...] = key((), "One of these projections: CC, MLO, PA, AP, LATERAL …", example=["CC"])
    plane: tuple[Literal["axial", "coronal", "sagittal", "oblique"], ...] = key(
        (), "One of these planes.", example=["axial"]
    )
    images: tuple[Whole, Whole] | None = key(None, "From so many images to so many.", example=[2, 5000])
    thickness_mm: tuple[Number, Number] | None = key(None, "Distance of slices from, to.", example=[0, 1.5])
    contrast: Flag | None = key(None, "Whether contrast was given, as the file or its description says.", example=True)
    weighting: tuple[Literal["t1", "t2", "pd", "flair"], ...] = key(
        (), "MR: one of these, by the description, or where it says none by repetition and echo time.", example=["t2"]
    )
    kernel: Pattern | None = key(None, "Pattern in the convolution kernel, or the description.", example="lung|b[67]0")
    stack: Pattern | None = key(None, "Pattern in the label of a stack that was split off.", example="echo 2")
    tags: Mapping[Text, Pattern] = key(
        dict,
        "Patterns in other elements, by DICOM keyword, where the scan kept them.",
        example={"ImageType": "PRIMARY"},
    )


class Preference(Facts):
    """What makes one series better than another: each preference that holds adds its weight."""

    weight: Annotated[Number, Field(ge=-1000, le=1000)] = key(
        1.0, "What it adds; below 0 it counts against.", example=5
    )


class SeriesRule(Facts):
    """One series of the case, found by facts that must hold, and the best of those by preferences."""

    exam: Literal["current", "prior", "any"] = key("current", "Of which exam.", example="prior")
    like: Name | None = key(None, "The one that is most like this other series; for priors.", example="main")
    apart_from: tuple[Name, ...] = key((), "Not a series that these found.", example=["main"])
    prefer: tuple[Preference, ...] = key((), "What makes a series better.", example=[{"plane": ["axial"], "weight": 5}])


class Match(Section):
    """One thing that is asked of a case before this hanging is chosen."""

    series: Name | None = key(None, "This series was found.", example="main")
    only: tuple[Modality, ...] = key((), "The current exam's images have no other modalities.", example=["MG"])
    series_count: tuple[Whole, Whole] | None = key(
        None, "The current exam has from, to so many series.", example=[2, 2]
    )
    weight: Annotated[Number, Field(ge=0, le=1000)] = key(1.0, "What it adds to the score.", example=10)
    required: Flag = key(False, "Without it this hanging is not for the case.", example=True)


class HungSlab(Section):
    """Several slices as one."""

    projection: Literal["max", "min", "mean"] = key("max", "Brightest, darkest or mean.", example="max")
    thickness_mm: Annotated[Number, Field(gt=0, le=500)] = key(10.0, "How deep.", example=10)


class HungCell(Section):
    """One viewport of a stage."""

    show: Name | None = key(None, "Which of the series; without, the viewport stays empty.", example="main")
    at: tuple[Position, Position] | None = key(
        None, "Row and column, from 1; without, the cells fill the layout row by row.", example=[1, 2]
    )
    span: tuple[Position, Position] = key((1, 1), "How many rows and columns it takes.", example=[2, 1])
    image: Literal["automatic", "first", "middle", "last"] | Number = key(
        "automatic", "Which image opens: in words, or its place along the patient in LPS mm.", example="middle"
    )
    window: WindowName | tuple[Number, Annotated[Number, Field(gt=0)]] | None = key(
        None, "The window: a name, or [centre, width] in the units of the images.", example="lung"
    )
    inverted: Flag = key(False, "Black and white exchanged.", example=True)
    colours: Name | None = key(None, "A colour map.", example="hot_iron")
    zoom: Literal["fit", "same_size", "one_to_one"] = key(
        "fit",
        "fit: the whole image. same_size: as many pixels per mm as its neighbours that say so.",
        example="same_size",
    )
    align: Literal["left", "centre", "right"] = key(
        "centre", "At which edge of the viewport the image lies, for breasts back to back.", example="right"
    )
    plane: Literal["native", "axial", "coronal", "sagittal"] = key(
        "native", "The plane it is cut in, where the images allow it.", example="coronal"
    )
    slab: HungSlab | None = key(None, "Several slices as one.", example={"projection": "max", "thickness_mm": 10})
    group: Text = key("", "Only viewports of one group move together.", example="prior", max_length=32)


class HungStage(Section):
    """One arrangement of viewports; the keys for the next and previous hanging go through them."""

    title: Text = key("", "What it shows, in words.", example="CC over MLO", max_length=80)
    layout: Annotated[Text, Field(pattern=r"^[1-6]x[1-6]$")] = key("1x1", "Rows x columns.", example="2x2")
    rows: tuple[Share, ...] = key((), "Heights of the rows in proportion.", example=[2, 1])
    columns: tuple[Share, ...] = key((), "Widths of the columns in proportion.", example=[3, 1])
    cells: Annotated[tuple[HungCell, ...], Field(min_length=1, max_length=MOST_CELLS)] = key(
        ..., "The viewports.", example=[{"show": "main"}]
    )
    needs: tuple[Name, ...] = key((), "Series without which this stage is left out.", example=["prior"])
    link: tuple[Literal["scroll", "view", "window"], ...] = key(
        ("scroll",), "What its viewports do together.", example=["scroll", "view"]
    )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.layout.split("x")
        return int(rows), int(columns)


class HangingProtocol(Section):
    """How one kind of exam hangs."""

    hanging: Annotated[int, Field(strict=True, ge=1, le=HANGING_VERSION)] = key(
        ..., "Version of the hanging language.", example=1
    )
    id: Name = key(..., "Its name.", example="chest_ct")
    title: Text = key(..., "Title for people.", example="Chest CT", min_length=1, max_length=80)
    series: Annotated[Mapping[Name, SeriesRule], Field(min_length=1)] = key(
        ..., "The series it hangs, by a name each.", example={"main": {"modality": ["CT"]}}
    )
    match: Annotated[tuple[Match, ...], Field(min_length=1)] = key(
        ..., "What a case must have or had better have.", example=[{"series": "main", "required": True}]
    )
    stages: Annotated[tuple[HungStage, ...], Field(min_length=1, max_length=24)] = key(
        ..., "Its arrangements, the first one first.", example=[{"layout": "1x1", "cells": [{"show": "main"}]}]
    )


Fault = tuple[Path, str, str, str]  # where, what is wrong, what is expected, what was probably meant


def faults(hanging: HangingProtocol) -> Iterator[Fault]:
    """What does not fit together in a hanging whose keys are all right by themselves."""
    names = list(hanging.series)
    for path, used in _names_used(hanging):
        if used not in names:
            yield path, f"There is no series {used}.", f"one of {listed(names)}", closest(used, names)
    yield from _series_faults(hanging)
    for number, stage in enumerate(hanging.stages):
        yield from _stage_faults(stage, ("stages", number))


def _names_used(hanging: HangingProtocol) -> Iterator[tuple[Path, str]]:
    for name, rule in hanging.series.items():
        if rule.like is not None:
            yield ("series", name, "like"), rule.like
        for at, other in enumerate(rule.apart_from):
            yield ("series", name, "apart_from", at), other
    for at, match in enumerate(hanging.match):
        if match.series is not None:
            yield ("match", at, "series"), match.series
    for number, stage in enumerate(hanging.stages):
        for at, need in enumerate(stage.needs):
            yield ("stages", number, "needs", at), need
        for at, cell in enumerate(stage.cells):
            if cell.show is not None:
                yield ("stages", number, "cells", at, "show"), cell.show


def _series_faults(hanging: HangingProtocol) -> Iterator[Fault]:
    """Series refer only to series above them, so that they can be found in order."""
    names = list(hanging.series)
    for place, (name, rule) in enumerate(hanging.series.items()):
        for other in (*rule.apart_from, *([rule.like] if rule.like else [])):
            if other in names and names.index(other) >= place:
                yield ("series", name), f"{name} refers to {other}, which stands below it.", "a series above", ""


def _stage_faults(stage: HungStage, path: Path) -> Iterator[Fault]:
    rows, columns = stage.shape
    for name, shares, count in (("rows", stage.rows, rows), ("columns", stage.columns, columns)):
        if shares and len(shares) != count:
            yield (*path, name), f"There are {len(shares)} numbers.", f"{count}, as the layout is {stage.layout}", ""
    if rows * columns > MOST_CELLS and all(cell.span == (1, 1) for cell in stage.cells):
        yield (*path, "layout"), f"{stage.layout} is too many viewports.", f"at most {MOST_CELLS}", ""
    taken: set[tuple[int, int]] = set()
    for at, squares in enumerate(cell_squares(stage)):
        expected = f"free places of a layout of {stage.layout}"
        if any(row > rows or column > columns for row, column in squares):
            yield (*path, "cells", at), "This viewport lies outside the layout.", expected, ""
        elif taken & squares:
            yield (*path, "cells", at), "This viewport lies over another one.", expected, ""
        taken |= squares


def cell_squares(stage: HungStage) -> list[set[tuple[int, int]]]:
    """Which squares (row, column from 1) each cell takes; those without a place take the next in order."""
    columns = stage.shape[1]
    places = [cell.at or (at // columns + 1, at % columns + 1) for at, cell in enumerate(stage.cells)]
    return [
        {(row + r, column + c) for r in range(cell.span[0]) for c in range(cell.span[1])}
        for cell, (row, column) in zip(stage.cells, places, strict=True)
    ]
