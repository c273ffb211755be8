"""A simulated reader in the real windows who meets every type of answer and every scope."""

import pytest

from app.reading import answers
from app.simulated.reader import SimulatedReader
from app.tracking.events import AnswerGiven, MarkPlaced, TextAcknowledged

QUESTIONS = """
  nodule: {ask: "Is there a nodule?", answer: yes_no}
  kind: {ask: "Which?", answer: choice, options: [Solid, Ground glass, Part solid], dont_know: true}
  signs: {ask: "What do you see?", answer: choices, options: [Spicules, Calcium, Fat], at_most: 2}
  sure_all: {ask: "How sure?", answer: likert, points: 7, ends: [Guessing, Certain]}
  lungrads: {ask: "Category", answer: scale, scale: Lung-RADS}
  suspicion: {ask: "How likely is cancer?", answer: slider, unit: "%"}
  diameter: {ask: "Diameter", answer: number, unit: mm, decimals: 1, from: 1, to: 60, from_measurement: true}
  remark: {ask: "Anything else?", answer: text, required: false}
  quality: {ask: "Quality", answer: matrix, rows: [Noise, Motion], options: [Low, Middle, High]}
  order: {ask: "Order these", answer: ranking, options: [Box, Contour, Heat map]}
  pairs: {ask: "Which is better?", answer: pairwise, options: [A1, B2, C3], tie: "Neither"}
  lung: {ask: "Is this lung clear?", answer: yes_no, per: side}
  lobes: {ask: "Emphysema", answer: likert, points: 4, labels: [None, Mild, Some, Severe], per: segment,
          segments: {ul: Upper lobe, ml: Middle lobe, ll: Lower lobe}}
  spot: {ask: "What is it?", answer: choice, options: [Benign, Malignant], per: lesion}
  advice: {ask: "This finding", answer: verdict, per: finding}
  places: {ask: "Where?", answer: marks, shape: SHAPE, required: true}
  sure: {ask: "How sure are you?", answer: likert, points: 5, per: mark}
  helpful: {ask: "Did the AI help?", answer: likert, points: 5, per: sitting}
  demand: {ask: "How demanding was it?", answer: slider, step: 5, per: sitting}
  trust: {ask: "Trust", answer: matrix, rows: [I trust it, I doubt it], options: ["1", "2", "3"], per: sitting}
"""
OWN = "[nodule, kind, signs, sure_all, lungrads, suspicion, diameter, remark, quality, order, pairs, lung, lobes, spot, places, sure]"  # noqa: E501


def everything(folder, shape):
    """The small study with every question of the language."""
    path = folder / "protocol.yaml"
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition("questions:\n")
    _, _, after = rest.partition("conditions:\n")
    after = after.replace("[nodule, places, sure]", OWN).replace("[helpful]", "[helpful, demand, trust]")
    after = after.replace(f"layers: [box, heat], answer: {OWN}", "layers: [box, heat], answer: [nodule, advice]")
    path.write_text(f"{head}questions:{QUESTIONS.replace('SHAPE', shape)}conditions:\n{after}", encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["point", "box", "polygon", "angle", "brush"])
def test_that_every_type_and_scope_is_answered_through_the_windows(qtbot, start, study_copy, shape):
    run = start(everything(study_copy, shape))
    reader = SimulatedReader(run.window, "hasty", "tester")
    with qtbot.waitSignal(run.window.left, timeout=200_000):
        reader.start()
    script = run.window.driver.script
    asked = {each.id: each.spec for trial in script.trials for phase in trial.phases for each in phase.questions}
    run.close()
    events = run.events()
    given = [event for event in events if isinstance(event, AnswerGiven)]
    assert {event.question for event in given} >= set(asked) - {"places", "remark"}
    assert all(answers.refusal(asked[event.question], event.value) == "" for event in given)
    assert {event.target for event in given if event.question == "lobes"} == {"ul", "ml", "ll"}
    assert {event.target for event in given if event.question == "lung"} == {"right", "left"}
    assert {event.shape for event in events if isinstance(event, MarkPlaced)} == {shape}
    pages = [event.answers for event in events if isinstance(event, TextAcknowledged) and event.answers]
    assert set(pages[-1]) == {"helpful", "demand", "trust"}
