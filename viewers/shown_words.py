"""Words that stand in values in English (the log, settings, files of ours), as the windows show them.

What belongs here: turning such a word into the language of the windows. What does not: sentences that are made where
they are shown, which are translated there, and what files say of themselves, which stays as it is.
"""

from __future__ import annotations

import re
from functools import cache, partial

from study_configs.words import phrase, translate
from viewers.commands import Command

WINDOWS = "ViewerWindows"
ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}  # as keyboards have them in every language
# What windows are called that no preset file names
MADE_WINDOWS = (
    phrase("ViewerWindows", "Auto"),
    phrase("ViewerWindows", "Full range"),
    phrase("ViewerWindows", "From 0 to the brightest"),
    phrase("ViewerWindows", "Region"),
    phrase("ViewerWindows", "Own 1"),
    phrase("ViewerWindows", "Own 2"),
    phrase("ViewerWindows", "Own 3"),
    phrase("ViewerWindows", "Own 4"),
)
PLANES = (
    phrase("ViewerPlanes", "axial"),
    phrase("ViewerPlanes", "coronal"),
    phrase("ViewerPlanes", "sagittal"),
    phrase("ViewerPlanes", "oblique"),
    phrase("ViewerPlanes", "1/2 resolution"),
    phrase("ViewerPlanes", "turned right"),
    phrase("ViewerPlanes", "turned round"),
    phrase("ViewerPlanes", "turned left"),
    phrase("ViewerPlanes", "mirrored"),
    phrase("ViewerPlanes", "mirrored top and bottom"),
    phrase("ViewerPlanes", "as it is"),
)
# Why numbers are not in mm, or not at all; kept with measurements
REMARKS = (
    phrase("ViewerRemarks", "not calibrated"),
    phrase("ViewerRemarks", "the outline crosses itself: no area"),
    phrase("ViewerRemarks", "no spacing between slices"),
    phrase("ViewerRemarks", "Values are those of the middle slice, not of the slab."),
    phrase("ViewerRemarks", "Distances are those at the detector (ImagerPixelSpacing), not in the patient."),
    phrase("ViewerRemarks", "Distances are calibrated for one depth in the patient (geometry)."),
    phrase("ViewerRemarks", "Distances are calibrated by an object of known size."),
    phrase("ViewerRemarks", "Distances are nominal (NominalScannedPixelSpacing)."),
    phrase("ViewerRemarks", "Each image is a mosaic of many slices, shown as it is, without places in the patient."),
    phrase("ViewerRemarks", "Its images look from different sides: they are no volume and have no common place."),
    phrase("ViewerRemarks", "Its slices are placed in the probe's own space, not in the patient."),
    phrase("ViewerRemarks", "Only each slice's own position is exact."),
    phrase(
        "ViewerRemarks",
        "Slices are not evenly spaced: {n} of {all} steps differ from {usual} mm, the widest is {widest} mm.",
    ),
    phrase("ViewerRemarks", "1 slice seems to be missing:"),
    phrase("ViewerRemarks", "{n} slices seem to be missing:"),
    phrase("ViewerRemarks", "after slice {n} ({step} mm)"),
    phrase("ViewerRemarks", " and at {n} more places"),
    phrase("ViewerRemarks", "The slices do not follow one line: slice {n} lies {off} mm aside."),
    phrase("ViewerRemarks", "The slices are sheared against their normal by {angle}° (gantry tilt)."),
    phrase(
        "ViewerRemarks", "The slices are sheared against their normal by {angle}° (gantry tilt, {said}° in the files)."
    ),
    phrase(
        "ViewerRemarks", "The files say a gantry tilt of {said}°, but their positions show none: the positions count."
    ),
    phrase(
        "ViewerRemarks",
        "The slices are turned against each other by up to {angle}°: that of the first is used for all.",
    ),
    phrase(
        "ViewerRemarks",
        "The files say {said} mm between slices (SpacingBetweenSlices), "
        "their positions {usual} mm: the positions count.",
    ),
    phrase("ViewerRemarks", "Its {n} images lie at one place, one after another in time: it is no volume."),
    phrase("ViewerRemarks", "Its {n} regions have scales of their own."),
    phrase("ViewerRemarks", "this region's axes are in {first} and {second}"),
)
PLACE = re.compile(r"\{(\w+)\}")


def command_title(command: Command) -> str:
    return translate("Commands", command.title)


def group_title(group: str) -> str:
    """The title of a group of commands."""
    return translate("Commands", group)


def key_words(key: str) -> str:
    """A key as a menu writes it: "Alt+Shift+→"."""
    *modifiers, last = key.split("+") if not key.endswith("+") else [key]
    return "+".join([*modifiers, ARROWS.get(last, last)])


def window_name(name: str) -> str:
    """The name of a window; what the file or the reader called it stays."""
    return translate(WINDOWS, name) if name else ""


def plane_name(name: str) -> str:
    """What was made of a series ("coronal, turned right"), part by part."""
    return ", ".join(translate("ViewerPlanes", part) for part in name.split(", "))


def remark(text: str) -> str:
    """A remark with the sentences of `REMARKS` in it translated, their numbers as they are; others stay."""
    for known in REMARKS:
        piece, pattern = _found_by(known)
        if piece in text:
            text = pattern.sub(partial(_translated, known), text)
    return text


def _translated(known: str, found: re.Match[str]) -> str:
    return translate("ViewerRemarks", known).format(**found.groupdict())


@cache
def _found_by(known: str) -> tuple[str, re.Pattern[str]]:
    """The longest piece of a sentence without its places, quick to look for, and the pattern of all of it."""
    parts = PLACE.split(known)  # by turns: literal, name
    wanted = (re.escape(part) if n % 2 == 0 else rf"(?P<{part}>\S+?)" for n, part in enumerate(parts))
    ends = r"(?=\s|$)" if known.endswith("}") else ""
    return max(parts[::2], key=len), re.compile("".join(wanted) + ends)
