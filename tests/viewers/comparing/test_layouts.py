"""Layouts: cells over rows and columns, their places in pixels, dragging their lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewers.comparing.layouts import FREE_LAYOUTS, MOST_CELLS, Cell, even, free, layout_for, layout_named, layout_names

ANY_LAYOUT = st.sampled_from(layout_names()).map(layout_named)


@given(layout=ANY_LAYOUT, width=st.integers(300, 3000), height=st.integers(300, 3000), gap=st.integers(0, 6))
def test_that_cells_fill_the_widget_and_never_overlap(layout, width, height, gap):
    rects = layout.rects(width, height, gap)
    assert len(rects) == len(layout.cells)
    assert max(left + w for left, _, w, _ in rects) == width
    assert max(top + h for _, top, _, h in rects) == height
    for number, (left, top, w, h) in enumerate(rects):
        assert min(w, h) > 0
        for other_left, other_top, other_w, other_h in rects[:number]:
            apart_x = left >= other_left + other_w + gap or other_left >= left + w + gap
            apart_y = top >= other_top + other_h + gap or other_top >= top + h + gap
            assert apart_x or apart_y


@given(layout=ANY_LAYOUT, share=st.floats(-1, 2), data=st.data())
def test_that_a_dragged_line_leaves_every_cell_some_room(layout, share, data):
    lines = [("row", n) for n in range(layout.rows - 1)] + [("column", n) for n in range(layout.columns - 1)]
    if not lines:
        return
    dragged = layout.dragged(*data.draw(st.sampled_from(lines)), share)
    assert sum(dragged.row_shares) == pytest.approx(1)
    assert sum(dragged.column_shares) == pytest.approx(1)
    assert min(*dragged.row_shares, *dragged.column_shares) > 0.05
    assert dragged.evened().cells == layout.cells


def test_that_the_line_under_the_pointer_is_found_and_only_there():
    layout = even(2, 2)
    left, top, width, height = layout.rects(204, 104, 4)[0]
    assert layout.line_at(left + width + 1, 10, 204, 104, 4) == ("column", 0)
    assert layout.line_at(10, top + height + 1, 204, 104, 4) == ("row", 0)
    assert layout.line_at(10, 10, 204, 104, 4) is None


def test_that_layouts_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        free([Cell(0, 0, 2, 2), Cell(1, 1)])
    with pytest.raises(ValueError, match="share"):
        free([Cell(0, 0), Cell(0, 1)], (), (1, 0))
    with pytest.raises(ValueError, match="no layout"):
        layout_named("5x5")


def test_that_sixteen_viewports_are_the_most_and_every_count_has_a_layout():
    assert max(len(layout_named(name).cells) for name in layout_names()) == MOST_CELLS
    assert [len(layout_for(n).cells) >= n for n in range(1, 17)] == [True] * 16
    assert layout_for(3) == even(1, 3)


def test_that_free_layouts_are_uneven_and_even_ones_are_not():
    assert not any(layout.is_even for _, layout in FREE_LAYOUTS.values())
    assert even(3, 4).is_even
    assert not even(2, 2).dragged("row", 0, 0.7).is_even
