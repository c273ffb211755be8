"""What is recorded beside the log is asked for where it is described.

What belongs here: rules about the section tracking. What does not: its types and ranges (study_configs.tracking).
"""

from __future__ import annotations

from study_configs.rules.checked import Checked


def check(checked: Checked) -> None:
    """Keys about an eye tracker have no effect where none is used."""
    tracking = checked.protocol.tracking
    if tracking.gaze != "off":
        return
    for name in ("stream", "units", "origin", "check"):
        if name in tracking.model_fields_set:
            what = f"Gaze is off, so {name} has no effect."
            checked.report.add("RL531", ("tracking", name), what, expected="gaze: lsl", at_key=True)
