"""From `source` blocks to how an export's columns and values map to facts."""

from __future__ import annotations

import posixpath
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from slmdsl.base.units import plain
from slmdsl.contract.from_tree.calendars import zone_or_utc
from slmdsl.contract.from_tree.reading import all_of, last, title_of, value_of
from slmdsl.contract.model import sources as model
from slmdsl.syntax.tree import sources as tree
from slmdsl.syntax.tree.common import Ref, Timezone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration

HOLD_DEFAULT: Final = -1
HOLD_UNTIL_NEXT: Final = 2**63 - 1
"""As in `slmdsl.events.columns`, which is not imported here because it brings numpy along; a test holds them equal."""

REST: Final = "*"
IGNORE: Final = "ignore"
FROM_DATA: Final = "data"


def sources(reading: Reading) -> dict[str, model.SourcePlan]:
    """Return every declared source."""
    return {each.name.text: _source(each, reading) for each in reading.of_kind("source")}


def _source(block: Declaration, reading: Reading) -> model.SourcePlan:
    body = reading.body(block)
    read, missing, good = last(body, tree.Read), last(body, tree.Missing), last(body, tree.EventsGood)
    return model.SourcePlan(
        name=block.name.text,
        title=title_of(block),
        path=read.path.value if read else "",
        base=posixpath.dirname(block.span.file),
        options=tuple((each.name.value, each.value.value) for each in read.options) if read else (),
        zone=_zone(body),
        missing=tuple(mark.value for mark in missing.marks) if missing else (),
        form=_form(body),
        facts=dict(_facts(body, reading)),
        fields={each.field.text: column(each.value, reading) for each in all_of(body, tree.FieldFact)},
        metrics={each.metric.text: column(each.value, reading) for each in all_of(body, tree.MetricFact)},
        events_good=(column(good.good, reading), column(good.all, reading)) if good else None,
        trust_columns=last(body, tree.TrustColumns) is not None,
        hold_us=_hold_us(last(body, tree.Hold)),
        span=block.head_span,
    )


def _zone(body: tuple[Node, ...]) -> str:
    """Return the zone of the times; `data` where the data's own offsets are believed, or nothing is said."""
    zone = last(body, Timezone)
    return zone_or_utc(zone.zone.value) if zone else FROM_DATA


def _form(body: tuple[Node, ...]) -> Literal["tickets", "events", "samples", "outages", "feedback"]:
    if last(body, tree.SamplesAt):
        return "samples"
    if last(body, tree.OutagesFromTo):
        return "outages"
    if last(body, tree.FeedbackAt):
        return "feedback"
    return "events" if any(each.name.value == "at" for each in all_of(body, tree.Fact)) else "tickets"


def _facts(body: tuple[Node, ...], reading: Reading) -> Iterator[tuple[str, model.Column]]:
    for each in body:
        match each:
            case tree.Fact():
                yield each.name.value, column(each.value, reading)
            case tree.SamplesAt() | tree.FeedbackAt():
                yield "at", column(each.at, reading)
            case tree.OutagesFromTo():
                yield "start", column(each.start, reading)
                yield "end", column(each.end, reading)


def column(said: tree.Column | Ref | tree.Constant, reading: Reading) -> model.Column:
    """Return a column, or the constant that stands in its place."""
    if not isinstance(said, tree.Column):
        return model.Column(
            columns=(), constant=_word(said, reading), format=None, mapping=None, span=said.span
        )
    return model.Column(
        columns=tuple(each.value for each in said.columns),
        constant=None,
        format=said.format.value if said.format else None,
        mapping=_mapping(said.mapping, reading) if said.mapping else None,
        span=said.span,
    )


def _mapping(said: tree.ValueMap, reading: Reading) -> model.ValueMap:
    return model.ValueMap(
        cases=tuple(
            (each.pattern.value if each.pattern else REST, _word(each.value, reading), each.span)
            for each in said.cases
        )
    )


def _word(said: Ref | tree.Constant | tree.Ignore, reading: Reading) -> str:
    """Return a value as the log will hold it: the full name of what is declared, else the word itself."""
    if isinstance(said, tree.Ignore):
        return IGNORE
    if isinstance(said, Ref):
        return reading.name(said) or said.text
    return plain(said.value) if isinstance(said.value, Fraction) else str(said.value)


def _hold_us(hold: tree.Hold | None) -> int:
    if hold is None:
        return HOLD_DEFAULT
    duration = value_of(hold.duration)
    if duration is None:
        return HOLD_UNTIL_NEXT
    return HOLD_DEFAULT if duration.business_days else duration.wall_us
