"""The plain viewer's window: keys that belong to it and not to the images."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.windows.viewer import ViewerWindow
from viewers.settings import SettingsFile


def test_that_esc_leaves_full_screen_once_nothing_else_is_to_be_put_away(qtbot, tmp_path):
    window = ViewerWindow(SettingsFile(tmp_path / "viewer.yaml"))
    qtbot.addWidget(window)
    window.showMaximized()
    window.perform("fullscreen")
    assert window.isFullScreen()
    grid = window.light.grid
    grid.perform("histogram.toggle")
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert window.isFullScreen()
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert window.isMaximized()


def test_that_what_belongs_to_studies_is_not_done_and_said_so(qtbot, tmp_path):
    window = ViewerWindow(SettingsFile(tmp_path / "viewer.yaml"))
    qtbot.addWidget(window)
    window.show()
    grid = window.light.grid
    QTest.keyClick(grid, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert not grid.is_marking
    assert any("studies" in note for note in grid.active_viewport.notes)
