"""Pages before the first case and after the last one: the sections before and after.

What belongs here: a page as a value. What does not: finding its text, instrument or media (study), showing it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from study_configs.section import ComparisonText, Name, Number, Section, Text, key

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif"})
FILMS = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"})


class Page(Section):
    """A page before the first case or after the last one: a text, questions, or both."""

    id: Name = key(
        ...,
        "Its id; without `text`, the text is texts/ID.md in the study folder, or a shipped text or instrument (such as "
        "nasa_tlx, sus, trust_jian).",
        example="instructions_v2",
    )
    title: Text = key("", "Heading; without, the text's own first heading.", example="Instructions", max_length=120)
    text: Text | None = key(
        None, "The text itself, as Markdown.", example="# Welcome\nThank you for reading.", max_length=50000
    )
    answer: tuple[Name, ...] = key((), "Questions on this page; they have `per: sitting`.", example=["trust"])
    media: Text | None = key(
        None, "A picture or a film within the study folder, shown on the page.", example="media/priming.mp4"
    )
    show_if: ComparisonText | None = key(
        None,
        "Show only if this holds. Names: arm, condition (of the sitting's first block), reader.STRATUM, "
        "answer.QUESTION (of earlier pages of the sitting).",
        example="arm == positive",
    )
    sittings: Literal["first", "every", "last", "probe"] | None = key(
        None,
        "In which sittings; probe: in probe sittings. Without: before the first sitting, and after every one.",
        example="last",
    )
    at_least_s: Number = key(0.0, "Seconds before the reader can go on.", example=10, ge=0, le=3600)


def _page(value: Any) -> Any:
    """A name alone stands for the page with the text of that name."""
    return {"id": value} if isinstance(value, str) else value


PageEntry = Annotated[Page, BeforeValidator(_page, json_schema_input_type=Text | Page)]
