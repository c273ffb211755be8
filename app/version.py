"""The version of this program, as installed.

What belongs here: that one question. What does not: versions of stores and protocols.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Such as "0.1.0"; "unknown" where ReaderLab runs from a copy that was never installed."""
    try:
        return metadata.version("readerlab")
    except metadata.PackageNotFoundError:
        return "unknown"
