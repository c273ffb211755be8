"""Tiles of slides: whether where they lie in the slide agrees with the frames that they name.

What belongs here: that one check. What does not: frames in the patient (frame_stacks).
"""

from __future__ import annotations

from overlays.result import ImageRef
from overlays.sources.maps.functional_groups import SLIDE_POSITION, FrameGroups
from viewers.dicom.elements import Elements
from viewers.dicom.problems import BadFile

TILE_COLUMN, TILE_ROW = 0x0048021E, 0x0048021F
MATRIX_COLUMNS, MATRIX_ROWS = 0x00480006, 0x00480007


def check_tiles(groups: FrameGroups, sources: list[tuple[ImageRef, ...]]) -> None:
    """Raise BadFile where frames are named down the columns of a slide, while slides are stored along their rows.

    Slides run along rows (TILED_FULL, PS3.3 C.7.6.17.3); highdicom once counted their frames the other way round, so
    that each tile was drawn over another one's image.
    """
    top = groups.elements
    tile = (top.integer(0x00280011) or 1, top.integer(0x00280010) or 1)
    across = -(-(top.integer(MATRIX_COLUMNS) or 0) // tile[0])
    down = -(-(top.integer(MATRIX_ROWS) or 0) // tile[1])
    named = [
        (place, images[0].frame)
        for place, images in zip(groups.values(SLIDE_POSITION, _place), sources, strict=True)
        if place is not None and images and images[0].frame is not None
    ]
    tiles = [((column - 1) // tile[0], (row - 1) // tile[1], frame) for (column, row), frame in named]
    if not tiles or all(frame == row * across + column for column, row, frame in tiles):
        return
    if all(frame == column * down + row for column, row, frame in tiles):
        raise BadFile(
            "Its tiles lie elsewhere in the slide (0048,021A) than the frames that they name (0008,1160): these are "
            "counted down the columns, while slides are stored along their rows.",
            todo="Make it again with a newer version of the program that wrote it.",
        )


def _place(item: Elements) -> tuple[int, int] | None:
    column, row = item.integer(TILE_COLUMN), item.integer(TILE_ROW)
    return None if column is None or row is None or column < 1 or row < 1 else (column, row)
