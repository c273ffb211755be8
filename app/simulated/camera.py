"""Numbered pictures of the window, for people who were not there.

What belongs here: taking and naming them. What does not: when to (reader).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget


class Camera:
    """Takes PNGs of a window into a folder, numbered in the order in which they were taken; each name once."""

    def __init__(self, window: QWidget, folder: Path | None) -> None:
        self._window, self._folder = window, folder
        self._taken: set[str] = set()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str) -> None:
        if self._folder is None or name in self._taken:
            return
        self._taken.add(name)
        self._window.grab().save(str(self._folder / f"{len(self._taken):02d}-{name}.png"))
