"""How a printed line is shared: no word is cut while there is room, and a small table stays small."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.report.document.columns import shares
from slmdsl.report.document.tree import Cell, Column, Table


def table(*columns, heads=None):
    """A table with a column of texts for each argument."""
    named = heads or [f"h{number}" for number in range(len(columns))]
    return Table(
        key="t",
        caption="t",
        columns=tuple(Column(key=f"c{number}", head=head) for number, head in enumerate(named)),
        rows=tuple(tuple(Cell(text=text) for text in row) for row in zip(*columns, strict=True)),
    )


def test_a_small_table_stays_small():
    assert sum(shares(table(["a", "b"], ["1", "2"]))) < 20


def test_a_long_text_gets_what_is_left():
    name, why, verdict = shares(table(["INC1"], ["why it was late " * 20], ["missed"]))
    assert name + why + verdict == pytest.approx(100)
    assert why > 70
    assert name == pytest.approx(verdict, abs=4)


def test_asked_widths_are_shares_of_each_other():
    made = table(["x" * 9] * 2, ["long words " * 30] * 2, ["long words " * 30] * 2)
    asked = replace(
        made,
        columns=tuple(
            replace(each, width=width) for each, width in zip(made.columns, (0, 1, 3), strict=True)
        ),
    )
    name, narrow, wide = shares(asked)
    assert wide == pytest.approx(3 * narrow, rel=0.1)
    assert name < 12


def test_what_is_asked_takes_no_word_from_others():
    made = table(["payment_gateway"], ["short"])
    asked = replace(
        made,
        columns=tuple(replace(each, width=width) for each, width in zip(made.columns, (1, 99), strict=True)),
    )
    name, _ = shares(asked)
    assert name > 8


def test_a_chinese_head_is_not_stacked():
    (width,) = shares(table(["1"], heads=["发生的事情"]))
    assert width > 10


def test_a_table_without_columns_has_no_widths():
    assert shares(table()) == []


@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.integers(0, 40), st.sampled_from(["words", "figures"])),
        min_size=1,
        max_size=25,
    ),
    st.lists(st.text(max_size=200), min_size=25, max_size=25),
)
def test_no_line_is_overfull(columns, texts):
    made = Table(
        key="t",
        caption="t",
        columns=tuple(
            Column(key=f"c{number}", head=head, width=width, align=align)
            for number, (head, width, align) in enumerate(columns)
        ),
        rows=(tuple(Cell(text=text, tone="bad") for text in texts[: len(columns)]),),
    )
    found = shares(made)
    assert len(found) == len(columns)
    assert min(found) > 0
    assert sum(found) <= 100 + 1e-9
