from app.reading.asking import OpenQuestion
from app.reading.script import AskedQuestion
from app.windows.questions.answer_history import AnswerHistory
from study_configs.questions import Likert, Marks, YesNo

NODULE = AskedQuestion("nodule", YesNo(ask="Is there a nodule?", answer="yes_no"))
PLACES = AskedQuestion("places", Marks(ask="Where?", answer="marks"))
SURE = AskedQuestion("sure", Likert(ask="How sure?", answer="likert", per="mark"))


def stands(nodule=None, marks=(), sure=None):
    rows = [
        OpenQuestion(NODULE, "", 0, nodule, nodule is not None),
        OpenQuestion(PLACES, "", 0, tuple(marks), bool(marks)),
    ]
    rows += [
        OpenQuestion(SURE, mark, at, (sure or {}).get(mark), mark in (sure or {})) for at, mark in enumerate(marks, 1)
    ]
    return rows


def followed(*states):
    history = AnswerHistory()
    for state in states:
        history.follow(state)
    return history


def test_that_there_is_nothing_to_undo_at_the_start_of_a_phase_even_with_answers_carried_over():
    assert followed(stands(nodule="yes")).undo() is None


def test_that_the_first_answer_is_undone_to_none_and_a_change_to_what_was_there():
    history = followed(stands(), stands("yes"), stands("no"))
    change = history.undo()
    assert (change.question, change.had_answer, change.before) == ("nodule", True, "yes")
    history.follow(stands("yes"))
    change = history.undo()
    assert (change.had_answer, change.before) == (False, None)
    history.follow(stands())
    assert history.undo() is None


def test_that_what_undoing_did_is_not_itself_something_to_undo():
    history = followed(stands(), stands("yes"))
    history.undo()
    history.follow(stands())
    assert history.undo() is None


def test_that_a_mark_is_undone_by_removing_it():
    history = followed(stands(), stands(marks=["a"]))
    assert history.undo().mark == "a"


def test_that_a_removed_mark_takes_its_history_with_it():
    history = followed(stands(), stands(marks=["a"]), stands(marks=["a"], sure={"a": 3}), stands())
    assert history.undo() is None


def test_that_an_answer_after_an_undo_can_be_undone_again():
    history = followed(stands(), stands("yes"))
    history.undo()
    history.follow(stands())
    history.follow(stands("no"))
    assert history.undo().had_answer is False
