"""Mammograms with their CAD report in the plain viewer: marks on the views that the report means, and on no others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.windows.viewer import ViewerWindow
from viewers.settings import SettingsFile

from ...overlays.sources.reports.test_cad_sr import VIEWS
from .test_replay_on_films import write_mammograms

MASS_ON, _, CLUSTER_ON, _ = VIEWS
MARKED = {MASS_ON: "Mammographic breast mass", CLUSTER_ON: "Calcification Cluster"}


@pytest.fixture
def mammograms(tmp_path: Path) -> Path:
    """Four views and the report that marks two of them, in one folder."""
    write_mammograms(tmp_path)
    folder = tmp_path / "images" / "mammograms"
    shutil.move(tmp_path / "ai" / "mammograms.dcm", folder / "cad.dcm")
    return folder


def test_that_cad_marks_lie_on_the_views_that_the_report_means(qtbot, tmp_path: Path, mammograms: Path):
    window = ViewerWindow(SettingsFile(tmp_path / "viewer.yaml"))
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    window.open_path(mammograms)
    qtbot.waitUntil(lambda: bool(window.ai.results))
    shown = window.light.grid.shown
    qtbot.waitUntil(lambda: len(shown) == len(VIEWS) and all(each.volume is not None for each in shown))
    labels = {finding.id: finding.label for result in window.ai.results for finding in result.findings}

    def marked() -> dict[str, str]:
        """The labels of painted findings by the image that they are painted on."""
        return {
            viewport.volume.header.instances[0].sop_uid: labels[each.element]
            for viewport, painter in zip(window.light.grid.viewports, window.ai.painters, strict=True)
            if viewport.volume is not None
            for each in painter.painted
            if each.element in labels
        }

    qtbot.waitUntil(lambda: marked() == MARKED)
    window.close()
