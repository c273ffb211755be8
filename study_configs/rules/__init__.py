"""What must be true between the sections of a study file: names that are declared, and parts that fit together.

What belongs here: checks that need the whole protocol and its cases, one module for each concern. What does not: types
and ranges (shape), files (study_files).
"""

from __future__ import annotations

from collections.abc import Callable

from study_configs.rules import (
    arms,
    bustle,
    columns,
    comparisons,
    design,
    feedback,
    layers,
    names,
    phases,
    planted,
    plausible,
    questions,
    tracking,
    usefulness,
)
from study_configs.rules.checked import TRUTH, Checked

__all__ = ["TRUTH", "Checked", "check_names", "check_sense"]

RULES: tuple[Callable[[Checked], None], ...] = (
    layers.check,
    phases.check,
    planted.check,
    questions.check,
    arms.check,
    design.check,
    columns.check,
    bustle.check,
    tracking.check,
    feedback.check,
    usefulness.check,
    plausible.check,
)


def check_names(checked: Checked) -> None:
    """Every name that is used is declared."""
    names.check(checked)
    comparisons.check(checked)


def check_sense(checked: Checked) -> None:
    """The declared parts fit together, and each is of use. For protocols whose names are all in order."""
    for rule in RULES:
        rule(checked)
