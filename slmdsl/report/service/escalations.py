"""The escalations: what was sent to whom in the period, by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from slmdsl.base.units import to_us
from slmdsl.report.document.tree import Trace
from slmdsl.report.service.figures import instant_cell, number_cell
from slmdsl.report.service.making import by_agreement, columns, said, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.report.document.tree import Block, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts


def escalations_section(facts: Facts, say: Language) -> Section:
    """Return how many messages each rule would have sent to each recipient."""
    return by_agreement(
        "escalations", say, facts, ((each, list(_blocks(facts, each, say))) for each in facts.agreements)
    )


def sent_in(facts: Facts, agreement: Agreement) -> pl.DataFrame:
    """Return the messages of the period, in order of time."""
    stretch, at = facts.stretch(agreement), pl.col("at").dt.epoch("us")
    end_us = min(stretch.to_us, facts.as_of_us + 1)
    return facts.verdicts.escalations.filter(
        pl.col("sla") == agreement.name, at >= stretch.from_us, at < end_us
    )


def _blocks(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    if agreement.escalation is None and not agreement.alerts:
        yield said(say, "escalations.not_agreed")
        return
    sent = sent_in(facts, agreement)
    if sent.is_empty():
        yield said(say, "escalations.none")
        return
    yield said(say, "escalations.some", n=f"{sent.height:,}")
    grouped = sent.group_by("clause", "step", "rule", "to", maintain_order=True).agg(
        n=pl.len(),
        tickets=pl.col("ticket").drop_nulls().unique(maintain_order=True),
        first=pl.col("at").min(),
        last=pl.col("at").max(),
    )
    heads = columns(
        say,
        ("rule", "words", 6),
        ("recipient", "words", 5),
        ("messages", "figures", 2),
        ("tickets", "figures", 2),
        ("first", "words", 3),
        ("last", "words", 3),
        ("clause", "words", 3),
    )
    rows = [
        (
            words(row["rule"], trace=Trace(clause=row["clause"], tickets=tuple(row["tickets"]))),
            words(row["to"]),
            number_cell(row["n"], "messages"),
            number_cell(len(row["tickets"])),
            instant_cell(to_us(row["first"]), agreement),
            instant_cell(to_us(row["last"]), agreement),
            words(row["clause"]),
        )
        for row in grouped.sort("step", "clause", "to", maintain_order=True).to_dicts()
    ]
    yield table(f"escalations.{agreement.name}", say, heads, rows, note=say.say("report.escalations.note"))
