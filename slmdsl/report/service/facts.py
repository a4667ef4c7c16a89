"""What a report is made of: one evaluation, and what its parts share. Made once for all languages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from slmdsl.base.local_time import local_date
from slmdsl.base.units import DAY
from slmdsl.contract.model.agreements import CalendarPeriod, PeriodUnit, RollingPeriod, Share
from slmdsl.evaluate.from_log import evaluate
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.report.service.failures import ReportError
from slmdsl.report.service.span import span_of
from slmdsl.report.service.tickets import Counted, counted_in, judged_tickets, shared_tickets, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    import polars as pl

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.reports import Report
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.report.service.span import Span, Stretch

WEEK: Final = CalendarPeriod(unit=PeriodUnit.WEEK)
_WEEKS_ARE_SHORTER: Final = (PeriodUnit.MONTH, PeriodUnit.QUARTER, PeriodUnit.YEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One target, or one part of it, in the period of a report.

    Attributes:
        row: what stands in the report: the verdict on the period, or on a longer one that is still running, or the last
            of several shorter ones.
        ended: the verdicts on all periods that end within the report's, in order of time.
        before: the verdict on the period before `row`, where there is one.
        past: up to and with `row`, all periods in order of time.
    """

    target: Target
    part: str | None
    row: PeriodVerdict
    ended: tuple[PeriodVerdict, ...]
    before: PeriodVerdict | None
    past: tuple[PeriodVerdict, ...]

    @property
    def name(self) -> str:
        """The target's name, with its part."""
        return self.target.name if self.part is None else f"{self.target.name} ({self.part})"

    @property
    def is_several(self) -> bool:
        """Whether several periods of the target end within the report's."""
        return len(self.ended) > 1

    @property
    def word(self) -> Word:
        """The verdict: of several periods a miss if any is one."""
        words = [each.verdict for each in self.ended] if self.is_several else [self.row.verdict]
        order = (Word.MISSED, Word.MET, Word.RUNNING, Word.NO_DATA, Word.NOT_MODELLED, Word.NOT_EVALUATED)
        return next(word for word in order if word in words)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """All that a report is made of.

    Attributes:
        agreements: those of the report that are in force in its period.
        by_week: verdicts on the same targets with weeks as their periods, for control charts.
        tickets: the judged tickets with when they count, see `slmdsl.report.service.tickets`.
        day: the local day on which things are due or overdue: the last of the period, or that of `--as-of`.
        is_at_end: whether the log is read as it stood when the period ended.
    """

    contract: Contract
    report: Report
    log: EventLog
    verdicts: Verdicts
    agreements: tuple[Agreement, ...]
    span: Span
    as_of_us: int
    is_at_end: bool
    day: date
    by_week: tuple[PeriodVerdict, ...]
    tickets: pl.DataFrame
    lines: tuple[Line, ...]
    counted: Callable[[Line], Counted] = field(repr=False)

    def stretch(self, agreement: Agreement) -> Stretch:
        """Return the period in an agreement."""
        return self.span.stretches[agreement.name]

    def lines_of(self, agreement: Agreement) -> list[Line]:
        """Return the lines of an agreement, in the order of the text."""
        return [line for line in self.lines if line.target.agreement == agreement.name]


def facts_of(
    contract: Contract,
    report: Report,
    log: EventLog,
    *,
    period: str | None = None,
    as_of_us: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Facts:
    """Evaluate a log for a report.

    Args:
        contract: a contract without errors.
        report: one of its reports.
        log: what happened.
        period: its name, as `2027-03`; the last one that is over by default.
        as_of_us: what is known then; by default the end of the period, so that later facts change nothing. A log that
            ends more than a day before is taken for one of a period that still runs.
        progress: called with what is done, and the share of all.

    Raises:
        ReportError: the period is none, no agreement is in force then, or the log holds nothing.
    """
    told = progress or (lambda _words, _share: None)
    if not _holds_anything(log):
        msg = "the log holds nothing, so there is nothing to report"
        raise ReportError(msg, "`slm ingest` says what became of a source's rows")
    chosen = agreements_of(contract, report)
    span, as_of = _asked(chosen, report, log, period, as_of_us)
    agreements = tuple(each for each in chosen if each.name in span.stretches)
    told("judging", 0.1)
    names = [each.name for each in agreements]
    verdicts = evaluate(contract, log, as_of_us=as_of, agreements=names)
    told("judging weeks", 0.4)
    by_week = evaluate(_weekly(contract, names), log, as_of_us=as_of, agreements=names).periods
    told("listing tickets", 0.7)
    tickets = judged_tickets(verdicts)
    zone_day = _day(agreements[0], min(as_of, span.to_us) - 1 if as_of_us is None else as_of)
    facts = Facts(
        contract=contract,
        report=report,
        log=log,
        verdicts=verdicts,
        agreements=agreements,
        span=span,
        as_of_us=as_of,
        is_at_end=as_of_us is None and as_of == span.to_us,
        day=zone_day,
        by_week=tuple(by_week),
        tickets=tickets,
        lines=tuple(_lines(verdicts.periods, span)),
        counted=_counted(contract, log, tickets, as_of, {each.name: each for each in agreements}),
    )
    told("writing", 0.8)
    return facts


def agreements_of(contract: Contract, report: Report) -> tuple[Agreement, ...]:
    """Return the agreements that a report is about: those it names, else all SLAs, else all.

    Raises:
        ReportError: there is none.
    """
    if report.agreements:
        return tuple(contract.agreements[name] for name in report.agreements)
    every = tuple(contract.agreements.values())
    found = tuple(each for each in every if each.kind == "sla") or every
    if not found:
        msg = f"no agreement is declared that `{report.name}` could be about"
        raise ReportError(msg, "declare an `sla`, and name it with `of`")
    return found


def _asked(
    agreements: Sequence[Agreement], report: Report, log: EventLog, period: str | None, as_of_us: int | None
) -> tuple[Span, int]:
    """Return the period that is asked for, and the instant as of which it is judged."""
    known_us = log.last_us if as_of_us is None else as_of_us
    span = span_of(agreements, report.every, period, known_us)
    if log.last_us < 0 and period is None:
        msg = "the log holds no fact that could be reported on"
        raise ReportError(msg, "name a source that tells what happened")
    if known_us < min(each.from_us for each in span.stretches.values()):
        msg = f"{span.label} begins only after what is known" + (
            "" if as_of_us is None else " as of `--as-of`"
        )
        raise ReportError(msg, "say an earlier `--period`, or a log that reaches into it")
    return span, _end_or_last(span, log.last_us) if as_of_us is None else as_of_us


def _end_or_last(span: Span, last_us: int) -> int:
    """Return the end of the period, or the end of a log that stops well before.

    Nothing tells that a log is complete. The last ticket of a month often comes some hours before its end, but after a
    day without any fact the log was more likely drawn too early, and its open tickets would all turn late.
    """
    return span.to_us if last_us >= span.to_us - DAY else last_us


def _holds_anything(log: EventLog) -> bool:
    columns = (log.ticket_columns, log.sample_columns, log.outage_columns, log.feedback_columns)
    return any(len(each) for each in columns) or bool(log.intakes)


def _day(agreement: Agreement, at_us: int) -> date:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - beside its one use

    return local_date(ZoneInfo(agreement.zone), at_us)


def _weekly(contract: Contract, names: Sequence[str]) -> Contract:
    """Return the contract with weeks as periods of all targets whose own are longer, or roll."""
    weekly = {
        name: replace(
            agreement,
            targets=tuple(
                replace(each, period=WEEK) for each in agreement.targets if _is_longer_than_a_week(each)
            ),
            credits=None,
            alerts=(),
        )
        for name, agreement in contract.agreements.items()
        if name in names
    }
    return replace(contract, agreements={**contract.agreements, **weekly})


def _is_longer_than_a_week(target: Target) -> bool:
    return isinstance(target.period, RollingPeriod) or target.period.unit in _WEEKS_ARE_SHORTER


def _lines(rows: Iterable[PeriodVerdict], span: Span) -> Iterable[Line]:
    """Yield a line for each target and part that has a verdict on the period, or on one that holds its end."""
    by_part = groupby(sorted_by_part(rows), key=lambda row: (row.target.agreement, row.target.name, row.part))
    for _, group in by_part:
        found = list(group)
        line = _line(found, span)
        if line is not None:
            yield line


def sorted_by_part(rows: Iterable[PeriodVerdict]) -> list[PeriodVerdict]:
    """Return verdicts with those of a target and part beside each other, in the order in which each first came."""
    places: dict[tuple[str, str, str | None], int] = {}
    every = list(rows)
    for row in every:
        places.setdefault((row.target.agreement, row.target.name, row.part), len(places))
    return sorted(every, key=lambda row: places[row.target.agreement, row.target.name, row.part])


def _line(rows: list[PeriodVerdict], span: Span) -> Line | None:
    target = rows[0].target
    stretch = span.stretches[target.agreement]
    timed = [row for row in rows if row.from_us is not None and row.to_us is not None]
    if not timed:
        return _made(rows, rows[-1], ())
    exact = [row for row in timed if (row.from_us, row.to_us) == (stretch.from_us, stretch.to_us)]
    ended = [row for row in timed if stretch.from_us < (row.to_us or 0) <= stretch.to_us]
    holding = [row for row in timed if (row.from_us or 0) < stretch.to_us < (row.to_us or 0)]
    chosen = exact or ended[-1:] or holding[:1]
    if not chosen:
        return None
    return _made(timed, chosen[0], tuple(exact or ended), stretch)


def _made(
    rows: list[PeriodVerdict],
    row: PeriodVerdict,
    ended: tuple[PeriodVerdict, ...],
    stretch: Stretch | None = None,
) -> Line:
    place = next(place for place, each in enumerate(rows) if each is row)
    before = rows[:place]
    if stretch is not None and len(ended) > 1:
        # Of several periods the last ones are compared: of this period of the report, and of the one before.
        before = [each for each in before if (each.to_us or 0) <= stretch.from_us]
    return Line(
        target=row.target,
        part=row.part,
        row=row,
        ended=ended,
        before=before[-1] if before else None,
        past=tuple(rows[: place + 1]),
    )


def _counted(
    contract: Contract, log: EventLog, tickets: pl.DataFrame, as_of_us: int, agreements: dict[str, Agreement]
) -> Callable[[Line], Counted]:
    """Return the function that lists the tickets of a line's row, each stretch of time looked up once."""
    stretches = cache(lambda from_us, to_us: within(tickets, from_us, to_us))

    @cache
    def shared(target: Target) -> tuple[tuple[str, int, bool], ...]:
        return tuple(shared_tickets(target, agreements[target.agreement], contract, log, as_of_us))

    def counted(line: Line) -> Counted:
        row, target = line.row, line.target
        if row.from_us is None or row.to_us is None:
            return Counted()
        if not isinstance(target.form, Share):
            return counted_in(stretches(row.from_us, row.to_us), target, line.part)
        if target.per is not None:
            return Counted()
        mine = [each for each in shared(target) if row.from_us <= each[1] < row.to_us]
        wrong = target.form.at_most
        return Counted(
            judged=tuple(ticket for ticket, _, _ in mine),
            missed=tuple(ticket for ticket, _, is_meant in mine if is_meant == wrong),
        )

    return counted
