"""What is written of an edit is read as the same edit."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.spans import Span
from slmdsl.base.units import MINUTE, SECOND, Duration
from slmdsl.contract.edit_text import edit_text
from slmdsl.contract.model.agreements import Limit
from slmdsl.contract.model.studies import SetBound, SetGoal, SetLimit, SetNumber
from slmdsl.syntax.format import format_text
from tests.negotiations import DESK
from tests.studies import contract_of

NOWHERE = Span(file="", start=0, end=0, line=1, column=1)
SPEC = (
    DESK.replace(
        "  target late:",
        """\
  target often: share of incidents where reopenings > 0 at most 10% each month
  target up:    availability of mail by minutes at least 99% each month
  target long:  longest outage of mail at most 4 h each month
  target happy: mean score of feedback at least 4 each quarter
  target back:  restore of mail within 4 h for 90% each quarter
  target fast:  p95 of mail.reply at most 300 ms each month
  target late:""",
    )
    .replace(
        "clock standard {",
        "calendar office {\n  timezone UTC\n  open mon..fri 08:00-18:00\n}\nclock standard {\n  runs on office",
    )
    .replace("within 20 h for 80% each month", "within 20 h for 80% each month on always")
    .replace("  hours always\n}", "  hours always\n  metric reply in ms\n}")
)
FORMS = {each.qualified: each.form for each in contract_of(SPEC).agreements["gold"].targets}

shares = st.integers(0, 10**7).map(lambda count: Fraction(count, 10**7))
decimals = st.decimals(0, 10_000, places=4).map(Fraction)
clock_times = st.one_of(
    st.integers(1, 60 * 24 * 30).map(lambda minutes: Duration(us=minutes * MINUTE)),
    st.integers(1, 10**6).map(lambda seconds: Duration(us=seconds * SECOND)),
)
business = st.one_of(clock_times, st.integers(1, 60).map(lambda days: Duration(business_days=Fraction(days))))
around_the_clock = st.one_of(
    clock_times,
    st.integers(1, 400).map(lambda quarters: Duration(days=Fraction(quarters, 4))),
    st.builds(
        lambda days, minutes: Duration(days=Fraction(days), us=minutes * MINUTE),
        st.integers(1, 9),
        st.integers(1, 1439),
    ),
)


def limit(target, lengths):
    return lengths.map(lambda length: SetLimit(target=target, limit=Limit(duration=length), span=NOWHERE))


def by_end(target):
    return st.integers(1, 60).map(
        lambda days: SetLimit(
            target=target,
            limit=Limit(duration=Duration(business_days=Fraction(days)), end_of_day=True),
            span=NOWHERE,
        )
    )


def bound(target, values, *, at_least):
    return values.map(lambda value: SetBound(target=target, at_least=at_least, value=value, span=NOWHERE))


def number(what, attribute, values):
    return values.map(
        lambda value: SetNumber(what=what, attribute=attribute, value=Fraction(value), span=NOWHERE)
    )


EDITS = st.one_of(
    limit("gold.fix", business),
    by_end("gold.fix"),
    limit("gold.sure", around_the_clock),
    shares.map(lambda goal: SetGoal(target="gold.fix", goal=goal, span=NOWHERE)),
    shares.map(lambda goal: SetGoal(target="gold.back", goal=goal, span=NOWHERE)),
    bound("gold.often", shares, at_least=False),
    bound("gold.up", shares, at_least=True),
    bound("gold.long", around_the_clock, at_least=False),
    bound("gold.quick", business, at_least=False),
    bound("gold.happy", decimals, at_least=True),
    bound("gold.late", st.integers(0, 10**6).map(Fraction), at_least=False),
    bound("gold.fast", st.integers(1, 10**6).map(lambda us: Fraction(us, 1000)), at_least=False),
    number("desk.day", "agents", st.integers(1, 99)),
    number("desk", "absence", shares.filter(lambda share: share < 1)),
)


@given(edit=EDITS)
def test_an_edit_is_read_as_it_was_written(edit):
    said = edit_text(edit, None if isinstance(edit, SetNumber) else FORMS[edit.target])
    text = SPEC + f"scenario offer from today {{\n  {said}\n}}\n"
    *_, found = contract_of(text).scenarios["offer"].edits
    assert replace(found, span=NOWHERE) == edit
    assert f"  {said}\n" in format_text(text, "desk.slm")


def test_what_no_decimal_says_is_refused():
    third = SetGoal(target="gold.fix", goal=Fraction(1, 3), span=NOWHERE)
    with pytest.raises(ValueError, match="1/3 has no finite decimal"):
        edit_text(third)
