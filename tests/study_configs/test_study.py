"""Whole study files: the shipped ones load, and every kind of fault is named with its place, all at once."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study_configs.document import EXAMPLE
from study_configs.problem import StudyProblem
from study_configs.problems import CODES, Problem, ProtocolProblems
from study_configs.study import examine, folder_study, load_study, protocol_from

BASE = EXAMPLE.replace(", measures: decision", "")  # leaves the answer free to change


def _problems(path: Path) -> list[Problem]:
    return examine(path)[1]


def _with(old: str, new: str) -> str:
    assert old in BASE
    return BASE.replace(old, new)


def test_that_the_demo_loads_without_a_warning(demo_study: Path):
    study = load_study(demo_study)
    assert study.warnings == ()
    assert study.sha256 == hashlib.sha256(demo_study.read_bytes()).hexdigest()
    assert [case.practice for case in study.cases] == [True] * 4 + [False] * 6
    assert list(study.texts) == ["welcome_v1", "how_to_read_v1", "about_the_ai_v1"]
    assert study.texts["welcome_v1"].title == "Welcome"


def test_that_a_folder_stands_for_its_protocol(demo_study: Path):
    assert load_study(demo_study.parent).path == demo_study


def test_that_the_example_in_the_docs_is_a_study(write_study):
    study = load_study(write_study(EXAMPLE, practice=0))
    assert study.warnings == ()
    assert study.protocol.meeting_of().of == ("unaided", "with_ai")
    assert study.protocol.conditions["with_ai"].shows_ai
    assert not study.protocol.conditions["unaided"].shows_ai


def test_that_truth_is_not_in_the_repr_of_a_study(write_study):
    assert "n1" not in repr(load_study(write_study(BASE)))


def test_that_values_cannot_be_changed(write_study):
    study = load_study(write_study(BASE))
    with pytest.raises(ValueError, match="frozen"):
        study.protocol.design.seed = 2


def test_that_text_stays_as_it_was_written(write_study):
    study = load_study(write_study(_with("version: 1.0.0", "version: 1.10").replace('"Does the AI help?"', "NO")))
    assert (study.protocol.about.version, study.protocol.about.title) == ("1.10", "NO")


FAULTS = [
    ("ask: ", "aks: ", "RL201", "questions.nodule.aks"),
    ("from: 0", "form: 0", "RL201", "questions.suspicion.form"),
    ("mode: pilot, ", "", "RL202", "protocol.mode"),
    ('ask: "Is there a nodule?", ', "", "RL202", "questions.nodule.ask"),
    (", answer: yes_no", "", "RL202", "questions.nodule.answer"),
    ("from: 0", "from: low", "RL203", "questions.suspicion.from"),
    ("seed: 1", "seed: 1.5", "RL203", "design.seed"),
    ("seed: 1", 'seed: "1"', "RL203", "design.seed"),
    ("answer: yes_no", "answer: yes_no, required: yes", "RL203", "questions.nodule.required"),
    ('title: "Does the AI help?"', "title: true", "RL203", "protocol.title"),
    ("answer: yes_no", "answer: yesno", "RL204", "questions.nodule.answer"),
    ("mode: pilot", "mode: plot", "RL204", "protocol.mode"),
    ("draw: box", "draw: boxes", "RL204", "layers.box.draw"),
    ("balanced: 0.5", "balanced: 5", "RL205", "ai.nodules.thresholds.balanced"),
    ("at: balanced", "at: 1.5", "RL205", "layers.box.at"),
    ("readerlab: 1", "readerlab: 0", "RL205", "readerlab"),
    ("readerlab: 1", "readerlab: 2", "RL112", "readerlab"),
    ("to: 100", "to: .inf", "RL205", "questions.suspicion.to"),
    ("phases: [{answer: [nodule, suspicion]}]", "phases: []", "RL206", "conditions.unaided.phases"),
    ("id: first-study", "id: first study", "RL207", "protocol.id"),
    ("  box:", "  b!x:", "RL207", "layers.b!x"),
    ("to: 100", "to: 0", "RL208", "questions.suspicion"),
    ("model: models/nodules.onnx, ", "", "RL208", "ai.nodules"),
    ("answer: yes_no", "answer: choice, options: [Yes, Yes]", "RL208", "questions.nodule.options"),
    ("answer: yes_no", "answer: choice, options: {a: Yes, b: Yes}", "RL208", "questions.nodule"),
    ("of: [unaided, with_ai]", "of: [unaided, unaided]", "RL208", "design.split"),
    ("answer: yes_no", 'answer: yes_no, show_if: "case.kind = x"', "RL209", "questions.nodule.show_if"),
    ("measures: rating", "measures: decision", "RL208", "questions.suspicion"),
    ("answer: yes_no", "answer: slider, measures: rating", "RL518", "questions.suspicion.measures"),
    (", measures: rating", "", "RL517", "questions"),
    ("draw: box", 'draw: box, label: "{score.real}"', "RL210", "layers.box.label"),
    ("draw: box", 'draw: box, label: "{patient}"', "RL210", "layers.box.label"),
    ("{ai: nodules,", "{ai: nodule,", "RL301", "layers.box.ai"),
    ("answer: [nodule, suspicion]}]", "answer: [nodul, suspicion]}]", "RL302", "conditions.unaided.phases.0.answer.0"),
    ("layers: [box]", "layers: [boxes]", "RL303", "conditions.with_ai.phases.0.layers.0"),
    ("of: [unaided, with_ai]", "of: [unaided, with_AI]", "RL304", "design.split.of.1"),
    ("at: balanced", "at: balance", "RL305", "layers.box.at"),
    ("reference: reference.csv", "reference: reference.csv, practice: [case-77]", "RL307", "cases.practice.0"),
    ("balance: [truth]", "balance: [kid]", "RL308", "design.split.balance.0"),
    ("answer: yes_no", "answer: yes_no, show_if: case.knd == x", "RL308", "questions.nodule.show_if"),
    ("answer: yes_no", "answer: yes_no, show_if: case.truth == positive", "RL308", "questions.nodule.show_if"),
    ("models/nodules.onnx", "models/other.onnx", "RL401", "ai.nodules.model"),
    ("models/nodules.onnx", "../nodules.onnx", "RL402", "ai.nodules.model"),
    ("model: models/nodules.onnx", "results: ai/**/*.dcm", "RL410", "ai.nodules.results"),
    ("model: models/nodules.onnx", "results: ../*.dcm", "RL402", "ai.nodules.results"),
    ("thresholds: ", f"sha256: '{'0' * 64}', thresholds: ", "RL412", "ai.nodules.sha256"),
    ("reference: reference.csv", 'reference: reference.csv, practice: "case.kind != x"', "RL408", "cases.practice"),
    ("draw: box, at: balanced", "draw: heatmap, reveal: toggle, adjustable: []", "RL508", "layers.box"),
    ("at: balanced", "at: 0.1, adjustable: [threshold], threshold_limits: [0.2, 0.8]", "RL509", "layers.box.at"),
    ("at: balanced", 'at: balanced, reveal: {only_if: "answer.ct == yes"}', "RL308", "layers.box.reveal.only_if"),
    ("draw: box, at: balanced", "draw: category, reveal: hover", "RL519", "layers.box.reveal"),
    ("answer: yes_no", "answer: yes_no, per: mark", "RL503", "conditions.unaided.phases.0.answer.0"),
    ("answer: yes_no", "answer: yes_no, per: sitting", "RL503", "conditions.unaided.phases.0.answer.0"),
    ("answer: yes_no", "answer: yes_no, show_if: answer.nodule == yes", "RL513", "questions.nodule.show_if"),
    (
        "[box], answer: [nodule, suspicion]",
        "[box], answer: [nodule, nodule]",
        "RL516",
        "conditions.with_ai.phases.0.answer",
    ),
    ("split: {of: [unaided, with_ai], balance: [truth]}", "split: {of: [unaided]}", "RL504", "conditions.with_ai"),
    ("[box], answer: [nodule, suspicion]", "[], answer: [nodule, suspicion]", "RL506", "layers.box"),
]


@pytest.mark.parametrize(("old", "new", "code", "key"), FAULTS)
def test_that_a_fault_is_named_with_its_key_and_line(write_study, old: str, new: str, code: str, key: str):
    text = _with(old, new)
    found = {(problem.code, problem.key): problem for problem in _problems(write_study(text))}
    assert (code, key) in found
    problem = found[code, key]
    changed = [at for at, (a, b) in enumerate(zip(BASE.splitlines(), text.splitlines(), strict=True), 1) if a != b]
    if code not in ("RL202", "RL503", "RL504", "RL506", "RL517", "RL518"):
        assert problem.line in changed
    assert 1 <= problem.column <= len(text.splitlines()[problem.line - 1]) + 1
    assert problem.what
    assert problem.expected or problem.example or code in ("RL208", "RL209", "RL210", "RL504", "RL506")


@pytest.mark.parametrize(
    ("rule", "phase", "never"),
    [
        ("{after_s: 9}", "at_most_s: 9, ", True),
        ("{after_s: 8}", "at_most_s: 9, ", False),
        ('{only_if: "answer.nodule == yes"}', "", False),
        ('{only_if: "answer.alone == yes"}', "", True),
        ("button", "", False),
    ],
)
def test_that_a_layer_that_can_never_come_is_a_problem(write_study, rule: str, phase: str, never: bool):
    text = BASE.replace("draw: box,", f"draw: box, reveal: {rule},").replace(
        "layers: [box], ", f"layers: [box], {phase}"
    )
    text = text.replace("questions:", "questions:\n  alone: {ask: Alone?, answer: yes_no, per: sitting}", 1)
    found = [problem for problem in _problems(write_study(text)) if problem.code == "RL519"]
    assert bool(found) == never
    assert all(problem.key == "layers.box.reveal" and problem.line > 1 for problem in found)


PLANTED = BASE + "planted:\n  wrong: {ai: nodules, kind: false_positive, cases: 1}\n"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("cases: 1", "cases: 4", "RL501"),
        ("layers: [box], ", "", "RL502"),
        ("cases: {reference: reference.csv}", "cases: {}", "RL507"),
        ("false_positive", "false_negative, from: negative", "RL208"),
        ("ai: nodules, kind", "ai: nodls, kind", "RL301"),
        ("planted:", "feedback: {when: after_sitting, show: [own]}\nplanted:", "RL514"),
        ("planted:", "feedback: {when: never}\nplanted:", "RL515"),
    ],
)
def test_that_planted_errors_that_cannot_be_are_named(write_study, old: str, new: str, code: str):
    assert old in PLANTED
    assert code in {problem.code for problem in _problems(write_study(PLANTED.replace(old, new)))}


def test_that_every_fault_of_a_file_is_reported_in_one_run(write_study):
    text = BASE
    for old, new in [('ask: "Is', 'aks: "Is'), ("mode: pilot", "mode: plot"), ("layers: [box]", "layers: [boxes]")]:
        text = text.replace(old, new)
    path = write_study(text.replace("models/nodules.onnx", "models/none.onnx"))
    (path.parent / "reference.csv").write_text("case,positive\ncase-99,yes\n", "utf-8")
    with pytest.raises(ProtocolProblems) as caught:
        load_study(path)
    assert {problem.code for problem in caught.value.problems} >= {"RL201", "RL204", "RL303", "RL401", "RL406"}
    assert "protocol.yaml:" in str(caught.value)
    assert isinstance(caught.value, StudyProblem)


def test_that_a_faulty_question_still_counts_as_declared(write_study):
    codes = {problem.code for problem in _problems(write_study(_with("answer: yes_no", "answer: yesno")))}
    assert codes == {"RL204"}


def test_that_an_unknown_answer_is_told_all_kinds(write_study):
    (problem,) = _problems(write_study(_with("answer: yes_no", "answer: yesno"), practice=0))
    assert (
        problem.expected
        == "one of choice, choices, likert, marks, matrix, number, pairwise, ranking, scale, slider, text, verdict, "
        "yes_no"
    )


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ("from: 0", "form: 0", "from"),
        ("answer: yes_no", "answer: yesno", "yes_no"),
        ("layers: [box]", "layers: [bx]", "box"),
    ],
)
def test_that_a_slip_of_the_keyboard_gets_a_suggestion(write_study, old: str, new: str, suggestion: str):
    assert suggestion in {problem.suggestion for problem in _problems(write_study(_with(old, new)))}


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n", "readerlab: 1", "a: [", "x: &a 1"])
def test_that_what_is_no_study_is_refused(write_study, text: str):
    study, problems = examine(write_study(text))
    assert study is None
    assert problems


def test_that_files_that_are_not_there_are_named(tmp_path: Path):
    assert [problem.code for problem in _problems(tmp_path / "none.yaml")] == ["RL101"]
    assert [problem.code for problem in _problems(tmp_path)] == ["RL101"]


def test_that_a_missing_table_is_named(write_study):
    path = write_study(BASE)
    (path.parent / "cases.csv").unlink()
    assert [problem.code for problem in _problems(path)] == ["RL401"]


def test_that_texts_come_from_the_study_before_the_shipped_ones(write_study):
    path = write_study(BASE + "before: [welcome_v1, mine_v1, {id: inline, text: '# Hello'}]\n")
    (path.parent / "texts").mkdir()
    (path.parent / "texts" / "welcome_v1.md").write_text("# Our own", "utf-8")
    assert [(problem.code, problem.key) for problem in _problems(path)] == [("RL306", "before.1")]
    (path.parent / "texts" / "mine_v1.md").write_text("No heading", "utf-8")
    assert [text.title for text in load_study(path).texts.values()] == ["Our own", "mine_v1", "Hello"]


def test_that_a_text_in_another_encoding_is_named(write_study):
    path = write_study(BASE + "before: [mine_v1]\n")
    (path.parent / "texts").mkdir()
    (path.parent / "texts" / "mine_v1.md").write_bytes("caf\xe9".encode("latin-1"))
    assert [(problem.code, problem.key) for problem in _problems(path)] == [("RL306", "before.0")]


@pytest.mark.parametrize("model", ["a" * 5000, "a\\0b", "models/loop", "models", "."])
def test_that_odd_paths_are_refused(write_study, model: str):
    path = write_study(_with("models/nodules.onnx", f'"{model}"'), practice=0)
    loop = path.parent / "models" / "loop"
    loop.symlink_to(loop)
    assert {problem.code for problem in _problems(path)} <= {"RL401", "RL402"}
    assert _problems(path)


@pytest.mark.parametrize("pattern", ["", "a**b", "//x", "C:/x/*.dcm", "**/../../*"])
def test_that_odd_patterns_are_refused(write_study, pattern: str):
    path = write_study(_with("model: models/nodules.onnx", f'results: "{pattern}"'), practice=0)
    assert {problem.code for problem in _problems(path)} <= {"RL402", "RL410"}
    assert _problems(path)


WORDS = st.sampled_from(
    [
        "yes",
        "1",
        "-5",
        "null",
        "[]",
        "{}",
        "[x]",
        "{a: b}",
        "''",
        ".nan",
        "truth",
        "box",
        "nodule",
        "unaided",
        "1.5",
        "~",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 200), WORDS, st.integers(0, 30))
def test_that_no_change_of_a_word_or_line_makes_check_fail(study_of_hypothesis: Path, at: int, word: str, cut: int):
    tokens = re.split(r"([\w.]+)", BASE)
    tokens[(2 * at + 1) % (len(tokens) - 1)] = word
    lines = "".join(tokens).splitlines()
    del lines[cut : cut + 1]
    study_of_hypothesis.write_text("\n".join(lines), "utf-8")
    study, problems = examine(study_of_hypothesis)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert (study is None) == bool(errors)
    assert all(problem.code in CODES and problem.what and problem.to_text() for problem in problems)


@pytest.fixture
def study_of_hypothesis(write_study) -> Path:
    return write_study(BASE)


def test_that_a_case_without_truth_is_a_warning(write_study):
    path = write_study(BASE, practice=0)
    reference = path.parent / "reference.csv"
    reference.write_text("\n".join(reference.read_text("utf-8").splitlines()[:-1]), "utf-8")
    study = load_study(path)
    assert [(problem.code, problem.severity) for problem in study.warnings] == [("RL409", "warning")]


def test_that_any_folder_is_a_study_of_one_question(tmp_path: Path):
    for name in ("Jansen^Piet", "De Vries"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.dcm").write_bytes(b"x")
    study = folder_study(tmp_path)
    assert [case.id for case in study.cases] == ["case-001", "case-002"]
    assert [case.path.name for case in study.cases] == ["De Vries", "Jansen^Piet"]
    assert study.truth.unseal() == {}
    assert not any(condition.shows_ai for condition in study.protocol.conditions.values())


def test_that_files_directly_in_a_folder_are_one_case(tmp_path: Path):
    (tmp_path / "1.dcm").write_bytes(b"x")
    assert [case.path for case in folder_study(tmp_path).cases] == [tmp_path.resolve()]


def test_that_files_beside_sub_folders_are_not_passed_over_in_silence(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.dcm").write_bytes(b"x")
    (tmp_path / "2.dcm").write_bytes(b"x")
    assert [problem.code for problem in folder_study(tmp_path).warnings] == ["RL414"]


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_that_a_folder_without_files_is_a_problem(tmp_path: Path, name: str):
    with pytest.raises(StudyProblem):
        folder_study(tmp_path / name)


def test_that_a_frozen_protocol_can_be_read_without_its_files(demo_study: Path):
    protocol = protocol_from(demo_study.read_bytes(), "frozen")
    assert protocol == load_study(demo_study).protocol
    with pytest.raises(ProtocolProblems):
        protocol_from(b"readerlab: 1", "frozen")


def test_that_every_code_in_use_is_documented():
    sources = Path(__file__).parents[2].glob("study_configs/*.py")
    used = {code for source in sources for code in re.findall(r'"(RL\d{3})"', source.read_text("utf-8"))}
    assert used == set(CODES)


def test_that_a_list_without_brackets_and_a_percentage_get_the_right_spelling(write_study):
    found = _problems(write_study(_with("of: [unaided, with_ai]", "of: unaided, with_ai")))
    assert ("RL203", "[unaided]") in {(each.code, each.suggestion) for each in found}
    (percent,) = _problems(write_study(_with("at: balanced", "at: 50%")))
    assert (percent.code, percent.suggestion) == ("RL207", "0.5")
    assert "a name" in percent.expected
    assert "a number from 0 to 1" in percent.expected
