from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from viewers.moves import Stage, moved, refused
from viewers.view import fitted
from viewers.volume import Instance, LookupTable, Rescale, Window
from viewers.window_presets import ON_KEYS, preset_lists, preset_window, presets_for, region_window


def series(make_volume, modality, body_part="", description="", **instance):
    values = np.random.default_rng(3).integers(0, 1000, (1, 30, 40)).astype(np.int16)
    made = make_volume(values, modality=modality, body_part=body_part, description=description)
    return replace(made, header=replace(made.header, instances=(Instance(Path("x"), "1", **instance),)))


def names(volume):
    return [preset.name for preset in presets_for(volume.header)]


@pytest.mark.parametrize(
    ("body_part", "description", "first"),
    [
        ("", "", "Soft tissue"),
        ("HEAD", "", "Brain"),
        ("", "CT head without contrast", "Brain"),
        ("CHEST", "CT head and chest", "Soft tissue"),
        ("KNEE", "", "Bone"),
        ("BUTTERFLY", "", "Soft tissue"),
    ],
)
def test_that_ct_has_windows_by_body_part_from_the_tag_or_else_the_description(
    make_volume, body_part, description, first
):
    assert names(series(make_volume, "CT", body_part, description))[0] == first


def test_that_every_list_has_a_catch_all_and_no_name_twice():
    for each in preset_lists():
        assert len({p.name for p in each.presets}) == len(each.presets) >= ON_KEYS or "MG" in each.modalities
        assert sum(not other.body_parts for other in preset_lists() if other.modalities == each.modalities) == 1


def test_that_pet_windows_are_suv_where_the_file_says_enough_and_are_refused_where_not(make_volume):
    volume = series(make_volume, "PT", suv_factor=0.002)
    window = preset_window(presets_for(volume.header)[0], volume, 0)
    assert (window.name, window.centre, window.width) == ("SUV 0 to 5", pytest.approx(1250), pytest.approx(2500))
    bare = series(make_volume, "PT")
    assert preset_window(presets_for(bare.header)[0], bare, 0) is None
    stage = Stage(bare, 400, 400)
    view = fitted(bare.header, 400, 400, slice_index=0, window=Window(0, 1))
    assert moved("window.preset.1", view, stage) == view
    assert "does not say enough" in refused("window.preset.1", stage)


def test_that_mr_takes_the_files_windows_and_shares_of_the_image(make_volume):
    given = (Window(300, 600, name="A"), Window(100, 50, name="B"))
    volume = series(make_volume, "MR", windows=given)
    found = [preset_window(preset, volume, 0) for preset in presets_for(volume.header)[:4]]
    assert found[:2] == list(given)
    low, high = np.percentile(volume.stored, (5, 95))
    assert (found[3].centre - found[3].width / 2, found[3].centre + found[3].width / 2) == pytest.approx((low, high))


def test_that_mammography_has_nothing_but_the_makers_windows(make_volume):
    volume = series(make_volume, "MG", windows=(Window(2000, 900, "sigmoid", "NORMAL"),))
    found = [preset_window(preset, volume, 0) for preset in presets_for(volume.header)]
    assert found == [Window(2000, 900, "sigmoid", "NORMAL"), None, None, None, None]


def test_that_a_region_gives_the_window_of_its_own_values(make_volume):
    values = np.zeros((1, 50, 50), np.int16)
    values[0, 10:30, 20:40] = np.arange(400).reshape(20, 20)
    volume = make_volume(values, rescale=Rescale(2.0, -100.0, "HU"))
    window = region_window(volume, 0, (20, 10, 39, 29))
    low, high = np.percentile(np.arange(400) * 2.0 - 100, (1, 99))
    assert (window.centre, window.width) == (pytest.approx((low + high) / 2), pytest.approx(high - low))
    assert window.name == "Region"
    assert region_window(volume, 0, (60, 10, 70, 20)) is None


def test_that_a_region_counts_values_through_a_modality_table(make_volume):
    table = LookupTable(0, 16, np.arange(100, 356, dtype="<u2").tobytes())
    volume = make_volume(np.full((1, 9, 9), 7, np.uint8), rescale=Rescale(table=table))
    assert region_window(volume, 0, (0, 0, 8, 8)).centre == 107
