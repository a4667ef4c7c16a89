"""From `staff` and `profile` blocks: who works when, and how arrivals spread over the week."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from slmdsl.base.units import DAY
from slmdsl.calendars.plan import Window
from slmdsl.calendars.public_holidays import is_region
from slmdsl.contract.from_tree.calendars import windows_of, zone_or_utc
from slmdsl.contract.from_tree.reading import all_of, last, title_of, value_of
from slmdsl.contract.model import work as model
from slmdsl.syntax.tree import work as tree
from slmdsl.syntax.tree.calendars import Holidays
from slmdsl.syntax.tree.common import Cost, Timezone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.base.units import Duration
    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.common import Literal, Node
    from slmdsl.syntax.tree.file import Declaration

NOTHING: Final = Fraction(0)


def plain_us(said: Literal[Duration] | None, default: int = 0) -> int:
    """Return a length of plain time in microseconds; `default` where none is said, or business days by mistake."""
    duration = value_of(said)
    return default if duration is None or duration.business_days else duration.wall_us


def staff(reading: Reading) -> dict[str, model.Staff]:
    """Return the people of every team that has a `staff` block."""
    return {each.name.text: _staff(each, reading) for each in reading.of_kind("staff")}


def _staff(block: Declaration, reading: Reading) -> model.Staff:
    body = reading.body(block)
    zone, absence, queue = last(body, Timezone), last(body, tree.Absence), last(body, tree.Queue)
    cost, ends, lines = last(body, Cost), last(body, tree.ShiftEnd), last(body, tree.Lines)
    return model.Staff(
        name=block.name.text,
        zone=zone_or_utc(zone.zone.value if zone else None),
        regions=_regions(body),
        shifts=tuple(_shifts(body)),
        on_call=_on_call(last(body, tree.OnCall), reading),
        absence=absence.share.value.value if absence else NOTHING,
        cost=cost.money.value if cost else None,
        queue=_disciplines(queue),
        lines=lines.count.value if lines else None,
        hands_over=ends is not None and ends.how.value == "hands_over",
        preempts=reading.names(ref for each in all_of(body, tree.Preempt) for ref in each.priorities),
        span=block.head_span,
    )


def _regions(body: Iterable[Node]) -> tuple[str, ...]:
    found = [region.value for each in all_of(body, Holidays) for region in each.regions]
    return tuple(dict.fromkeys(filter(is_region, found)))


def _shifts(body: Iterable[Node]) -> Iterator[model.Shift]:
    seen: set[str] = set()
    for each in all_of(body, tree.Shift):
        if each.name.text not in seen:
            seen.add(each.name.text)
            yield model.Shift(
                name=each.name.text,
                weekdays=each.days.days,
                windows=windows_of(each.windows),
                agents=each.agents.value,
                span=each.span,
            )


def _on_call(said: tree.OnCall | None, reading: Reading) -> model.OnCall | None:
    if said is None:
        return None
    return model.OnCall(
        agents=said.agents.value,
        priorities=reading.names(said.priorities),
        after_us=plain_us(said.after),
        span=said.span,
    )


def _disciplines(said: tree.Queue | None) -> tuple[model.Discipline, ...]:
    words = dict.fromkeys(each.value for each in said.by) if said else ("arrival",)
    return tuple(cast("model.Discipline", word) for word in words)


def profiles(reading: Reading) -> dict[str, model.Profile]:
    """Return every profile."""
    return {each.name.text: _profile(each, reading.body(each)) for each in reading.of_kind("profile")}


def _profile(block: Declaration, body: tuple[Node, ...]) -> model.Profile:
    zone = last(body, Timezone)
    return model.Profile(
        name=block.name.text,
        title=title_of(block),
        zone=zone_or_utc(zone.zone.value if zone else None),
        weights=tuple(_weights(body)),
        holidays=tuple(
            (tuple(region.value for region in each.regions if is_region(region.value)), each.factor.value)
            for each in all_of(body, tree.HolidayWeight)
        ),
        span=block.head_span,
    )


def _weights(body: Iterable[Node]) -> Iterator[model.ProfileWeight]:
    """Yield the weights of weekdays; what lies behind midnight belongs to the next day."""
    for said in all_of(body, tree.Weights):
        for weekday in said.days.days:
            for each in said.weights:
                for window in windows_of((each.window,)):
                    yield from _within_days(weekday, window, each.weight)


def _within_days(weekday: int, window: Window, weight: Fraction) -> Iterator[model.ProfileWeight]:
    today = Window(window.start_us, min(window.end_us, DAY))
    yield model.ProfileWeight(weekday=weekday, window=today, weight=weight)
    if window.end_us > DAY:
        rest = Window(0, window.end_us - DAY)
        yield model.ProfileWeight(weekday=(weekday + 1) % 7, window=rest, weight=weight)
