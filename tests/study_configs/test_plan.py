"""The plan for people: words, days, tables, and a picture that is the same every time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from app.windows.plan_png import write_png
from study_configs.plan import PlanRow, plan_csv, plan_orders, plan_table
from study_configs.plan_balance import balance, balance_of_blocks, blocks_text, groups_text
from study_configs.plan_picture import COLOURS, plan_svg
from study_configs.plan_text import conditions_in_words, plan_text, sitting_days

from .ordering.designs import a_study

DESIGN = (
    "arms: {label_ai: {crossed: {of: [b, c], washout_days: 28}}, label_human: {share: 2, crossed: {of: [a, d]}}}, "
    "repeats: {cases: 2, apart: 3}, no_reveal: {cases: 2}, probes: [{name: late, condition: f, cases: [c000]}], "
    "readers: {planned: 6, strata: {level: [junior, senior]}}"
)
PLANTED = "planted: {invented: {ai: nodules, kind: false_positive, cases: 3}}"


def the_study():
    return a_study(DESIGN, cases=16, practice=2, more=PLANTED)


@pytest.fixture
def rows() -> Sequence[PlanRow]:
    return plan_table(the_study())


def test_that_sittings_begin_on_the_first_day_that_the_washout_allows(rows: Sequence[PlanRow]):
    study = the_study()
    first = [row for row in rows if row.reader == "reader-01"]
    assert first[0].arm == "label_ai"
    assert sitting_days(study, first) == {1: 1, 2: 29, 3: 29}  # the probe brings no case again
    text = plan_text(study, first)
    assert "sitting 2, day 29 or later" in text
    assert "sitting 2, 30 December 2026 or later" in plan_text(study, first, start=date(2026, 12, 2))


def test_that_the_text_tells_arm_stratum_marks_and_probe_in_80_columns(rows: Sequence[PlanRow]):
    text = plan_text(the_study(), rows)
    assert max(map(len, text.splitlines())) <= 80
    assert "reader-01 (label_ai, junior):" in text
    told = re.sub(r"\s+", " ", text)
    assert told.count("[invented]") == sum(bool(row.planted) for row in rows)
    assert told.count("(again)") - 1 == sum(row.repeat for row in rows)  # one in the legend
    assert told.count("(AI stays hidden)") - 1 == sum(row.no_reveal for row in rows)
    assert "probe late: c000" in told


def test_that_minutes_are_reckoned_with_the_time_that_the_protocol_expects(rows: Sequence[PlanRow]):
    reader = [row for row in rows if row.reader == "reader-01"]
    assert f"about {len(reader)} min" in plan_text(the_study(), reader)
    assert f"about {2 * len(reader)} min" in plan_text(the_study(), reader, 120)


def test_that_a_long_block_is_told_by_its_first_cases_and_a_number():
    study = a_study("crossed: {of: [a]}, cases: {order: fixed}", cases=400)
    text = plan_text(study, plan_table(study, 1))
    assert "c039 … and 360 more" in re.sub(r"\s+", " ", text)


def test_that_tables_count_mistakes_and_truth_by_block_and_readers_by_arm(rows: Sequence[PlanRow]):
    study = the_study()
    blocks = balance_of_blocks(study, rows)
    assert [block.block for block in blocks] == [1, 2, 3]
    assert sum(count for block in blocks for _, _, count in block.planted) == sum(bool(row.planted) for row in rows)
    assert "invented (false_positive)" in blocks_text(blocks)
    table = groups_text(rows)
    assert table.splitlines()[0].split() == ["stratum", "label_ai", "label_human"]
    assert [line.split() for line in table.splitlines()[1:]] == [["junior", "1", "2"], ["senior", "1", "2"]]
    assert {row.condition for row in balance(study, rows)} == {"a", "b", "c", "d", "f"}


def test_that_every_field_of_the_plan_is_in_the_csv(rows: Sequence[PlanRow]):
    lines = plan_csv(rows).splitlines()
    assert lines[0].split(",") == list(PlanRow._fields)
    assert len(lines) == len(rows) + 1


def test_that_rows_are_the_same_one_by_one_in_slices_and_from_the_orders(rows: Sequence[PlanRow]):
    told = list(rows)
    assert [rows[at] for at in range(len(rows))] == told
    assert rows[3:-2:5] == told[3:-2:5]
    assert rows[-1] == told[-1]
    with pytest.raises(IndexError):
        rows[len(told)]
    trials = [(order.reader, trial) for order in plan_orders(the_study()) for trial in order.trials]
    for row, (reader, trial) in zip(told, trials, strict=True):
        named = " ".join(error.id.split("/")[0] for error in trial.planted)
        assert (row.reader, row.position - 1, row.case, row.condition) == (
            reader, trial.index, trial.case_id, trial.condition,
        )  # fmt: skip
        assert (row.sitting, row.block, row.planted) == (trial.sitting, trial.block, named)
        assert (row.probe, row.repeat, row.no_reveal) == (trial.probe, trial.repeat, trial.no_reveal)


def test_that_the_picture_shows_every_mark_and_is_the_same_every_time(rows: Sequence[PlanRow]):
    titles = conditions_in_words(the_study())
    svg = plan_svg(rows, titles, "Labels & <anchors>")
    assert svg == plan_svg(rows, titles, "Labels & <anchors>")
    root = ET.fromstring(svg)
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Labels & <anchors>" in texts
    assert {"arm label_ai", "arm label_human", "planted error", "AI stays hidden", "case again"} <= set(texts)
    wedges = sum("stroke-width='0.6'" in line for line in svg.splitlines())
    assert wedges == sum(bool(row.planted) for row in rows) + 1  # one in the legend
    assert svg.count("<circle cx=") == sum(row.no_reveal for row in rows) + 1 + 1  # legend, and the dots' pattern
    assert all(colour in svg for colour in COLOURS[:5])


def test_that_the_picture_of_a_hundred_readers_is_a_readable_png(tmp_path: Path):
    study = the_study()
    svg = plan_svg(plan_table(study, 100), conditions_in_words(study), "T")
    file = tmp_path / "plan.png"
    write_png(svg, file)
    from PySide6.QtGui import QImage

    image = QImage(str(file))
    assert image.width() > 1200
    assert image.height() > 100 * 9
    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
    assert colours & set(COLOURS)
