"""Words that stand in values in English (the log, settings, files of ours), as the windows show them.

What belongs here: turning such a word into the language of the windows. What does not: sentences that are made where
they are shown, which are translated there, and what files say of themselves, which stays as it is.
"""

from __future__ import annotations

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
)


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
    """A remark with the sentences of `REMARKS` in it translated; others, which quote numbers of files, stay."""
    for known in REMARKS:
        if known in text:
            text = text.replace(known, translate("ViewerRemarks", known))
    return text
