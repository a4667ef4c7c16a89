"""Control charts: what each target's figures always do, and where something else happened."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from slmdsl.report.charts.service import ChartPoint, control_chart
from slmdsl.report.document.tree import Cell, Picture
from slmdsl.report.service.change import period_words
from slmdsl.report.service.figures import NOTHING, number_cell, trace_of, unit_of, value_words
from slmdsl.report.service.making import columns, part, said, table, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.report.document.tree import Block, Section
    from slmdsl.report.language import Language
    from slmdsl.report.service.facts import Facts
    from slmdsl.report.service.steady import Steadiness
    from slmdsl.stats.control import ControlChart


def charts_section(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Section:
    """Return a control chart for each line that has enough points, and what they say in a table."""
    return part("charts", say, _blocks(facts, steady, say))


def _blocks(facts: Facts, steady: Sequence[Steadiness], say: Language) -> Iterator[Block]:
    yield said(say, "charts.how")
    heads = columns(
        say,
        ("target", "words", 3),
        ("chart", "words", 3),
        ("points", "figures", 1),
        ("centre", "figures", 2),
        ("lower", "figures", 2),
        ("upper", "figures", 2),
        ("spread", "figures", 1),
        ("finding", "words", 4),
    )
    yield table(
        "charts", say, heads, [_row(each, say) for each in steady], note=say.say("report.charts.note")
    )
    several = len(facts.agreements) > 1
    for each in steady:
        if each.chart is not None and len({point.value for point in each.chart.points}) > 1:
            yield _picture(each, say, several=several)


def _row(each: Steadiness, say: Language) -> tuple[Cell, ...]:
    line, chart = each.line, each.chart
    name = words(line.name, trace=trace_of(line.row))
    if chart is None:
        points = number_cell(len(each.rows), "points")
        return (name, NOTHING, points, NOTHING, NOTHING, NOTHING, NOTHING, _finding(each, say))
    last = chart.points[-1]
    return (
        name,
        words(say.say(f"report.chart_kind.{chart.kind}", unit=_unit(each, say))),
        number_cell(len(chart.points), "points"),
        _level(each, chart.centre, say),
        _level(each, last.low, say),
        _level(each, last.high, say),
        _spread(each, chart, say),
        _finding(each, say),
    )


def _spread(each: Steadiness, chart: ControlChart, say: Language) -> Cell:
    """Return the mean moving range in the target's unit, or by how much shares vary more than a coin."""
    target = each.line.target
    if chart.kind == "individuals":
        return Cell(text=value_words(target, chart.spread, say), value=chart.spread, unit=unit_of(target))
    return Cell(text=f"× {chart.spread:.2f}", value=chart.spread, unit="number")


def _unit(each: Steadiness, say: Language) -> str:
    return say.say("report.chart_unit.week" if each.is_weekly else "report.chart_unit.own")


def _level(each: Steadiness, value: float, say: Language) -> Cell:
    target = each.line.target
    return Cell(text=value_words(target, _possible(each, value), say), value=value, unit=unit_of(target))


def _possible(each: Steadiness, limit: float) -> float:
    """Return a limit as it is drawn: nothing falls below 0, and no share rises above 1."""
    return min(max(limit, 0.0), 1.0 if each.line.target.is_share else inf)


def _finding(each: Steadiness, say: Language) -> Cell:
    return Cell(
        text=finding_words(each, say),
        value=each.finding,
        tone={"signal": "warning", "noise": "plain", "too_few": "quiet"}[each.finding],  # type: ignore[arg-type]
        trace=trace_of(each.line.row),
    )


def finding_words(each: Steadiness, say: Language) -> str:
    """Return whether the period is signal or noise, and by which rule."""
    if each.chart is None:
        return say.say("report.finding.too_few", n=len(each.rows))
    if not each.is_in_period:
        return say.say("report.finding.not_in_period")
    if not each.signals:
        return say.say("report.finding.noise", n=len(each.rows))
    where = (
        say.say(
            "report.finding.at",
            period=period_words(each.rows[place].period, say),
            rules=say.listed(say.say(f"report.rule.{rule}") for rule in each.chart.points[place].rules),
        )
        for place in each.signals
    )
    return say.say("report.finding.signal", where=say.listed(where))


def _picture(each: Steadiness, say: Language, *, several: bool) -> Picture:
    chart, line = each.chart, each.line
    if chart is None:
        msg = "a line without a chart has no picture"
        raise ValueError(msg)
    points = [
        ChartPoint(
            period=row.period or "",
            value=point.value,
            low=_possible(each, point.low),
            high=_possible(each, point.high),
            is_signal=bool(point.rules),
            threshold=row.threshold,
        )
        for row, point in zip(each.rows, chart.points, strict=True)
    ]
    name = f"{line.target.agreement}.{line.name}" if several else line.name
    labels = {
        name: say.say(f"report.chart.{name}") for name in ("steady", "signal", "promised", "limits", "centre")
    }
    return Picture(
        key=f"control.{line.target.qualified}" + (f".{line.part}" if line.part is not None else ""),
        caption=say.say("report.picture.control", target=name),
        alt=say.say(
            "report.charts.alt",
            target=name,
            n=len(points),
            centre=value_words(line.target, chart.centre, say),
            low=value_words(line.target, points[-1].low, say),
            high=value_words(line.target, points[-1].high, say),
            finding=finding_words(each, say),
        ),
        chart=control_chart(points, chart.centre, unit_of(line.target), labels),
    )
