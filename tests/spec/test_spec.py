"""Every case in this folder's Markdown is run through the public names and held to what the text says it must be.

Expected figures were worked out by hand from what the words mean. `SLM_REWRITE=1` writes what was computed into the
files (run it without `-n`); read the difference before you keep it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.docs.markdown import REWRITE, settle
from tests.spec.cases import agrees, cases_of, computed

FOLDER = Path(__file__).parent
FILES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")


def read(path):
    return cases_of(path.read_text(encoding="utf-8"))


def named_cases():
    return [
        pytest.param(path, case.title, id=f"{path.stem}: {case.title}")
        for path in FILES
        for case in read(path)
    ]


def hold(path, title, folder):
    (case,) = (each for each in read(path) if each.title == title)
    found = computed(case, folder)
    if not REWRITE:
        for block, text in found.items():
            assert text == block.text, f"{path.name}: {title}\ncomputed:\n{text}\nexpected:\n{block.text}"
    settle(path, found)


@pytest.mark.parametrize(("path", "title"), named_cases())
def test_a_case_comes_out_as_its_text_says(path, title, tmp_path):
    hold(path, title, tmp_path)


def test_headings_tell_cases_apart():
    for path in FILES:
        titles = [case.title for case in read(path)]
        assert len(titles) == len(set(titles)), path.name


SMALL = """# One case

```slm
provider globex
customer acme
service mail
clock plain {
  stops at resolved
  runs on always
}
```

## A ticket in time

```slm
sla gold {
  between globex and acme
  covers  mail
  valid   2027-03-01 .. 2027-03-31
  clock   plain
  target fix: resolution of P1 incidents within 4 h for 90% each month
}
```

```tickets
ticket, opened, resolved
A, 2027-03-01 09:00, 2027-03-01 13:00
B, 2027-03-01 09:00, 2027-03-01 13:00:01
```

```verdict 2027-04-01
target, n, value, verdict
fix, 2, VALUE, missed
```
"""


def small(folder, value):
    path = folder / "small.md"
    path.write_text(SMALL.replace("VALUE", value), encoding="utf-8")
    return path


@pytest.mark.skipif(REWRITE, reason="would be rewritten")
@pytest.mark.parametrize("value", ["0.5", "1/2", "0.500000"])
def test_a_figure_may_be_written_in_several_ways(value, tmp_path):
    hold(small(tmp_path, value), "A ticket in time", tmp_path)


@pytest.mark.skipif(REWRITE, reason="would be rewritten")
@pytest.mark.parametrize("value", ["1", "0.50001", "0.500001", "", "0.5, missed\nfix, 2, 0.5"])
def test_a_wrong_figure_or_row_is_noticed(value, tmp_path):
    with pytest.raises(AssertionError, match=r"fix, 2, 0\.5, missed"):
        hold(small(tmp_path, value), "A ticket in time", tmp_path)


@pytest.mark.parametrize(
    ("cell", "value", "holds"),
    [
        ("2027-03-28 03:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC), True),
        ("2027-03-28 03:30+01:00", datetime(2027, 3, 28, 1, 30, tzinfo=UTC), False),
        ("1 h 30 min", timedelta(minutes=90), True),
        ("90 min", timedelta(minutes=90), True),
        ("1 h", timedelta(minutes=90), False),
        ("true", True, True),
        ("", None, True),
        ("", False, False),
    ],
)
def test_cells_are_compared_by_what_they_mean(cell, value, holds):
    assert agrees(cell, value, ZoneInfo("Europe/Amsterdam")) is holds
