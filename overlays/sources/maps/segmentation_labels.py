"""Binary segments painted into as few label maps as hold them without overlap, straight from packed bits.

What belongs here: which segments may share a map, bits to voxels. What does not: where bits come from (frame_pixels).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from overlays.faults import Fault, Reason
from overlays.sources.maps.frame_pixels import Bits, FramePixels
from overlays.sources.maps.frame_stacks import Stack
from viewers.dicom.problems import BadFile

Labels = NDArray[np.uint8 | np.uint16]
LARGEST_BYTES = 4 << 30  # of all maps of one file
MOST_ON_PLANE = 1000  # segments whose voxels are held against each other's
Meeting = tuple[int, int]  # numbers of two segments that share a voxel
Layer = tuple[int, Bits]  # number of a segment, its bits on one plane


def label_maps(
    pixels: FramePixels, stack: Stack, numbers: Sequence[int], values: dict[int, int]
) -> list[tuple[tuple[int, ...], Labels]]:
    """Maps of shape (planes, rows, columns), each with the numbers of the segments in it.

    `numbers` has each frame's segment, `values` the voxel value of each segment. One pass where nothing overlaps, which
    is looked at and not believed (SegmentsOverlap is often wrong); a second one where something does.
    """
    together = tuple(sorted({numbers[frame] for frame in stack.frames}))
    first, meetings = _painted(pixels, stack, numbers, dict.fromkeys(together, 0), values)
    if not meetings:
        return [(together, first[0])]
    first_bytes = first[0].nbytes
    del first  # before the others take as much
    home = homes(together, meetings)
    check_bytes(first_bytes * (max(home.values()) + 1))
    maps, _ = _painted(pixels, stack, numbers, home, values)
    return [(tuple(n for n in together if home[n] == at), found) for at, found in enumerate(maps)]


def check_bytes(needed: int) -> None:
    """Refuses maps that would fill the memory. Raises BadFile."""
    if needed > LARGEST_BYTES:
        raise BadFile(
            Reason(
                f"Its maps would take {needed / 2**30:.1f} GiB of memory; the limit is {LARGEST_BYTES >> 30} GiB.",
                Fault.TOO_MANY,
            ),
            todo="Have it written at a lower resolution, as a label map, or in several files.",
        )


def homes(numbers: Iterable[int], meetings: set[Meeting]) -> dict[int, int]:
    """A map for each segment, so that none shares it with one it meets; who meets most chooses first."""
    met: dict[int, set[int]] = {number: set() for number in numbers}
    for one, other in meetings:
        met[one].add(other)
        met[other].add(one)
    home: dict[int, int] = {}
    for number in sorted(met, key=lambda each: (-len(met[each]), each)):
        taken = {home[other] for other in met[number] if other in home}
        home[number] = next(at for at in range(len(met)) if at not in taken)
    return home


def _painted(
    pixels: FramePixels, stack: Stack, numbers: Sequence[int], home: dict[int, int], values: dict[int, int]
) -> tuple[list[Labels], set[Meeting]]:
    form = pixels.form
    kind: type[np.uint8 | np.uint16] = np.uint8 if max(values.values(), default=0) < 256 else np.uint16
    maps: list[Labels] = [
        np.zeros((stack.count, form.rows, form.columns), kind) for _ in range(max(home.values(), default=0) + 1)
    ]
    meetings: set[Meeting] = set()
    for plane, layers in _planes(pixels, stack, numbers):
        for at, found in enumerate(maps):
            mine = [layer for layer in layers if home[layer[0]] == at]
            _meet(mine, meetings)
            _paint(found[plane].reshape(-1), [(values[number], bits) for number, bits in mine])
    return maps, meetings


def _planes(pixels: FramePixels, stack: Stack, numbers: Sequence[int]) -> Iterator[tuple[int, list[Layer]]]:
    """Every plane with the bits of all its frames: no more than one plane's bits are in memory."""
    placed = sorted(zip(stack.planes, stack.frames, strict=True))
    fullest = max(Counter(stack.planes).values())
    if fullest > MOST_ON_PLANE:
        said = f"{fullest} segments share one plane; the limit is {MOST_ON_PLANE}."
        raise BadFile(Reason(said, Fault.TOO_MANY), todo="Make a label map.")
    bits = pixels.packed([frame for _, frame in placed])
    for plane, frames in groupby(placed, key=itemgetter(0)):
        yield plane, [(numbers[frame], next(bits)) for _, frame in frames]


def _meet(layers: list[Layer], meetings: set[Meeting]) -> None:
    """Adds the pairs of segments that share a voxel of this plane."""
    if len(layers) < 2:
        return
    seen = np.zeros_like(layers[0][1])
    for at, (number, bits) in enumerate(layers):
        if (seen & bits).any():
            for other, before in layers[:at]:
                if (other, number) not in meetings and (before & bits).any():
                    meetings.add((other, number))
        seen |= bits


def _paint(target: Labels, layers: list[Layer]) -> None:
    """Puts segments that share no voxel into one plane, through the bits of their values.

    Ten segments have values of four bits: four planes are unpacked and not ten, and only where something is.
    """
    if not layers:
        return
    extent = _extent(np.bitwise_or.reduce([bits for _, bits in layers]))
    first, last = extent.start * 8, min(extent.stop * 8, len(target))
    for power in range(max(value for value, _ in layers).bit_length()):
        chosen = [bits[extent] for value, bits in layers if value >> power & 1]
        if chosen:
            together = chosen[0] if len(chosen) == 1 else np.bitwise_or.reduce(chosen)
            voxels = np.unpackbits(together, bitorder="little", count=last - first).astype(target.dtype, copy=False)
            target[first:last] |= np.left_shift(voxels, power, out=voxels)


def _extent(bits: Bits) -> slice:
    """The bytes from the first to the last that is not 0."""
    some = bits != 0
    first = int(some.argmax()) if len(some) else 0
    if not len(some) or not some[first]:
        return slice(0, 0)
    return slice(first, len(some) - int(some[::-1].argmax()))
