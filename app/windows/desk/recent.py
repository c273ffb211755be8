"""The study files that were opened here lately.

What belongs here: keeping their paths. What does not: the files.
"""

from __future__ import annotations

import json
from pathlib import Path

MOST = 8


class RecentFiles:
    """A list of paths in a small file of the user's own; one that can't be read or written counts as empty."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def paths(self) -> list[Path]:
        """The latest first; files that are gone are left out."""
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return [Path(each) for each in known if isinstance(each, str) and Path(each).is_file()][:MOST]

    def add(self, path: Path) -> None:
        """Put a path first. A disk that refuses only costs the convenience."""
        resolved = path.resolve()
        kept = [str(resolved), *(str(each) for each in self.paths() if each != resolved)][:MOST]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(kept), encoding="utf-8")
        except OSError:
            return


def recent_file() -> Path:
    from platformdirs import user_data_path

    return user_data_path("ReaderLab") / "desk" / "recent.json"
