"""What an AI said that gives no findings: categories, words, maps; and what report and feedback make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.analysis.accuracy import Proportion, reliance
from app.analysis.advice import Advice, advice_of
from app.analysis.debrief import _Trial
from app.analysis.exposure import never_shown
from app.analysis.readings import Reading, readings
from app.analysis.record import ReaderRecord, StudyRecord
from app.analysis.report import _by_aid, report
from app.store.reader import ProtocolRecord
from app.store.verify import VerifyReport
from app.tracking.events import AIResultLoaded, PhaseConfirmed, PhaseStarted, TrialStarted
from study_configs.cases import Truth
from study_configs.reading_order import PlannedTrial, ReadingOrder
from study_configs.study import protocol_from

SOURCE = """
readerlab: 1
protocol: {id: said, version: 1.0.0, mode: pilot, title: What was said}
ai:
  birads: {results: "ai/*.json", shown_as: MammoAid, thresholds: {all: 0.0, high: 0.9}}
layers:
  card: {ai: birads, draw: card}
  suggestion: {ai: birads, draw: category, at: all}
  heat: {ai: birads, draw: heatmap}
  words: {ai: birads, draw: text}
  box: {ai: birads, draw: box, at: high}
questions:
  category: {ask: "Category?", answer: scale, scale: BI-RADS, measures: decision, positive_from: "4"}
  sure: {ask: "How sure?", answer: likert}
  useful: {ask: "Was it of use?", answer: likert, per: sitting}
conditions:
  suggested: {phases: [{name: reading, layers: [suggestion, heat], answer: [category, sure], commit: true}]}
  told:
    shown_as: {birads: Dr. S. Johnson}
    phases: [{name: reading, layers: [words], answer: [category], commit: true}]
  mapped: {phases: [{name: reading, layers: [heat], answer: [category], commit: true}]}
  marked: {phases: [{name: reading, layers: [card, box], answer: [category], commit: true}]}
after: [{id: opinion, answer: [useful]}]
design: {seed: 5, crossed: {of: [suggested, told, mapped, marked], sessions: each}}
"""
PROTOCOL = protocol_from(SOURCE.encode(), "said")
TRUTHS = {"ill": Truth("ill", True, ()), "well": Truth("well", False, ())}


def loaded(category: str, **more: object) -> AIResultLoaded:
    said = (("ACR density", "D", None), ("BI-RADS", category, 0.12))
    told = AIResultLoaded(
        at_ns=2, trial=0, ai="birads", series_uid="1", model_sha256="", findings=0, planted=(), assessed=said
    )
    return replace(told, **more)  # type: ignore[arg-type]


def planned(condition: str, case: str = "ill") -> PlannedTrial:
    return PlannedTrial(0, case, condition, 1, 1, False)


def said(condition: str, result: AIResultLoaded) -> Advice:
    layers = PROTOCOL.conditions[condition].phases[0].layers
    (advice,) = advice_of(PROTOCOL, planned(condition), layers, {"birads": result}, {})
    return advice


def row(condition: str, category: str, answer: str, case: str = "ill") -> Reading:
    order = ReadingOrder("said", "1.0.0", "0" * 64, "R1", 0, (planned(condition, case),))
    course = (
        TrialStarted(at_ns=1, trial=0, case=case, condition=condition),
        PhaseStarted(at_ns=1, trial=0, phase=0, layers=()),
        loaded(category),
        PhaseConfirmed(at_ns=3, trial=0, phase=0, answers={"category": answer}),
    )
    (found,) = readings(PROTOCOL, order, course)
    return found


@pytest.mark.parametrize(("category", "positive"), [("2", False), ("3", False), ("4", True), ("5", True)])
def test_that_a_category_is_a_yes_from_the_one_on_from_which_readers_own_is(category: str, positive: bool) -> None:
    assert said("suggested", loaded(category)).positive is positive


@pytest.mark.parametrize("condition", ["told", "mapped"])
def test_that_words_and_maps_are_neither_yes_nor_no(condition: str) -> None:
    assert said(condition, loaded("5")).positive is None


def test_that_a_category_of_another_scale_is_neither() -> None:
    assert said("suggested", loaded("5", assessed=(("ACR density", "D", None),))).positive is None
    assert said("suggested", loaded("5", assessed=())).positive is None


def test_that_a_card_before_the_marks_sets_no_threshold() -> None:
    advice = said("marked", loaded("5", findings=2, scores=(0.5, 0.3), elements=("a", "b")))
    assert (advice.threshold, advice.positive) == (0.9, False)


def test_that_findings_which_no_layer_draws_are_no_advice() -> None:
    held = loaded("5", findings=2, scores=(None, 0.95), elements=("a", "b"), never_drawn=("a", "b"))
    assert said("marked", held).positive is False
    seen = replace(row("marked", "5", "4"), advice=(said("marked", held),), exposed=frozenset())
    assert never_shown([seen]) == Proportion(0, 0)
    assert said("marked", replace(held, never_drawn=("a",))).shown == (1,)


def test_that_reliance_counts_categories_and_leaves_out_words() -> None:
    rows = [
        row("suggested", "2", "2"),  # followed wrong advice: the case is positive
        row("suggested", "5", "2"),  # rejected right advice
        row("suggested", "5", "2", case="well"),  # resisted wrong advice
        row("told", "2", "2"),
    ]
    found = reliance(rows, TRUTHS)
    assert (found.followed_wrong, found.rejected_right) == (Proportion(1, 2), Proportion(1, 1))
    assert found.neither == 1


def page(*rows: Reading) -> str:
    order = ReadingOrder("said", "1.0.0", "0" * 64, "R1", 0, (planned("suggested"),))
    frozen = ProtocolRecord("0" * 64, "said", "1.0.0", "pilot", SOURCE.encode())
    record = StudyRecord(frozen, PROTOCOL, TRUTHS, (ReaderRecord("R1", order, rows, 1, "finished"),), {})
    return report([record], VerifyReport("", 1, 1, (), (), heads={}))


def test_that_the_report_says_what_was_said_and_what_it_leaves_open() -> None:
    shown = page(row("suggested", "5", "4"))
    assert "MammoAid: positive, BI-RADS 5 · 12%" not in shown  # the density is said, too, as the badge had it
    assert "MammoAid: positive, ACR density D, BI-RADS 5 · 12%" in shown
    assert "BI-RADS 4 and above counts as positive." in shown
    assert "so there is no AUC" in shown
    assert "Nobody has read yet: told; mapped; marked." in shown
    assert "in the export only: How sure?</p>" in shown
    assert "no findings" not in shown


def test_that_the_report_names_who_was_said_to_advise_and_judges_no_words() -> None:
    shown = page(row("told", "5", "4"))
    assert "Dr. S. Johnson: advice in words" in shown
    assert "MammoAid" not in shown
    assert "In 1 reading the advice was neither a yes nor a no" in shown
    assert "none to count" in shown


def test_that_a_decision_stands_where_a_later_phase_does_not_ask_for_it_again() -> None:
    decided = row("suggested", "5", "4")
    later = replace(
        decided, phase=1, aided=False, advice=(), last=True, decision=None, rating=None, answers={"sure": 2}
    )
    rows = [replace(decided, last=False, rating=3.0), later]
    told = _Trial(PROTOCOL, frozenset({"own", "ai", "truth"}), planned("suggested"), rows, TRUTHS, {}, {}).feedback()
    assert (told.own_final, told.own_first, told.saw_ai) == ("right", "not applicable", True)
    assert [(each.title, each.first, each.final) for each in told.answers] == [
        ("Category?", "", "BI-RADS 4"),
        ("How sure?", "", "2 of 5"),
    ]
    (unaided,), () = _by_aid([replace(each, aided=False) for each in rows])
    assert (unaided.decision, unaided.rating) == (True, 3.0)


def test_that_an_unaided_phase_after_the_ai_is_no_own_view() -> None:
    aided = row("suggested", "5", "4")
    after = replace(aided, phase=1, aided=False, advice=(), decision=False)
    assert reliance([aided, after], TRUTHS).switched_to_wrong == Proportion(0, 0)
    before = replace(after, phase=-1)
    assert reliance([before, aided], TRUTHS).switched_to_right == Proportion(1, 1)


@pytest.mark.parametrize(
    ("condition", "words", "verdict"),
    [
        ("suggested", "MammoAid said: ACR density D, BI-RADS 2 · 12%.", "wrong"),
        ("told", "Dr. S. Johnson gave advice in words.", "not applicable"),
        ("mapped", "MammoAid said neither yes nor no.", "not applicable"),
        ("marked", "MammoAid showed no finding at the threshold of 90%.", "wrong"),
    ],
)
def test_that_feedback_says_what_the_ai_said(condition: str, words: str, verdict: str) -> None:
    read = row(condition, "2", "4")
    told = _Trial(PROTOCOL, frozenset({"ai", "truth"}), planned(condition), [read], TRUTHS, {}, {}).feedback()
    assert (told.ai_summary, told.ai) == (words, verdict)
