"""The language of the windows: which one it is, and laying its words over the whole program.

What belongs here: choosing and installing. What does not: the words (resources/translations). A page that stands keeps
its words: a language holds for what is made or opened after it was chosen.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.windows.theme import apply_theme, current_theme, scale_for
from study_configs.problem import ProgramError
from study_configs.words import LANGUAGES, Language, use_translator
from viewers.settings import Settings

HELD = "readerlabTranslator"  # name of the application's own translators


def choose(setting: str = "", protocol: str | None = None, system: str | None = None) -> Language:
    """The reader's own choice, else the protocol's, else the system's where ReaderLab speaks it, else English."""
    asked = (setting, protocol or "", QLocale.system().name() if system is None else system)
    return next((each for one in asked for each in LANGUAGES if one[:2].lower() == each), "en")


def suit(app: QApplication, settings: Settings, protocol: str | None = None, height: int | None = None) -> None:
    """Give the windows that are made from now on the reader's language and size of type.

    `height` is that of the screen in logical px, where the window does not fill it.
    """
    install_language(app, choose(settings.language, protocol))
    tall = app.primaryScreen().size().height() if height is None else height
    apply_theme(app, scale_for(tall, settings.font_scale), current_theme().brightness)


def install_language(app: QCoreApplication, language: Language) -> None:
    """Lay a language over the program, in place of the one before. Raises ProgramError where its words are missing."""
    if app.property("readerlabLanguage") == language:
        return
    for each in app.findChildren(QTranslator, HELD):
        app.removeTranslator(each)
        each.deleteLater()
    for each in (*_of_qt(language), _of_readerlab(language)):  # Qt asks the last one first
        each.setObjectName(HELD)
        each.setParent(app)
        app.installTranslator(each)
    app.setProperty("readerlabLanguage", language)
    QLocale.setDefault(QLocale(language))
    use_translator(_ask_qt)


def current_language() -> Language:
    """The language that lies over the program; English where none does."""
    app = QCoreApplication.instance()
    language = app.property("readerlabLanguage") if app is not None else None
    return next((each for each in LANGUAGES if each == language), "en")


def _ask_qt(context: str, text: str, note: str | None = None, n: int = -1) -> str:
    return QCoreApplication.translate(context, text, note, n)


def _of_qt(language: Language) -> list[QTranslator]:
    """Qt's own words ("Cancel", the menu of a text field), where this build of Qt brings them."""
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    return [translator] if language != "en" and translator.load(f"qtbase_{language}", folder) else []


def _of_readerlab(language: Language) -> QTranslator:
    """ReaderLab's words; for English only the plurals."""
    translator = QTranslator()
    if not translator.load(_words(language)):
        raise ProgramError(f"The words of the language {language} cannot be loaded.")
    return translator


@cache
def _words(language: Language) -> bytes:
    """The compiled file, kept while the program runs: Qt reads on in it, and a file could change under it."""
    return files("resources").joinpath("translations", f"readerlab_{language}.qm").read_bytes()
