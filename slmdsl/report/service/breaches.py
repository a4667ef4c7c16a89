"""The misses: every ticket that missed a limit in the period, with its clause and why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from slmdsl.base.units import to_us
from slmdsl.contract.model.agreements import Share
from slmdsl.report.document.tree import Cell, Trace
from slmdsl.report.service.figures import (
    NOTHING,
    instant_cell,
    length_cell,
    length_words,
    trace_of,
)
from slmdsl.report.service.making import by_agreement, columns, said, table, words
from slmdsl.report.service.tickets import within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.report.document.tree import Block, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts

SHOWN: Final = 40
"""How many misses people are shown; programs have all."""


def breaches_section(facts: Facts, say: Language) -> Section:
    """Return the misses of each agreement."""
    return by_agreement(
        "breaches", say, facts, ((each, list(_blocks(facts, each, say))) for each in facts.agreements)
    )


def _blocks(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    missed = missed_tickets(facts, agreement)
    if missed.is_empty():
        yield said(say, "breaches.none", tone="good")
    else:
        yield said(
            say, "breaches.some", n=say.counted(missed["ticket"].n_unique(), "ticket"), misses=missed.height
        )
        targets = {each.name: each for each in agreement.targets}
        heads = columns(
            say,
            ("ticket", "words", 3),
            ("target", "words", 3),
            ("start", "words", 3),
            ("stop", "words", 3),
            ("elapsed", "figures", 3),
            ("limit", "figures", 2),
            ("over", "figures", 3),
            ("reason", "words", 7),
            ("clause", "words", 3),
        )
        rows = [_row(row, targets[row["target"]], agreement, facts, say) for row in missed.to_dicts()]
        yield table(f"breaches.{agreement.name}", say, heads, rows, shown=SHOWN)
    yield from _of_shares(facts, agreement, say)


def missed_tickets(facts: Facts, agreement: Agreement) -> pl.DataFrame:
    """Return the judged tickets that missed a limit in the period, net, in the order of targets and of time."""
    stretch = facts.stretch(agreement)
    order = {each.name: place for place, each in enumerate(agreement.targets)}
    return (
        within(facts.tickets, stretch.from_us, stretch.to_us)
        .filter(pl.col("sla") == agreement.name, pl.col("met").eq(False))  # noqa: FBT003 - an expression
        .with_columns(place=pl.col("target").replace_strict(order, return_dtype=pl.Int64))
        .sort("place", "counts", "ticket", "unit", maintain_order=True)
    )


def _row(
    row: dict[str, Any], target: Target, agreement: Agreement, facts: Facts, say: Language
) -> tuple[Cell, ...]:
    trace = Trace(
        clause=row["clause"], target=target.qualified, period=facts.span.label, tickets=(row["ticket"],)
    )
    start, stop = (None if row[name] is None else to_us(row[name]) for name in ("start", "stop"))
    is_open = stop is None
    return (
        words(row["ticket"], trace=trace),
        words(target.name if row["part"] is None else f"{target.name} ({row['part']})"),
        instant_cell(start, agreement),
        words(say.say("report.breaches.open")) if stop is None else instant_cell(stop, agreement),
        *_lengths(row, say),
        words(_reason(row, target, say, is_open=is_open)),
        words(row["clause"]),
    )


def _lengths(row: dict[str, Any], say: Language) -> tuple[Cell, ...]:
    """Return elapsed time, limit, and by how much the one is over the other: in days where the limit is."""
    if row["limit_days"] is not None:
        elapsed, limit = row["elapsed_days"], row["limit_days"]
        over = None if elapsed is None else elapsed - limit
        return tuple(_days(each, say) for each in (elapsed, limit, over))
    elapsed_us, limit_us = _us(row["elapsed"]), _us(row["limit"])
    over_us = None if elapsed_us is None or limit_us is None else elapsed_us - limit_us
    return tuple(length_cell(each, say) for each in (elapsed_us, limit_us, over_us))


def _us(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(microseconds=1)


def _days(days: float | None, say: Language) -> Cell:
    if days is None:
        return NOTHING
    return Cell(text=say.say("business_day.many", n=f"{days:.4g}"), value=days, unit="business_days")


def _reason(row: dict[str, Any], target: Target, say: Language, *, is_open: bool) -> str:
    """Return where the clock ran, how long it stood still, and whether it still runs."""
    paused = _us(row["paused"]) or 0
    sentences = [
        say.say("report.breaches.on", calendar=target.calendar.name),
        say.say("report.breaches.paused", length=length_words(paused, say)) if paused else "",
        say.say("report.breaches.still_open") if is_open else "",
        say.say("report.breaches.unit", n=row["unit"]) if row["unit"] is not None else "",
    ]
    return say.sentences(sentences)


def _of_shares(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    """Yield the tickets that make a share fall short: those that were reopened, for example."""
    lines = [line for line in facts.lines_of(agreement) if isinstance(line.target.form, Share)]
    rows = [
        (
            words(ticket, trace=trace_of(line.row, (ticket,))),
            words(line.name),
            words(line.target.sentence.partition(":")[2].strip()),
            words(line.target.span.where),
        )
        for line in lines
        for ticket in facts.counted(line).missed
    ]
    if rows:
        heads = columns(
            say, ("ticket", "words", 2), ("target", "words", 2), ("text", "words", 6), ("clause", "words", 2)
        )
        yield table(f"shares.{agreement.name}", say, heads, rows, shown=SHOWN // 2)
