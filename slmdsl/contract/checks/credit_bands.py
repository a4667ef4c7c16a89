"""Service credits: bands in order, on the right side of the goal, under a cap that leaves room for them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import Duration, Money, Ratio
from slmdsl.contract import codes
from slmdsl.contract.checks.promises import agreements, bounds_of, comparable, level_of, level_words, size
from slmdsl.syntax.tree import agreements as said_of
from slmdsl.syntax.tree import common, targets
from slmdsl.syntax.tree import credits as paid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.common import Node

_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


def bands(draft: Draft) -> Iterator[Diagnostic]:
    """Bands of credits that are out of order, overlap, have the wrong unit, or pay while the target is kept."""
    for credit, _ in draft.nodes(paid.Credit):
        symbol = draft.resolved.of(credit.target)
        target = symbol.node if symbol else None
        if isinstance(target, targets.Target):
            said = [each for each in credit.terms if isinstance(each, paid.Band)]
            unfit = [each for each in said if not _is_level(each.level, target)]
            for band in unfit:
                yield _wrong_level(band.level, target)
            if not unfit:
                yield from _in_order(said)
                yield from _while_kept(said, target)


def example_levels(draft: Draft) -> Iterator[Diagnostic]:
    """Examples whose level or ticket is not what their target measures, or whose events go back in time."""
    for example, _ in draft.nodes(said_of.ExampleLevel):
        symbol = draft.resolved.of(example.target)
        target = symbol.node if symbol else None
        if isinstance(target, targets.Target) and not _is_level(example.level, target):
            yield codes.WRONG_EXAMPLE.at(
                example.level.span,
                f"`{target.name.text}` is measured as {level_words(level_of(target.form))}",
                label="another unit",
                secondary=[Label(span=target.span, text="the target")],
            )
    for ticket, _ in draft.nodes(said_of.ExampleTicket):
        yield from _example_ticket(ticket, draft)


def _example_ticket(ticket: said_of.ExampleTicket, draft: Draft) -> Iterator[Diagnostic]:
    symbol = draft.resolved.of(ticket.target)
    target = symbol.node if symbol else None
    if isinstance(target, targets.Target) and not isinstance(target.form, targets.Within):
        yield codes.WRONG_EXAMPLE.at(
            ticket.span,
            f"`{target.name.text}` does not judge one ticket by itself",
            label="a ticket",
            secondary=[Label(span=target.span, text="the target")],
            help=f"say a level: `example {target.name.text} at ... met`",
        )
    for before, after in pairwise(ticket.events):
        if after.at.at < before.at.at:
            yield codes.WRONG_EXAMPLE.at(
                after.at.span,
                "an example tells its events in the order of time",
                label="before the one that it follows",
                secondary=[Label(span=before.at.span)],
            )


def _is_level(level: common.Literal[Any], target: targets.Target) -> bool:
    kind = level_of(target.form)
    return kind is None or isinstance(level.value, kind)


def _wrong_level(level: common.Literal[Any], target: targets.Target) -> Diagnostic:
    return codes.WRONG_UNIT.at(
        level.span,
        f"`{target.name.text}` is measured as {level_words(level_of(target.form))}",
        label="another unit",
        secondary=[Label(span=target.span, text="the target")],
    )


def measure_of(value: object) -> Fraction | int:
    """Return the size of a level, for comparisons among levels of one unit."""
    if isinstance(value, Ratio):
        return value.value
    if isinstance(value, Duration):
        return size(value)
    return value if isinstance(value, Fraction) else Fraction(0)


def amount_unit(amount: paid.Amount) -> tuple[str, Fraction]:
    """Return the unit and the size of an amount; a percentage of the fee has a unit of its own."""
    if isinstance(amount, paid.PercentOfFee):
        return "fee", amount.share.value
    if isinstance(amount, paid.Points):
        return "points", Fraction(amount.points)
    return amount.value.currency, Fraction(amount.value.minor)


def _in_order(said: list[paid.Band]) -> Iterator[Diagnostic]:
    for before, after in pairwise(said):
        if before.below != after.below:
            yield _order(before, after, "a credit's bands lie all `below` or all `above` their levels")
            continue
        first, second = measure_of(before.level.value), measure_of(after.level.value)
        if first == second:
            yield _order(before, after, "two bands begin at the same level")
        elif (second < first) != after.below:
            way = "falling" if after.below else "rising"
            yield _order(before, after, f"bands {'below' if after.below else 'above'} come with {way} levels")
        else:
            (unit, small), (other, large) = amount_unit(before.pays), amount_unit(after.pays)
            if unit == other and large <= small:
                yield _order(before, after, "the deeper band does not pay more")


def _order(before: paid.Band, after: paid.Band, message: str) -> Diagnostic:
    return codes.CREDIT_ORDER.at(
        after.span,
        message,
        label="this band",
        secondary=[Label(span=before.span, text="after this one")],
        help="the deepest band that is reached pays; tiers do not add up",
    )


def _while_kept(said: list[paid.Band], target: targets.Target) -> Iterator[Diagnostic]:
    goals, at_most = goals_of(target.form)
    for band in said:
        level = band.level.value
        alike = [each for each in goals if not isinstance(level, Duration) or _alike(level, each)]
        if band.below == at_most:
            side = "at most" if at_most else "at least"
            yield _kept(
                band, target, f"`{target.name.text}` is kept {side} its level, and this band pays there"
            )
        elif alike and all(_beyond(level, goal, at_most=at_most) for goal in alike):
            yield _kept(band, target, "this band begins where the target is still kept")


def _alike(level: Duration, goal: object) -> bool:
    return isinstance(goal, Duration) and comparable(level, goal)


def _beyond(level: object, goal: object, *, at_most: bool) -> bool:
    """Whether a level lies on the kept side of a goal."""
    return measure_of(level) < measure_of(goal) if at_most else measure_of(level) > measure_of(goal)


def _kept(band: paid.Band, target: targets.Target, message: str) -> Diagnostic:
    return codes.CREDIT_WHILE_KEPT.at(
        band.level.span,
        message,
        label="pays from here on",
        secondary=[Label(span=target.span, text="the target")],
    )


def goals_of(form: targets.Form) -> tuple[list[object], bool]:
    """Return the levels that a target asks for, and whether they must not be exceeded."""
    if isinstance(form, targets.Within | targets.UpdatesOf):
        return [each.value.value for each in form.goal], False
    bounds = bounds_of(form)
    values = [_bound_value(each.value) for each in bounds]
    return values, bool(bounds) and bounds[0].value.at_most


def _bound_value(bound: targets.Bound) -> object:
    value = bound.value
    if isinstance(value, common.Limit):
        return value.duration
    return value.number if isinstance(value, targets.Quantity) else value.value


def caps(draft: Draft) -> Iterator[Diagnostic]:
    """Caps under which not even the lowest credit fits."""
    for block, _ in agreements(draft):
        body = draft.reading.body(block)
        fee = next((each for each in body if isinstance(each, paid.Fee)), None)
        amounts = [(each, _paid(each, fee)) for each in _amounts(body)]
        for cap in (limit for each in body if isinstance(each, paid.Cap) for limit in each.limits):
            unit, most = _capped(cap, fee)
            counted = [
                (each, its_unit, worth)
                for each, (its_unit, worth) in amounts
                if (its_unit == "points") == (unit == "points")
            ]
            alike = [(each, worth) for each, its_unit, worth in counted if its_unit == unit]
            if alike and len(alike) == len(counted) and most is not None:
                lowest, least = min(alike, key=lambda each: each[1])
                if most < least:
                    yield codes.CAP_TOO_LOW.at(
                        cap.span,
                        "not even the lowest credit fits under this cap",
                        label="the cap",
                        secondary=[Label(span=lowest.span, text="the lowest credit")],
                    )


def _amounts(body: tuple[Node, ...]) -> Iterator[paid.Amount]:
    for credit in body:
        for term in credit.terms if isinstance(credit, paid.Credit) else ():
            yield term.pays


def _capped(cap: paid.CapLimit, fee: paid.Fee | None) -> tuple[str, Fraction | None]:
    """Return the unit and size of a cap. A share is of the fees of the cap's period: None where that is not known."""
    unit, most = _paid(cap.amount, fee)
    if not isinstance(cap.amount, paid.PercentOfFee):
        return unit, most
    months, of_fee = months_of(cap.period), months_of(fee.period) if fee else 1
    return unit, most * months / of_fee if months and of_fee else None


def _paid(amount: paid.Amount, fee: paid.Fee | None) -> tuple[str, Fraction]:
    """Return the unit and size of an amount; a share of a fee that is said is so much money."""
    unit, worth = amount_unit(amount)
    if unit != "fee" or fee is None:
        return unit, worth
    return fee.money.value.currency, worth * fee.money.value.minor


def months_of(period: common.Period) -> int | None:
    """Return the months of a period; None for one that is not counted in months."""
    if isinstance(period, common.RollingPeriod):
        months = _MONTHS.get(period.unit)
        return None if months is None else months * period.count
    return _MONTHS.get(period.unit)


def currencies(draft: Draft) -> Iterator[Diagnostic]:
    """Agreements that speak of two currencies."""
    for block, agreement in agreements(draft):
        money = list(_money(draft.reading.body(block)))
        for each in money[1:]:
            if each.value.currency != money[0].value.currency:
                yield codes.UNLIKE_CURRENCIES.at(
                    each.span,
                    f"`{agreement.name}` speaks of {money[0].value.currency} and of {each.value.currency}",
                    label=each.value.currency,
                    secondary=[Label(span=money[0].span, text=money[0].value.currency)],
                    help="credits, fees and caps of one agreement are added up: they need one currency",
                )


def _money(body: tuple[Node, ...]) -> Iterator[common.Literal[Money]]:
    for statement in body:
        amounts: list[object] = []
        match statement:
            case paid.Fee():
                amounts = [statement.money]
            case paid.Credit():
                amounts = [each.pays for each in statement.terms]
            case paid.Cap():
                amounts = [each.amount for each in statement.limits]
            case said_of.ExampleLevel():
                amounts = [statement.credits]
        for amount in amounts:
            if isinstance(amount, common.Literal) and isinstance(amount.value, Money):
                yield amount
