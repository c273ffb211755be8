import importlib.metadata

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from app.version import version as program_version
from app.windows.about import AboutOverlay, dependencies
from app.windows.theme import apply_theme


def test_that_it_names_version_licence_dependencies_and_what_it_is_not_for(qapp, qtbot):
    apply_theme(qapp, 1.0)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    about = AboutOverlay(window)
    about.open()
    words = " ".join(label.text() for label in about.findChildren(QLabel))
    for expected in (program_version(), "Research use, not for diagnosis", "Apache", "Open Font License", "pydicom"):
        assert expected in words
    with qtbot.waitSignal(about.closed):
        QTest.keyClick(about, Qt.Key.Key_Escape)


def test_that_the_dependencies_are_those_of_the_installed_program_without_the_tools_of_developers():
    found = dict(dependencies())
    assert found["pydicom"] == importlib.metadata.version("pydicom")
    assert "pytest" not in {name.lower() for name in found}
    assert all(found.values())
