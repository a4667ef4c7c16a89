"""A fitted load model as a document: what was fitted, how well, what cannot be, and whether it looks like the log."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slmdsl.report.charts import fits
from slmdsl.report.document.tree import (
    Bullets,
    Cell,
    Column,
    Document,
    Figure,
    Figures,
    Paragraph,
    Picture,
    Section,
    Table,
)
from slmdsl.report.fit_alike import alike_section
from slmdsl.report.fit_lengths import lengths_section
from slmdsl.report.fit_words import counted, number, percent_cell, share_words
from slmdsl.study.fit.words import hours, weekdays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.report.document.tree import Block
    from slmdsl.report.language import Language
    from slmdsl.stats.cautions import Caution
    from slmdsl.study.fit.goodness import Comparison
    from slmdsl.study.fit.model import LoadModel, StaffFit, StreamFit


def fit_document(model: LoadModel, compared: Comparison | None, say: Language) -> Document:
    """Return a fitted model as a document.

    Args:
        model: as fitted.
        compared: the fitted days as they were and as the model makes them; None: they were not simulated.
        say: the language.

    For example `fit_document(model, None, ENGLISH).sections[0].title`.
    """
    source = f"`{model.source}`" if model.source else say.say("fit.the_log")
    sections = [_what(model, say), _doubts(model, say)]
    if compared is not None:
        sections.append(alike_section(compared, say))
    for stream in model.streams:
        sections += [_arrivals(stream, say), _way(stream, say), lengths_section(stream, say)]
    sections.append(_people(model, say))
    return Document(
        kind="fit",
        title=say.say("fit.title"),
        language=say.code,
        heading=(
            say.say(
                "fit.heading",
                tickets=f"{model.tickets:,}",
                source=source,
                first=model.first,
                last=model.last,
            ),
        ),
        sections=tuple(sections),
    )


def _what(model: LoadModel, say: Language) -> Section:
    figures = (
        Figure(label=say.say("fit.tickets"), cell=counted(model.tickets, "tickets")),
        Figure(label=say.say("fit.days"), cell=counted((model.last - model.first).days + 1, "days")),
        Figure(
            label=say.say("fit.steps"), cell=counted(sum(len(each.steps) for each in model.streams), "steps")
        ),
        Figure(label=say.say("fit.carried"), cell=percent_cell(model.carried)),
    )
    return Section(
        key="what",
        title=say.say("fit.what"),
        blocks=(
            Figures(key="fitted", figures=figures),
            Paragraph(text=say.say(f"fit.method.{model.method}")),
        ),
    )


def _doubts(model: LoadModel, say: Language) -> Section:
    found = [_doubt(each, say) for each in model.cautions]
    for stream in model.streams:
        found += [
            say.say("fit.doubt.of", what=stream.heading, doubt=_doubt(each, say))
            for each in stream.arrivals.cautions
        ]
    block: Block = (
        Bullets(items=tuple(found)) if found else Paragraph(text=say.say("fit.no_doubts"), tone="good")
    )
    return Section(key="doubts", title=say.say("fit.doubts"), blocks=(block,))


def _doubt(caution: Caution, say: Language) -> str:
    """Return a caution as a sentence; one that has none is said by its key."""
    numbers = {name: _said(name, value) for name, value in caution.numbers}
    key = f"fit.doubt.{caution.key}"
    if key in say.templates:
        return say.say(key, **numbers)
    listed = ", ".join(f"{name} {value}" for name, value in numbers.items())
    return say.say("fit.doubt.other", key=caution.key.replace("-", " "), numbers=listed)


def _said(name: str, value: object) -> str:
    if isinstance(value, float):
        return share_words(value) if name in ("share", "distance") else number(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _arrivals(stream: StreamFit, say: Language) -> Section:
    arrivals = stream.arrivals
    figures = [
        Figure(
            label=say.say("fit.rate"),
            cell=Cell(text=number(each.per_day), value=each.per_day, unit="tickets"),
            note=say.say("fit.since", day=each.since) if each.since else "",
        )
        for each in arrivals.rates
    ]
    figures.append(Figure(label=say.say("fit.varying"), cell=percent_cell(arrivals.varying)))
    figures.append(
        Figure(
            label=say.say("fit.correlated"),
            cell=Cell(text=number(arrivals.correlated), value=arrivals.correlated, unit="correlation"),
        )
    )
    figures.append(
        Figure(
            label=say.say("fit.burst"),
            cell=Cell(text=number(arrivals.burst_mean), value=arrivals.burst_mean, unit="tickets"),
        )
    )
    return Section(
        key=f"arrivals-{stream.name}",
        title=say.say("fit.arrivals", stream=stream.heading),
        blocks=(
            Figures(key=f"arrivals-figures-{stream.name}", figures=tuple(figures)),
            _days(stream, say),
            _hours(stream, say),
        ),
    )


def _days(stream: StreamFit, say: Language) -> Picture:
    days = stream.arrivals.days
    rows = [
        {
            "day": (days.first + timedelta(days=place)).isoformat(),
            "counted": int(days.counts[place]),
            "expected": round(float(days.expected[place]), 1),
            "low": round(float(days.low[place]), 1),
            "high": round(float(days.high[place]), 1),
        }
        for place in range(len(days.counts))
    ]
    inside = float(((days.counts >= days.low) & (days.counts <= days.high)).mean())
    words = {name: say.say(f"fit.{name}") for name in ("counted", "expected", "range")}
    return Picture(
        key=f"days-{stream.name}",
        caption=say.say("fit.picture.days"),
        alt=say.say(
            "fit.picture.days.alt",
            days=len(rows),
            counted=f"{int(days.counts.sum()):,}",
            expected=f"{round(float(days.expected.sum())):,}",
            inside=share_words(inside),
        ),
        chart=fits.days(rows, words | {"tickets": say.say("fit.tickets_axis")}),
    )


def _hours(stream: StreamFit, say: Language) -> Picture:
    hours_of_week = stream.arrivals.hours
    names = (say.say("fit.counted"), say.say("fit.fit"))
    rows = [
        {"x": hour, "y": round(float(values[hour]), 3), "name": name}
        for name, values in zip(names, (hours_of_week.counted, hours_of_week.fitted), strict=True)
        for hour in range(len(values))
    ]
    return Picture(
        key=f"hours-{stream.name}",
        caption=say.say("fit.picture.hours"),
        alt=say.say(
            "fit.picture.hours.alt",
            counted=number(float(hours_of_week.counted.max())),
            fitted=number(float(hours_of_week.fitted.max())),
        ),
        chart=fits.lines(rows, say.say("fit.hour"), say.say("fit.tickets_axis"), names=names),
    )


def _way(stream: StreamFit, say: Language) -> Section:
    rows = tuple(
        (
            Cell(text=step.name, value=step.name),
            Cell(text=route.name or say.say("fit.resolved"), value=route.name),
            percent_cell(route.share),
            counted(route.count, "visits"),
        )
        for step in stream.steps
        for route in step.routes
    )
    table = Table(
        key=f"routes-{stream.name}",
        caption=say.say("fit.routes"),
        columns=(
            Column(key="step", head=say.say("fit.step"), width=3),
            Column(key="onward", head=say.say("fit.onward"), width=3),
            Column(key="share", head=say.say("fit.share"), align="figures", width=1),
            Column(key="visits", head=say.say("fit.n"), align="figures", width=1),
        ),
        rows=rows,
        shown=40,
    )
    return Section(key=f"way-{stream.name}", title=say.say("fit.way", stream=stream.heading), blocks=(table,))


def _people(model: LoadModel, say: Language) -> Section:
    if not model.staff:
        blocks: tuple[Block, ...] = (Paragraph(text=say.say("fit.people.none")),)
    else:
        heads = ("group", "shift", "agents", "actors", "busy", "added")
        table = Table(
            key="staff",
            caption=say.say("fit.staff"),
            columns=tuple(
                Column(
                    key=head,
                    head=say.say(f"fit.{head}"),
                    align="words" if head in ("group", "shift") else "figures",
                    width=3 if head in ("group", "shift") else 1,
                )
                for head in heads
            ),
            rows=tuple(row for staff in model.staff for row in _shifts(staff, say)),
        )
        blocks = (Paragraph(text=say.say("fit.people.note")), table)
    return Section(key="people", title=say.say("fit.people"), blocks=blocks)


def _shifts(staff: StaffFit, say: Language) -> Iterator[tuple[Cell, ...]]:
    nothing = Cell(text="")
    for place, each in enumerate(staff.shifts):
        first = not place and not staff.is_shelf
        words = f"{weekdays(each.weekdays)} {hours(each.start, each.end)}"
        if staff.is_shelf:
            words = f"{words} ({say.say('fit.shelf')})"
        yield (
            Cell(text=staff.group, value=staff.group),
            Cell(text=words, value=each.name),
            counted(each.agents, "agents"),
            counted(staff.actors, "people") if first else nothing,
            percent_cell(staff.utilisation) if first else nothing,
            counted(staff.raised, "agents") if first else nothing,
        )
