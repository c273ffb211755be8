"""Which maps a layer draws on a slice, cut and sampled, each step kept so that the next one starts from it.

What belongs here: `MapPainter`, from maps to pictures. What does not: blurring and dropping (fields), colours (heat,
regions), lines of one value (isolines), findings (marks).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from overlays.cutting.fields import Section, map_section, part_read
from overlays.layers.layer import Layer, map_level
from overlays.painting import fields, isolines, regions
from overlays.painting.heat import LEAST_SHARE, Scale, heat_picture, scale_of
from overlays.painting.kept import Kept
from overlays.painting.sampling import Crop, Patch, hot_crop, sample
from overlays.painting.scene import Picture, Placed, Scene, Shares
from overlays.painting.workshop import Workshop
from overlays.result import AIMap

KEPT_MAPS = 4  # blurred or rid of small regions: as large as the maps themselves
KEPT_SECTIONS = 64
KEPT_PICTURE_BYTES = 96e6
KEPT_CROPS = 4000  # where a map reaches its level, for each slice: four numbers

Maps = tuple[AIMap, ...]  # fields on one grid, drawn as one: at each place the strongest


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Maps on a slice: meant values or numbers (rows, columns), and the matrix from image points to them."""

    values: NDArray[Any]
    from_image: NDArray[np.float64]


class MapPainter:
    """Makes the pictures of maps for one viewport."""

    def __init__(self, workshop: Workshop | None = None) -> None:
        self._workshop = workshop
        self._made, self._cuts, self._crops = Kept(KEPT_MAPS), Kept(KEPT_SECTIONS), Kept(KEPT_CROPS)
        self._pictures = Kept(KEPT_PICTURE_BYTES, lambda thing: getattr(thing, "bytes", 0) + 100)

    def forget(self) -> None:
        for kept in (self._made, self._cuts, self._crops, self._pictures):
            kept.clear()

    def placed(self, scene: Scene, layer: Layer, maps: Sequence[AIMap]) -> Iterator[Placed]:
        """What the layer draws of these maps, lowest first."""
        labels = [each for each in maps if each.is_label and layer.draw != "heatmap"]
        others = [each for each in maps if each not in labels]
        for each in labels:
            yield from self._regions(scene, layer, (each,))
        for group in grouped(others):
            if layer.draw in ("fill", "pattern"):
                yield from self._regions(scene, layer, group)
            else:
                yield from self._field(scene, layer, group)

    def is_ready(self, layer: Layer, maps: Sequence[AIMap]) -> bool:
        """Whether nothing that takes long has yet to be made before these maps are placed; has it made if so."""
        return all(self._whole(layer, each) is not None for each in maps if _needs_whole(layer, each))

    # --- fields

    def _field(self, scene: Scene, layer: Layer, maps: Maps) -> Iterator[Placed]:
        made = self._heat(scene, layer, maps) if layer.draw == "heatmap" else self._lines(scene, layer, maps)
        if made is not None:
            yield scene.placed(made, tuple((each.id, made.share) for each in maps))

    def _heat(self, scene: Scene, layer: Layer, maps: Maps) -> Picture | None:
        scale = scale_of(layer, maps[0])
        key = ("heat", maps, scene.key, scale, layer.smoothing_mm, layer.interpolation, layer.least_mm)
        return self._pictures.get(key, lambda: self._heat_picture(scene, layer, maps, scale))

    def _heat_picture(self, scene: Scene, layer: Layer, maps: Maps, scale: Scale) -> Picture | None:
        cut = self._cut(scene, layer, maps)
        if cut is None:
            return None
        crop = self._crop(scene, layer, maps, cut, scale)
        smooth = layer.interpolation == "smooth" and not maps[0].is_label
        patch = sample(cut.values, cut.from_image, scene.from_device, scene.screen, crop, smooth=smooth)
        if patch is None or crop is None:
            return None
        picture = heat_picture(patch, scale, scene.share_in_sight(crop_area(crop, cut, scene)))
        picture.image.setDevicePixelRatio(scene.screen.dpr)
        return picture if picture.share else None

    def _crop(self, scene: Scene, layer: Layer, maps: Maps, cut: Cut, scale: Scale) -> Crop | None:
        def crop() -> Crop | None:
            values = np.abs(cut.values) if scale.is_signed else cut.values
            return hot_crop(values, scale.level)

        level = (scale.level, scale.is_signed, layer.smoothing_mm, layer.least_mm)
        return self._crops.get((maps, scene.slice_key, *level), crop)

    def _lines(self, scene: Scene, layer: Layer, maps: Maps) -> Picture | None:
        levels = isolines.levels_of(layer, maps[0])
        style = (layer.draw, levels, layer.width, layer.colour, layer.colours, layer.smoothing_mm, layer.least_mm)
        return self._pictures.get(
            ("lines", maps, scene.key, style), lambda: self._lines_picture(scene, layer, maps, levels)
        )

    def _lines_picture(self, scene: Scene, layer: Layer, maps: Maps, levels: tuple[float, ...]) -> Picture | None:
        cut = self._cut(scene, layer, maps)
        if cut is None:
            return None
        key = (maps, scene.slice_key, levels, layer.smoothing_mm, layer.least_mm)
        lines = self._cuts.get(("iso", *key), lambda: isolines.traced(cut.values, cut.from_image, levels))
        return isolines.lines_picture(scene, layer, maps[0], lines)

    def _cut(self, scene: Scene, layer: Layer, maps: Maps) -> Cut | None:
        """The strongest of the maps on the slice, as meant values."""
        key = (maps, scene.slice_key, layer.smoothing_mm, layer.least_mm and (layer.least_mm, layer.threshold))
        return self._cuts.get(("field", *key), lambda: self._strongest(scene, layer, maps))

    def _strongest(self, scene: Scene, layer: Layer, maps: Maps) -> Cut | None:
        ready = [each for ai_map in maps if (each := self._ready(scene, layer, ai_map)) is not None]
        found = [(each, self._section(scene, each)) for each in ready]
        values = [fields.meant(each, section.values) for each, section in found if section is not None]
        matrix = next((section.from_image for _, section in found if section is not None), None)
        return None if matrix is None else Cut(reduce(np.fmax, values), matrix)

    def _ready(self, scene: Scene, layer: Layer, ai_map: AIMap) -> AIMap | None:
        """The map as the layer wants it: blurred, and without what is too small; None where the slice misses it.

        What is only blurred is blurred where the slice needs it: the whole of a large map takes seconds.
        """
        if _needs_whole(layer, ai_map):
            return self._whole(layer, ai_map)
        if layer.smoothing_mm > 0 and not ai_map.is_label:
            slab = scene.view.slab
            part = part_read(ai_map, scene.header, scene.view.slice_index, slab.thickness_mm if slab else 0.0)
            return None if part is None else fields.smoothed(ai_map, layer.smoothing_mm, part)
        return ai_map

    def _whole(self, layer: Layer, ai_map: AIMap) -> AIMap | None:
        """The whole map made ready; None while a workshop is at it."""
        level = None if ai_map.is_label else max(map_level(layer, ai_map), _least_level(ai_map))
        key = (layer.smoothing_mm, layer.least_mm, level if layer.least_mm > 0 else None)
        make = partial(fields.made_ready, ai_map, layer.smoothing_mm, layer.least_mm, level)
        if self._workshop is not None:
            return self._workshop.ask((layer.id, ai_map), key, make)
        return self._made.get((ai_map, key), make)

    @staticmethod
    def _section(scene: Scene, ai_map: AIMap) -> Section | None:
        slab = scene.view.slab
        return map_section(ai_map, scene.header, scene.view.slice_index, slab.thickness_mm if slab else 0.0)

    # --- regions

    def _regions(self, scene: Scene, layer: Layer, maps: Maps) -> Iterator[Placed]:
        style = (layer.draw, layer.width, layer.colour, layer.only, layer.smoothing_mm, layer.least_mm)
        level = None if maps[0].is_label else layer.threshold
        key = ("regions", maps, scene.key, style, level, layer.interpolation)
        made = self._pictures.get(key, lambda: self._region_picture(scene, layer, maps))
        if made is not None:
            yield scene.placed(made.picture, made.shares)

    def _region_picture(self, scene: Scene, layer: Layer, maps: Maps) -> RegionPicture | None:
        styles = regions.segment_styles(layer, maps[0])
        is_label = maps[0].is_label
        found = self._segments(scene, layer, maps[0], styles) if is_label else self._reached(scene, layer, maps)
        if found is None:
            return None
        patch, shares = found
        dpr = scene.screen.dpr
        width_px = max(1, round((layer.width if layer.draw == "contour" else 1.0) * dpr))
        origin = scene.to_screen(np.zeros((1, 2)))[0] * dpr
        anchor = (int(np.floor(origin[0])), int(np.floor(origin[1])))
        picture = regions.region_picture(patch, layer.draw, styles, width_px, anchor, dpr)
        picture.image.setDevicePixelRatio(dpr)
        return RegionPicture(picture, shares)

    def _segments(
        self, scene: Scene, layer: Layer, ai_map: AIMap, styles: Sequence[regions.SegmentStyle]
    ) -> tuple[Patch, Shares] | None:
        """Segments' numbers at device pixels, and of each that is seen what it is called and its share in sight.

        Layers that draw the same segments in different ways share them.
        """
        key = ("label", ai_map, scene.slice_key, layer.only, layer.least_mm)
        cut = self._cuts.get(key, lambda: self._chosen_segments(scene, layer, ai_map, styles))
        if cut is None:
            return None
        crop = self._crops.get(key, lambda: hot_crop(cut.values, 1))
        made = self._pictures.get(
            ("segments", *key, scene.key), lambda: _segments_seen(scene, ai_map, cut, crop, styles)
        )
        return None if made is None else (made.patch, made.shares)

    def _chosen_segments(
        self, scene: Scene, layer: Layer, ai_map: AIMap, styles: Sequence[regions.SegmentStyle]
    ) -> Cut | None:
        ready = self._ready(scene, layer, ai_map)
        section = None if ready is None else self._section(scene, ready)
        if section is None:
            return None
        values = section.values if section.values.dtype in (np.uint8, np.uint16) else section.values.astype(np.uint16)
        return Cut(regions.chosen_numbers(values, styles), section.from_image)

    def _reached(self, scene: Scene, layer: Layer, maps: Maps) -> tuple[Patch, Shares] | None:
        """1 at device pixels where a field reaches the layer's threshold."""
        cut, level = self._cut(scene, layer, maps), max(map_level(layer, maps[0]), _least_level(maps[0]))
        crop = None if cut is None else hot_crop(cut.values, level)
        if cut is None or crop is None:
            return None
        smooth = layer.interpolation == "smooth"
        patch = sample(cut.values, cut.from_image, scene.from_device, scene.screen, crop, smooth=smooth)
        share = scene.share_in_sight(crop_area(crop, cut, scene))
        if patch is None or not share:
            return None
        reached = Patch((patch.values >= level).astype(np.uint8), patch.x, patch.y)
        return reached, tuple((each.id, share) for each in maps)


@dataclass(frozen=True, slots=True, eq=False)
class RegionPicture:
    """A picture of regions with the elements that it shows."""

    picture: Picture
    shares: Shares

    @property
    def bytes(self) -> int:
        return self.picture.bytes


@dataclass(frozen=True, slots=True, eq=False)
class SegmentsSeen:
    """Segments' numbers at device pixels, and what each that is seen is called with its share in sight."""

    patch: Patch
    shares: Shares

    @property
    def bytes(self) -> int:
        return self.patch.bytes


def _segments_seen(
    scene: Scene, ai_map: AIMap, cut: Cut, crop: Crop | None, styles: Sequence[regions.SegmentStyle]
) -> SegmentsSeen | None:
    patch = sample(cut.values, cut.from_image, scene.from_device, scene.screen, crop, smooth=False)
    if patch is None or crop is None:
        return None
    top, bottom, left, right = crop
    there = regions.counts(cut.values[top:bottom, left:right], styles)
    if scene.area.adjusted(-1, -1, 1, 1).contains(crop_area(crop, cut, scene)):
        seen = dict.fromkeys(there, 1.0)
    else:
        per_voxel = 1 / abs(np.linalg.det(cut.from_image[:, :2]) * np.linalg.det(scene.from_device[:, :2]))
        inside = regions.counts(patch.values, styles)
        seen = {n: min(1.0, inside[n] / (there[n] * per_voxel)) for n in there if n in inside}
    shares = tuple((f"{ai_map.id}/{number}", share) for number, share in seen.items())
    return SegmentsSeen(patch, shares) if shares else None


def grouped(maps: Sequence[AIMap]) -> tuple[Maps, ...]:
    """Fields that are drawn as one, since they lie on one grid and have one scale."""
    groups: dict[object, list[AIMap]] = {}
    for each in maps:
        grid = np.asarray(each.affine, np.float64).tobytes()
        same = (grid, each.values.shape, each.value_range, each.units, each.places, each.images, each.is_label)
        groups.setdefault(same, []).append(each)
    return tuple(tuple(group) for group in groups.values())


def crop_area(crop: Crop, cut: Cut, scene: Scene) -> QRectF:
    """Where a part of a section stands in the viewport, logical pixels."""
    top, bottom, left, right = crop
    corners = np.array([(x, y) for x in (left - 0.5, right - 0.5) for y in (top - 0.5, bottom - 0.5)])
    in_image = (corners - cut.from_image[:, 2]) @ np.linalg.inv(cut.from_image[:, :2]).T
    on_screen = scene.to_screen(in_image)
    return QRectF(QPointF(*on_screen.min(axis=0)), QPointF(*on_screen.max(axis=0)))


def _needs_whole(layer: Layer, ai_map: AIMap) -> bool:
    """Whether a slice needs all of the map: regions go through it, and planes of images of their own are few."""
    return layer.least_mm > 0 or (layer.smoothing_mm > 0 and bool(ai_map.images) and not ai_map.is_label)


def _least_level(ai_map: AIMap) -> float:
    low, high = ai_map.value_range
    return low + LEAST_SHARE * (high - low)
