import pytest
from pydantic import ValidationError

from study_configs.reading_room import Reading


def test_that_a_protocol_can_fix_what_the_mouse_does():
    reading = Reading.model_validate({"gestures": {"left": "scroll", "Ctrl+left": "window", "right click": "nothing"}})
    assert reading.gestures["left"] == "scroll"
    assert Reading.model_validate({}).gestures == {}


@pytest.mark.parametrize(
    "gestures", [{"left": "fly"}, {"elbow": "scroll"}, {"Alt+Ctrl+left": "pan"}, {"right click": "sign_out"}]
)
def test_that_a_gesture_that_is_not_possible_is_named(gestures):
    with pytest.raises(ValidationError) as caught:
        Reading.model_validate({"gestures": gestures})
    fault = caught.value.errors()[0]
    assert fault["type"] == "RL213"
    assert next(iter(gestures)) in fault["msg"]
