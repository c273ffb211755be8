"""Small pictures for rows: a sample of a layer's colours and way of drawing, and an eye that is open or closed.

What belongs here: drawing them. What does not: rows.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QLinearGradient, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from overlays.layers import colour
from overlays.layers.layer import Layer

ICON_PX = 18
WIDTH_PX, HEIGHT_PX = 28, 12


def swatch_picture(layer: Layer, dpr: float) -> QPixmap:
    """A sample of how the layer draws, 28 × 12 logical px."""
    picture = _clear(WIDTH_PX, HEIGHT_PX, dpr)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _sample(painter, layer, QRectF(1, 1, WIDTH_PX - 2, HEIGHT_PX - 2))
    return picture


def ramp_icon(colours: str, dpr: float) -> QIcon:
    """A colour map from its lowest to its highest value."""
    picture = _clear(WIDTH_PX, HEIGHT_PX, dpr)
    with QPainter(picture) as painter:
        _ramp(painter, colours, QRectF(0, 0, WIDTH_PX, HEIGHT_PX))
    return QIcon(picture)


def _sample(painter: QPainter, layer: Layer, area: QRectF) -> None:
    ink = QColor(layer.colour)
    painter.setPen(QPen(ink, 2))
    if layer.draw in ("heatmap", "isolines"):
        _ramp(painter, layer.colours, area)
        if layer.draw == "isolines":
            painter.setPen(QPen(QColor(0, 0, 0, 200), 1.5))
            painter.drawLines([_upright(area, share) for share in (0.35, 0.7)])
    elif layer.draw == "box":
        painter.drawRect(area)
    elif layer.draw == "corner_marks":
        for x, y, right, down in ((area.left(), area.top(), 1, 1), (area.right(), area.bottom(), -1, -1)):
            painter.drawPolyline([QPointF(x + 7 * right, y), QPointF(x, y), QPointF(x, y + 5 * down)])
    elif layer.draw == "arrow":
        tip = QPointF(area.right(), area.center().y())
        painter.drawLine(QPointF(area.left(), tip.y()), tip)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-6, -4), tip + QPointF(-6, 4)]))
    elif layer.draw in ("fill", "pattern"):
        striped, solid = Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.SolidPattern
        painter.setBrush(QBrush(ink, striped if layer.draw == "pattern" else solid))
        painter.drawEllipse(area)
    elif layer.draw == "contour":
        painter.drawEllipse(area)
    else:  # words and pictures: a plate
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(area.adjusted(4, 1, -4, -1), 3, 3)


def _upright(area: QRectF, share: float) -> QLineF:
    x = area.left() + share * area.width()
    return QLineF(x, area.top(), x, area.bottom())


def _ramp(painter: QPainter, colours: str, area: QRectF) -> None:
    ramp = QLinearGradient(area.topLeft(), area.topRight())
    for stop in range(11):
        ramp.setColorAt(stop / 10, QColor(*colour.colour_at(colours, stop / 10)))
    painter.fillRect(area, ramp)


def eye_icon(open_eye: bool, ink: QColor) -> QIcon:
    """An eye, struck through and faint when closed, drawn in the chrome's text colour."""
    picture = _clear(ICON_PX, ICON_PX, 2)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if open_eye else 0.5)
        painter.setPen(QPen(ink, 1.5))
        middle = ICON_PX / 2
        lid = QPainterPath(QPointF(1.5, middle))
        lid.quadTo(QPointF(middle, 1.5), QPointF(ICON_PX - 1.5, middle))
        lid.quadTo(QPointF(middle, ICON_PX - 1.5), QPointF(1.5, middle))
        painter.drawPath(lid)
        painter.drawEllipse(QPointF(middle, middle), 2.5, 2.5)
        if not open_eye:
            painter.drawLine(QPointF(3, ICON_PX - 3), QPointF(ICON_PX - 3, 3))
    return QIcon(picture)


def icon_size() -> QSize:
    return QSize(ICON_PX, ICON_PX)


def _clear(width: float, height: float, dpr: float) -> QPixmap:
    picture = QPixmap(round(width * dpr), round(height * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    return picture
