"""The obvious reading of credits: months are numbered from 0, everything is recounted from the beginning each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

THRESHOLD = Fraction(9, 10)
"""Below it, a running period is missed as things stand."""

UNITS = {1: "month", 3: "quarter", 12: "year"}


@dataclass
class Plan:
    """An agreement that begins in month 0. An amount is ("share", ratio), ("money", minor) or ("points", number)."""

    fee: int
    fee_months: int
    targets: list[Promise]
    caps: list[tuple] = field(default_factory=list)
    """(amount, months, is_rolling)."""
    paid_from: int = 0
    above_volume: set[int] = field(default_factory=set)
    """Months whose volume was exceeded."""


@dataclass
class Promise:
    """A target: how many months its periods have, what it pays, and what happened: (word, level, misses) each."""

    name: str
    months: int
    bands: list[tuple] = field(default_factory=list)
    """(level, amount): below the level."""
    flat: tuple | None = None
    per_miss: tuple | None = None
    repeated: tuple | None = None
    """((times, of, months of a unit), amount)."""
    earn_back: tuple | None = None
    """((times, of, months of a unit), share)."""
    terminate: tuple | None = None
    history: list[tuple] = field(default_factory=list)


def enough(words, wanted, times, of):
    """Whether the last of `words` is the wanted one and there were enough of it."""
    if words[-1] != wanted:
        return False
    if of is not None:
        return words[-of:].count(wanted) >= times
    known = [word for word in words if word in ("met", "missed")]
    return len(known) >= times and set(known[-times:]) == {wanted}


def coarse(promise, months):
    """Return (word, last month) of each unit of `months`, which is not shorter than the target's periods."""
    step = max(months // promise.months, 1)
    length = step * promise.months
    found = []
    for first in range(0, len(promise.history), step):
        words = [word for word, _, _ in promise.history[first : first + step]]
        last = first * promise.months + length - 1
        if "running" in words or len(words) < step:
            found.append(("running", last))
        else:
            found.append((next((word for word in ("missed", "met") if word in words), "none"), last))
    return found


def amount_of(amount, plan, months, times=1):
    """Return (unit, exact amount): minor units, or points."""
    kind, number = amount
    if kind == "share":
        return "EUR", number * plan.fee * max(months // plan.fee_months, 1) * times
    return ("EUR" if kind == "money" else "points"), Fraction(number) * times


def due(plan):  # noqa: C901 - told in one piece
    """Return (target, kind, last month, first month, unit, amount, standing) of every clause that pays."""
    rows = []
    for promise in plan.targets:

        def add(kind, last, months, amount, word, promise=promise, times=1):
            first = last - months + 1
            unit, exact = amount_of(amount, plan, months, times)
            if first < plan.paid_from or plan.above_volume & set(range(first, last + 1)):
                standing = "withheld"
            else:
                standing = "so_far" if word == "running" else "due"
            rows.append((promise.name, kind, last, first, unit, exact, standing))

        for place, (word, level, misses) in enumerate(promise.history):
            last = (place + 1) * promise.months - 1
            reached = [amount for below, amount in sorted(promise.bands) if level < below]
            if word != "none" and reached:
                add("band", last, promise.months, reached[0], word)
            elif promise.flat and (word == "missed" or (word == "running" and level < THRESHOLD)):
                add("miss", last, promise.months, promise.flat, word)
            if promise.per_miss and misses:
                add("per_miss", last, promise.months, promise.per_miss, word, times=misses)
        if promise.repeated:
            (times, of, months), amount = promise.repeated
            entries = coarse(promise, months)
            for place, (word, last) in enumerate(entries):
                if enough([each for each, _ in entries[: place + 1]], "missed", times, of):
                    add("repetition", last, max(months, promise.months), amount, word)
    return rows


def rounded(number):
    return int((Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal(1), ROUND_HALF_UP))


def settled_months(plan):
    """Return how many months are settled at once."""
    lengths = [plan.fee_months if rolling else months for _, months, rolling in plan.caps]
    return min(lengths, default=plan.fee_months)


def settle(plan):
    """Return the totals {(period, unit): (summed, paid)} and what each due row is given, by its place."""
    length = settled_months(plan)
    rows = due(plan)
    totals, given, paid_by_month = {}, {}, []
    for period in range(40):
        end = (period + 1) * length - 1
        for unit in ("EUR", "points"):
            here = [
                place
                for place, row in enumerate(rows)
                if row[6] == "due" and row[4] == unit and row[2] // length == period
            ]
            if not here:
                continue
            here.sort(key=lambda place: rows[place][2])
            summed = left = sum(rows[place][5] for place in here)
            for amount, months, rolling in plan.caps:
                first = end - months + 1 if rolling else end // months * months
                cap_unit, most = amount_of(amount, plan, months)
                if cap_unit == unit:
                    before = sum(
                        paid for month, of, paid in paid_by_month if of == unit and first <= month <= end
                    )
                    left = max(min(left, most - before), 0)
            paid = rounded(Fraction(left)) if unit == "EUR" else left
            running = Fraction(0)
            for place in here:
                after = min(running + rows[place][5], left)
                given[place] = (rounded(after) - rounded(running)) if unit == "EUR" else after - running
                running = after
            totals[period, unit] = (summed, paid)
            paid_by_month.append((end, unit, paid))
    return totals, given


def returned(plan):
    """Return (target, last month, unit, exact amount) of all that is earned back."""
    _, given = settle(plan)
    rows = due(plan)
    length = settled_months(plan)
    found = []
    for promise in plan.targets:
        if not promise.earn_back:
            continue
        (times, of, months), share = promise.earn_back
        entries, gone = coarse(promise, months), set()
        for place, (_, last) in enumerate(entries):
            if not enough([each for each, _ in entries[: place + 1]], "met", times, of):
                continue
            first = last - max(months, promise.months) + 1
            mine = {
                number
                for number, row in enumerate(rows)
                if row[0] == promise.name
                and given.get(number)
                and row[2] < first
                and row[2] // length <= last // length
            } - gone
            gone |= mine
            for unit in ("EUR", "points"):
                whole = sum(given[number] for number in mine if rows[number][4] == unit)
                if whole:
                    found.append((promise.name, last, unit, -share * whole))
    return found


def rights(plan):
    """Return (target, last month) of each right to terminate that arises."""
    found = []
    for promise in plan.targets:
        if promise.terminate:
            times, of, months = promise.terminate
            entries = coarse(promise, months)
            stood = False
            for place, (_, last) in enumerate(entries):
                words = [each for each, _ in entries[: place + 1]]
                if of is not None:
                    stands = words[-of:].count("missed") >= times
                else:
                    known = [word for word in words if word in ("met", "missed")]
                    stands = len(known) >= times and set(known[-times:]) == {"missed"}
                if stands and not stood:
                    found.append((promise.name, last))
                stood = stands
    return found
