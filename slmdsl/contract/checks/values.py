"""Values that are wrong wherever they stand: percentages, zones, regions, ranges, shares, matrices."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.diagnostics import Fix, Label
from slmdsl.base.suggest import nearest
from slmdsl.base.units import Duration, Ratio, plain
from slmdsl.calendars.public_holidays import is_region, known_regions
from slmdsl.contract import codes
from slmdsl.contract.from_tree.calendars import is_zone
from slmdsl.contract.from_tree.catalogue import LONGEST_MAINTENANCE_DAYS
from slmdsl.syntax.tree import (
    agreements,
    catalogue,
    clocks,
    common,
    distributions,
    risks,
    studies,
    targets,
    work,
)
from slmdsl.syntax.tree import (
    credits as paid,
)
from slmdsl.syntax.tree.calendars import Holidays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.common import Literal, Node

_OTHER_NAMES: Final = {"UK": "GB", "EL": "GR", "EN": "GB-ENG", "SCO": "GB-SCT"}
"""What regions are sometimes called instead of their ISO 3166 code."""

_SHARES: Final[dict[type[Node], str]] = {
    common.Share: "share",
    distributions.MixPart: "share",
    work.Route: "share",
    work.GivesUp: "share",
    work.Reopens: "share",
    work.WaitsForCustomer: "share",
    work.Feedback: "share",
    work.Absence: "share",
    risks.ThenRestore: "succeeds",
    paid.EarnBack: "share",
    studies.SetGoal: "goal",
    studies.Chance: "at_least",
    studies.Confidence: "level",
    studies.Indifference: "points",
    studies.ReplicationsUntil: "half_width",
    targets.Method: "slice_goal",
    targets.Bound: "value",
    paid.Band: "level",
    agreements.ExampleLevel: "level",
}
"""Where a percentage is a part of a whole."""


def percentages(draft: Draft) -> Iterator[Diagnostic]:
    """Percentages that are a part of a whole and lie above 100%."""
    for kind, attribute in _SHARES.items():
        for node, _ in draft.nodes(kind):
            yield from _percentage(getattr(node, attribute))
    for vary, _ in draft.nodes(studies.VaryShare):
        for end in (vary.first, vary.last):
            yield from _percentage(end)
    for form, _ in draft.nodes(targets.Within, targets.UpdatesOf, targets.RestoreOf):
        for goal in form.goal:
            yield from _percentage(goal.value)


def _percentage(said: object) -> Iterator[Diagnostic]:
    if isinstance(said, common.Literal) and isinstance(said.value, Ratio) and not 0 <= said.value.value <= 1:
        yield codes.PERCENT_RANGE.at(
            said.span, f"{said.value} is not between 0% and 100%", label="a part of a whole"
        )


def zones(draft: Draft) -> Iterator[Diagnostic]:
    """Time zones that the IANA database does not know."""
    for node, _ in draft.nodes(common.Timezone, catalogue.HoursWeekly, catalogue.Maintenance):
        zone: Literal[str] | None = node.zone
        if zone is not None and not is_zone(zone.value):
            yield _unknown_zone(zone)


def _unknown_zone(zone: Literal[str]) -> Diagnostic:
    from zoneinfo import available_timezones  # noqa: PLC0415 - reading all names takes a while

    known = sorted(available_timezones())
    by_city = {name.rpartition("/")[2].casefold(): name for name in known if "/" in name}
    city = by_city.get(zone.value.rpartition("/")[2].casefold())
    near = [city] if city else nearest(zone.value, known)
    return codes.UNKNOWN_ZONE.at(
        zone.span,
        f"`{zone.value}` is not a time zone",
        label="not in the IANA database",
        help=f"did you mean `{near[0]}`?" if near else "zones are written like `Europe/Amsterdam` or `UTC`",
        fixes=_write(zone.span, near),
    )


def regions(draft: Draft) -> Iterator[Diagnostic]:
    """Holiday regions that are not known."""
    for node, _ in draft.nodes(Holidays, work.HolidayWeight):
        for region in node.regions:
            if not is_region(region.value):
                yield _unknown_region(region, known_regions())


def _unknown_region(region: Literal[str], known: frozenset[str]) -> Diagnostic:
    other = _OTHER_NAMES.get(region.value)
    country, _, part = region.value.partition("-")
    parts = sorted(each for each in known if each.startswith(f"{country}-"))
    near = [other] if other else nearest(region.value, parts or sorted(known))
    if part and country in known and not parts:
        near, words = [country], f"`{country}` has the same holidays everywhere"
    elif near:
        words = f"did you mean `{near[0]}`?"
    else:
        words = "a region is a country or a part of one: `NL`, `US-CA`"
    return codes.UNKNOWN_REGION.at(
        region.span,
        f"no holidays are known for `{region.value}`",
        label="not a region",
        help=words,
        fixes=_write(region.span, near),
    )


def _write(span: Span, near: Iterable[str]) -> list[Fix]:
    return [Fix(span=span, replacement=each, description=f"write `{each}`") for each in near]


def empty_ranges(draft: Draft) -> Iterator[Diagnostic]:
    """Ranges that end before they begin."""
    for dates, _ in draft.nodes(agreements.Valid, common.DateRange, studies.Horizon):
        if dates.first > dates.last:
            yield _empty(dates.span, dates.first, dates.last)
    for counts, _ in draft.nodes(studies.VaryNumber, studies.VaryRate, studies.VaryFactor):
        if counts.first.value > counts.last.value:
            yield _empty(counts.span, plain(Fraction(counts.first.value)), plain(Fraction(counts.last.value)))
    for shares, _ in draft.nodes(studies.VaryShare):
        if shares.first.value > shares.last.value:
            yield _empty(shares.span, shares.first.value, shares.last.value)
    for vary, _ in draft.nodes(studies.VaryLimit):
        first, last = vary.first.duration, vary.last.duration
        if _is_longer(first, last):
            yield _empty(vary.span, first, last)


def _is_longer(first: Duration, last: Duration) -> bool:
    """Whether a length is longer than another of its kind; lengths of two kinds are told apart elsewhere."""
    if first.business_days and last.business_days:
        return first.business_days > last.business_days
    return not (first.business_days or last.business_days) and first.wall_us > last.wall_us


def _empty(span: Span, first: object, last: object) -> Diagnostic:
    return codes.EMPTY_RANGE.at(
        span, f"this ends with {last}, before it begins with {first}", label="nothing lies in it"
    )


def long_maintenance(draft: Draft) -> Iterator[Diagnostic]:
    """Dated maintenance that goes on for more than a year."""
    for node, _ in draft.nodes(catalogue.Maintenance):
        days = node.recurrence
        if isinstance(days, common.DateRange) and (days.last - days.first).days >= LONGEST_MAINTENANCE_DAYS:
            yield codes.RANGE_TOO_LONG.at(
                days.span,
                "dated maintenance lasts a year at most",
                help="`every day` says that a window recurs daily",
            )


_MONTH_DAYS: Final = 31
_EVERY_MONTH_HAS: Final = 28


def month_days(draft: Draft) -> Iterator[Diagnostic]:
    """Months that begin on a day that some months lack, or that no month has."""
    for node, _ in draft.nodes(agreements.Months):
        day = node.day.value
        if not 1 <= day <= _MONTH_DAYS:
            yield codes.MONTH_DAY.at(node.day.span, f"no month has a day {day}", label="1 to 31")
        elif day > _EVERY_MONTH_HAS and node.overflow is None:
            yield codes.MONTH_DAY.at(
                node.day.span,
                f"not every month has a day {day}",
                label="what about February?",
                help="`clamp` takes the month's last day, `spill` the first day of the next month",
                fixes=[_overflow(node, "clamp"), _overflow(node, "spill")],
            )


def _overflow(node: agreements.Months, word: str) -> Fix:
    return Fix(span=node.day.span, replacement=f"{node.day.value} {word}", description=f"say `{word}`")


def matrices(draft: Draft) -> Iterator[Diagnostic]:
    """Priority matrices with an impact that lacks a priority for some urgency."""
    for file in draft.files:
        for block in file.declarations:
            if block.keyword == "priorities" and block.whole:
                urgency = next((each for each in block.body if isinstance(each, catalogue.Urgency)), None)
                columns = len(urgency.levels) if urgency else 0
                for each in block.body:
                    if isinstance(each, catalogue.Impact) and len(each.priorities) != columns:
                        yield _hole(each, urgency, columns)


def _hole(impact: catalogue.Impact, urgency: catalogue.Urgency | None, columns: int) -> Diagnostic:
    found = len(impact.priorities)
    return codes.MATRIX_HOLE.at(
        impact.span,
        f"impact `{impact.level.text}` has {_counted(found, 'priority', 'priorities')}"
        f" for {_counted(columns, 'urgency', 'urgencies')}",
        label="one priority for each urgency",
        secondary=[Label(span=urgency.span, text="the urgencies")] if urgency else (),
        help=() if urgency else "say the columns: `urgency high medium low`",
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def mixes(draft: Draft) -> Iterator[Diagnostic]:
    """Parts of a whole that do not add up."""
    for mix, _ in draft.nodes(work.ServiceMix, work.PriorityMix, work.CustomerMix):
        yield from _whole(mix.span, (each.share for each in mix.shares))
    for then, _ in draft.nodes(work.Then):
        yield from _whole(then.span, (each.share for each in then.routes))
    for parts, _ in draft.nodes(distributions.Mix):
        yield from _whole(parts.span, (each.share for each in parts.parts))


def _whole(span: Span, shares: Iterable[Literal[Ratio]]) -> Iterator[Diagnostic]:
    total = sum((each.value.value for each in shares), Fraction(0))
    if total != 1:
        yield codes.SHARES.at(span, f"the shares add up to {Ratio(total)}, not 100%", label=str(Ratio(total)))


def too_many_needed(draft: Draft) -> Iterator[Diagnostic]:
    """`any 3 of (a, b)` and `missed 7 of 6 months`."""
    for need, _ in draft.nodes(catalogue.NeedAny):
        if need.least.value > len(need.parts):
            message = f"{need.least.value} of {len(need.parts)} parts can never be up"
            yield codes.TOO_MANY_NEEDED.at(need.span, message, label=f"names {len(need.parts)}")
    for often, _ in draft.nodes(paid.OutOf):
        if often.times > often.of:
            message = f"no target is missed {often.times} times in {often.of} {often.unit}s"
            yield codes.TOO_MANY_NEEDED.at(often.span, message)


_ABOVE_ZERO: Final[dict[type[Node], tuple[str, ...]]] = {
    common.Limit: ("duration",),
    common.Every: ("count",),
    common.RollingPeriod: ("count",),
    catalogue.NeedAny: ("least",),
    targets.Method: ("slice",),
    targets.UpdatesOf: ("every",),
    clocks.BeforeDue: ("duration",),
    clocks.Repeat: ("every", "times"),
    paid.InARow: ("times",),
    paid.OutOf: ("times",),
    studies.Replications: ("count",),
    studies.Tick: ("length",),
    studies.VaryNumber: ("step",),
    studies.VaryLimit: ("step",),
    studies.VaryShare: ("step",),
    studies.VaryRate: ("step",),
    studies.VaryFactor: ("step",),
    work.Component: ("crew",),
    agreements.BurnAlert: ("burn",),
}


def zeros(draft: Draft) -> Iterator[Diagnostic]:
    """Values of nothing where something is needed."""
    for kind, attributes in _ABOVE_ZERO.items():
        for node, _ in draft.nodes(kind):
            for attribute in attributes:
                said = getattr(node, attribute)
                if said is not None and _is_zero(said):
                    span = said.span if isinstance(said, common.Literal) else node.span
                    yield codes.NOT_POSITIVE.at(span, "this must be more than nothing", label="zero")


def _is_zero(said: Any) -> bool:  # noqa: ANN401 - a number, a duration, or the literal of one
    value = said.value if isinstance(said, common.Literal) else said
    if isinstance(value, Ratio):
        return value.value <= 0
    return value == Duration() if isinstance(value, Duration) else value <= 0


def quantiles(draft: Draft) -> Iterator[Diagnostic]:
    """Quantiles that no value has."""
    for node, _ in draft.nodes(targets.Statistic):
        if node.quantile is not None and not 0 < node.quantile <= 1:
            message = f"there is no quantile of {plain(node.quantile * 100)}%"
            yield codes.QUANTILE_RANGE.at(node.span, message, help="p50 is the median, p100 is `max`")
