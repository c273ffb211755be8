"""What readers are told afterwards: the section feedback.

What belongs here: that section as values. What does not: making the feedback (app.analysis).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from study_configs.section import Name, Section, Whole, key

Shown = Literal["own", "ai", "truth", "planted", "dwell", "peers"]
When = Literal["after_case", "after_block", "after_sitting", "after_study", "never"]


class ArmFeedback(Section):
    """What one arm is told, where that differs."""

    when: When | None = key(None, "As in feedback.", example="never")
    show: tuple[Shown, ...] | None = key(None, "As in feedback.", example=["own", "truth"])


class Feedback(Section):
    """What readers are told afterwards."""

    when: When = key(
        "never",
        "after_case: after each case. after_block: after the cases of one condition. after_sitting: at the end of each "
        "sitting. after_study: at the end of the reader's last sitting.",
        example="after_sitting",
    )
    show: tuple[Shown, ...] = key(
        ("own", "ai", "truth", "planted", "dwell"),
        "What is shown for each case. peers: how other readers of this study answered, once min_group of them have.",
        example=["own", "truth", "planted"],
    )
    min_group: Whole = key(5, "Fewest readers before anything of peers is shown.", example=5, ge=2, le=1000)
    arms: Mapping[Name, ArmFeedback] = key(
        dict, "What an arm is told, where that differs.", example={"control": {"when": "never"}}
    )

    def of_arm(self, arm: str) -> Feedback:
        """What readers of this arm are told ("" where there are none)."""
        own = self.arms.get(arm)
        if own is None:
            return self
        return self.model_copy(update={"when": own.when or self.when, "show": own.show or self.show, "arms": {}})
