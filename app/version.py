"""The version of this program, as installed.

What belongs here: that one question. What does not: versions of stores and protocols.
"""

from __future__ import annotations

from functools import cache


@cache
def version() -> str:
    """Such as "0.1.0"; "unknown" where ReaderLab runs from a copy that was never installed."""
    from importlib import metadata  # start-up does not wait for it

    try:
        return metadata.version("readerlab")
    except metadata.PackageNotFoundError:
        return "unknown"
