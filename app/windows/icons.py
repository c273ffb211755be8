"""The icons: own line drawings, tinted by the theme.

What belongs here: from a name to a QIcon or a button that carries one. What does not: the drawings (resources/icons).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolButton, QWidget

from app.windows.theme import current_theme, set_role

SIZE = 18  # logical px at scale 1
PIXEL_RATIO = 3.0  # drawn this fine, so that scaled screens stay sharp


def icon_names() -> tuple[str, ...]:
    """Every icon there is, sorted."""
    drawings = files("resources").joinpath("icons").iterdir()
    return tuple(sorted(d.name.removesuffix(".svg") for d in drawings if d.name.endswith(".svg")))


def icon(name: str, ink: str = "text") -> QIcon:
    """The icon in one of the theme's inks, quieter where its control is disabled. Raises FileNotFoundError."""
    made = QIcon(icon_pixmap(name, ink))
    made.addPixmap(icon_pixmap(name, ink), QIcon.Mode.Selected)
    made.addPixmap(icon_pixmap(name, "edge"), QIcon.Mode.Disabled)
    return made


def icon_pixmap(name: str, ink: str = "text", size: int = SIZE) -> QPixmap:
    """The icon as a square picture of `size` logical px at scale 1, on nothing."""
    theme = current_theme()
    drawing = _drawing(name).replace("currentColor", theme.hexes()[ink])
    edge = theme.px(size)
    picture = QPixmap(QSize(round(edge * PIXEL_RATIO), round(edge * PIXEL_RATIO)))
    picture.setDevicePixelRatio(PIXEL_RATIO)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, edge, edge))
    painter.end()
    return picture


def window_icon() -> QIcon:
    """The program's own sign, for title bar and task bar."""
    picture = QPixmap(256, 256)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(files("resources").joinpath("logo.svg").read_bytes())).render(painter)
    painter.end()
    return QIcon(picture)


class IconButton(QToolButton):
    """A flat button with an icon; its name for screen readers and its tooltip are the same words.

    It draws its icon anew when the theme changes.
    """

    def __init__(self, name: str, words: str, *, key: str = "", text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        set_role(self, "flat", name="kind")
        self.setAccessibleName(words)
        self.setToolTip(f"{words}  ({key})" if key else words)
        if text:
            self.setText(text)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._draw()

    def set_icon_name(self, name: str) -> None:
        self._name = name
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        edge = current_theme().px(SIZE)
        self.setIcon(icon(self._name))
        self.setIconSize(QSize(edge, edge))


@cache
def _drawing(name: str) -> str:
    return files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")
