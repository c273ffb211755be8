"""What one reader prefers at this workstation, kept in a small YAML file: windows, gestures, what is known of screens.

What belongs here: the values, reading and writing the file. What does not: what a protocol decides (study_configs) and
the pages where it is changed (app.windows).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_config_path
from pydantic import Field, ValidationError

from study_configs.problem import StudyProblem
from study_configs.section import Section
from study_configs.words import Language, phrase, translate
from study_configs.yaml12 import dumped, load
from viewers.tools.gestures import Gestures
from viewers.volume import Window

OWN_WINDOWS = 4  # for each modality
FONT_SCALES = (0.8, 1.6)  # least and most that type grows by
TODO = phrase("ViewerSettings", "Mend the file, or take it away: ReaderLab then goes on as on the first day.")

Gsdf = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class DeclaredDisplay:
    """What a person says of a screen; ReaderLab can't measure it. Luminances in cd/m², light in the room in lux.

    `gsdf` is whether the screen follows DICOM's greyscale standard display function (PS3.14). `checked` is a date.
    """

    screen: str
    gsdf: Gsdf = "unknown"
    checked: str = ""
    l_min: float | None = None
    l_max: float | None = None
    ambient_lux: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """One reader's settings. Windows by (modality, number from 1); screens by their ids.

    `language` is "" where the study or the system decides; `font_scale` multiplies all type of the windows.
    """

    own_windows: Mapping[tuple[str, int], Window] = field(default_factory=dict)
    gestures: Gestures = field(default_factory=Gestures)
    px_per_mm: Mapping[str, float] = field(default_factory=dict)
    displays: Mapping[str, DeclaredDisplay] = field(default_factory=dict)
    magnifier_overlays: bool = False
    language: Language | Literal[""] = ""
    font_scale: float = 1.0


class _Window(Section):
    modality: str
    number: Annotated[int, Field(ge=1, le=OWN_WINDOWS)]
    name: Annotated[str, Field(max_length=60)]
    centre: float
    width: Annotated[float, Field(gt=0)]


class _Display(Section):
    gsdf: Gsdf = "unknown"
    checked: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    l_min: Annotated[float, Field(ge=0, le=10)] | None = None
    l_max: Annotated[float, Field(ge=1, le=10000)] | None = None
    ambient_lux: Annotated[float, Field(ge=0, le=100000)] | None = None


class _File(Section):
    """The file as it is written."""

    windows: tuple[_Window, ...] = ()
    gestures: dict[str, str] = Field(default_factory=dict)
    px_per_mm: dict[str, Annotated[float, Field(gt=0.5, lt=50)]] = Field(default_factory=dict)
    displays: dict[str, _Display] = Field(default_factory=dict)
    magnifier_overlays: bool = False
    language: Language | Literal[""] = ""
    font_scale: Annotated[float, Field(ge=FONT_SCALES[0], le=FONT_SCALES[1])] = 1.0


class SettingsFile:
    """The settings of one reader and the file they stand in; every change is written at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = Settings()
        self.problem: StudyProblem | None = None  # why the file could not be read; it is then left as it is

    def read(self) -> Settings:
        """Takes over what the file says; the first day's where there is none. Raises StudyProblem for a bad file."""
        try:
            is_there = self.path.exists()
        except OSError as error:
            what = f"The settings can't be read: {error.strerror}."
            raise StudyProblem(what, where=str(self.path), todo=TODO) from error
        if is_there:
            self.settings = _read(self.path)
        return self.settings

    def read_or_go_on(self) -> Settings:
        """As `read`, but a bad file, kept in `problem`, means the first day's settings: nobody is kept from reading."""
        try:
            return self.read()
        except StudyProblem as problem:
            self.problem = problem
            return self.settings

    def change(self, **changes: object) -> Settings:
        """Changes some settings and writes all. Raises StudyProblem where the file can't or mustn't be written."""
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        if self.problem is not None:
            raise self.problem
        _write(self.path, self.settings)
        return self.settings

    def keep_window(self, modality: str, number: int, window: Window) -> None:
        """Makes a window the reader's own, by number."""
        self.change(own_windows={**self.settings.own_windows, (modality, number): window})


def settings_path(reader: str) -> Path:
    """Where a reader's settings stand on this machine; `reader` is the pseudonym."""
    kept = "".join(c if c.isalnum() or c in "-_" else "_" for c in reader) or "reader"
    return user_config_path("ReaderLab", appauthor=False) / "readers" / f"{kept}.yaml"


def _read(path: Path) -> Settings:
    try:
        document = load(path.read_bytes(), str(path))
    except OSError as error:
        words = translate("ViewerSettings", "The settings can't be read: {reason}.")
        raise _problem(path, words.format(reason=error.strerror)) from error
    if document.problems:
        raise _problem(path, translate("ViewerSettings", "The settings are not YAML as ReaderLab writes it."))
    try:
        read = _File.model_validate(document.value or {})
        return _settings(read)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        words = translate("ViewerSettings", "The settings are wrong at {where}: {reason}.")
        raise _problem(path, words.format(where=where, reason=first["msg"])) from error
    except ValueError as error:
        words = translate("ViewerSettings", "The settings are wrong: {reason}")
        raise _problem(path, words.format(reason=error)) from error


def _problem(path: Path, what: str) -> StudyProblem:
    return StudyProblem(what, where=str(path), todo=translate("ViewerSettings", TODO))


def _settings(read: _File) -> Settings:
    return Settings(
        {(w.modality, w.number): Window(w.centre, w.width, "linear_exact", w.name) for w in read.windows},
        Gestures().changed(read.gestures),
        dict(read.px_per_mm),
        {screen: DeclaredDisplay(screen, **each.model_dump()) for screen, each in read.displays.items()},
        read.magnifier_overlays,
        read.language,
        read.font_scale,
    )


def _write(path: Path, settings: Settings) -> None:
    text = dumped(_plain(settings))
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)  # never half a file
    except OSError as error:
        words = translate("ViewerSettings", "The settings can't be written: {reason}.")
        todo = translate("ViewerSettings", "They hold until you sign out.")
        raise StudyProblem(words.format(reason=error.strerror), where=str(path), todo=todo) from error


def _plain(settings: Settings) -> dict[str, object]:
    windows = [
        {"modality": m, "number": n, "name": w.name, "centre": float(w.centre), "width": float(w.width)}
        for (m, n), w in settings.own_windows.items()
    ]
    displays = {
        screen: {"gsdf": d.gsdf, "checked": d.checked, "l_min": d.l_min, "l_max": d.l_max, "ambient_lux": d.ambient_lux}
        for screen, d in settings.displays.items()
    }
    return {
        "windows": windows,
        "gestures": settings.gestures.changes(),
        "px_per_mm": dict(settings.px_per_mm),
        "displays": displays,
        "magnifier_overlays": settings.magnifier_overlays,
        "language": settings.language,
        "font_scale": settings.font_scale,
    }
