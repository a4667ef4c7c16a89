"""What was taken out of the net figures: by which clause or waiver, for which reason, by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from slmdsl.base.units import to_us
from slmdsl.report.clauses import exclusion_words
from slmdsl.report.document.tree import Bullets, Trace
from slmdsl.report.service.figures import (
    counts_of,
    instant_cell,
    number_cell,
    plain_cell,
    trace_of,
    value_cell,
)
from slmdsl.report.service.making import by_agreement, columns, said, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.report.document.tree import Block, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts

_SHOWN = 30
_KEYS = ("ticket", "sla", "target", "cycle")


def exclusions_section(facts: Facts, say: Language) -> Section:
    """Return net and gross figures where they differ, and every ticket that makes the difference."""
    return by_agreement(
        "exclusions", say, facts, ((each, list(_blocks(facts, each, say))) for each in facts.agreements)
    )


def _blocks(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    if agreement.exclusions:
        yield Bullets(items=tuple(exclusion_words(each, say) for each in agreement.exclusions))
    differing = [line for line in facts.lines_of(agreement) if line.row.excluded]
    if not differing:
        yield said(say, "exclusions.none")
        return
    heads = columns(
        say,
        ("target", "words"),
        ("excluded", "figures"),
        ("n", "figures"),
        ("value", "figures"),
        ("gross", "figures"),
    )
    rows = [
        (
            words(line.name, trace=trace_of(line.row)),
            number_cell(line.row.excluded, counts_of(line.target)),
            number_cell(line.row.n, counts_of(line.target)),
            value_cell(line.row, say),
            plain_cell(line.row, line.row.gross_value, say),
        )
        for line in differing
    ]
    yield table(f"net_and_gross.{agreement.name}", say, heads, rows)
    yield from _listed(facts, agreement, say)


def _listed(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    stretch = facts.stretch(agreement)
    at = pl.col("counts").dt.epoch("us")
    here = facts.tickets.filter(pl.col("sla") == agreement.name, at >= stretch.from_us, at < stretch.to_us)
    found = facts.verdicts.exclusions.join(
        here.select(*_KEYS, "counts").unique(_KEYS, maintain_order=True), on=_KEYS
    )
    found = found.sort("counts", "ticket", "target", maintain_order=True)
    if found.is_empty():
        return
    heads = columns(
        say,
        ("ticket", "words", 2),
        ("target", "words", 2),
        ("excluded_by", "words", 2),
        ("reason", "words", 5),
        ("approver", "words", 2),
        ("at", "words", 2),
        ("would_be", "words", 2),
        ("clause", "words", 2),
    )
    rows = [
        (
            words(
                row["ticket"],
                trace=Trace(
                    clause=row["clause"], target=f"{row['sla']}.{row['target']}", tickets=(row["ticket"],)
                ),
            ),
            words(row["target"]),
            words(say.say(f"report.excluded_by.{row['kind']}")),
            words(row["reason"]),
            words(row["approver"]),
            instant_cell(None if row["at"] is None else to_us(row["at"]), agreement),
            words(
                say.say(f"report.would_be.{ {True: 'missed', False: 'met', None: 'open'}[row['missed']] }")
            ),
            words(row["clause"]),
        )
        for row in found.to_dicts()
    ]
    yield table(f"exclusions.{agreement.name}", say, heads, rows, shown=_SHOWN)
