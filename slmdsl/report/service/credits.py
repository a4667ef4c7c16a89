"""Service credits: what each clause pays for the period, with the arithmetic, and what it comes to."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.evaluate.credits.records import CreditKind, Standing
from slmdsl.report.document.tree import Cell, Trace
from slmdsl.report.service.evaluator_words import evaluator_words
from slmdsl.report.service.figures import amount_cell
from slmdsl.report.service.making import by_agreement, columns, said, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.evaluate.credits.records import Credit, CreditTotal
    from slmdsl.report.document.tree import Block, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts


def credits_section(facts: Facts, say: Language) -> Section:
    """Return the credits of each agreement."""
    return by_agreement(
        "credits", say, facts, ((each, list(_blocks(facts, each, say))) for each in facts.agreements)
    )


def credits_in(facts: Facts, agreement: Agreement) -> list[Credit]:
    """Return the credits of periods that end in the report's, or still run at its end, and of those without any."""
    stretch = facts.stretch(agreement)
    return [
        each
        for each in facts.verdicts.credit_account.credits
        if each.agreement == agreement.name
        and (
            each.to_us is None
            or stretch.from_us < each.to_us <= stretch.to_us
            or (each.from_us is not None and each.from_us < stretch.to_us < each.to_us)
        )
    ]


def totals_in(facts: Facts, agreement: Agreement) -> list[CreditTotal]:
    """Return what the credits that are due in the report's period come to."""
    stretch = facts.stretch(agreement)
    labels = {
        each.period
        for each in credits_in(facts, agreement)
        if each.to_us is not None and each.to_us <= stretch.to_us
    }
    return [
        each
        for each in facts.verdicts.credit_account.totals
        if each.agreement == agreement.name and each.period in labels
    ]


def due_in(facts: Facts) -> dict[str, Fraction]:
    """Return what is due for the period by unit: paid less returned, minor units of a currency or points."""
    due: dict[str, Fraction] = {}
    for agreement in facts.agreements:
        for total in totals_in(facts, agreement):
            due[total.unit] = due.get(total.unit, Fraction(0)) + total.net
    return due


def _blocks(facts: Facts, agreement: Agreement, say: Language) -> Iterator[Block]:
    if agreement.credits is None:
        yield said(say, "credits.not_agreed")
        return
    found = credits_in(facts, agreement)
    if not found:
        yield said(say, "credits.none", period=facts.span.label)
        return
    heads = columns(
        say,
        ("target", "words", 2),
        ("period", "words", 2),
        ("kind", "words", 2),
        ("arithmetic", "words", 7),
        ("amount", "figures", 3),
        ("capped", "figures", 3),
        ("standing", "words", 3),
        ("clause", "words", 3),
    )
    yield table(f"credits.{agreement.name}", say, heads, [_row(each, say) for each in found])
    if totals := totals_in(facts, agreement):
        heads = columns(
            say,
            ("period", "words", 2),
            ("summed", "figures", 3),
            ("paid", "figures", 3),
            ("returned", "figures", 3),
            ("net", "figures", 3),
            ("arithmetic", "words", 7),
        )
        yield table(f"credit_totals.{agreement.name}", say, heads, [_total(each, say) for each in totals])


def _row(credit: Credit, say: Language) -> tuple[Cell, ...]:
    trace = Trace(
        clause=credit.clause.where, target=f"{credit.agreement}.{credit.target}", period=credit.period
    )
    withheld = credit.standing is Standing.WITHHELD
    left = Fraction(0) if withheld and credit.amount is not None else credit.capped
    return (
        words(credit.target if credit.part is None else f"{credit.target} ({credit.part})", trace=trace),
        words(credit.period),
        words(say.say(f"report.credit.{credit.kind.value}")),
        words(evaluator_words(credit.words, say)),
        amount_cell(credit.amount, credit.unit, say, trace),
        amount_cell(left, credit.unit, say, trace),
        words("; ".join(filter(None, (_standing(credit, say), evaluator_words(credit.note, say))))),
        words(credit.clause.where),
    )


def _standing(credit: Credit, say: Language) -> str:
    """Return whether a credit is given; a note says it of one that is not, or of a right to terminate."""
    if credit.note or credit.kind is CreditKind.NOT_EVALUATED:
        return ""
    if credit.standing is Standing.DUE and credit.amount and credit.capped == 0:
        return say.say("report.standing.used_up")
    return say.say(f"report.standing.{credit.standing.value}")


def _total(total: CreditTotal, say: Language) -> tuple[Cell, ...]:
    trace = Trace(target=total.agreement, period=total.period)
    return (
        words(total.period, trace=trace),
        *(
            amount_cell(amount, total.unit, say, trace)
            for amount in (total.summed, total.paid, total.returned, total.net)
        ),
        words(evaluator_words(total.arithmetic, say)),
    )
