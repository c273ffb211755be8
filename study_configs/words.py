"""Words for people, in the language of the windows: one function that any room may call, and what stands behind it.

What belongs here: asking for a translation. What does not: the translations (resources/translations) and choosing a
language (app.windows.language); nothing here knows Qt, so until a window sets a translator every text stays English.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

Language = Literal["en", "nl"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Translator = Callable[[str, str, str | None, int], str]


def plain(_context: str, text: str, _note: str | None = None, n: int = -1) -> str:
    """The text itself; "%n" becomes the number and a plural "(s)" falls away or stays as the number asks."""
    return text if n < 0 else text.replace("%n", str(n)).replace("(s)", "" if n == 1 else "s")


_translator: Translator = plain


def use_translator(translator: Translator) -> None:
    """Puts a translator behind `translate`; it takes what `translate` takes."""
    global _translator
    _translator = translator


def translate(context: str, text: str, note: str | None = None, n: int = -1) -> str:
    """The text in the language of the windows, asked for at the moment when it is shown.

    Linguist's tools find the call where context and text are literals; `note` helps translators tell two meanings
    apart, and `n` is the number behind "%n". All four go by position: the tools overlook a call with names.
    """
    return _translator(context, text, note, n)


def phrase(_context: str, text: str) -> str:
    """The text as it is, for tables: Linguist's tools find it there, `translate(context, …)` turns it when shown."""
    return text
