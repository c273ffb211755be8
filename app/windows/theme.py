"""The one look of ReaderLab: colours, type and spacing, as named tokens laid over the whole application.

What belongs here: the tokens, and laying them over Qt. What does not: what a widget looks like in particular; that
stands in resources/styles/dark.qss, or in the widget that paints itself from these tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from study_configs.problem import ProgramError

FAMILY = "Inter"
FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")

# Neutral greys, darker than a typical image; what text stands on.
SURFACES = {
    "ground": "#0a0b0c",
    "field": "#0d0e10",
    "chrome": "#121416",
    "raised": "#191b1e",
    "hover": "#202327",
    "pressed": "#25282c",
    "selected": "#1a2a37",
}
# What text and glyphs are written in; each reaches 7:1 on each surface.
INKS = {
    "text": "#e3e5e7",
    "quiet": "#b3b8bd",
    "accent": "#92c1e4",
    "good": "#93ccab",
    "caution": "#dcb877",
    "wrong": "#e3ad98",
    "focus": "#a5cdeb",
}
# Lines and edges, and the one fill that only `text` stands on.
LINES = {"line": "#2b2f33", "edge": "#59616a"}
FILLS = {"primary": "#20445c", "primary_hover": "#24495f"}
PAIRS = (
    *((ink, surface) for ink in INKS for surface in SURFACES),
    *(("text", fill) for fill in FILLS),
)
LEAST_CONTRAST = 7.0  # WCAG 2.2, 1.4.6 (AAA)

# The roles of Qt's palette, by token; all of them are dark or on dark, so that nothing Qt paints itself flashes white.
PALETTE = {
    "chrome": ("Window",),
    "field": ("Base",),
    "raised": ("AlternateBase", "Button", "ToolTipBase"),
    "ground": ("Dark", "Shadow"),
    "line": ("Mid",),
    "hover": ("Midlight",),
    "pressed": ("Light",),
    "primary": ("Highlight",),
    "text": ("WindowText", "Text", "ButtonText", "BrightText", "ToolTipText", "HighlightedText"),
    "quiet": ("PlaceholderText",),
    "accent": ("Link", "LinkVisited", "Accent"),
}

POINTS = {"small": 8.5, "body": 9.5, "question": 10.5, "heading": 11.5, "reading": 11.0, "title": 16.0, "far": 72.0}
SPACES = (4, 8, 12, 16, 24)
DESIGN_HEIGHT = 800  # logical px of the smallest screen: scale 1
DARKEST, BRIGHTEST = 0.4, 1.0


@dataclass(frozen=True, slots=True)
class Theme:
    """One size and brightness of the look.

    `scale` multiplies type and spacing; `brightness` (0.4-1.0) dims the chrome and never an image. Text keeps 7:1 on
    whatever it stands on, however dim.
    """

    scale: float = 1.0
    brightness: float = 1.0

    def hexes(self) -> dict[str, str]:
        """Every colour token at this brightness, as #rrggbb."""
        return _hexes(min(BRIGHTEST, max(DARKEST, self.brightness)))

    def colour(self, token: str) -> QColor:
        return QColor(self.hexes()[token])

    def space(self, step: int) -> int:
        """Step 1-5 of the spacing scale (4, 8, 12, 16, 24), in logical px."""
        return round(SPACES[step - 1] * self.scale)

    def px(self, length: float) -> int:
        """A length that was drawn for scale 1, in logical px."""
        return round(length * self.scale)

    def points(self, role: str) -> float:
        return POINTS[role] * self.scale

    def font(self, role: str = "body", weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Inter at the size of a role, for widgets that paint themselves."""
        font = QFont(FAMILY)
        font.setPointSizeF(self.points(role))
        font.setWeight(weight)
        return font


def apply_theme(app: QApplication, scale: float | None = None, brightness: float = 1.0) -> Theme:
    """Lay the look over the whole application; without `scale`, the one that suits the primary screen.

    May be called again at any time to change the brightness; a new scale also changes type, and the spacing of windows
    that are made from then on.
    """
    theme = Theme(scale_for(app.primaryScreen().size().height()) if scale is None else scale, brightness)
    if app.property("readerlabTheme") == theme:
        return theme
    _load_fonts()
    app.setProperty("readerlabTheme", theme)
    app.setStyle("Fusion")
    app.setFont(theme.font())
    app.setPalette(_palette(theme))
    QToolTip.setPalette(_palette(theme))
    QToolTip.setFont(theme.font())
    app.setStyleSheet(style_sheet(theme))
    return theme


def current_theme() -> Theme:
    """The theme that lies over the application, the plain one where none was applied."""
    app = QApplication.instance()
    theme = app.property("readerlabTheme") if app is not None else None
    return theme if isinstance(theme, Theme) else Theme()


def scale_for(screen_height_px: int, setting: float = 1.0) -> float:
    """The scale for a screen of this height (logical px): larger screens get larger type, and more room beside it.

    `setting` is the reader's own factor on top.
    """
    fitting: float = max(1.0, screen_height_px / DESIGN_HEIGHT) ** 0.6
    return round(min(3.0, max(0.75, fitting * setting)), 2)


def style_sheet(theme: Theme) -> str:
    """The style sheet with every token filled in. Raises KeyError where it names a token that does not exist."""
    text = files("resources").joinpath("styles", "dark.qss").read_text(encoding="utf-8")
    sizes = {
        **{f"pt_{role}": f"{theme.points(role):.2f}" for role in POINTS},
        **{f"space_{step}": str(theme.space(step)) for step in range(1, len(SPACES) + 1)},
        "control": str(theme.px(20)),
        "control_large": str(theme.px(30)),
        "finger": str(theme.px(40)),
        "hand": str(theme.px(62)),
    }
    return Template(text).substitute(theme.hexes() | sizes)


def set_role(widget: QWidget, role: str, *, name: str = "role") -> None:
    """Give a widget a role (or a button its kind) of the style sheet, also after it was shown."""
    if widget.property(name) == role:
        return
    widget.setProperty(name, role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def contrast(one: str, other: str) -> float:
    """Contrast of two #rrggbb colours (WCAG 2.2, relative luminance), 1-21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@cache
def _hexes(brightness: float) -> dict[str, str]:
    dimmed = {token: _mixed("#000000", colour, brightness) for token, colour in (SURFACES | LINES | FILLS).items()}
    for ink, colour in INKS.items():
        grounds = [dimmed[surface] for written, surface in PAIRS if written == ink]
        dimmed[ink] = _legible(_mixed("#000000", colour, brightness), grounds)
    return dimmed


def _legible(ink: str, grounds: list[str]) -> str:
    """The ink, lightened as little as makes it legible on each ground."""
    share = 0.0
    lifted = ink
    while min(contrast(lifted, ground) for ground in grounds) < LEAST_CONTRAST:
        share += 0.02
        lifted = _mixed(ink, "#ffffff", share)
    return lifted


def _mixed(one: str, other: str, share: float) -> str:
    """`share` of the other colour, the rest of the one, channel by channel in sRGB."""
    channels = (round(a + (b - a) * share) for a, b in zip(_channels(one), _channels(other), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@cache
def _load_fonts() -> None:
    for name in FONT_FILES:
        if QFontDatabase.addApplicationFontFromData(files("resources").joinpath("fonts", name).read_bytes()) < 0:
            raise ProgramError(f"The font {name} cannot be loaded.")


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    tokens = {getattr(role, name): token for token, names in PALETTE.items() for name in names}
    palette = QPalette()
    for each, token in tokens.items():
        palette.setColor(each, theme.colour(token))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, theme.colour("quiet"))
    return palette
