import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from study_configs.problem import StudyProblem
from viewers.settings import DeclaredDisplay, Settings, SettingsFile, settings_path
from viewers.tools.gestures import Gestures
from viewers.volume import Window

WINDOWS = st.builds(
    lambda c, w, n: Window(c, w, "linear_exact", n),
    st.floats(-3000, 3000),
    st.floats(0.5, 9000),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
)


@settings(max_examples=40)
@example({("CT", 1): Window(0.0, 1.0, "linear_exact", "0E0"), ("CT", 2): Window(0.0, 1.0, "linear_exact", "1e3")})
@given(st.dictionaries(st.tuples(st.sampled_from(("CT", "MR", "PT")), st.integers(1, 4)), WINDOWS, max_size=6))
def test_that_what_is_kept_is_read_back(tmp_path_factory, windows):
    path = tmp_path_factory.mktemp("settings") / "deep" / "reader.yaml"
    display = DeclaredDisplay("EIZO RX560", "yes", "2026-11-02", 0.4, 480.0, 25.0)
    kept = SettingsFile(path).change(
        own_windows=windows,
        gestures=Gestures().changed({"left": "scroll", "Alt+wheel": "window"}),
        px_per_mm={"EIZO RX560": 5.94},
        displays={display.screen: display},
        magnifier_overlays=True,
        language="nl",
        font_scale=1.3,
    )
    assert SettingsFile(path).read() == kept


def test_that_there_is_nothing_to_read_on_the_first_day(tmp_path):
    assert SettingsFile(tmp_path / "none.yaml").read() == Settings()


@pytest.mark.parametrize(
    "text",
    [
        "windows: [",
        "- 1",
        "colour: blue",
        "windows: [{modality: CT, number: 9, name: x, centre: 1, width: 2}]",
        "windows: [{modality: CT, number: 1, name: x, centre: 1, width: -2}]",
        "gestures: {left: fly}",
        "displays: {a: {checked: yesterday}}",
        "language: fr",
        "font_scale: 2",
        "a: &x [1]\nb: *x",
    ],
)
def test_that_a_bad_file_is_a_problem_with_its_place_and_no_crash(tmp_path, text):
    path = tmp_path / "reader.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyProblem) as caught:
        SettingsFile(path).read()
    assert caught.value.where == str(path)


def test_that_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StudyProblem):
        SettingsFile(tmp_path / "file" / "reader.yaml").change(magnifier_overlays=True)


def test_that_a_readers_name_never_leaves_the_folder():
    assert settings_path("../../etc/passwd").parent == settings_path("r1").parent


def test_that_a_bad_file_keeps_nobody_from_reading_and_is_left_as_it_is(tmp_path):
    path = tmp_path / "reader.yaml"
    path.write_text("windows: 7\n", encoding="utf-8")
    file = SettingsFile(path)
    assert file.read_or_go_on() == Settings()
    assert str(path) in str(file.problem.where)
    with pytest.raises(StudyProblem):
        file.change(magnifier_overlays=True)
    assert file.settings.magnifier_overlays
    assert path.read_text(encoding="utf-8") == "windows: 7\n"
