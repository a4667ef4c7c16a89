"""A back-test as a document: how far off the model is by target and week, beside what was to be expected anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from slmdsl.base.units import MINUTE, SECOND
from slmdsl.report.charts.backtests import Band, Panel, bands_chart
from slmdsl.report.document.tree import (
    Cell,
    Column,
    Document,
    Paragraph,
    Picture,
    Section,
    Table,
    Trace,
)
from slmdsl.report.service.figures import NOTHING, unit_of, value_words
from slmdsl.study.backtest.forms import COVERS, GAUGES, score_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.report.document.tree import Block, Tone, Value
    from slmdsl.report.language import Language
    from slmdsl.study.backtest.forms import Backtest, Compared, Score

Verdict = Literal["better", "alike", "worse"]

_PANELS: Final = 12
"""Targets in the picture: those with the most tickets judged."""
_TRUSTED: Final = 0.8
"""Where so many truths lie in ranges of 90 %, they hold about what they say."""
_LEVEL: Final = 0.0005
_TONES: Final[dict[Verdict, Tone]] = {"better": "good", "alike": "warning", "worse": "bad"}
_MOVED: Final = 0.02
"""Levels that moved by less within what was fitted on are taken to have stood still."""


def backtest_document(test: Backtest, say: Language) -> Document:
    """Return what a back-test says as a document.

    For example `rendered([backtest_document(test, ENGLISH)], ".md").decode()`.
    """
    return Document(
        kind="backtest",
        title=say.say("test.title"),
        language=say.code,
        heading=tuple(_heading(test, say)),
        sections=backtest_sections(test, say),
        facts={
            "scenario": test.scenario,
            "replications": test.replications,
            "seed": test.seed,
            "carried": test.carried,
            "left_out": test.left_out,
            "parameters": test.parameters,
            "drift": test.drift,
            "weekly": _facts(test.shares(weekly=True)),
            "periods": _facts(test.shares(weekly=False)),
            "not_modelled": dict(test.not_modelled),
        },
    )


def backtest_sections(test: Backtest, say: Language) -> tuple[Section, ...]:
    """Return the sections alone, for a document that says more: summary, targets by period and by week, the desk."""
    own = [each for each in test.rows if not each.weekly]
    weeks = [each for each in test.rows if each.weekly and not isinstance(each.subject, str)]
    desk = [each for each in test.rows if isinstance(each.subject, str)]
    summary = Section(key="test.summary", title=say.say("test.summary"), blocks=tuple(_summary(test, say)))
    found = [summary]
    if own:
        found.append(_section("own", [_table("own", own, say)], say))
    if weeks:
        blocks: list[Block] = [
            _by_target(weeks, say),
            _picture("weeks", weeks, say),
            _table("weeks", weeks, say),
        ]
        found.append(_section("weeks", blocks, say))
    if desk:
        found.append(_section("desk", [_picture("desk", desk, say), _table("desk", desk, say)], say))
    return tuple(found)


def _section(key: str, blocks: Iterable[Block], say: Language) -> Section:
    return Section(key=f"test.{key}", title=say.say(f"test.{key}"), blocks=tuple(blocks))


def _facts(score: Score | None) -> dict[str, object] | None:
    if score is None:
        return None
    return {
        "rows": score.rows,
        "error": score.error,
        "covered": score.covered,
        "naive_error": score.naive_error,
    }


def _heading(test: Backtest, say: Language) -> Iterator[str]:
    model = test.model
    if model is not None:
        tickets = _tickets(model.tickets, say)
        yield say.say("test.fitted", first=model.first, last=model.last, tickets=tickets)
    yield say.say("test.predicted", first=test.first, last=test.last, n=test.replications)


def _summary(test: Backtest, say: Language) -> Iterator[Paragraph]:
    weekly, own = test.shares(weekly=True), test.shares(weekly=False)
    if weekly is None and own is None:
        yield Paragraph(text=say.say("test.no_shares"), tone="warning")
    verdict = _verdict([each for each in (own, weekly) if each is not None])
    if verdict is not None:
        yield Paragraph(text=say.say(f"test.verdict.{verdict}"), tone=_TONES[verdict])
    if weekly is not None:
        yield _judged(test, weekly, say)
    if own is not None:
        words = [say.say("test.periods", error=_points(own.error), rows=own.rows), *_against(own, say)]
        yield Paragraph(text=say.sentences(words))
    if test.drift is not None and test.drift >= _MOVED:
        yield Paragraph(text=say.say("test.drift", points=_points(test.drift)), tone="warning")
    yield Paragraph(text=say.sentences(_made(test, say)), tone="quiet")
    if test.not_modelled:
        yield Paragraph(
            text=say.say("test.not_modelled", targets=say.listed(test.not_modelled)), tone="quiet"
        )


def _judged(test: Backtest, weekly: Score, say: Language) -> Paragraph:
    """Return how good the weekly levels are, and whether the ranges hold what they say."""
    targets = len({(each.name, each.part) for each in test.rows if each.weekly and each.is_share})
    trusted = weekly.covered >= _TRUSTED
    words = [
        say.say("test.weekly", error=_points(weekly.error), rows=weekly.rows, targets=targets),
        say.say("test.covered", covered=_percent(weekly.covered, say), wanted=_percent(COVERS, say)),
        say.say("test.trust" if trusted else "test.distrust"),
    ]
    tone: Tone = "good" if trusted else "warning"
    if weekly.naive_error is not None:
        words += _against(weekly, say)
        tone = "good" if trusted and weekly.naive_error - weekly.error >= -_LEVEL else "warning"
    return Paragraph(text=say.sentences(words), tone=tone)


def _verdict(scores: Sequence[Score]) -> Verdict | None:
    """Return whether the model beats expecting that all goes on; worse by the week or by periods is worse."""
    gains = [each.naive_error - each.error for each in scores if each.naive_error is not None]
    if not gains:
        return None
    if min(gains) <= -_LEVEL:
        return "worse"
    return "better" if min(gains) >= _LEVEL else "alike"


def _against(score: Score, say: Language) -> Iterator[str]:
    """Yield how far off it is to expect that all goes on, and how many times as far the model is."""
    if score.naive_error is None:
        return
    gain = score.naive_error - score.error
    yield say.say("test.naive", error=_points(score.naive_error))
    if abs(gain) < _LEVEL:
        return
    yield say.say("test.better" if gain > 0 else "test.worse", points=_points(abs(gain)))
    if gain < 0 and score.naive_error >= _LEVEL:
        yield say.say("test.times", times=f"{score.error / score.naive_error:.1f}")


def _made(test: Backtest, say: Language) -> Iterator[str]:
    """Yield how it was simulated, as far as it bears on what to make of it."""
    yield say.say("test.carried", tickets=_tickets(test.carried, say), first=test.first)
    if test.left_out:
        yield say.say("test.left_out", tickets=_tickets(test.left_out, say))
    yield say.say("test.parameters", n=test.parameters) if test.parameters else say.say("test.certain")


def _tickets(count: int, say: Language) -> str:
    return say.say(f"test.ticket.{'one' if count == 1 else 'many'}", n=f"{count:,}")


def _percent(share: float, say: Language) -> str:
    return say.say("percent", n=f"{100 * share:.0f}")


def _points(share: float) -> str:
    return f"{100 * share:.1f}"


def label_of(row: Compared, say: Language) -> str:
    """Return what is compared: a target as it is called, with its part; or a figure of the desk."""
    if isinstance(row.subject, str):
        return say.say(f"test.{row.subject}")
    return row.name if row.part is None else f"{row.name} ({row.part})"


def _words(row: Compared, value: float, say: Language) -> str:
    """Return a value of a row in its unit."""
    if row.subject == "median_resolution":
        return say.clock_time(round(value * SECOND / MINUTE) * MINUTE)
    if isinstance(row.subject, str):
        return f"{value:,.0f}"
    if row.is_share:
        return say.say("percent", n=f"{100 * value:.1f}")
    if unit_of(row.subject) == "seconds":
        return say.clock_time(round(value * SECOND / MINUTE) * MINUTE)
    return value_words(row.subject, round(value, 2), say)


def _unit(row: Compared) -> str:
    if isinstance(row.subject, str):
        return "seconds" if row.subject == "median_resolution" else "tickets"
    return unit_of(row.subject)


def _error_cell(row: Compared, error: float | None, say: Language) -> Cell:
    if error is None:
        return NOTHING
    if row.is_share:
        words = say.say("test.points", n=f"{100 * error:+.1f}")
    else:
        sign = "+" if error >= 0 else "−"
        words = f"{sign}{_words(row, abs(error), say)}"
    return Cell(text=words, value=error, unit=_unit(row))


def _cell(row: Compared, value: float | None, say: Language, trace: Trace | None = None) -> Cell:
    if value is None:
        return NOTHING
    return Cell(text=_words(row, value, say), value=value, unit=_unit(row), trace=trace)


def _trace(row: Compared) -> Trace | None:
    if isinstance(row.subject, str):
        return None
    return Trace(clause=row.subject.span.where, target=row.name, period=row.period)


def _table(key: str, rows: Sequence[Compared], say: Language) -> Table:
    keys = ("target", "period", "n", "real", "predicted", "range", "error", "covered", "before", "naive")
    columns = tuple(
        Column(
            key=each,
            head=say.say("test.head.figure" if each == "target" and key == "desk" else f"test.head.{each}"),
            align="words" if each in ("target", "period", "covered") else "figures",
        )
        for each in keys
    )
    return Table(
        key=f"test.{key}",
        caption=say.say(f"test.{key}.caption"),
        columns=columns,
        rows=tuple(_row(each, say) for each in rows),
        note=say.say("test.note"),
    )


def _row(row: Compared, say: Language) -> tuple[Cell, ...]:
    low, high = _words(row, row.low, say), _words(row, row.high, say)
    return (
        Cell(text=label_of(row, say), value=row.name),
        Cell(text=row.period, value=row.period),
        Cell(text=f"{row.n:,}", value=row.n, unit="tickets"),
        _cell(row, row.real, say, _trace(row)),
        _cell(row, row.predicted, say),
        Cell(
            text=say.say("test.range", low=low, high=high),
            value=f"{row.low:.6g} {row.high:.6g}",
            unit=_unit(row),
        ),
        _error_cell(row, row.error, say),
        _yes_no(row.covered, say),
        _cell(row, row.naive, say),
        _error_cell(row, row.naive_error, say),
    )


def _yes_no(truth: bool, say: Language) -> Cell:  # noqa: FBT001 - what it says
    return Cell(
        text=say.say("test.yes" if truth else "test.no"), value=truth, tone="good" if truth else "bad"
    )


def _grouped(rows: Sequence[Compared]) -> dict[tuple[str, str | None], list[Compared]]:
    found: dict[tuple[str, str | None], list[Compared]] = {}
    for each in rows:
        found.setdefault((each.name, each.part), []).append(each)
    return found


def _by_target(rows: Sequence[Compared], say: Language) -> Table:
    keys = ("target", "weeks", "error", "covered", "naive")
    return Table(
        key="test.by_target",
        caption=say.say("test.by_target.caption"),
        columns=tuple(
            Column(
                key=each, head=say.say(f"test.head.{each}"), align="words" if each == "target" else "figures"
            )
            for each in keys
        ),
        rows=tuple(_scored(alike, say) for alike in _grouped(rows).values()),
    )


def _scored(alike: Sequence[Compared], say: Language) -> tuple[Cell, ...]:
    score, first = score_of(alike), alike[0]
    if score is None:
        return ()

    def off(error: float | None) -> Cell:
        value: Value = error
        if error is None:
            return NOTHING
        words = say.say("test.points", n=_points(error)) if first.is_share else _words(first, error, say)
        return Cell(text=words, value=value, unit=_unit(first))

    return (
        Cell(text=label_of(first, say), value=first.name, trace=_trace(first)),
        Cell(text=str(score.rows), value=score.rows),
        off(score.error),
        Cell(text=_percent(score.covered, say), value=score.covered, unit="ratio"),
        off(score.naive_error),
    )


def _picture(key: str, rows: Sequence[Compared], say: Language) -> Picture:
    groups = sorted(_grouped(rows).values(), key=lambda alike: -sum(each.n for each in alike))[:_PANELS]
    if key == "desk":
        order: list[str] = [*GAUGES]
        groups.sort(key=lambda alike: order.index(alike[0].name))
    shown = [each for alike in groups for each in alike]
    words = {"predicted": say.say("test.range_of"), "real": say.say("test.real")}
    return Picture(
        key=f"test.{key}.picture",
        caption=say.say("test.picture"),
        alt=say.say(
            "test.picture.alt",
            panels=say.counted(len(groups), "test.figure"),
            covered=sum(each.covered for each in shown),
            rows=len(shown),
        ),
        chart=bands_chart([_panel(each, say) for each in groups], words),
    )


def _panel(alike: Sequence[Compared], say: Language) -> Panel:
    """Return the small picture of a figure; times are shown in hours."""
    first = alike[0]
    hours = 3600.0 if _unit(first) == "seconds" else 1.0
    title = label_of(first, say) + (", h" if hours > 1 else "")
    return Panel(
        title=title,
        is_share=first.is_share,
        bands=tuple(
            Band(
                period=each.period.rpartition("-")[2],
                real=each.real / hours,
                low=each.low / hours,
                middle=each.predicted / hours,
                high=each.high / hours,
            )
            for each in alike
        ),
    )
