"""Worked examples of credits: levels about each edge and numbers of misses, put through the credit code itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from slmdsl.base.local_time import instant_us, local_date
from slmdsl.base.units import DAY
from slmdsl.contract.model.agreements import (
    NotYetEvaluated,
    PeriodUnit,
    Restore,
    RollingPeriod,
    Share,
    Within,
)
from slmdsl.contract.model.credits import Band, OnMiss, OnRepetition
from slmdsl.contract.model.examples import LevelExample
from slmdsl.evaluate.credits.fees import Fees
from slmdsl.evaluate.credits.records import CreditKind
from slmdsl.evaluate.credits.settlement import credits_of
from slmdsl.evaluate.credits.terms import deepest
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.report.agreement.edges import is_kept, least_step
from slmdsl.report.agreement.figures import amount_cell, pays_words
from slmdsl.report.clauses import repetition_words
from slmdsl.report.document.tree import Cell, Column, Table, Trace
from slmdsl.report.targets import level_words
from slmdsl.rules.periods import periods_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.credits import CreditClause, CreditPlan
    from slmdsl.evaluate.credits.records import CreditAccount
    from slmdsl.report.agreement.subject import Subject
    from slmdsl.report.language import Language
    from slmdsl.rules.periods import Periods

_SOME_DAY: Final = date(2027, 1, 1)
"""On which examples begin where the agreement says no first day."""

_UNIT_DAYS: Final = {
    PeriodUnit.DAY: 1,
    PeriodUnit.WEEK: 7,
    PeriodUnit.MONTH: 31,
    PeriodUnit.QUARTER: 92,
    PeriodUnit.YEAR: 366,
}
_TICKETS: Final = 1_000_000
"""Judged in an example, more than any rule on small numbers asks for."""

_MISSES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One line of a table: what happens, the verdicts that say so, and how the amount comes about."""

    what: Cell
    rows: tuple[PeriodVerdict, ...]
    sum_of: str
    kind: CreditKind | None = None
    """Of which credit the line is, where the verdicts bring others too."""


def worked_table(subject: Subject, clause: CreditClause, target: Target) -> Table | None:
    """Return what chosen cases of a credit clause pay, before and after caps; None if nothing can be shown."""
    say, agreement = subject.say, subject.agreement
    cases = list(_cases(subject, clause, target))
    rows = [row for case in cases if (row := _row(agreement, case, say)) is not None]
    if not rows:
        return None
    keys = ("case", "sum", "credit", "capped")
    columns = tuple(
        Column(
            key=key,
            head=say.say(f"agreement.worked.{key}"),
            align="figures" if key in ("credit", "capped") else "words",
        )
        for key in keys
    )
    caption = say.say("agreement.worked", target=target.name, period=cases[0].rows[0].period)
    note = say.say("agreement.worked.note")
    return Table(key=f"worked-{target.name}", caption=caption, columns=columns, rows=tuple(rows), note=note)


def _cases(subject: Subject, clause: CreditClause, target: Target) -> Iterator[_Case]:
    found = _periods(subject.agreement, target)
    if found is None or isinstance(target.form, NotYetEvaluated):
        return
    periods, place = found
    for level in _levels(subject.agreement, clause, target):
        yield _at_level(subject, clause, target, level, (periods, place))
    for term in clause.terms:
        if isinstance(term, OnMiss):
            yield from _on_miss(subject, term, target, (periods, place))
        elif isinstance(term, OnRepetition):
            yield from _on_repetition(subject, term, target)


def _periods(agreement: Agreement, target: Target, *, days: int = 0) -> tuple[Periods, int] | None:
    """Return a target's periods from the first day on that pays, and the place of the first whole one.

    They reach over `days`, and far enough for one that is whole.
    """
    length = (
        target.period.days + 62
        if isinstance(target.period, RollingPeriod)
        else 2 * _UNIT_DAYS[target.period.unit]
    )
    days = max(days, length)
    plan = agreement.credits
    days_that_pay = (agreement.valid_from, plan.none_until if plan else None)
    begin = max((day for day in days_that_pay if day is not None), default=_SOME_DAY)
    begin_us = instant_us(ZoneInfo(agreement.zone), begin)
    periods = periods_of(target, agreement, begin_us, begin_us + days * DAY)
    later = [
        i
        for i, day in enumerate(periods.first_days)
        if day >= begin and _is_over(target, agreement, periods, i)
    ]
    whole = [i for i in later if not periods.cut[i]]
    return (periods, (whole or later)[0]) if later else None


def _is_over(target: Target, agreement: Agreement, periods: Periods, place: int) -> bool:
    """Whether a period ends a fee period, which a rolling one must to be counted as over."""
    if not isinstance(target.period, RollingPeriod):
        return True
    grid = Fees.of(agreement).grid
    last = local_date(grid.zone, int(periods.to_us[place]) - 1)
    return grid.first_day(grid.number_of(last) + 1) == last + timedelta(days=1)


def _levels(agreement: Agreement, clause: CreditClause, target: Target) -> list[Fraction]:
    """Return the edges of bands, what lies just beyond each, and the levels of examples: the best first."""
    bands = [each for each in clause.terms if isinstance(each, Band)]
    if not bands:
        return []
    edges = {band.level for band in bands}
    beyond = {
        level
        for band in bands
        if (level := band.level + (-1 if band.below else 1) * least_step(band.level, target)) >= 0
    }
    told = {
        each.level
        for each in agreement.examples
        if isinstance(each, LevelExample) and each.target == target.name and each.credits is not None
    }
    return sorted(edges | beyond | told, reverse=bands[0].below)


def _at_level(
    subject: Subject, clause: CreditClause, target: Target, level: Fraction, where: tuple[Periods, int]
) -> _Case:
    say, (periods, place) = subject.say, where
    missed = not is_kept(target, level, periods.first_days[place])
    band = deepest(clause, level)
    flat = next((each for each in clause.terms if isinstance(each, OnMiss) and not each.each_miss), None)
    pays = band.pays if band is not None else flat.pays if flat is not None and missed else None
    verdict = _verdict(target, periods, place, Word.MISSED if missed else Word.MET, exact=level)
    trace = Trace(clause=(band or clause).span.where, target=target.qualified)
    return _Case(
        what=Cell(text=level_words(level, target, say), value=level, trace=trace),
        rows=(verdict,),
        sum_of="–" if pays is None else _sum(subject, pays, target, where),
    )


def _on_miss(subject: Subject, term: OnMiss, target: Target, where: tuple[Periods, int]) -> Iterator[_Case]:
    say, (periods, place) = subject.say, where
    trace = Trace(clause=term.span.where, target=target.qualified)
    if not term.each_miss:
        row = _verdict(target, periods, place, Word.MISSED)
        words = say.say("agreement.worked.missed")
        yield _Case(
            what=Cell(text=words, value="missed", trace=trace),
            rows=(row,),
            sum_of=_sum(subject, term.pays, target, where),
        )
        return
    for count in _MISSES:
        row = _verdict(target, periods, place, Word.MISSED, misses=count)
        case = _Case(
            what=Cell(text=say.counted(count, "miss"), value=count, unit="misses", trace=trace),
            rows=(row,),
            sum_of=f"{count} × {_sum(subject, term.pays, target, where)}",
        )
        yield case
        totals = credits_of(subject.agreement, case.rows).totals
        if not isinstance(target.form, Within | Restore | Share) or any(
            each.paid < each.summed for each in totals
        ):
            return  # others miss once or not at all; beyond a cap nothing new is shown
        if count >= _MISSES[2] and not (subject.agreement.credits and subject.agreement.credits.caps):
            return


def _on_repetition(subject: Subject, term: OnRepetition, target: Target) -> Iterator[_Case]:
    agreement = subject.agreement
    days = (term.missed.of or term.missed.times) * _UNIT_DAYS[term.missed.unit] + 2 * _UNIT_DAYS[
        PeriodUnit.QUARTER
    ]
    found = _periods(agreement, target, days=days)
    if found is None:
        return
    periods, place = found
    rows = tuple(_verdict(target, periods, i, Word.MISSED) for i in range(place, len(periods)))
    paid = next(
        (each for each in credits_of(agreement, rows).credits if each.clause == term.span and each.amount),
        None,
    )
    if paid is None:
        return
    words = subject.say.say("agreement.worked.repeated", times=repetition_words(term.missed, subject.say))
    until = tuple(row for row in rows if (row.to_us or 0) <= (paid.to_us or 0))
    yield _Case(
        what=Cell(text=words, trace=Trace(clause=term.span.where, target=target.qualified)),
        rows=until,
        sum_of=_sum(subject, term.pays, target, found),
        kind=CreditKind.REPETITION,
    )


def _verdict(
    target: Target,
    periods: Periods,
    place: int,
    word: Word,
    *,
    exact: Fraction | None = None,
    misses: int = 0,
) -> PeriodVerdict:
    """Return the verdict on a period as evaluation would say it; without a level only its word and misses count."""
    at_most = isinstance(target.form, Share) and target.form.at_most
    return PeriodVerdict(
        target=target,
        period=periods.labels[place],
        from_us=int(periods.from_us[place]),
        to_us=int(periods.to_us[place]),
        n=_TICKETS,
        met=misses if at_most else _TICKETS - misses,
        value=None if exact is None else float(exact),
        exact=exact,
        verdict=word,
    )


def _sum(subject: Subject, pays: object, target: Target, where: tuple[Periods, int]) -> str:
    """Return the sum that an amount comes from, of as many fees as the target's period has."""
    (periods, place), books = where, Fees.of(subject.agreement)
    last = local_date(ZoneInfo(subject.agreement.zone), int(periods.to_us[place]) - 1)
    fees = books.spanned(target.period, periods.first_days[place], last)
    return pays_words(pays, books.fee.money if books.fee else None, fees, subject.say)  # type: ignore[arg-type] # an amount


def _row(agreement: Agreement, case: _Case, say: Language) -> tuple[Cell, ...] | None:
    account = credits_of(agreement, case.rows)
    nothing = Cell(text=say.say("agreement.nothing"), value=0)
    paying = [each for each in account.credits if each.kind is not CreditKind.TERMINATION]
    if case.kind is not None:
        paying = [each for each in paying if each.kind is case.kind][-1:]
    given = [each for each in paying if each.amount is not None and each.unit is not None]
    if not given:
        if paying:
            return None  # a share of a fee that nobody says has no amount
        return case.what, Cell(text=case.sum_of), nothing, nothing
    unit = str(given[0].unit)
    amount = sum((each.amount or Fraction(0) for each in given), Fraction(0))
    capped = sum((each.capped or Fraction(0) for each in given), Fraction(0))
    return (
        case.what,
        Cell(text=case.sum_of),
        amount_cell(amount, unit, say),
        amount_cell(capped, unit, say),
    )


def together_words(subject: Subject, plan: CreditPlan) -> str:
    """Return what is paid if in one period all goes as badly as the clauses know: the sum, and what caps leave."""
    agreement, say = subject.agreement, subject.say
    rows = [row for clause in plan.clauses for row in _worst(agreement, clause)]
    units = {row.target.period for row in rows}
    account = credits_of(agreement, rows) if plan.caps and len(rows) > 1 and len(units) == 1 else None
    if account is None or not account.totals:
        return ""
    return _together(account, rows, say)


def _worst(agreement: Agreement, clause: CreditClause) -> Iterator[PeriodVerdict]:
    target = next((each for each in agreement.targets if each.name == clause.target), None)
    bands = [each for each in clause.terms if isinstance(each, Band)]
    found = None if target is None else _periods(agreement, target)
    if target is None or found is None or not bands or isinstance(target.period, RollingPeriod):
        return
    periods, place = found
    deep = min(bands, key=lambda each: each.level if each.below else -each.level)
    level = deep.level + (-1 if deep.below else 1) * least_step(deep.level, target)
    yield _verdict(target, periods, place, Word.MISSED, exact=max(level, Fraction(0)))


def _together(account: CreditAccount, rows: Sequence[PeriodVerdict], say: Language) -> str:
    total = account.totals[0]
    return say.say(
        "agreement.worked.together",
        period=total.period,
        targets=say.listed(row.target.name for row in rows),
        summed=amount_cell(total.summed, total.unit, say).text,
        paid=amount_cell(total.paid, total.unit, say).text,
    )
