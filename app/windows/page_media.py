"""The picture or film of a page: shown where this machine can, and said plainly where it cannot.

What belongs here: showing it, and whether it was seen to its end. What does not: the page (text_page), which file
(compiling). Films need Qt Multimedia, which not every installation has.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.windows.labels import label
from app.windows.theme import current_theme, set_role
from study_configs.pages import FILMS

Watched = Literal["", "to_the_end", "in_part", "could_not_be_shown"]
MOST_PIXELS = 50_000_000
SIZE = QSize(720, 405)  # logical px at scale 1


class PageMedia(QWidget):
    """`show_file` with a picture or film, or None for none. `watched` says what became of it."""

    failed = Signal(str)  # why it cannot be shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = current_theme()
        self.watched: Watched = ""
        self._film: _Film | None = None
        self._size = QSize(theme.px(SIZE.width()), theme.px(SIZE.height()))
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.words = label("", "caution")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.picture)
        self._column.addWidget(self.words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.show_file(None)

    def show_file(self, file: Path | None) -> None:
        self.close_film()
        self.watched = ""
        self.picture.hide()
        self.words.hide()
        self.setVisible(file is not None)
        if file is None:
            return
        if file.suffix.lower() in FILMS:
            self._show_film(file)
        else:
            self._show_picture(file)

    def close_film(self) -> None:
        """Stop and take the film away."""
        if self._film is not None:
            self._film.close_down()
            self._column.removeWidget(self._film)
            self._film.deleteLater()
            self._film = None

    def _show_picture(self, file: Path) -> None:
        reader = QImageReader(str(file))
        reader.setAutoTransform(True)
        size = reader.size()
        if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
            self._say(self.tr("The picture of this page cannot be shown on this machine."))
            return
        ratio = self.devicePixelRatioF()
        reader.setScaledSize(size.scaled(self._size * ratio, Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        if image.isNull():
            self._say(self.tr("The picture of this page cannot be shown on this machine."))
            return
        image.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(image))
        self.picture.show()
        self.watched = "to_the_end"

    def _show_film(self, file: Path) -> None:
        if find_spec("PySide6.QtMultimedia") is None:
            self._say(self.tr("The film of this page cannot be shown on this machine: Qt Multimedia is not installed."))
            return
        self.watched = "in_part"
        self._film = _Film(file, self._size)
        self._film.ended.connect(self._seen)
        self._film.failed.connect(
            lambda why: self._say(self.tr("The film of this page cannot be shown: {why}").format(why=why))
        )
        self._column.addWidget(self._film)

    def _seen(self) -> None:
        self.watched = "to_the_end"

    def _say(self, why: str) -> None:
        self.close_film()
        self.watched = "could_not_be_shown"
        self.words.setText(" ".join((why, self.tr("You can go on."))))
        self.words.show()
        self.failed.emit(why)


class _Film(QWidget):
    """A film with one button; it begins by itself, and is played from the beginning each time."""

    ended = Signal()
    failed = Signal(str)

    def __init__(self, file: Path, size: QSize) -> None:
        super().__init__()
        from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer
        from PySide6.QtMultimediaWidgets import QVideoWidget

        self._media: Any = QMediaPlayer
        self._player: Any = QMediaPlayer(self)
        self._sound: Any = QAudioOutput(self)
        screen: Any = QVideoWidget()
        screen.setFixedSize(size)
        self._player.setVideoOutput(screen)
        self._player.setAudioOutput(self._sound)
        self._player.mediaStatusChanged.connect(self._follow)
        self._player.errorOccurred.connect(lambda _error, why: self.failed.emit(why))
        self.button = QPushButton(self.tr("Play again"))
        set_role(self.button, "quiet", name="kind")
        self.button.clicked.connect(self._again)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(screen)
        column.addLayout(row)
        self._player.setSource(QUrl.fromLocalFile(str(file)))
        self._player.play()

    def close_down(self) -> None:
        self._player.stop()

    def _again(self) -> None:
        self._player.setPosition(0)
        self._player.play()

    def _follow(self, status: object) -> None:
        if status == self._media.MediaStatus.EndOfMedia:
            self.ended.emit()
