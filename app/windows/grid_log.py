"""The log of what the viewports show and are asked: views as painted, layouts, series, commands.

What belongs here: turning the grid's signals into events, and saying where on an image a point of a widget lies. What
does not: keys and pointer samples (app.tracking.observer) and what follows from them (reading_room).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.tracking.events import (
    CommandIssued,
    Event,
    FusionChanged,
    GesturesChanged,
    KeyImagesChanged,
    LayoutChanged,
    SeriesOpened,
    Source,
    ToolChosen,
    ViewChanged,
    ViewportEmptied,
)
from app.tracking.observer import Glance, Observer
from app.tracking.pointer import Sight
from app.tracking.recorder import clock
from app.windows.series_hashes import SeriesHashes
from viewers.comparing.key_images import KeyImages
from viewers.desks.fusion_desk import FusionDesk
from viewers.desks.measure_desk import MeasureDesk
from viewers.grid import ViewportGrid
from viewers.view import View, screen_to_image
from viewers.viewport import Viewport
from viewers.volume import SeriesHeader

MARK_TOOL = "mark.tool"
Record = Callable[[Event], None]


class GridLog(QObject):
    """Writes what a grid of viewports shows; `trial` is set by the reading room while a case is open."""

    def __init__(self, grid: ViewportGrid, record: Record) -> None:
        super().__init__(grid)
        self.trial: int | None = None
        self._grid, self._record = grid, record
        self._hashes = SeriesHashes(record, self)
        self._tool = ""
        self._told_gestures: dict[str, str] = {}
        self._opened: dict[str, tuple[int, tuple[float, ...]]] = {}  # frames and affine by which each series is known
        self._screens: dict[int, tuple[int, int, float]] = {}  # the size and scale that each viewport was logged with
        grid.view_changed.connect(self._viewed)
        grid.emptied.connect(lambda index: record(ViewportEmptied(at_ns=clock(), viewport=index)))
        grid.layout_changed.connect(self._laid_out)
        grid.command_performed.connect(self.command)
        grid.chosen.connect(self.command)
        grid.gestures_changed.connect(self._gestures)
        for index, viewport in enumerate(grid.viewports):
            viewport.frame_painted.connect(partial(self._framed, index))

    def begin(self, trial: int) -> None:
        self.trial = trial
        self._opened.clear()
        self._gestures()
        self._hashes.begin(trial)

    def command(self, command: str, source: Source, argument: str = "") -> None:
        """A command of the one vocabulary was done."""
        self._record(CommandIssued(at_ns=clock(), command=command, source=source, argument=argument))

    def key_images(self, images: KeyImages) -> None:
        """The reader's key images as they now are."""
        if self.trial is not None:
            kept = tuple(f"{each.sop_uid}#{each.frame}" if each.frame else each.sop_uid for each in images)
            self._record(KeyImagesChanged(at_ns=clock(), trial=self.trial, images=kept))

    def _laid_out(self, rows: int, columns: int, linked: bool) -> None:
        self._record(LayoutChanged(at_ns=clock(), rows=rows, columns=columns, linked=linked))

    def watch_tools(self, measures: MeasureDesk) -> None:
        """Write which tool is in the hand, too."""

        def say(*_: object) -> None:
            tool = measures.tool or (MARK_TOOL if self._grid.is_marking else "")
            if tool != self._tool:
                self._tool = tool
                self._record(ToolChosen(at_ns=clock(), tool=tool))

        measures.tool_changed.connect(say)
        self._grid.marking_changed.connect(say)

    def _gestures(self) -> None:
        """What the mouse does, once it is read by, and whenever that is changed."""
        now = dict(self._grid.active_viewport.gestures.table)
        if self.trial is not None and now != self._told_gestures:
            self._told_gestures = now
            self._record(GesturesChanged(at_ns=clock(), gestures=now))

    def watch_fusion(self, fusion: FusionDesk) -> None:
        """Write what is laid over the series of viewports, too."""
        fusion.changed.connect(lambda index: self._fused(index, fusion))

    def _fused(self, index: int, fusion: FusionDesk) -> None:
        top = fusion.on_top(index)
        if top is None:
            self._record(FusionChanged(at_ns=clock(), viewport=index, series_uid=""))
            return
        self._say_opened(top.volume.header)
        self._hashes.watch(top.volume)
        look = top.look
        self._record(
            FusionChanged(
                at_ns=clock(),
                viewport=index,
                series_uid=top.volume.header.key,
                window_centre=look.window.centre,
                window_width=look.window.width,
                window_shape=look.window.shape,
                units=look.units,
                factor=look.factor,
                colour_map=look.colour_map,
                opacity=look.opacity,
            )
        )

    def _framed(self, index: int) -> None:
        """The same view on another size of viewport, or on another screen, is another picture."""
        viewport = self._grid.viewports[index]
        if viewport.is_painted and viewport.view is not None and self._screens.get(index) != _screen_of(viewport):
            self._viewed(index, viewport.view)

    def _viewed(self, index: int, view: View) -> None:
        viewport = self._grid.viewports[index]
        volume = viewport.volume
        if volume is None:
            return
        self._say_opened(volume.header)
        self._hashes.watch(volume)
        self._screens[index] = width, height, dpr = _screen_of(viewport)
        self._record(
            ViewChanged(
                at_ns=clock(),
                viewport=index,
                series_uid=volume.header.key,
                slice_index=view.slice_index,
                centre_px=view.centre_px,
                zoom=view.zoom,
                window_centre=view.window.centre,
                window_width=view.window.width,
                inverted=view.inverted,
                slab=f"{view.slab.projection} {view.slab.thickness_mm:.12g}" if view.slab is not None else "",
                interpolation=view.interpolation,
                filter=view.filter,
                colour_map=view.colour_map,
                window_shape=view.window.shape,
                window_name=view.window.name,
                size_px=(width, height),
                dpr=dpr,
            )
        )

    def _say_opened(self, header: SeriesHeader) -> None:
        """A series' geometry, the first time in a trial that it is seen; again where a plane was tipped or it grew."""
        affine = _affine(header)
        if self.trial is None or self._opened.get(header.key) == (header.frames, affine):
            return
        self._opened[header.key] = (header.frames, affine)
        self._record(
            SeriesOpened(
                at_ns=clock(),
                trial=self.trial,
                series_uid=header.key,
                modality=header.modality,
                rows=header.rows,
                columns=header.columns,
                frames=header.frames,
                affine=affine,
                pixel_mm=header.pixel_mm,
            )
        )


def _screen_of(viewport: Viewport) -> tuple[int, int, float]:
    return viewport.width(), viewport.height(), viewport.devicePixelRatioF()


def watch_grid(observer: Observer, grid: ViewportGrid) -> None:
    """Let the observer see the pointer over every viewport."""
    for index, viewport in enumerate(grid.viewports):
        observer.watch_viewport(viewport, glance_at(index, viewport))


def glance_at(index: int, viewport: Viewport) -> Glance:
    """What the viewport shows, as it was painted last; this is asked at every move of the mouse, so it is kept."""
    kept: Sight | None = None
    is_kept = False

    def forget() -> None:
        nonlocal is_kept
        is_kept = False

    def glance() -> Sight | None:
        nonlocal kept, is_kept
        if not is_kept:
            volume, view = viewport.volume, viewport.seen_view
            size = viewport.width(), viewport.height()
            kept = None if volume is None or view is None else _sight(index, volume.header, view, *size)
            is_kept = True
        return kept

    viewport.frame_painted.connect(forget)
    return glance


def _sight(index: int, header: SeriesHeader, view: View, width: int, height: int) -> Sight:
    left, top = screen_to_image(view, header, width, height, 0, 0)
    right, bottom = screen_to_image(view, header, width, height, 1, 1)
    affine = _affine(header)
    return Sight(index, header.key, view.slice_index, left, right - left, top, bottom - top, affine)


def _affine(header: SeriesHeader) -> tuple[float, ...]:
    return () if header.affine is None else tuple(float(value) for value in header.affine.ravel())
