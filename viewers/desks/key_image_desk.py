"""Key images: a key adds or takes away the shown one, another goes through them.

What belongs here: the list of the case at hand, its glyphs and commands. What does not: the list as a value
(key_images), writing it to the log or to files (app).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Signal

from viewers.comparing.key_images import KeyImage, KeyImages, after, key_image, key_slices, toggled
from viewers.desks.chips_desk import ChipsDesk
from viewers.grid import ViewportGrid


class KeyImageDesk(QObject):
    """Does `key_image.toggle` and `key_image.next`. `show` puts a series, by its key, into a viewport."""

    key_images_changed = Signal(object)  # viewers.comparing.key_images.KeyImages, as it now is

    def __init__(self, grid: ViewportGrid, chips: ChipsDesk, show: Callable[[int, str], None]) -> None:
        super().__init__(grid)
        self._grid, self._chips, self._show = grid, chips, show
        self._images: KeyImages = ()
        self._order: tuple[str, ...] = ()
        grid.add_performer(self.perform)
        grid.view_changed.connect(self._mark)

    @property
    def images(self) -> KeyImages:
        return self._images

    def start(self, order: tuple[str, ...], images: KeyImages = ()) -> None:
        """A case begins: its series in order, and key images that it already has."""
        self._order = order
        self._set(images)

    def perform(self, command_id: str) -> bool:
        if command_id == "key_image.toggle":
            self._toggle()
            return True
        if command_id == "key_image.next":
            self._next()
            return True
        return False

    def _here(self) -> KeyImage | None:
        viewport = self._grid.active_viewport
        if viewport.volume is None or viewport.view is None:
            return None
        if viewport.volume.header.is_curved:
            return None
        return key_image(viewport.volume.header, viewport.view.slice_index)

    def _toggle(self) -> None:
        here, viewport = self._here(), self._grid.active_viewport
        if here is None or viewport.volume is None:
            return
        self._set(toggled(self._images, here))
        if viewport.volume.header.derived is not None:  # whose own slices bear no glyph
            viewport.say(_said_of(here, is_key=here in self._images))

    def _next(self) -> None:
        image = after(self._images, self._here(), self._order)
        if image is None:
            self._grid.active_viewport.say(self.tr("There is no key image yet."))
            return
        viewport = self._grid.active_viewport
        if viewport.volume is None or viewport.volume.header.key != image.series:
            self._show(self._grid.active, image.series)
        if viewport.view is not None:
            viewport.set_view(replace(viewport.view, slice_index=image.slice_index))

    def _set(self, images: KeyImages) -> None:
        is_new, self._images = images != self._images, images
        for index in range(len(self._grid.viewports)):
            self._mark(index)
        if is_new:
            self.key_images_changed.emit(images)

    def _mark(self, index: int, _view: object = None) -> None:
        """Keys stand at slices of the files; a plane cut from them has none of its own."""
        volume = self._grid.viewports[index].volume
        slices = key_slices(self._images, volume.header.key) if volume is not None else frozenset()
        if slices != self._chips.painters[index].key_slices:
            self._chips.painters[index].key_slices = slices
            self._grid.viewports[index].update()


def _said_of(image: KeyImage, *, is_key: bool) -> str:
    if is_key:
        words = QCoreApplication.translate("KeyImageDesk", "Image {n} of the files is a key image.")
    else:
        words = QCoreApplication.translate("KeyImageDesk", "Image {n} is no longer a key image.")
    return words.format(n=image.slice_index + 1)
