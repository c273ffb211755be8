"""The schema of JSON in the manner of COCO, as far as findings need it; keys beyond are left alone.

What belongs here: pydantic forms with their bounds. What does not: what becomes of them (coco).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from overlays.sources.bounds import MOST_FINDINGS, MOST_POINTS, Note, Number, Share, Uid

MOST_IMAGES, MOST_CATEGORIES, MOST_RINGS, MOST_RUNS = 100_000, 10_000, 200, 1_000_000
LARGEST_SIDE = 65_535

Id = Annotated[int | str, Field(union_mode="left_to_right")]
Ring = Annotated[list[Number], Field(min_length=6, max_length=2 * MOST_POINTS)]
Side = Annotated[int, Field(ge=1, le=LARGEST_SIDE)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class ImageForm(_Part):
    id: Id
    file_name: Note = ""
    sop_uid: Uid | None = None
    sop_instance_uid: Uid | None = None
    SOPInstanceUID: Uid | None = None
    series_uid: Uid | None = None
    series_instance_uid: Uid | None = None
    SeriesInstanceUID: Uid | None = None
    frame: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    width: Side | None = None
    height: Side | None = None


class RunsForm(_Part):
    """A mask by the lengths of its runs, column by column, the first of them empty; packed in a string or plain."""

    size: tuple[Side, Side]  # height, width
    counts: Annotated[str, Field(max_length=8_000_000)] | Annotated[list[int], Field(max_length=MOST_RUNS)]


class AnnotationForm(_Part):
    id: Id | None = None
    image_id: Id | None = None
    category_id: Id | None = None
    category: Note = ""
    bbox: tuple[Number, Number, Number, Number] | None = None  # left, top, width, height
    segmentation: Annotated[list[Ring], Field(max_length=MOST_RINGS)] | RunsForm | None = None
    score: Share | None = None
    sop_uid: Uid | None = None
    sop_instance_uid: Uid | None = None
    SOPInstanceUID: Uid | None = None
    file_name: Note = ""
    frame: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class CategoryForm(_Part):
    id: Id
    name: Note


class CocoForm(_Part):
    images: Annotated[tuple[ImageForm, ...], Field(max_length=MOST_IMAGES)] = ()
    annotations: Annotated[tuple[AnnotationForm, ...], Field(max_length=MOST_FINDINGS)]
    categories: Annotated[tuple[CategoryForm, ...], Field(max_length=MOST_CATEGORIES)] = ()
    info: dict[str, Any] = {}
