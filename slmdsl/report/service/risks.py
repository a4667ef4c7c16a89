"""Risks and contingencies: what struck as far as a log can tell, and what is overdue for rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from slmdsl.base.units import from_us
from slmdsl.contract.model.risks import Outage
from slmdsl.report.document.tree import Cell, Trace
from slmdsl.report.service.escalations import sent_in
from slmdsl.report.service.figures import NOTHING, number_cell
from slmdsl.report.service.making import columns, part, said, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from slmdsl.contract.model.risks import Contingency, Risk
    from slmdsl.report.document.tree import Block, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts


def risks_section(facts: Facts, say: Language) -> Section:
    """Return risks with what is known of their striking, and contingencies with their rehearsals."""
    return part("risks", say, _blocks(facts, say))


def rehearsal_due(contingency: Contingency) -> date | None:
    """Return the day by which a contingency is to be rehearsed next, None where nothing says so."""
    if contingency.rehearse_every is None or contingency.rehearsed is None:
        return None
    return contingency.rehearse_every.after(contingency.rehearsed)


def _blocks(facts: Facts, say: Language) -> Iterator[Block]:
    risks, contingencies = facts.contract.risks.values(), facts.contract.contingencies.values()
    if not risks and not contingencies:
        yield said(say, "risks.none")
        return
    if risks:
        heads = columns(
            say,
            ("risk", "words", 4),
            ("owner", "words", 2),
            ("treatment", "words", 4),
            ("named", "figures", 2),
            ("affected", "figures", 2),
            ("struck", "words", 5),
            ("clause", "words", 2),
        )
        rows = [_risk(each, facts, say) for each in risks]
        yield table("risks", say, heads, rows, note=say.say("report.risks.note"))
    if contingencies:
        heads = columns(
            say,
            ("contingency", "words", 4),
            ("invoked", "figures", 2),
            ("rehearsed", "words", 2),
            ("rehearsal_due", "words", 2),
            ("state", "words", 4),
            ("clause", "words", 2),
        )
        yield table("contingencies", say, heads, [_contingency(each, facts, say) for each in contingencies])


def _risk(risk: Risk, facts: Facts, say: Language) -> tuple[Cell, ...]:
    named, affected = outages_of(risk, facts)
    is_outage = any(isinstance(each, Outage) for each in risk.impacts)
    if named:
        struck = words(say.say("report.struck.yes", n=named), tone="bad")
    elif is_outage and affected:
        struck = words(say.say("report.struck.perhaps", n=affected), tone="warning")
    elif is_outage:
        struck = words(say.say("report.struck.no"))
    else:
        struck = words(say.say("report.struck.unseen"), tone="quiet")
    # Why a risk is borne is the provider's own reasoning: the customer reads that it is.
    treatment = risk.treatment or (say.say("report.risks.accepted") if risk.accepted else None)
    return (
        words(
            f"{risk.title} ({risk.name})" if risk.title else risk.name, trace=Trace(clause=risk.span.where)
        ),
        words(risk.owner or say.say("report.nobody"), tone="plain" if risk.owner else "warning"),
        words(treatment or say.say("report.risks.untreated"), tone="plain" if treatment else "warning"),
        number_cell(named, "outages"),
        number_cell(affected, "outages") if is_outage else NOTHING,
        struck,
        words(risk.span.where),
    )


def outages_of(risk: Risk, facts: Facts) -> tuple[int, int]:
    """Return how many unplanned outages of the period name the risk as their cause, and how many others hit it."""
    stretch = facts.stretch(facts.agreements[0])
    end = from_us(min(stretch.to_us, facts.as_of_us))
    found = facts.log.outages.filter(
        ~pl.col("planned"),
        pl.col("start") < end,
        pl.col("end").is_null() | (pl.col("end") > from_us(stretch.from_us)),
    )
    names = list(risk.affects)
    hit = pl.col("service").is_in(names) | pl.col("service").str.split(".").list.first().is_in(names)
    cause = pl.col("cause") == risk.name
    return found.filter(cause).height, found.filter(hit, ~cause.fill_null(value=False)).height


def _contingency(contingency: Contingency, facts: Facts, say: Language) -> tuple[Cell, ...]:
    due = rehearsal_due(contingency)
    if contingency.rehearsed is None:
        state = words(say.say("report.rehearsal.never"), tone="bad")
    elif due is None:
        state = words(say.say("report.rehearsal.no_interval"), tone="warning")
    elif due < facts.day:
        state = words(say.say("report.rehearsal.overdue", days=_days(facts.day, due, say)), tone="bad")
    else:
        state = words(say.say("report.rehearsal.fine", days=_days(due, facts.day, say)), tone="good")
    name = contingency.name
    return (
        words(
            f"{contingency.title} ({name})" if contingency.title else name,
            trace=Trace(clause=contingency.span.where),
        ),
        number_cell(invoked(contingency, facts), "messages"),
        day_cell(contingency.rehearsed),
        day_cell(due),
        state,
        words(contingency.span.where),
    )


def _days(later: date, earlier: date, say: Language) -> str:
    return say.counted((later - earlier).days, "day")


def day_cell(day: date | None) -> Cell:
    """Return a day."""
    return NOTHING if day is None else Cell(text=day.isoformat(), value=day, unit="date")


def invoked(contingency: Contingency, facts: Facts) -> int:
    """Return how often escalations invoked a contingency in the period."""
    return sum(
        sent_in(facts, agreement).filter(pl.col("to") == f"invoke: {contingency.name}").height
        for agreement in facts.agreements
        if agreement.escalation is not None
    )
