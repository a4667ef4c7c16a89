"""Feedback: what customers' answers say, and whether late tickets score lower."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from slmdsl.base.units import from_us
from slmdsl.report.document.tree import Cell
from slmdsl.report.service.figures import NOTHING, number_cell
from slmdsl.report.service.making import columns, part, said, table, words
from slmdsl.study.judged.satisfaction import LEAST, mean_of, satisfaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.report.document.tree import Block, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.judged.satisfaction import Satisfaction


def feedback_section(facts: Facts, say: Language) -> Section:
    """Return the mean score of each service, and scores against kept and missed tickets."""
    return part("feedback", say, _blocks(facts, say))


def answers_in(facts: Facts) -> pl.DataFrame:
    """Return the answers of the period on the services of the report: `ticket`, `service`, `at`, `score`.

    An answer without a service is about that of its ticket. The period is that of the first agreement in force.
    """
    stretch = facts.stretch(facts.agreements[0])
    end_us = min(stretch.to_us, facts.as_of_us + 1)
    services = {name for each in facts.agreements for name in each.services}
    found = facts.log.feedback.filter(
        pl.col("at") >= from_us(stretch.from_us),
        pl.col("at") < from_us(end_us),
        pl.col("score").is_finite(),
    )
    if found.is_empty():
        return found
    tickets = facts.log.tickets.select("ticket", of_ticket="service")
    found = (
        found.join(tickets, on="ticket", how="left", maintain_order="left")
        .with_columns(service=pl.coalesce("service", "of_ticket"))
        .drop("of_ticket")
    )
    return (
        found.filter(pl.col("service").is_in(services) | pl.col("service").is_null()) if services else found
    )


def judged_answers(facts: Facts, answers: pl.DataFrame) -> pl.DataFrame:
    """Return answers on tickets that a limit has judged by now, with whether the ticket `missed` any target, net."""
    judged = (
        facts.tickets.filter(pl.col("met").is_not_null(), ~pl.col("excluded"), pl.col("cycle") == 1)
        .group_by("ticket")
        .agg(missed=~pl.col("met").all())
    )
    return answers.join(judged, on="ticket", how="inner", maintain_order="left")


def _blocks(facts: Facts, say: Language) -> Iterator[Block]:
    answers = answers_in(facts)
    if answers.is_empty():
        known = len(facts.log.feedback_columns)
        yield said(say, "feedback.none" if known else "feedback.no_source")
        return
    heads = columns(
        say,
        ("service", "words", 4),
        ("answers", "figures", 2),
        ("score", "figures", 2),
        ("low", "figures", 2),
        ("high", "figures", 2),
    )
    groups = (
        answers.group_by("service", maintain_order=True)
        .agg("score", "ticket")
        .sort("service", nulls_last=True)
    )
    rows = [
        _row(words(row["service"] or say.say("report.feedback.unnamed")), np.array(row["score"]))
        for row in groups.to_dicts()
    ]
    rows.append(_row(words(say.say("report.feedback.all")), answers["score"].to_numpy()))
    note = say.say("report.feedback.of", period=facts.span.label)
    yield table("feedback", say, heads, rows, note=note)
    yield from _against(judged_answers(facts, answers), say)


def _row(name: Cell, scores: np.ndarray) -> tuple[Cell, ...]:
    found = mean_of(scores)
    return (name, number_cell(len(scores), "answers"), *_mean(found))


def _mean(found: Interval | None) -> tuple[Cell, ...]:
    if found is None:
        return (NOTHING, NOTHING, NOTHING)
    ends = (_score(each) if np.isfinite(each) else NOTHING for each in (found.low, found.high))
    return (_score(found.value), *ends)


def _score(value: float) -> Cell:
    return Cell(text=f"{value:.2f}", value=value, unit="score")


def _against(answers: pl.DataFrame, say: Language) -> Iterator[Block]:
    if answers.is_empty():
        yield said(say, "feedback.no_judged")
        return
    found = satisfaction(answers["score"].to_numpy(), answers["missed"].to_numpy())
    heads = columns(
        say,
        ("tickets_that", "words", 4),
        ("answers", "figures", 2),
        ("score", "figures", 2),
        ("low", "figures", 2),
        ("high", "figures", 2),
    )
    rows = [
        (words(say.say("report.feedback.kept")), number_cell(found.kept_n, "answers"), *_mean(found.kept)),
        (
            words(say.say("report.feedback.missed")),
            number_cell(found.missed_n, "answers"),
            *_mean(found.missed),
        ),
        (
            words(say.say("report.feedback.difference")),
            number_cell(found.kept_n + found.missed_n, "answers"),
            *_mean(found.difference),
        ),
    ]
    yield table("satisfaction", say, heads, rows, note=say.say("report.feedback.note"))
    yield _finding(found, say)


def _finding(found: Satisfaction, say: Language) -> Block:
    difference = found.difference
    if difference is None:
        return said(say, "feedback.too_few", least=LEAST)
    places: dict[str, Any] = {
        "by": f"{abs(difference.value):.2f}",
        "low": f"{difference.low:.2f}",
        "high": f"{difference.high:.2f}",
    }
    if difference.low > 0:
        return said(say, "feedback.lower", **places)
    return said(say, "feedback.higher" if difference.high < 0 else "feedback.no_difference", **places)
