import pytest
from hypothesis import given
from hypothesis import strategies as st

from study_configs.gestures import (
    CLICK_ACTIONS,
    CLICKS,
    DRAG_ACTIONS,
    DRAGS,
    MODIFIERS,
    WHEEL_ACTIONS,
    actions_for,
    fault_in,
    kind_of,
)
from viewers.commands import BY_ID
from viewers.tools.gestures import USUAL, Gestures, conflicts, lines, name_of

MODIFIER_SETS = st.lists(st.sampled_from(MODIFIERS), unique=True).map(lambda got: [m for m in MODIFIERS if m in got])
DRAG_NAMES = st.tuples(MODIFIER_SETS, st.sampled_from([d for d in DRAGS if d != "finger"])).map(
    lambda pair: "+".join([*pair[0], pair[1]])
)


def test_that_the_usual_table_is_possible_and_names_only_commands_that_there_are():
    assert not [fault_in(gesture, action) for gesture, action in USUAL if fault_in(gesture, action)]
    assert {action for gesture, action in USUAL if kind_of(gesture) == "click"} <= set(BY_ID)
    assert conflicts(Gestures()) == []


@given(DRAG_NAMES, st.sampled_from(DRAG_ACTIONS))
def test_that_any_drag_can_be_given_any_tool_and_only_that_changes(gesture, action):
    changed = Gestures().changed({gesture: action})
    assert changed.action(gesture) == ("" if action == "nothing" else action)
    assert all(changed.action(other) == Gestures().action(other) for other, _ in USUAL if other != gesture)
    assert Gestures().changed(changed.changes()) == changed


@pytest.mark.parametrize(
    ("gesture", "action", "word"),
    [
        ("left", "fly", "window"),
        ("Shift+Ctrl+left", "pan", "no gesture"),
        ("Ctrl+finger", "pan", "no gesture"),
        ("wheel", "pan", "scroll10"),
        ("left double", "", "not nothing at all"),
        ("left double", "viewport.explode", "not viewport.explode"),
    ],
)
def test_that_what_is_not_possible_is_refused_in_words(gesture, action, word):
    with pytest.raises(ValueError, match=word):
        Gestures().changed({gesture: action})


def test_that_every_command_for_clicks_is_one_of_the_vocabulary():
    assert set(CLICK_ACTIONS) - {"nothing"} <= set(BY_ID)


def test_that_every_gesture_has_a_name_for_people():
    assert all(name_of(gesture) for gesture in (*DRAGS, *CLICKS, "Ctrl+Shift+wheel"))
    assert name_of("Ctrl+wheel") == "Ctrl wheel"
    assert actions_for("wheel") == WHEEL_ACTIONS


def test_that_a_tool_without_a_gesture_and_a_lost_fine_step_are_said():
    changed = Gestures().changed({"right": "pan", "Ctrl+wheel": "nothing", "Shift+left": "scroll"})
    said = " ".join(conflicts(changed, fixed=("right",)))
    assert "enlarge or shrink" in said
    assert "Shift left drag no longer means fine steps" in said
    assert "The study decides what Right drag does" in said


def test_that_the_lines_for_people_name_every_gesture_of_the_table():
    named = {name for names, _ in lines(Gestures()) for name in names}
    assert {name_of(gesture) for gesture, _ in USUAL} <= named
