"""The list of findings as a model: whatever was listed before, it lists what it is told, and tells the view so."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtTest import QAbstractItemModelTester

from overlays.layers.layer import Layer, visible_findings
from overlays.panels.finding_model import FindingModel
from overlays.panels.listing import Listed, Listing, aloud
from overlays.result import Measured

from ..conftest import make_finding, make_result

ALL = [Listed("nodules", "LungAid", make_finding(f"f{n}", n / 10, (0, 0, n))) for n in range(10)]
BOX = Layer("box", "nodules", "box", "Boxes", adjustable=frozenset({"threshold"}))
CHIP = Layer("chip", "nodules", "chip", "Scores", adjustable=frozenset({"threshold"}))
SCORES = st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=30)


@given(lists=st.lists(st.lists(st.sampled_from(ALL), unique=True), max_size=6))
def test_that_the_model_lists_what_it_is_told(lists: list[list[Listed]]):
    model = FindingModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for shown in lists:
        model.show(tuple(shown))
        assert [model.index(row).data(256) for row in range(model.rowCount())] == shown
    assert tester.model() is model


@given(scores=SCORES, threshold=st.floats(0, 1), other=st.floats(0, 1))
def test_that_cutting_the_sorted_list_shows_what_the_layers_draw(
    scores: list[float | None], threshold: float, other: float
):
    findings = tuple(replace(make_finding(f"f{n}", 0.0, (0, 0, n)), score=score) for n, score in enumerate(scores))
    result = make_result(findings)
    listing = Listing((result,))
    box, chip = replace(BOX, threshold=threshold), replace(CHIP, threshold=other)
    assert [each.finding for each in listing.shown(box)] == list(visible_findings(result, box))
    both = {f.id for layer in (box, chip) for f in visible_findings(result, layer)}
    listed = [each.finding for each in listing.listed((box, chip))]
    assert {finding.id for finding in listed} == both
    assert listed == sorted(listed, key=lambda finding: finding.rank)
    assert listing.most((box, chip)) == listing.count(box) == len(findings)
    fixed = tuple(replace(layer, adjustable=frozenset()) for layer in (box, chip))
    assert listing.most(fixed) == len(both)


def test_that_a_row_says_all_that_is_known_of_a_finding():
    known = replace(
        make_finding("f", 0.87, (0, 0, 0)),
        laterality="left",
        site="upper lobe",
        category="4A",
        measurements=(Measured("diameter", 8.2, "mm"), Measured("volume", 288.7, "mm3")),
    )
    words = aloud(Listed("nodules", "LungAid", known), 3)
    assert words == "3   nodule, 87%, left upper lobe · category 4A · diameter 8.2 mm · volume 288.7 mm³"
