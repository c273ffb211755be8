"""The case's series as a list of thumbnails, by exam, to choose from and to drag into viewports.

What belongs here: the list, its thumbnails made off the UI thread, loading progress, which series is where, which have
key images. What does not: loading itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import cv2
import numpy as np
from PySide6.QtCore import (
    QCoreApplication,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QImage, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from study_configs.problem import StudyProblem
from viewers.comparing.exams import Exam
from viewers.comparing.hanging import opening_view
from viewers.comparing.key_images import KeyImages, key_slices
from viewers.comparing.times import heads, title_of_all
from viewers.dicom.load import empty_volume, fill_slice
from viewers.drawing.chips import PRIOR_GROUND, draw_key
from viewers.drawing.render import SliceRenderer
from viewers.volume import SeriesHeader, Volume

SERIES_MIME = "application/x-readerlab-series"  # the row, as ASCII digits
THUMBNAIL_PX = 64
ROW_PX = THUMBNAIL_PX + 16
LOOK_MS = 60
ROLE_THUMBNAIL = Qt.ItemDataRole.UserRole + 1
ROLE_SHARE = Qt.ItemDataRole.UserRole + 2
ROLE_LINES = Qt.ItemDataRole.UserRole + 3
ROLE_HEADING = Qt.ItemDataRole.UserRole + 4  # of the first series of an exam: (words, whether it is a prior)
ROLE_PLACES = Qt.ItemDataRole.UserRole + 5  # numbers of the viewports that show it, from 1
ROLE_KEYS = Qt.ItemDataRole.UserRole + 6  # how many key images it has
HEADING_PX = 24
GROUND, HOVERED, CHOSEN = QColor("#16181a"), QColor("#1f2225"), QColor("#262c31")
TEXT, QUIET, ACCENT = QColor("#d4d7da"), QColor("#9aa0a6"), QColor("#5b8fb9")
FOCUS = QColor("#a5cdeb")


class SeriesList(QListWidget):
    """A vertical list of series; choosing one (click, Enter, arrows and Enter) asks for it in the active viewport.

    Stacks that differ in time alone are one entry. Where a case has several exams, each begins with its date. K shows
    only series with key images, and all again.
    """

    series_chosen = Signal(int)  # row, the index into the headers given to `set_series`

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Series"))
        self.setItemDelegate(_SeriesDelegate(self))
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.ensurePolished()  # the font of the theme
        count = self.fontMetrics().horizontalAdvance("MM · " + self.tr("{n} images").format(n=1000))
        self.setMinimumWidth(max(THUMBNAIL_PX + 120, THUMBNAIL_PX + 30 + count))
        self._headers: tuple[SeriesHeader, ...] = ()
        self._heads: tuple[int, ...] = ()  # for each row the one that stands for it: of many times the first
        self._volumes: dict[int, Volume] = {}
        self._drawn: dict[int, int] = {}  # row → slice of which its thumbnail was made
        self._making: dict[int, Future[QImage | None]] = {}
        self._shows_keys_only = False
        self._worker = ThreadPoolExecutor(1, "thumbnails")
        self.destroyed.connect(partial(self._worker.shutdown, wait=False, cancel_futures=True))
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)
        self.itemActivated.connect(lambda item: self.series_chosen.emit(self.row(item)))
        self.itemClicked.connect(lambda item: self.series_chosen.emit(self.row(item)))

    def set_series(self, headers: Sequence[SeriesHeader], exams: Sequence[Exam] = ()) -> None:
        """Lists these series instead of the ones before; several exams have headings."""
        self._headers, self._heads = tuple(headers), heads(headers)
        self._shows_keys_only = False
        self._volumes.clear()
        self._drawn.clear()
        for made in self._making.values():
            made.cancel()
        self._making.clear()
        self.clear()
        for row, header in enumerate(self._headers):
            lines = series_lines(header, self._heads.count(row))
            item = QListWidgetItem(", ".join(lines))
            item.setData(ROLE_LINES, lines)
            item.setToolTip(lines[0] if header.description else "")
            self.addItem(item)
        self._filter()
        for exam in exams if len(exams) > 1 else ():
            self._head(exam)
        if len(self._headers) > 1:
            listed = [(row, self._headers[row]) for row in sorted(set(self._heads))]
            for row, header in [(row, header) for row, header in listed if header.pixel_format is not None]:
                self._making[row] = self._worker.submit(header_thumbnail, header)
            self._looking.start()

    def _head(self, exam: Exam) -> None:
        first = self.item(self._heads[exam.rows[0]])
        first.setData(ROLE_HEADING, (exam.heading, exam.is_prior))
        for row in exam.rows:  # for those who hear the list
            self.item(row).setText(f"{self.item(row).text()}, {exam.heading}")

    def set_shown(self, places: Mapping[int, int]) -> None:
        """Marks which series (row) each seen viewport shows."""
        for row in range(self.count()):
            self.item(row).setData(ROLE_PLACES, tuple(n + 1 for n, of in places.items() if self._heads[of] == row))

    def set_key_images(self, images: KeyImages) -> None:
        """Marks the series that have key images."""
        counts = [len(key_slices(images, header.key)) for header in self._headers]
        for row in range(self.count()):
            own = (count for count, head in zip(counts, self._heads, strict=True) if head == row)
            self.item(row).setData(ROLE_KEYS, sum(own))
        self._filter()

    @property
    def shows_keys_only(self) -> bool:
        return self._shows_keys_only

    def show_keys_only(self, only: bool) -> None:
        """Leaves out the series without key images; all are listed where none has any."""
        self._shows_keys_only = only
        self._filter()

    def _filter(self) -> None:
        has_keys = [bool(self.item(row).data(ROLE_KEYS)) for row in range(self.count())]
        for row, has in enumerate(has_keys):
            is_left_out = self._shows_keys_only and any(has_keys) and not has
            self.setRowHidden(row, is_left_out or self._heads[row] != row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_K and not event.modifiers():
            self.show_keys_only(not self._shows_keys_only)
        else:
            super().keyPressEvent(event)

    def set_volume(self, row: int, volume: Volume) -> None:
        """Says that a series is loading or loaded; its thumbnail and progress follow by themselves."""
        self._volumes[row] = volume
        self._look()
        self._looking.start()

    def choose(self, row: int) -> None:
        """Shows which series is in the active viewport, without asking for it."""
        self.setCurrentRow(self._heads[row])

    def step(self, steps: int) -> None:
        """Asks for the next or previous series, stopping at either end."""
        listed = sorted(set(self._heads))
        here = self.currentRow()
        at = max(0, min(len(listed) - 1, (listed.index(here) if here in listed else -1) + steps))
        row = listed[at] if listed else here
        if row != here:
            self.setCurrentRow(row)
            self.series_chosen.emit(row)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        data = QMimeData()
        if items:
            data.setData(SERIES_MIME, str(self.row(items[0])).encode("ascii"))
        return data

    def _look(self) -> None:
        """Brings progress and finished thumbnails up to date, until there is nothing to wait for."""
        for row in [row for row, made in self._making.items() if made.done()]:
            image = self._making.pop(row).result()
            if image is not None:
                self.item(row).setData(ROLE_THUMBNAIL, image)
        for row, volume in self._volumes.items():
            self.item(row).setData(ROLE_SHARE, float(volume.loaded.mean()))
            if self._heads[row] == row:
                self._ask_for_thumbnail(row, volume)
        if not self._making and all(volume.is_complete for volume in self._volumes.values()):
            self._looking.stop()

    def _ask_for_thumbnail(self, row: int, volume: Volume) -> None:
        """The middle slice's picture once it is there, the first loaded one's until then."""
        middle = volume.header.frames // 2
        loaded = np.flatnonzero(volume.loaded)
        if loaded.size == 0 or row in self._making:
            return
        index = middle if volume.loaded[middle] else int(loaded[0])
        if row not in self._drawn or (index == middle and self._drawn[row] != middle):
            self._drawn[row] = index
            self._making[row] = self._worker.submit(thumbnail, volume, index)


def thumbnail(volume: Volume, slice_index: int, size_px: int = THUMBNAIL_PX * 2) -> QImage:
    """A slice as a small picture on black, through the window that the series opens with."""
    picture = SliceRenderer().render(volume, opening_view(volume, size_px, size_px, slice_index), size_px, size_px)
    image = QImage(size_px, size_px, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    if picture is None:
        return image
    pixels = picture.pixels if picture.pixels.ndim == 3 else cv2.cvtColor(picture.pixels, cv2.COLOR_GRAY2BGRA)
    drawn = QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.drawImage(picture.left, picture.top, drawn)
    painter.end()
    return image


def header_thumbnail(header: SeriesHeader) -> QImage | None:
    """The middle slice of a series that nobody opened yet, read by itself; None where it cannot be read."""
    index = header.frames // 2
    try:
        volume = empty_volume(header)
        fill_slice(volume, index)
    except StudyProblem:  # said in words once the series is opened
        return None
    volume.loaded[index] = True
    return thumbnail(volume, index)


def series_lines(header: SeriesHeader, times: int = 1) -> tuple[str, str]:
    """What a row says: the description, then modality and how many images or, where there are several, times."""
    translate = QCoreApplication.translate
    count = translate("SeriesList", "1 image") if header.frames == 1 else translate("SeriesList", "{n} images")
    name = header.description or translate("SeriesList", "Series {n}").format(n=header.series_number)
    if times == 1:
        return name, f"{header.modality} · {count.format(n=header.frames)}"
    points = translate("SeriesList", "{n} time points").format(n=times)
    return title_of_all(header) or name, f"{header.modality} · {points}"


class _SeriesDelegate(QStyledItemDelegate):
    """Paints a row: thumbnail, two lines, and a thin bar while the series loads."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(THUMBNAIL_PX + 120, ROW_PX + (HEADING_PX if index.data(ROLE_HEADING) else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect = QRect(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if heading := index.data(ROLE_HEADING):
            self._heading(painter, rect, *heading)
            rect.setTop(rect.top() + HEADING_PX)
        painter.fillRect(rect, CHOSEN if is_chosen else HOVERED if is_hovered else GROUND)
        if is_chosen:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), ACCENT)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(FOCUS, 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        is_open = bool(option.state & QStyle.StateFlag.State_Enabled)  # in a pause nothing of the exam is seen
        self._thumbnail(painter, rect, index.data(ROLE_THUMBNAIL) if is_open else None)
        self._lines(painter, rect, index.data(ROLE_LINES))
        self._marks(painter, rect, index.data(ROLE_PLACES) or (), index.data(ROLE_KEYS) or 0)
        self._progress(painter, rect, index.data(ROLE_SHARE))
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, words: str, is_prior: bool) -> None:
        band = QRect(rect.left(), rect.top(), rect.width(), HEADING_PX)
        painter.fillRect(band, GROUND)
        painter.setPen(PRIOR_GROUND if is_prior else TEXT)
        room = band.adjusted(10, 0, -6, 0)
        shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _marks(self, painter: QPainter, rect: QRect, places: Sequence[int], keys: int) -> None:
        """At the lower edge: the numbers of the viewports that show the series, and a key with a count."""
        left = rect.left() + THUMBNAIL_PX + 20
        metrics = QFontMetrics(painter.font())
        top = rect.bottom() - metrics.height() - 3
        if places:
            shown = f"▣ {' '.join(str(place) for place in places[:4])}{' …' if len(places) > 4 else ''}"
            painter.setPen(QUIET)
            painter.drawText(left, top + metrics.ascent(), shown)
            left += metrics.horizontalAdvance(shown) + 10
        if keys:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_key(painter, QRectF(left, top, metrics.height(), metrics.height()))
            painter.setPen(QUIET)
            painter.drawText(left + metrics.height() + 3, top + metrics.ascent(), str(keys))

    def _thumbnail(self, painter: QPainter, rect: QRect, image: QImage | None) -> None:
        place = QRect(rect.left() + 10, rect.top() + 8, THUMBNAIL_PX, THUMBNAIL_PX)
        painter.fillRect(place, Qt.GlobalColor.black)
        if image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, image)

    def _lines(self, painter: QPainter, rect: QRect, lines: Sequence[str]) -> None:
        left = rect.left() + THUMBNAIL_PX + 20
        room = rect.right() - left - 8
        metrics = QFontMetrics(painter.font())
        top = rect.top() + max(4, (ROW_PX - 3 * metrics.height() - 4) // 2)
        for number, (line, colour) in enumerate(zip(lines, (TEXT, QUIET), strict=True)):
            painter.setPen(colour)
            baseline = top + metrics.ascent() + number * (metrics.height() + 2)
            painter.drawText(left, baseline, metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, room))

    def _progress(self, painter: QPainter, rect: QRect, share: float | None) -> None:
        if share is not None and share < 1:
            bar = QRectF(rect.left() + 10, rect.bottom() - 5, THUMBNAIL_PX, 2)
            painter.fillRect(bar, QColor(255, 255, 255, 30))
            painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * share, 2), ACCENT)
