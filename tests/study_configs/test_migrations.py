"""Files in an older language: brought up to the newest step by step, with their comments where that can be done.

The language has had one version so far, so these tests take steps of their own: what renaming `washout_days`, splitting
a section, and two steps in a row would do to the example of the docs.
"""

from __future__ import annotations

import pytest

from study_configs.document import EXAMPLE
from study_configs.migrations import STEPS, Step, newest, version_of
from study_configs.migrations.rewriting import rewritten
from study_configs.protocol import LANGUAGE_VERSION
from study_configs.yaml12 import load

OLD = EXAMPLE.replace("readerlab: 1", "readerlab: 1   # the language").replace(
    "  seed: 1", "  # any number\n  seed: 1   # decides every draw"
)


def _renamed(data):
    design = {("draws" if key == "seed" else key): value for key, value in data["design"].items()}
    return {**data, "design": design}


def _moved(data):
    about = {key: value for key, value in data["protocol"].items() if key != "title"}
    return {**data, "protocol": about, "title": data["protocol"]["title"]}


def _revalued(data):
    return {**data, "protocol": {**data["protocol"], "mode": "study"}}


RENAME = Step(1, "design.seed is called draws.", _renamed)
REVALUE = Step(2, "mode pilot is study.", _revalued)
MOVE = Step(1, "title stands at the top.", _moved)


def test_that_there_is_a_step_from_every_older_version():
    assert [step.since for step in STEPS] == list(range(1, LANGUAGE_VERSION))


def test_that_steps_change_nothing_that_they_are_given():
    data = load(OLD.encode(), "p").value
    before = load(OLD.encode(), "p").value
    newest(data, (RENAME, REVALUE))
    assert data == before


def test_that_all_steps_are_taken_in_turn_and_told():
    made = newest(load(OLD.encode(), "p").value, (REVALUE, RENAME))
    assert version_of(made.data) == 3
    assert made.changes == (RENAME.what, REVALUE.what)
    assert made.data["design"]["draws"] == 1
    assert made.data["protocol"]["mode"] == "study"


def test_that_a_file_in_the_newest_version_stays_as_it_is_to_the_byte():
    made = rewritten(OLD.encode())
    assert made.text == OLD
    assert made.changes == ()


def test_that_renamed_keys_and_changed_values_leave_comments_and_layout_alone():
    made = rewritten(OLD.encode(), (RENAME, REVALUE))
    assert made.keeps_comments
    expected = OLD.replace("readerlab: 1 ", "readerlab: 3 ").replace("  seed: 1", "  draws: 1")
    assert made.text == expected.replace("mode: pilot", "mode: study")


def test_that_what_cannot_be_changed_in_place_is_written_out_anew_and_says_so():
    made = rewritten(OLD.encode(), (MOVE,))
    assert not made.keeps_comments
    data = load(made.text.encode(), "p")
    assert data.problems == []
    assert data.value == newest(load(OLD.encode(), "p").value, (MOVE,)).data
    assert data.value["protocol"]["version"] == "1.0.0"


@pytest.mark.parametrize("title", ["12:30", "yes", "1.10", "- a", "it's: so", "# no comment", "{a}", "é", ""])
def test_that_text_is_still_text_after_it_was_written_out(title: str):
    source = OLD.replace('"Does the AI help?"', f'"{title}"')
    assert load(rewritten(source.encode(), (MOVE,)).text.encode(), "p").value["title"] == title
