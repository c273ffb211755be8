"""The words by which a study file names a hanging: automatic, layouts, those that ReaderLab ships, files.

What belongs here: the words. What does not: reading the files (hanging_files) and their keys (hanging).
"""

from __future__ import annotations

from functools import cache
from importlib import resources

LAYOUTS = tuple(f"{rows}x{columns}" for rows in range(1, 5) for columns in range(1, 5))


def is_hanging_file(word: str) -> bool:
    """Whether a word in the study file means a file in the study folder."""
    return word.endswith((".yaml", ".yml"))


@cache
def shipped_hanging_names() -> tuple[str, ...]:
    files = (resources.files("resources") / "hanging").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


HANGING_WORDS = ("automatic", *LAYOUTS, *shipped_hanging_names())
