"""The base of every section of a study file, and the types of its values.

What belongs here: strictness, names, how a key is described. What does not: any particular key (protocol).
"""

from __future__ import annotations

import os
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from study_configs.comparison import ComparisonProblem, parse_condition
from study_configs.yaml12 import WrittenFloat, WrittenInt

# Looking for plugins among all packages takes longer than reading a protocol, and none may change what it says
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


class Section(BaseModel):
    """One section of the file. Frozen; unknown keys are errors; `from_` in Python is `from` in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


def key(default: Any, description: str, *, example: Any = None, **constraints: Any) -> Any:
    """A key of a section: its default (`...` where it must be given), what it means, and an example."""
    examples = None if example is None else [example]
    if callable(default):
        return Field(default_factory=default, description=description, examples=examples, **constraints)
    return Field(default, description=description, examples=examples, **constraints)


def _as_written(value: Any) -> Any:
    """Numbers in a place for text stay as they were written: `version: 1.10` is "1.10"."""
    return value.written if isinstance(value, (WrittenInt, WrittenFloat)) else value


def _checked_comparison(text: str) -> str:
    try:
        parse_condition(text)
    except ComparisonProblem as problem:
        raise PydanticCustomError(
            "RL209",
            "This comparison cannot be understood: {why} (character {column}).",
            {"why": str(problem), "column": problem.column},
        ) from None
    return text


Text = Annotated[str, Strict(), BeforeValidator(_as_written)]
Name = Annotated[str, Strict(), Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"), BeforeValidator(_as_written)]
CaseName = Annotated[str, Strict(), Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"), BeforeValidator(_as_written)]
Digest = Annotated[str, Strict(), Field(pattern=r"^[0-9a-f]{64}$"), BeforeValidator(_as_written)]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Flag = Annotated[bool, Strict()]
ComparisonText = Annotated[Text, AfterValidator(_checked_comparison), Field(max_length=500)]
