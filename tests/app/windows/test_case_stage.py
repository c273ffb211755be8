"""The stage: a case with a prior hangs, moves between hangings and layouts, and leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.windows.case_desk import CaseDesk, fetched_case
from app.windows.case_stage import CaseStage
from resources.phantoms.chest_ct import PhantomExam
from resources.phantoms.series import write_series
from study_configs.cases import Case
from viewers.comparing.key_images import key_image
from viewers.dicom.problems import FileProblem
from viewers.grid import ViewportGrid
from viewers.measuring.key_objects import write_key_objects
from viewers.panels.series_list import ROLE_HEADING, ROLE_PLACES, SeriesList


@pytest.fixture
def case(tmp_path: Path):
    """A phantom chest CT whose scan is taken as two exams, the second one 14 months older."""
    voxels = np.full((8, 32, 32), -1000, np.int16)
    voxels[:, 8:24, 8:24] = 40
    for name in ("one", "two"):
        exam = PhantomExam(len(name), voxels, np.diag([2.0, 2.0, 5.0, 1.0]), (), False)
        write_series(exam, tmp_path / "case" / name, case=name)
    fetched = fetched_case(Case("case-1", tmp_path / "case"), "automatic")
    assert len(fetched.series) == 2
    return fetched


@pytest.fixture
def stage(qtbot):
    grid, series, desk = ViewportGrid(), SeriesList(), CaseDesk()
    for widget in (grid, series):
        qtbot.addWidget(widget)
    grid.resize(800, 600)
    with qtbot.waitExposed(grid):
        grid.show()
    made = CaseStage(grid, series, desk, "automatic")
    made.grid_shown, made.list_shown = grid, series
    yield made
    desk.close()


def dated(case, *days):
    """The case as if its exams were acquired on these days."""
    from study_configs.hanging_files import shipped_hangings
    from viewers.comparing.exams import in_reading_order
    from viewers.comparing.hanging import hang

    series = tuple(
        replace(header, exam_uid=f"1.{n}", acquired=day)
        for n, (header, day) in enumerate(zip(case.series, days, strict=True))
    )
    ordered = in_reading_order(series)
    return replace(case, series=ordered, hanging=hang(ordered, "automatic", shipped_hangings()))


def test_that_a_case_with_a_prior_hangs_current_beside_prior_and_says_which_is_which(qtbot, stage, case):
    grid = stage.grid_shown
    with qtbot.waitSignal(grid.first_painted):
        stage.hang(dated(case, "20230502", "20240701"))
    assert grid.shape == (1, 2)
    assert [viewport.volume.header.acquired for viewport in grid.shown] == ["20240701", "20230502"]
    headings = [stage.list_shown.item(row).data(ROLE_HEADING)[1] for row in (0, 1)]
    assert headings == [False, True]
    qtbot.waitUntil(lambda: stage.list_shown.item(1).data(ROLE_PLACES) == (2,))
    qtbot.waitUntil(lambda: bool(stage.chips.painters[1].chips))
    assert stage.chips.painters[1].chips[0].kind == "prior"


def test_that_the_prior_goes_and_comes_by_its_key(qtbot, stage, case):
    grid = stage.grid_shown
    stage.hang(dated(case, "20240701", "20230502"))
    grid.perform("layout.1x1")
    grid.perform("prior.toggle")
    assert [viewport.volume.header.acquired for viewport in grid.shown] == ["20240701", "20230502"]
    grid.perform("prior.toggle")
    assert grid.shape == (1, 1)


def test_that_new_places_are_filled_but_what_a_hanging_left_empty_stays_so(qtbot, stage, case):
    grid = stage.grid_shown
    stage.hang(dated(case, "20240701", "20240701"))
    assert grid.shape == (1, 1)
    grid.perform("layout.2x2")
    assert all(viewport.volume is not None for viewport in grid.shown)
    for _ in range(3):
        grid.perform("hanging.next")
        assert len(grid.shown) == len(stage.hangings.hanging.shown)
    stage.clear()
    assert all(viewport.volume is None for viewport in grid.viewports)
    grid.perform("hanging.next")
    assert all(viewport.volume is None for viewport in grid.viewports), "nothing of the case comes back"


def test_that_a_large_layout_leaves_what_it_has_no_series_for_empty_and_says_so(qtbot, stage, case):
    grid = stage.grid_shown
    stage.hang(dated(case, "20240701", "20240701"))
    grid.perform("layout.3x3")
    assert [viewport.volume is not None for viewport in grid.shown] == [True, True] + [False] * 7
    quiet = grid.shown[8].grab().toImage()
    stage.clear()
    assert grid.shown[8].grab().toImage() != quiet  # the word was there, and is gone with the case


@pytest.mark.parametrize("offers", [True, False])
def test_that_key_objects_among_the_files_are_key_images_unless_readers_are_to_be_blind(qtbot, case, tmp_path, offers):
    chosen = [key_image(case.series[0], 2), key_image(case.series[0], 5)]
    write_key_objects(chosen, case.series, tmp_path / "case" / "other", reader="someone")
    grid, series, desk = ViewportGrid(), SeriesList(), CaseDesk()
    for widget in (grid, series):
        qtbot.addWidget(widget)
    grid.show()
    stage = CaseStage(grid, series, desk, "automatic", is_blind=not offers)
    stage.hang(fetched_case(Case("case-1", tmp_path / "case"), "automatic"))
    assert stage.keys.images == (tuple(chosen) if offers else ())
    if offers:
        grid.viewports[0].set_view(replace(grid.viewports[0].view, slice_index=0))
        seen = []
        for _ in range(3):
            grid.perform("key_image.next")
            seen.append(grid.viewports[0].view.slice_index)
        assert seen == [2, 5, 2]
    desk.close()


@pytest.mark.parametrize("is_blind", [True, False])
def test_that_a_blind_reader_is_told_of_a_bad_file_without_its_name(qtbot, case, is_blind):
    telling = FileProblem(Path("proven-cancer/left.dcm"), "It is cut short.", "Ask for it again.")
    grid, series, desk = ViewportGrid(), SeriesList(), CaseDesk()
    for widget in (grid, series):
        qtbot.addWidget(widget)
    stage = CaseStage(grid, series, desk, "automatic", is_blind=is_blind)
    with qtbot.waitSignal(stage.lost) as told:
        stage.hang(replace(case, scan=replace(case.scan, problems=(telling,))))
    assert "It is cut short." in told.args[0]
    assert ("proven-cancer" in told.args[0]) is not is_blind
    assert (case.case.id in told.args[0]) is is_blind
    desk.close()
