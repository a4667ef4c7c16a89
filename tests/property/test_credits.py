"""Credits by two ways: the account that verdicts are given, and the obvious recount month by month."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from slmdsl.evaluate.credits.due import Withholding
from slmdsl.evaluate.credits.records import CreditKind
from slmdsl.evaluate.credits.settlement import credits_of
from tests.credit_cases import AVAILABILITY, FIX, agreement_of, month_day, row_of, us
from tests.property import credit_reference as reference
from tests.property.credit_reference import UNITS, Plan, Promise

LEVELS = [Fraction(each, 1000) for each in (900, 950, 980, 990, 995, 999)]
SHARES = st.sampled_from(
    [Fraction(1, 200), Fraction(1, 50), Fraction(1, 8), Fraction(333, 10_000), Fraction(3, 5)]
)

amounts = st.one_of(
    st.tuples(st.just("share"), SHARES),
    st.tuples(st.just("money"), st.integers(1, 99_999)),
    st.tuples(st.just("points"), st.sampled_from([Fraction(1), Fraction(3, 2), Fraction(4)])),
)


@st.composite
def often(draw, months):
    times = draw(st.integers(1, 4))
    of = draw(st.none() | st.integers(times, 6))
    return times, of, draw(st.sampled_from([each for each in (1, 3) if each >= months]))


@st.composite
def promises(draw, name):
    months = draw(st.sampled_from([1, 1, 3]))
    is_up = name == "up"
    levels = sorted(draw(st.sets(st.sampled_from(LEVELS), max_size=3)), reverse=True) if is_up else []
    length = draw(st.integers(1, 18 // months))
    words = draw(
        st.lists(st.sampled_from(["met", "missed", "missed", "none"]), min_size=length, max_size=length)
    )
    if draw(st.booleans()):
        words[-1] = "running"
    history = [
        (
            word,
            draw(st.sampled_from([*LEVELS, Fraction(9949, 10_000), Fraction(1), Fraction(2, 3)])),
            0 if is_up else draw(st.integers(0, 3)),
        )
        for word in words
    ]
    return Promise(
        name=name,
        months=months,
        bands=[(level, draw(amounts)) for level in levels],
        flat=draw(st.none() | amounts) if is_up else None,
        per_miss=None if is_up else draw(st.none() | amounts),
        repeated=draw(st.none() | st.tuples(often(months), amounts)),
        earn_back=draw(
            st.none()
            | st.tuples(often(months), st.sampled_from([Fraction(1, 2), Fraction(1, 8), Fraction(1)]))
        ),
        terminate=draw(st.none() | often(months)),
        history=history,
    )


@st.composite
def plans(draw):
    caps = [(draw(amounts), months, False) for months in (1, 3, 12) if draw(st.integers(0, 2)) == 0]
    caps += [(draw(amounts), 12, True)] if draw(st.booleans()) else []
    return Plan(
        fee=draw(st.integers(1, 10_000_000)),
        fee_months=draw(st.sampled_from([1, 1, 3, 12])),
        targets=[draw(promises("up")), draw(promises("fix"))],
        caps=caps,
        paid_from=draw(st.integers(0, 4)),
        above_volume=draw(st.sets(st.integers(0, 17), max_size=2)),
    )


@given(plan=plans(), anchor=st.sampled_from([1, 1, 16]), zone=st.sampled_from(["UTC", "Europe/Amsterdam"]))
def test_the_account_is_what_a_recount_says(plan, anchor, zone):
    agreement = agreement_of(*sentences(plan, anchor), anchor=anchor, zone=zone)
    rows = [
        row_of(agreement, promise.name, place, word, level=level, misses=misses)
        for promise in plan.targets
        for place, (word, level, misses) in enumerate(promise.history)
    ]
    withheld = [
        Withholding(from_us=us(agreement, month), to_us=us(agreement, month + 1), why="volume")
        for month in plan.above_volume
    ]
    account = credits_of(agreement, rows, withheld)
    month_of = {us(agreement, month + 1): month for month in range(60)}

    expected, places = reference.due(plan), {}
    totals, given_ = reference.settle(plan)
    paying = [
        each for each in account.credits if each.kind not in (CreditKind.EARN_BACK, CreditKind.TERMINATION)
    ]
    for place, (name, kind, last, _, unit, amount, standing) in enumerate(expected):
        places.setdefault((name, kind, last, unit, amount, standing, given_.get(place)), []).append(place)
    found = [
        (
            each.target,
            each.kind.value,
            month_of[each.to_us],
            each.unit,
            each.amount,
            each.standing.value,
            each.capped,
        )
        for each in paying
    ]
    assert sorted(map(repr, map(plainly, found))) == sorted(
        repr(plainly(key)) for key, several in places.items() for _ in several
    )

    assert sorted((each.unit, each.summed, each.paid) for each in account.totals if each.summed) == sorted(
        (unit, summed, paid) for (_, unit), (summed, paid) in totals.items()
    )
    back = [
        (each.target, month_of[each.to_us], each.unit, each.amount)
        for each in account.credits
        if each.kind is CreditKind.EARN_BACK
    ]
    assert sorted(back) == sorted(reference.returned(plan))
    ended = [
        (each.target, month_of[each.to_us]) for each in account.credits if each.kind is CreditKind.TERMINATION
    ]
    assert sorted(ended) == sorted(reference.rights(plan))


def plainly(row):
    return tuple(str(cell) for cell in row)


def sentences(plan, anchor):
    """Say a plan in the language."""
    lines = [f"fee {said(('money', plan.fee))} each {UNITS[plan.fee_months]}"]
    for promise in plan.targets:
        form = AVAILABILITY if promise.name == "up" else FIX
        lines.append(f"target {promise.name}: {form} each {UNITS[promise.months]}")
        terms = [f"below {float(level * 100):g}% pays {said(amount)}" for level, amount in promise.bands]
        terms += [f"pays {said(promise.flat)}"] if promise.flat else []
        terms += [f"pays {said(promise.per_miss)} per miss"] if promise.per_miss else []
        if promise.repeated:
            rule, amount = promise.repeated
            terms.append(f"missed {often_said(rule)} pays {said(amount)}")
        if terms:
            lines.append(f"credit {promise.name} {', '.join(terms)}")
        if promise.earn_back:
            rule, share = promise.earn_back
            lines.append(f"earn back {promise.name} met {often_said(rule)} {percent(share)}")
        if promise.terminate:
            lines.append(f"terminate when {promise.name} missed {often_said(promise.terminate)}")
    limits = [
        f"{said(amount)} each {f'rolling {months} months' if rolling else UNITS[months]}"
        for amount, months, rolling in plan.caps
    ]
    if limits:
        lines.append(f"cap credits {', '.join(limits)}")
    if plan.paid_from:
        lines.append(f"no credits until {month_day(plan.paid_from, anchor) - timedelta(days=3)}")
    return lines


def often_said(rule):
    times, of, months = rule
    return f"{times} {UNITS[months]}s in a row" if of is None else f"{times} of {of} {UNITS[months]}s"


def percent(share):
    return f"{share.numerator * 100 / share.denominator:.6f}%"


def said(amount):
    kind, number = amount
    if kind == "share":
        return f"{float(number * 100):g}% of fee"
    return f"EUR {number // 100}.{number % 100:02}" if kind == "money" else f"{float(number):g} points"


def test_months_are_numbered_from_the_beginning():
    assert [month_day(month, 16) for month in (0, 1, 12)] == [
        date(2027, 1, 16),
        date(2027, 2, 16),
        date(2028, 1, 16),
    ]
