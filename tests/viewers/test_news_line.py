"""What other threads say to a Qt object: heard while it is there, and by nobody after its end."""

from __future__ import annotations

import threading

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from viewers.news_line import NewsLine


class Listener(QObject):
    heard = Signal(object)


def in_a_thread(tell) -> None:
    thread = threading.Thread(target=tell)
    thread.start()
    thread.join()


def test_that_what_another_thread_says_is_heard_in_the_listeners_own(qtbot) -> None:
    listener, threads = Listener(), []
    listener.heard.connect(lambda _news: threads.append(threading.current_thread()), Qt.ConnectionType.QueuedConnection)
    line, heard = NewsLine(listener), listener.heard
    in_a_thread(lambda: line.say(heard, "news"))
    qtbot.waitUntil(lambda: threads == [threading.main_thread()])


def test_that_nobody_hears_what_is_said_after_the_listeners_end(qtbot) -> None:
    parent = QObject()
    listener, failed = Listener(parent), []
    line, heard = NewsLine(listener), listener.heard

    def say() -> None:
        try:
            line.say(heard, "late")
        except RuntimeError as error:
            failed.append(error)

    in_a_thread(say)
    shiboken6.delete(parent)
    in_a_thread(say)
    assert failed == []


def test_that_the_listeners_end_waits_for_what_is_being_said(qtbot) -> None:
    parent = QObject()
    listener = Listener(parent)
    line, begun, go, order = NewsLine(listener), threading.Event(), threading.Event(), []

    class Slow:
        """A signal whose emitting takes a while."""

        def emit(self, *_news: object) -> None:
            begun.set()
            go.wait()
            order.append("said")

    thread = threading.Thread(target=lambda: line.say(Slow(), "news"))
    thread.start()
    begun.wait()
    threading.Timer(0.05, go.set).start()
    shiboken6.delete(parent)
    order.append("gone")
    thread.join()
    assert order == ["said", "gone"]
