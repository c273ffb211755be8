"""The page that shows every question: its YAML is right, its pictures are there and can be taken again."""

from pathlib import Path
from typing import get_args

import pytest

from app.simulated.form import question
from app.simulated.question_pictures import shots, take
from app.windows.theme import apply_theme
from study_configs.questions import Question
from study_configs.questions.base import Scope

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/questions.md").read_text(encoding="utf-8")
SHOTS = {shot.name: shot for shot in shots(PAGE)}


def test_that_every_type_of_answer_and_every_scope_is_shown():
    shown = [question(name, values).spec for shot in SHOTS.values() for name, values in shot.questions.items()]
    types = {next(iter(get_args(kind.model_fields["answer"].annotation))) for kind in get_args(get_args(Question)[0])}
    assert {spec.answer for spec in shown} == types
    assert {spec.per for spec in shown} == {*get_args(Scope)} - {"sitting"}


@pytest.mark.parametrize("name", SHOTS)
def test_that_each_picture_stands_on_the_page_and_in_its_folder(name):
    assert f"![{name}](images/questions/{name}.png)" in PAGE
    assert (ROOT / "docs/images/questions" / f"{name}.png").is_file()


def test_that_a_picture_can_be_taken_again(qapp, tmp_path):
    apply_theme(qapp, 1.0)
    assert take(SHOTS["per_segment"], tmp_path).stat().st_size > 10_000
