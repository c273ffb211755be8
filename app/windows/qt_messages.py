"""Qt's own messages: warnings go to standard error, fatal ones into the crash hook.

What belongs here: that one handler. What does not: what is done about a failure (app.crash, workstation).
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from app.crash import Failure

QUIET = (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
HARMLESS = ("This plugin does not support propagateSizeHints()",)  # Qt without a screen, at every new window
OURS = (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


def install_qt_messages(on_failure: Callable[[Failure], None]) -> None:
    """Hand Qt's critical and fatal messages to `on_failure`; say warnings on standard error; drop the rest."""

    def handle(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind in QUIET or text in HARMLESS:
            return
        print(f"Qt: {text}", file=sys.stderr)
        if kind in OURS:
            on_failure(Failure(f"Qt: {text}", f"{text}\n({context.file}:{context.line})"))

    qInstallMessageHandler(handle)
