"""The one vocabulary of what a person can ask a viewer to do: names, titles, default keys.

What belongs here: the frozen `Command` and the table of them. What does not: doing them (grid) and listing them on the
screen (app.windows). Keyboard, mouse, menus and simulated readers all speak these names, and the log keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to ask for. `keys` are Qt's portable key names ("Shift+Down"); `held` ones last as long as the key.

    With a `mode` the keys hold only while that command is on, and mean other things otherwise.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    group: str
    held: bool = False
    mode: str = ""


ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth")
POINTER = "pointer.toggle"
WAYS = (("left", "Left", "left"), ("right", "Right", "right"), ("up", "Up", "up"), ("down", "Down", "down"))


def _presets() -> tuple[Command, ...]:
    return tuple(
        Command(f"window.preset.{n}", f"{word} window for this modality", (str(n),), "Window")
        for n, word in enumerate(ORDINALS, 1)
    )


def _pointer() -> tuple[Command, ...]:
    """What moves and presses the keyboard's pointer, while it is out."""
    steps = [
        Command(f"pointer.{way}", f"One step {words}", (key,), "Pointer", mode=POINTER) for way, key, words in WAYS
    ]
    leaps = [
        Command(f"pointer.far_{way}", f"Ten steps {words}", (f"Shift+{key}",), "Pointer", mode=POINTER)
        for way, key, words in WAYS
    ]
    return (
        Command(POINTER, "A pointer that keys move, for probes, marks and measuring", ("Ctrl+P",), "Pointer"),
        *steps,
        *leaps,
        Command("pointer.click", "Click", ("Space",), "Pointer", mode=POINTER),
        Command("pointer.double_click", "Double click", ("Ctrl+Space",), "Pointer", mode=POINTER),
        Command("pointer.press", "Press and hold, or let go", ("Shift+Space",), "Pointer", mode=POINTER),
    )


COMMANDS: tuple[Command, ...] = (
    Command("scroll.next", "Next image", ("Down", "Right"), "Scroll"),
    Command("scroll.previous", "Previous image", ("Up", "Left"), "Scroll"),
    Command("scroll.next10", "10 images on", ("Shift+Down", "Shift+Right"), "Scroll"),
    Command("scroll.previous10", "10 images back", ("Shift+Up", "Shift+Left"), "Scroll"),
    Command("scroll.page_down", "A tenth of the stack on", ("PgDown",), "Scroll"),
    Command("scroll.page_up", "A tenth of the stack back", ("PgUp",), "Scroll"),
    Command("scroll.first", "First image", ("Home",), "Scroll"),
    Command("scroll.last", "Last image", ("End",), "Scroll"),
    Command("cine.toggle", "Play, or stop", ("C",), "Scroll"),
    Command("cine.bounce", "Play to and fro, or round and round", ("Shift+C",), "Scroll"),
    Command("cine.faster", "Play faster", ("Ctrl+Right",), "Scroll"),
    Command("cine.slower", "Play slower", ("Ctrl+Left",), "Scroll"),
    Command("cine.over_time", "Play the times of a slice, or the slices of a stack", ("Alt+Shift+C",), "Scroll"),
    Command("time.next", "The same slice at the next time", ("Ctrl+.",), "Scroll"),
    Command("time.previous", "The same slice at the time before", ("Ctrl+,",), "Scroll"),
    *_presets(),
    *(Command(f"window.user.{n}", f"Window of your own {n}", (f"Alt+{n + 5}",), "Window") for n in range(1, 5)),
    *(
        Command(f"window.user.{n}.save", f"Keep this window as your own {n}", (f"Ctrl+Alt+{n + 5}",), "Window")
        for n in range(1, 5)
    ),
    Command("window.choose", "Choose a window by name", ("Alt+P",), "Window"),
    Command("window.wider", "Wider window", ("Alt+Shift+Right",), "Window"),
    Command("window.narrower", "Narrower window", ("Alt+Shift+Left",), "Window"),
    Command("window.brighter", "Brighter", ("Alt+Shift+Up",), "Window"),
    Command("window.darker", "Darker", ("Alt+Shift+Down",), "Window"),
    Command("window.file", "Window from the file", ("W",), "Window"),
    Command("window.auto", "Window from this image", ("A",), "Window"),
    Command("window.region", "Window from a region that you draw", ("Shift+W",), "Window"),
    Command("invert", "Exchange black and white", ("I",), "Window"),
    Command("colours.next", "Next colour map", ("Alt+C",), "Window"),
    Command("zoom.in", "Enlarge", ("+", "="), "Zoom"),
    Command("zoom.out", "Shrink", ("-",), "Zoom"),
    Command("zoom.fit", "Fit the image", ("F",), "Zoom"),
    Command("zoom.one_to_one", "One image pixel per screen pixel", ("Z",), "Zoom"),
    Command("zoom.true_size", "True size in mm on this screen", ("Shift+Z",), "Zoom"),
    *(Command(f"pan.{way}", f"Move the image {words}", (f"Ctrl+Shift+{key}",), "Zoom") for way, key, words in WAYS),
    Command("view.reset", "Reset window, zoom and position", ("R",), "Zoom"),
    Command("magnify.hold", "Magnifier glass while held", ("Q",), "Zoom", held=True),
    Command("turn.right", "Turn right", ("Shift+R",), "Turn"),
    Command("turn.left", "Turn left", ("Alt+R",), "Turn"),
    Command("flip.horizontal", "Mirror left and right", ("Shift+H",), "Turn"),
    Command("flip.vertical", "Mirror top and bottom", ("Shift+V",), "Turn"),
    Command("interpolation.next", "Interpolation: smooth, linear, nearest", ("Alt+I",), "Picture"),
    Command("filter.next", "Filter: none, smooth, sharpen", ("Alt+E",), "Picture"),
    Command("state.next", "Next presentation state of this series, or none", ("Alt+G",), "Presentation"),
    Command("state.graphics", "States keep my window and add their graphics only", ("Alt+Shift+G",), "Presentation"),
    Command("mask.toggle", "Subtract the mask of this angiogram, or not", ("Alt+A",), "Presentation"),
    Command("plane.native", "The plane of the files", ("Alt+0",), "Planes"),
    Command("plane.axial", "Axial plane", ("Alt+1",), "Planes"),
    Command("plane.coronal", "Coronal plane", ("Alt+2",), "Planes"),
    Command("plane.sagittal", "Sagittal plane", ("Alt+3",), "Planes"),
    Command("plane.curved", "Straighten along a curve: click points, a double click ends", ("Alt+V",), "Planes"),
    Command("layout.mpr", "Axial, coronal and sagittal side by side", ("Alt+M",), "Planes"),
    Command(
        "crosshair.toggle", "Crosshair: one place in every plane; drag its arms to cut obliquely", ("X",), "Planes"
    ),
    Command("lines.toggle", "Reference lines of the other viewports", ("Alt+X",), "Planes"),
    Command("slab.next", "Slab: off, brightest, darkest, mean", ("Alt+S",), "Planes"),
    Command("slab.thicker", "Thicker slab", ("Alt+Up",), "Planes"),
    Command("slab.thinner", "Thinner slab", ("Alt+Down",), "Planes"),
    Command("fusion.toggle", "Lay another series over this one in colour, or take it away", ("Alt+F",), "Planes"),
    Command("fusion.next", "Lay the next series that fits over this one", ("Alt+Shift+F",), "Planes"),
    Command("fusion.wider", "Wider window of the series on top", ("Alt+]",), "Planes"),
    Command("fusion.narrower", "Narrower window of the series on top", ("Alt+[",), "Planes"),
    Command("fusion.brighter", "Series on top brighter", ("Alt+.",), "Planes"),
    Command("fusion.darker", "Series on top darker", ("Alt+,",), "Planes"),
    Command("fusion.more", "More of the series on top", ("Ctrl+Up",), "Planes"),
    Command("fusion.less", "Less of the series on top", ("Ctrl+Down",), "Planes"),
    Command("layout.1x1", "One viewport", ("Ctrl+1",), "Layout"),
    Command("layout.1x2", "Two viewports side by side", ("Ctrl+2",), "Layout"),
    Command("layout.1x3", "Three viewports side by side", ("Ctrl+3",), "Layout"),
    Command("layout.2x2", "Four viewports", ("Ctrl+4",), "Layout"),
    Command("layout.2x1", "Two viewports, one above the other", ("Ctrl+5",), "Layout"),
    Command("layout.2x3", "Six viewports", ("Ctrl+6",), "Layout"),
    Command("layout.2x4", "Eight viewports", ("Ctrl+8",), "Layout"),
    Command("layout.3x3", "Nine viewports", ("Ctrl+9",), "Layout"),
    Command("layout.4x4", "Sixteen viewports", ("Ctrl+0",), "Layout"),
    Command("layout.choose", "Choose any layout up to 4 × 4", ("Ctrl+L",), "Layout"),
    Command("viewport.next", "Next viewport", ("V",), "Layout"),
    Command("viewport.maximise", "One viewport alone, and back", ("F10",), "Layout"),
    Command("tile.toggle", "Consecutive images of one series in all viewports, or stacks", ("Shift+I",), "Layout"),
    Command("hanging.next", "Next hanging", ("F9",), "Layout"),
    Command("hanging.previous", "Previous hanging", ("Shift+F9",), "Layout"),
    Command("series.next", "Next series", (".",), "Layout"),
    Command("series.previous", "Previous series", (",",), "Layout"),
    Command("prior.toggle", "The prior beside the current exam, or away", ("Alt+B",), "Layout"),
    Command("annotations.toggle", "Show or hide the corner texts", ("T",), "Layout"),
    Command("graphics.toggle", "Show or hide what the files draw over images", ("Shift+G",), "Layout"),
    Command("ruler.toggle", "Rulers along the edges", ("Alt+T",), "Layout"),
    Command("menu.show", "Menu of windows and tools", ("Menu", "Shift+F10"), "Layout"),
    Command("window.second", "Images in a window of their own on the next screen, or back", ("Ctrl+F11",), "Layout"),
    Command("link.toggle", "Link scrolling", ("L",), "Together"),
    Command("link.view", "Link zoom and position", ("Shift+L",), "Together"),
    Command("link.window", "Link windows", ("Alt+W",), "Together"),
    Command("link.offset", "Keep the present offset between linked stacks, or none", ("Alt+L",), "Together"),
    Command("key_image.toggle", "Make this a key image, or no longer", ("Alt+K",), "Together"),
    Command("key_image.next", "Next key image", ("Shift+K",), "Together"),
    Command("histogram.toggle", "Histogram of this image", ("Ctrl+H",), "Look up"),
    Command("tags.show", "DICOM tags of this image", ("Ctrl+T",), "Look up"),
    Command("fidelity.show", "How true this picture is", ("Ctrl+I",), "Look up"),
    Command("pattern.show", "Test pattern for this screen", ("Ctrl+F12",), "Look up"),
    Command("overlay.hold", "Hide all AI while held", ("G",), "AI", held=True),
    Command("measure.length", "Length", ("D",), "Measure"),
    Command("measure.angle", "Angle", ("Shift+A",), "Measure"),
    Command("measure.cobb", "Cobb angle", ("Shift+B",), "Measure"),
    Command("measure.bidirectional", "Longest and shortest diameter", ("Shift+D",), "Measure"),
    Command("measure.ellipse", "Ellipse: area, mean, spread", ("Shift+E",), "Measure"),
    Command("measure.rectangle", "Rectangle: area, mean, spread", ("Shift+Q",), "Measure"),
    Command("measure.polygon", "Polygon: area, mean, spread", ("Shift+P",), "Measure"),
    Command("measure.freehand", "Freehand outline: area, mean, spread", ("Shift+F",), "Measure"),
    Command("measure.arrow", "Arrow with a text", ("Shift+T",), "Measure"),
    Command("measure.point", "Point with a confidence", ("Shift+N",), "Measure"),
    Command("measure.box", "Box", ("Shift+X",), "Measure"),
    Command("brush.paint", "Brush: correct a segmentation", ("Shift+U",), "Measure"),
    Command("brush.volume", "Brush through slices, within a range of values", ("Alt+U",), "Measure"),
    Command("brush.erase", "Eraser", ("Shift+J",), "Measure"),
    Command("brush.new", "Brush: begin another segment", ("Alt+Shift+U",), "Measure"),
    Command("brush.larger", "Larger brush", ("Ctrl++", "Ctrl+="), "Measure"),
    Command("brush.smaller", "Smaller brush", ("Ctrl+-",), "Measure"),
    Command("measure.none", "One step back: puts away a tool, a card, whatever is on", ("Esc",), "Measure"),
    Command("measure.undo", "Undo the last change to measurements", ("Ctrl+Backspace",), "Measure"),
    Command("measure.redo", "Redo it", ("Ctrl+Y",), "Measure"),
    Command("measure.remove", "Remove the selected measurement", ("Shift+Del",), "Measure"),
    Command("measure.next", "Go to the next measurement", ("Alt+N",), "Measure"),
    Command("measure.rename", "Name the selected measurement", ("Shift+Y",), "Measure"),
    Command("measure.recolour", "Next colour of the selected measurement", ("Alt+Y",), "Measure"),
    Command("measurements.toggle", "Show or hide the list of measurements", ("Ctrl+M",), "Measure"),
    Command("mark.place", "Place a mark under the pointer", ("M",), "Marks"),
    Command("mark.tool", "Mark with every click, on or off", ("Shift+M",), "Marks"),
    Command("mark.remove", "Remove the selected mark", ("Del", "Backspace"), "Marks"),
    *_pointer(),
    Command("preferences.show", "Preferences: language, size of type, mouse, windows", ("Ctrl+F10",), "Help"),
    Command("help", "Show the keys", ("?", "F1"), "Help"),
)

BY_ID = {command.id: command for command in COMMANDS}
BY_KEY = {key: command for command in COMMANDS if not command.mode for key in command.keys}
RESERVED_KEYS = frozenset(BY_KEY)


def command_in_mode(key: str, mode: str) -> Command | None:
    """The command that a key means while a mode is on, or None."""
    return next((c for c in COMMANDS if c.mode == mode and key in c.keys), None)


def command_for(key: str) -> Command | None:
    """The command behind a key's portable name, or None."""
    return BY_KEY.get(key)
