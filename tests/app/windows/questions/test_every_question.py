"""Every type of answer and every scope, in the real panel over the real law, with the keyboard alone."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QHBoxLayout, QWidget

from app.reading import answers
from app.reading.answers import DONT_KNOW
from app.simulated.form import Form, phase_of, question
from app.simulated.hands import Hands, code_of
from app.simulated.key_presses import Typed, presses
from app.simulated.plausible import plausible
from app.tracking.events import AnswerCleared, AnswerGiven
from app.windows.questions.answer_buttons import ChoicesField
from app.windows.questions.answer_fields import QuestionField
from app.windows.questions.answer_keys import TAKEN, Slot, assign_keys, keys_here
from app.windows.questions.question_panel import QuestionPanel
from app.windows.theme import apply_theme

SPECS = {
    "yes_no": {"answer": "yes_no", "dont_know": True},
    "choice": {"answer": "choice", "options": ["Mass", "Calcification", "Asymmetry"], "dont_know": True},
    "choices": {"answer": "choices", "options": ["Mass", "Calcification", "Node", "Skin"], "at_least": 2, "at_most": 3},
    "choices_or_none": {"answer": "choices", "options": ["Mass", "Calcification", "Node"]},
    "likert": {"answer": "likert", "points": 7, "ends": ["Guessing", "Certain"]},
    "likert_labels": {"answer": "likert", "points": 4, "labels": ["None", "Mild", "Severe", "Occluded"]},
    "birads": {"answer": "scale", "scale": "BI-RADS"},
    "birads4abc": {"answer": "scale", "scale": "BI-RADS 4ABC", "dont_know": True},
    "lungrads": {"answer": "scale", "scale": "Lung-RADS"},
    "pirads": {"answer": "scale", "scale": "PI-RADS"},
    "tirads": {"answer": "scale", "scale": "TI-RADS"},
    "lirads": {"answer": "scale", "scale": "LI-RADS"},
    "density": {"answer": "scale", "scale": "ACR density"},
    "verdict": {"answer": "verdict"},
    "slider": {"answer": "slider", "unit": "%", "dont_know": True},
    "tlx": {"answer": "slider", "step": 5, "ends": ["Very low", "Very high"]},
    "number": {"answer": "number", "from": 0, "to": 200, "unit": "mm", "decimals": 1, "from_measurement": True},
    "count": {"answer": "number", "from": 0, "dont_know": True},
    "text": {"answer": "text", "max_characters": 60},
    "matrix": {"answer": "matrix", "rows": ["Edema", "Mass", "Effusion"], "options": {"n": "No", "y": "Yes", "u": "?"}},
    "ranking": {"answer": "ranking", "options": ["Box", "Contour", "Heat map", "Text"], "ends": ["Best", "Worst"]},
    "top": {"answer": "ranking", "options": ["Box", "Contour", "Heat map", "Text"], "top": 2, "dont_know": True},
    "pairwise": {"answer": "pairwise", "options": ["A1", "B2", "C3"], "tie": "No difference"},
    "pairwise_strict": {"answer": "pairwise", "options": ["A1", "B2"]},
}  # fmt: skip
IN_TABLE = {"sfa": "Superficial femoral", "pop": "Popliteal", "ata": "Anterior tibial"}


class Desk:
    """A panel beside something that stands for the images, and a keyboard."""

    def __init__(self, qtbot):
        self.window, self.images, self.panel = QWidget(), QWidget(), QuestionPanel()
        self.images.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self.window)
        row.addWidget(self.images, 1)
        row.addWidget(self.panel)
        self.panel.left.connect(self.images.setFocus)
        qtbot.addWidget(self.window)
        self.window.resize(900, 700)
        self.window.show()
        self.window.activateWindow()
        self.images.setFocus()
        self.hands = Hands(self.window)

    def ask(self, *asked, phases=None, **more):
        self.form = Form(self.panel, phases or (phase_of(asked),), **more)
        return self.form

    def press(self, *keys):
        """Keys as they come from the keyboard; over the images they reach the panel through the room."""
        for key in keys:
            if isinstance(key, Typed):
                self.hands.type(key.text)
            elif self.panel.here is None:
                QTest.keyClick(self.panel, *code_of(key))
            else:
                self.hands.key(key)

    def answer(self, value):
        self.press(*presses(self.panel.here.question.spec, value))


@pytest.fixture
def desk(qapp, qtbot):
    apply_theme(qapp, 1.0)
    return Desk(qtbot)


def asked(name, **more):
    return question(name, {"ask": f"What about {name}?", **SPECS[name], **more})


def last_word(form):
    """The log's last word on each question: what was given, nothing where it was cleared."""
    said = {}
    for event in form.log:
        if isinstance(event, AnswerGiven):
            said[event.question, event.target] = event.value
        elif isinstance(event, AnswerCleared):
            said.pop((event.question, event.target), None)
    return said


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("seed", [1, 2])
def test_that_every_type_is_filled_by_keys_alone_and_enter_confirms(desk, name, seed):
    form = desk.ask(asked(name))
    value = plausible(form.script.trials[0].phases[0].questions[0].spec, random.Random(seed))
    desk.press("Return")
    assert desk.panel.here is not None
    desk.answer(value)
    assert form.answers() == {(name, ""): value}
    assert desk.panel.here is None or name.startswith("choices")  # several can be taken: the keyboard stays
    desk.press("Return")
    assert form.confirmed == 1


@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if spec.get("dont_know")])
def test_that_dont_know_is_an_answer_with_a_key(desk, name):
    form = desk.ask(asked(name))
    slot = Slot(name, DONT_KNOW)
    if slot in desk.panel.keys:
        desk.press(desk.panel.keys[slot])
    else:
        desk.press("Return", keys_here(form.script.trials[0].phases[0].questions[0].spec)[DONT_KNOW])
    assert form.answers() == {(name, ""): DONT_KNOW}


@pytest.mark.parametrize("name", SPECS)
def test_that_undo_takes_each_answer_back_in_one_step(desk, name):
    form = desk.ask(asked(name))
    spec = form.script.trials[0].phases[0].questions[0].spec
    desk.press("Return")
    desk.answer(plausible(spec, random.Random(3)))
    assert form.answers()
    steps = len([event for event in form.log if isinstance(event, AnswerGiven)])
    for _ in range(steps):
        desk.panel.undo()
    while form.answers() == {} and desk.panel._list.step_back():
        pass
    assert form.answers() == {}
    assert desk.panel.undo() is None


@pytest.mark.parametrize("name", SPECS)
def test_that_a_resumed_phase_shows_what_was_answered(desk, name, qtbot):
    form = desk.ask(asked(name))
    desk.press("Return")
    desk.answer(plausible(form.script.trials[0].phases[0].questions[0].spec, random.Random(5)))
    again = Desk(qtbot)
    taken_up = again.ask(asked(name), log=form.log)
    assert taken_up.answers() == form.answers()
    before = desk.panel.field(name).grab().toImage().size()
    assert again.panel.field(name).grab().toImage().size() == before
    again.press("Return")
    assert taken_up.confirmed == 1


@pytest.mark.parametrize("name", SPECS)
def test_that_a_committed_answer_is_read_only_and_says_so_beside_the_same_question(desk, name):
    one, two = phase_of((asked(name),), "own view"), phase_of((asked(name),), "with AI")
    form = desk.ask(phases=(one, two))
    desk.press("Return")
    desk.answer(plausible(one.questions[0].spec, random.Random(7)))
    desk.press("Return")
    assert form.state.phase == 1
    words = [each.text() for each in desk.panel.findChildren(type(desk.panel.confirm.reason)) if each.text()]
    assert any("cannot be changed" in each for each in words)
    assert any(each.startswith("Confirmed before: ") for each in words)
    desk.panel.undo()
    assert last_word(form) == {(name, ""): next(iter(form.answers().values()))}


def test_that_confirming_too_early_leads_to_what_is_missing_and_says_it(desk):
    form = desk.ask(asked("yes_no"), asked("text", required=False), asked("density"), asked("slider"))
    desk.press("Y", "Return")
    assert desk.panel.here.question.id == "density"
    shown = next(f for f in desk.panel.findChildren(QuestionField) if f.field is desk.panel.field("density"))
    assert shown.open_words == "answer this first"
    desk.press("C")
    assert desk.panel.here.question.id == "slider"
    desk.press(Typed("40"), "Return")
    assert desk.panel.here is None
    assert desk.images.hasFocus()
    desk.press("Return")
    assert form.confirmed == 1


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("number", "300", "No more than 200 mm."),
        ("number", "1.25", "At most 1 digits after the point."),
        ("number", "x", "Digits only, with a point or a comma."),
        ("count", "1,5", "A whole number, without a point or a comma."),
        ("slider", "101", "A number from 0 to 100."),
    ],
)
def test_that_a_refused_number_says_why_and_keeps_the_keyboard(desk, name, typed, why):
    form = desk.ask(asked(name))
    desk.press("Return", Typed(typed), "Return")
    assert desk.panel.field(name).refusal == why
    assert form.answers() == {}
    assert desk.panel.here is not None


def test_that_a_number_is_taken_with_a_comma_and_from_what_was_measured(desk):
    form = desk.ask(asked("number"))
    desk.press("Return", Typed("12,5"), "Return")
    assert form.answers() == {("number", ""): 12.5}
    desk.panel.offer_measured(33.333)
    desk.panel.field("number").go_to()
    desk.press("M")
    assert form.answers() == {("number", ""): 33.3}


def test_that_too_many_choices_are_refused_and_too_few_are_no_answer(desk):
    form = desk.ask(asked("choices"))
    desk.press("Return", "1")
    assert form.answers() == {}
    field = desk.panel.field("choices")
    assert isinstance(field, ChoicesField)
    assert field.refusal
    desk.press("2", "3", "4")
    assert form.answers() == {("choices", ""): ("Mass", "Calcification", "Node")}
    assert field.refusal


def test_that_a_strict_pair_refuses_a_tie(desk):
    form = desk.ask(asked("pairwise_strict"))
    desk.press("Return", "Down")
    assert form.answers() == {}
    assert desk.panel.field("pairwise_strict").refusal == "One of the two must be chosen."


def test_that_a_matrix_is_taken_back_row_by_row_before_it_is_complete(desk):
    form = desk.ask(asked("matrix"))
    desk.press("Return", "1", "2")
    desk.panel.undo()
    desk.press("3", "1", "2")
    assert form.answers() == {("matrix", ""): ("Edema=n", "Mass=u", "Effusion=n")} or form.answers() == {}


@pytest.mark.parametrize("name", ["yes_no", "likert", "birads", "slider", "number", "text", "choices", "matrix"])
def test_that_both_sides_are_answered_one_after_the_other(desk, name):
    form = desk.ask(asked(name, per="side"))
    spec = form.script.trials[0].phases[0].questions[0].spec
    values = {side: plausible(spec, random.Random(side)) for side in ("right", "left")}
    for side in ("right", "left"):
        if desk.panel.here is None or desk.panel.here.target != side:
            desk.press("Return") if desk.panel.here is None else desk.press("Esc", "Return")
        assert desk.panel.here.target == side
        desk.answer(values[side])
    assert form.answers() == {(name, side): value for side, value in values.items()}


@pytest.mark.parametrize("name", ["likert_labels", "yes_no", "choice", "birads4abc", "verdict", "slider", "number"])
def test_that_segments_are_filled_by_keys_that_run_down(desk, name):
    form = desk.ask(asked(name, per="segment", segments=IN_TABLE))
    spec = form.script.trials[0].phases[0].questions[0].spec
    values = {segment: plausible(spec, random.Random(segment)) for segment in IN_TABLE}
    desk.press("Return")
    for segment, value in values.items():
        assert desk.panel.here.target == segment
        desk.answer(value)
    assert form.answers() == {(name, segment): value for segment, value in values.items()}
    assert desk.panel.here is None


def test_that_twenty_segments_of_a_four_point_scale_fit_beside_the_images(desk, qtbot):
    names = {f"s{at}": f"R superficial femoral {at}" for at in range(20)}
    desk.ask(asked("likert_labels", per="segment", segments=names))
    desk.panel.setFixedWidth(desk.panel.minimumWidth())
    qtbot.waitUntil(lambda: desk.panel.needed_height > 300)
    assert desk.panel.needed_height <= 700
    desk.press("Return", *("1234" * 5))
    assert set(desk.form.answers().values()) == {1, 2, 3, 4}


@pytest.mark.parametrize(("scope", "more"), [
    ("finding", {"findings": ("a", "b")}),
    ("lesion", {"lesions": {"lesion-1": (0.0, 0.0, 1.0), "lesion-2": (0.0, 0.0, 2.0)}}),
])  # fmt: skip
def test_that_cards_are_answered_one_place_after_the_other_and_the_images_follow(desk, scope, more):
    shown = []
    desk.panel.target_chosen.connect(lambda scope, target: shown.append((scope, target)))
    first, second = asked("verdict", per=scope), asked("likert", per=scope)
    form = desk.ask(first, second, **more)
    desk.press("Return", "A", "3", "R", "5")
    places = list(more.get("findings") or more["lesions"])
    assert form.answers() == {
        ("verdict", places[0]): "accept",
        ("likert", places[0]): 3,
        ("verdict", places[1]): "reject",
        ("likert", places[1]): 5,
    }
    assert shown == [(scope, places[1])]


def test_that_questions_about_marks_go_from_mark_to_mark(desk):
    form = desk.ask(question("places", {"ask": "Where?", "answer": "marks"}), asked("likert", per="mark"))
    form.mark("m1", "places")
    form.mark("m2", "places")
    desk.press("Return")
    assert desk.panel.here.target == "m1"
    desk.press("2", "6")
    assert form.answers() == {("likert", "m1"): 2, ("likert", "m2"): 6}


def test_that_a_mark_that_was_moved_or_removed_comes_back_by_undoing(desk):
    form = desk.ask(question("places", {"ask": "Where?", "answer": "marks"}))
    form.mark("m1", "places", 40)
    form.mark("m1", "places", 50)
    desk.panel.undo()
    assert next(iter(form.state.marks.values())).slice_index == 40
    desk.panel.mark_remove_requested.emit("m1")
    assert not form.state.marks
    desk.panel.undo()
    assert next(iter(form.state.marks.values())).slice_index == 40


@pytest.mark.parametrize("name", SPECS)
def test_that_every_field_and_button_is_named_for_a_screen_reader(desk, name):
    desk.ask(asked(name))
    field = desk.panel.field(name)
    assert field.accessibleName() == f"What about {name}?"
    nameless = [
        each
        for each in field.findChildren(QWidget)
        if each.focusPolicy() is not Qt.FocusPolicy.NoFocus and not each.accessibleName() and not hasattr(each, "text")
    ]
    assert nameless == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("name", SPECS)
def test_that_nothing_is_cut_off(qapp, qtbot, name, scale):
    apply_theme(qapp, scale)
    desk = Desk(qtbot)
    desk.window.resize(round(1280 * scale), round(800 * scale))
    desk.panel.setFixedWidth(desk.panel.minimumWidth())
    desk.ask(asked(name, ask="How would you put what you see on these images into words that a colleague knows?"))
    QApplication.processEvents()
    inside = desk.panel.content
    right = inside.mapToGlobal(inside.rect().topRight()).x()
    for each in desk.panel.field(name).findChildren(QWidget):
        if each.isVisible():
            assert each.mapToGlobal(each.rect().topRight()).x() <= right
            is_text = isinstance(each, QAbstractScrollArea)  # which scrolls
            assert is_text or each.height() >= min(each.minimumSizeHint().height(), each.sizeHint().height())
    apply_theme(qapp, 1.0)


def test_that_no_key_of_a_phase_is_one_of_the_program_and_every_question_has_a_way(desk):
    questions = tuple(asked(name) for name in SPECS)
    keys = assign_keys(questions)
    assert not set(keys.values()) & TAKEN
    assert len(set(keys.values())) == len(keys)


ANY_KEY = st.sampled_from(
    [*"1234567890ABCMRXYN-", "Return", "Esc", "Up", "Down", "Left", "Right", "Home", "End", "Space", "Del",
     "Backspace", "Ctrl+Z", "Tab", ".", ",", "PgUp"]
)  # fmt: skip


@pytest.mark.parametrize("scope", ["case", "side", "segment"])
@pytest.mark.parametrize("name", SPECS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=st.lists(ANY_KEY, max_size=14))
def test_that_any_keys_leave_no_answer_or_a_valid_one_and_the_log_ends_with_it(desk, name, scope, keys):
    more = {"per": scope} | ({"segments": IN_TABLE} if scope == "segment" else {})
    spec = asked(name, **more)
    form = desk.ask(phases=(phase_of((spec,)), phase_of((spec,))))
    desk.images.setFocus()
    desk.press("Return", *keys)
    desk.panel.flush()
    for value in form.answers().values():
        assert answers.refusal(spec.spec, value) == ""
    if form.confirmed == 0:
        assert last_word(form) == form.answers()
    form.close()
