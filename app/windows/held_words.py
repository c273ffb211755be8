"""What is said where nothing can be saved: what is held, and where.

What belongs here: those words. What does not: the problem itself, which has its own (app.store.connection).
"""

from __future__ import annotations

from app.tracking.held import Held
from app.tracking.recorder import Recorder
from study_configs.words import translate


def held_words(held: Held | None) -> str:
    """One or two sentences; empty where nothing is held."""
    if held is None:
        return ""
    what = translate("HeldWords", "Held since the last one that was saved: %n event(s).", None, held.events)
    awaited = translate("HeldWords", "Your last confirmation is among them; it counts as soon as it is saved.")
    return " ".join((what, *([awaited] if held.awaited else []), _where(held)))


def unsaved_end_words(recorder: Recorder) -> str:
    """What the last page says of a sitting whose end is not saved: why, what is held, and what to do."""
    why = translate("Problems", recorder.problem.what) if recorder.problem is not None else ""
    wait = translate(
        "HeldWords",
        "Leave this page open: as soon as the store can be written, all is saved by itself and the receipt comes.",
    )
    return " ".join(words for words in (why, held_words(recorder.held), wait) if words)


def _where(held: Held) -> str:
    if held.journal is not None:
        words = translate("HeldWords", "They are safe in the emergency journal in {folder}, even if power fails.")
        return words.format(folder=_breakable(str(held.journal.parent)))
    words = translate(
        "HeldWords",
        "They are in memory only, since the emergency journal can't be written either ({why}): leave ReaderLab open.",
    )
    return words.format(why=held.why)


def _breakable(path: str) -> str:
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")
