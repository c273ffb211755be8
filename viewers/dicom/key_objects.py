"""Key object selections among a case's files: which images somebody else set apart.

What belongs here: DICOM PS3.3 A.35.4 and TID 2010 to references. What does not: writing them (measuring.key_objects)
and the reader's own key images (comparing.key_images).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from viewers.comparing.key_images import KeyImage, KeyImages
from viewers.dicom.elements import Elements, read_elements
from viewers.dicom.problems import BadFile, FileProblem
from viewers.presentation.states import Reference
from viewers.volume import SeriesHeader

KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
CONTENT, VALUE_TYPE, REFERENCED = 0x0040A730, 0x0040A040, 0x00081199
SOP_CLASS, SOP_INSTANCE, FRAMES = 0x00080016, 0x00081155, 0x00081160
DEEPEST = 8  # levels of content; a key object selection has one


def read_key_objects(paths: Iterable[Path]) -> tuple[tuple[Reference, ...], tuple[FileProblem, ...]]:
    """The images that these selections name, and what of them can't be read."""
    found: list[Reference] = []
    problems = []
    for path in paths:
        try:
            found += key_objects(path)
        except BadFile as problem:
            problems.append(problem.at(path))
    return tuple(found), tuple(problems)


def key_objects(path: Path | str) -> tuple[Reference, ...]:
    """The images that one selection names. Raises BadFile where the file is none, or damaged."""
    elements = read_elements(path, deep=True)
    if elements.text(SOP_CLASS) != KEY_OBJECTS:
        raise BadFile("It is no key object selection.", todo="Name one.")
    return tuple(_images(elements, DEEPEST))


def _images(elements: Elements, levels: int) -> Iterator[Reference]:
    for item in elements.items(CONTENT) if levels else ():
        if item.text(VALUE_TYPE) == "IMAGE":
            for named in item.items(REFERENCED):
                frames = tuple(int(number) - 1 for number in named.numbers(FRAMES))
                yield Reference(named.text(SOP_INSTANCE), frames)
        yield from _images(item, levels - 1)


def key_images_of(references: Iterable[Reference], headers: Iterable[SeriesHeader]) -> KeyImages:
    """The images of a case that selections name, each once; of a film that is named whole, its first frame."""
    named = tuple(references)
    found = [
        KeyImage(header.key, instance.sop_uid, instance.frame, index)
        for header in headers
        for index, instance in enumerate(header.instances)
        if any(each.covers(instance) and (each.frames or instance.frame == 0) for each in named)
    ]
    return tuple(dict.fromkeys(found))
