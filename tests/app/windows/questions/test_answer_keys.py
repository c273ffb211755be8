from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.answers import DONT_KNOW
from app.reading.script import AskedQuestion
from app.windows.commands import APP_COMMANDS
from app.windows.questions.answer_keys import TAKEN, Slot, assign_keys, keys_here, options, slots_of_keys
from study_configs.questions import Choice, FreeText, Likert, Slider, Verdict, YesNo
from viewers.commands import COMMANDS, RESERVED_KEYS


def yes_no(name="nodule", **more):
    return AskedQuestion(name, YesNo(ask="Is there a nodule?", answer="yes_no", **more))


def likert(name="confidence", points=5, **more):
    return AskedQuestion(name, Likert(ask="How sure are you?", answer="likert", points=points, **more))


def choice(name, *labels):
    return AskedQuestion(
        name, Choice(ask="Which?", answer="choice", options={label.lower(): label for label in labels})
    )


def slider(name="suspicion"):
    return AskedQuestion(name, Slider(ask="How suspicious?", answer="slider"))


def text(name="remarks"):
    return AskedQuestion(name, FreeText(ask="What do you see?", answer="text"))


LABELS = ("Alpha", "Beta", "Gamma", "Yes", "No", "Lung", "Éclair", "12", "?")
QUESTIONS = st.lists(
    st.one_of(
        st.builds(lambda: yes_no),
        st.integers(2, 11).map(lambda points: lambda name: likert(name, points)),
        st.lists(st.sampled_from(LABELS), min_size=2, max_size=9, unique=True).map(
            lambda labels: lambda name: choice(name, *labels)
        ),
        st.just(slider),
        st.just(text),
    ),
    max_size=8,
).map(lambda makers: tuple(make(f"q{at}") for at, make in enumerate(makers)))


@settings(max_examples=150, deadline=None)
@given(QUESTIONS)
def test_that_no_two_answers_share_a_key_and_none_takes_a_key_of_the_program(questions):
    keys = assign_keys(questions)
    assert len(set(keys.values())) == len(keys)
    assert not set(keys.values()) & TAKEN
    assert not set(keys.values()) & {"Return", "Enter", "Esc", "Tab", "Space"}


@settings(max_examples=60, deadline=None)
@given(QUESTIONS)
def test_that_the_same_phase_always_has_the_same_keys(questions):
    assert assign_keys(questions) == assign_keys(tuple(questions))


@settings(max_examples=60, deadline=None)
@given(QUESTIONS)
def test_that_every_answer_or_its_question_has_a_key_that_needs_no_second_hand(questions):
    keys = assign_keys(questions)
    for asked in questions:
        leads = Slot(asked.id, None) in keys
        assert leads or all(Slot(asked.id, value) in keys for value, _ in options(asked.spec))
    plain = {*"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"} - TAKEN
    if len(questions) <= len(plain):
        assert all("+" not in key for key in keys.values())


def test_that_where_plain_keys_run_out_a_key_leads_to_the_question_and_digits_answer_there():
    questions = (
        likert("quality", 7), AskedQuestion("advice", Verdict(ask="And?", answer="verdict")), yes_no("abnormal"),
        choice("finding", "Normal", "Pneumonia", "Effusion", "Pneumothorax", "Mass", "Large heart"), likert("sure", 7),
    )  # fmt: skip
    keys = assign_keys(questions)
    assert all("+" not in key for key in keys.values())
    assert {slot.question for slot in keys if slot.value is None} >= {"quality", "sure"}
    assert keys_here(questions[0].spec)[7] == "7"


def test_that_yes_and_no_have_their_own_letters_whatever_else_begins_with_them():
    keys = assign_keys((choice("next", "No follow-up", "Yearly CT"), yes_no()))
    assert (keys[Slot("nodule", "yes")], keys[Slot("nodule", "no")]) == ("Y", "N")


def test_that_a_choice_of_yes_and_no_has_them_too():
    keys = assign_keys((choice("ct", "Yes", "No"),))
    assert (keys[Slot("ct", "yes")], keys[Slot("ct", "no")]) == ("Y", "N")


def test_that_a_scale_beside_the_images_leaves_the_window_presets_alone():
    keys = assign_keys((likert(),))
    assert [keys[Slot("confidence", point)] for point in range(1, 6)] == ["6", "7", "8", "9", "0"]


def test_that_a_scale_on_a_page_of_text_has_the_digits_it_shows():
    keys = assign_keys((likert(points=7),), frozenset())
    assert [keys[Slot("confidence", point)] for point in range(1, 8)] == list("1234567")


def test_that_labels_have_one_of_their_own_letters_where_it_is_free():
    keys = assign_keys((choice("kind", "Benign", "Effusion", "Bronchus"),))
    assert [keys[Slot("kind", v)] for v in ("benign", "effusion", "bronchus")] == ["B", "E", "O"]


def test_that_dont_know_is_an_answer_with_a_key_of_its_own():
    asked = yes_no(dont_know=True)
    assert options(asked.spec)[-1] == (DONT_KNOW, "Don't know")
    assert Slot("nodule", DONT_KNOW) in assign_keys((asked,))


def test_that_a_slider_and_a_text_have_a_key_that_leads_to_them():
    keys = assign_keys((slider(), text()))
    assert set(keys) == {Slot("suspicion", None), Slot("remarks", None)}


def test_that_keys_lead_back_to_their_slots():
    keys = assign_keys((yes_no(), likert(), slider()))
    assert {slot: key for key, slot in slots_of_keys(keys).items()} == keys


def test_that_viewer_and_workstation_do_not_fight_over_a_key():
    own = [key for command in APP_COMMANDS for key in command.keys]
    assert len(own) == len(set(own))
    assert not set(own) & RESERVED_KEYS
    assert len({command.id for command in (*APP_COMMANDS, *COMMANDS)}) == len(APP_COMMANDS) + len(COMMANDS)
