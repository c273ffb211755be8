"""The guard at the door: all five packages must come from one installation.

What belongs here: that check. What does not: anything that imports the packages it checks.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("app", "viewers", "overlays", "study_configs", "resources")


def strangers() -> str:
    """Why the house is not in order, in one sentence; empty when it is.

    The packages have everyday names, so that another project on the path could stand in for one of them.
    """
    folders = {name: _folder(name) for name in PACKAGES}
    home = folders["app"]
    wrong = [f"{name} from {folder or 'nowhere'}" for name, folder in folders.items() if folder != home]
    if not wrong:
        return ""
    return (
        f"ReaderLab's packages must come from one folder ({home}), but Python finds {', '.join(wrong)}. "
        "Install ReaderLab in an environment of its own, and start it from there."
    )


def _folder(name: str) -> Path | None:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))).resolve().parent
