"""Clauses on credits that do not fit what they pay for: units, periods, caps, and what can never come about."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import Duration, Ratio, plain
from slmdsl.contract import codes
from slmdsl.contract.checks.credit_bands import amount_unit, goals_of, measure_of, months_of
from slmdsl.contract.checks.promises import agreements
from slmdsl.contract.from_tree.reading import all_of, last
from slmdsl.syntax.tree import common, targets
from slmdsl.syntax.tree import credits as paid
from slmdsl.syntax.tree.agreements import Valid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.common import Node, Ref

_DAYS: Final = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
"""Days of the shortest period of each kind."""


def _target(draft: Draft, ref: Ref) -> targets.Target | None:
    symbol = draft.resolved.of(ref)
    node = symbol.node if symbol else None
    return node if isinstance(node, targets.Target) else None


def idle_bands(draft: Draft) -> Iterator[Diagnostic]:
    """Bands beyond what a target can come to, and misses between the goal and the first band."""
    for credit, _ in draft.nodes(paid.Credit):
        target = _target(draft, credit.target)
        bands = [each for each in credit.terms if isinstance(each, paid.Band)]
        goals, at_most = goals_of(target.form) if target is not None else ([], False)
        if target is None or not bands or any(each.below == at_most for each in bands):
            continue
        if not all(type(each.level.value) is type(goal) for each in bands for goal in goals):
            continue
        for band in bands:
            if _is_beyond(band):
                yield codes.IDLE_BAND.at(
                    band.span,
                    f"`{target.name.text}` is never {'below' if band.below else 'above'} {_words(band.level.value)}",
                    label="never pays",
                    secondary=[Label(span=target.span, text="the target")],
                )
        if len(bands) == len(credit.terms) and goals and not _is_beyond(bands[0]):
            nearest = max if bands[0].below else min
            first = nearest(bands, key=lambda each: measure_of(each.level.value))
            yield from _hole(first, target, goals, at_most=at_most)


def _is_beyond(band: paid.Band) -> bool:
    level = band.level.value
    size = measure_of(level)
    return size <= 0 if band.below else isinstance(level, Ratio) and size >= 1


def _words(level: object) -> str:
    return plain(level) if isinstance(level, Fraction) else str(level)


def _hole(
    first: paid.Band, target: targets.Target, goals: Sequence[object], *, at_most: bool
) -> Iterator[Diagnostic]:
    level = first.level.value
    if isinstance(level, Duration) and any(
        bool(level.business_days) != bool(getattr(goal, "business_days", 0)) for goal in goals
    ):
        return
    sizes = sorted(measure_of(goal) for goal in goals)
    loosest, begins = sizes[-1] if at_most else sizes[0], measure_of(level)
    if begins > loosest if at_most else begins < loosest:
        goal = next(each for each in goals if measure_of(each) == loosest)
        yield codes.UNPAID_MISS.at(
            first.level.span,
            f"a miss of `{target.name.text}` between {_words(goal)} and {_words(level)} pays nothing",
            label="the first band",
            secondary=[Label(span=target.span, text="the target")],
            help="fine where this is meant; else let the first band begin at the goal",
        )


_COUNTED: Final = (targets.Within, targets.UpdatesOf, targets.RestoreOf)


def misses(draft: Draft) -> Iterator[Diagnostic]:
    """Credits for each miss of a target that has one outcome for a period."""
    for credit, _ in draft.nodes(paid.Credit):
        target = _target(draft, credit.target)
        for term in credit.terms:
            if (
                isinstance(term, paid.PerMiss)
                and term.each_miss
                and target is not None
                and not isinstance(target.form, _COUNTED)
            ):
                yield codes.NO_SINGLE_MISSES.at(
                    term.span,
                    f"`{target.name.text}` has one outcome for a period, and no misses to count",
                    label="per miss",
                    secondary=[Label(span=target.span, text="the target")],
                    help="pay for the period: `pays ...`, or by bands",
                )


def repetitions(draft: Draft) -> Iterator[Diagnostic]:
    """Repetitions counted in other periods than the target is judged in, or longer than the agreement lasts."""
    for block, _ in agreements(draft):
        body = draft.reading.body(block)
        valid = last(body, Valid)
        for ref, said in _repeated(body):
            target = _target(draft, ref)
            if target is None:
                continue
            period = target.period
            unit = getattr(period, "unit", "month")
            if isinstance(period, common.RollingPeriod) or unit != said.unit:
                yield codes.OTHER_PERIODS.at(
                    said.span,
                    f"`{target.name.text}` is not judged by the {said.unit}",
                    label=f"counted in {said.unit}s",
                    secondary=[Label(span=period.span if period else target.span, text="judged in these")],
                )
            elif valid is not None:
                yield from _too_often(said, valid)


def _repeated(body: tuple[Node, ...]) -> Iterator[tuple[Ref, paid.Repetition]]:
    for each in body:
        match each:
            case paid.Credit():
                yield from ((each.target, one.missed) for one in each.terms if isinstance(one, paid.Repeated))
            case paid.EarnBack():
                yield each.target, each.met
            case paid.Terminate():
                yield each.target, each.missed


def _too_often(said: paid.Repetition, valid: Valid) -> Iterator[Diagnostic]:
    days = (valid.last - valid.first).days + 1
    # the first and the last period may be cut, and are judged on their part
    most = ceil(Fraction(max(days, 1), _DAYS[said.unit])) + 1
    if days > 0 and said.times > most:
        yield codes.NEVER_SO_OFTEN.at(
            said.span,
            f"the agreement does not last {said.times} {said.unit}s",
            label="never comes about",
            secondary=[Label(span=valid.span, text="in force")],
        )


def nothing_paid(draft: Draft) -> Iterator[Diagnostic]:
    """Shares of a fee that is not said, transitions that outlast the agreement, and nothing to earn back."""
    for block, agreement in agreements(draft):
        body = draft.reading.body(block)
        shares = list(_shares_of_fee(body))
        if shares and last(body, paid.Fee) is None and block.whole:
            yield codes.NO_FEE.at(
                shares[0],
                f"`{agreement.name}` does not say of which fee this is a share",
                label="of which fee?",
                help="say `fee EUR 42_000 each month`; without it credits stay percentages",
            )
        until, valid = last(body, paid.NoCreditsUntil), last(body, Valid)
        if until is not None and valid is not None and valid.first <= valid.last < until.day:
            yield codes.NEVER_PAID.at(
                until.span,
                f"`{agreement.name}` never pays credits",
                label="after its last day",
                secondary=[Label(span=valid.span, text="in force")],
            )
        yield from _earned(draft, body)


def _shares_of_fee(body: tuple[Node, ...]) -> Iterator[Span]:
    for each in body:
        terms: tuple[Any, ...] = each.terms if isinstance(each, paid.Credit) else ()
        yield from (term.span for term in terms if isinstance(term.pays, paid.PercentOfFee))


def _earned(draft: Draft, body: tuple[Node, ...]) -> Iterator[Diagnostic]:
    paying = {draft.reading.name(each.target) for each in all_of(body, paid.Credit)}
    for each in all_of(body, paid.EarnBack):
        name = draft.reading.name(each.target)
        if name is not None and name not in paying:
            yield codes.NOTHING_TO_EARN.at(
                each.target.span,
                f"no credit is paid for `{each.target.text}`, so there is nothing to earn back",
                label="no `credit` of this target",
            )


def idle_caps(draft: Draft) -> Iterator[Diagnostic]:
    """Caps in another unit than all credits, and caps above what all credits together come to."""
    for block, _ in agreements(draft):
        body = draft.reading.body(block)
        clauses = all_of(body, paid.Credit)
        fee = last(body, paid.Fee)
        kinds = {_kind(term.pays) for each in clauses for term in each.terms}
        for cap in (one for each in all_of(body, paid.Cap) for one in each.limits):
            if kinds and _kind(cap.amount) not in kinds:
                other = next(term for each in clauses for term in each.terms)
                yield codes.IDLE_CAP.at(
                    cap.span,
                    f"no credit is paid in {'points' if _kind(cap.amount) == 'points' else 'money'}",
                    label="limits nothing",
                    secondary=[Label(span=other.span, text=f"paid in {_kind(other.pays)}")],
                )
            elif len(kinds) == 1 and block.whole:
                yield from _out_of_reach(cap, clauses, fee, draft)


def _kind(amount: paid.Amount) -> str:
    return "points" if isinstance(amount, paid.Points) else "money"


def _currencies(amounts: Iterable[paid.Amount]) -> set[str]:
    return {each.value.currency for each in amounts if isinstance(each, common.Literal)}


def _out_of_reach(
    cap: paid.CapLimit, clauses: Sequence[paid.Credit], fee: paid.Fee | None, draft: Draft
) -> Iterator[Diagnostic]:
    """Compare a cap with the sum of the highest credits, where both are exact."""
    amounts = [
        cap.amount,
        *(term.pays for each in clauses for term in each.terms),
        *([fee.money] if fee else []),
    ]
    if len(_currencies(amounts)) > 1:
        return  # an error of its own
    months = months_of(cap.period)
    fee_months = months_of(fee.period) if fee else None
    total = Fraction(0)
    for each in clauses:
        target = _target(draft, each.target)
        period = target.period if target else None
        its_months = months_of(period) if isinstance(period, common.CalendarPeriod) else None
        most = _most(each, its_months, fee, fee_months)
        if most is None or not months or not its_months:
            return
        total += most * ceil(Fraction(months, its_months))
    limit = _in_money(cap.amount, fee, months, fee_months)
    if limit is not None and total < limit:
        yield codes.CAP_OUT_OF_REACH.at(
            cap.span,
            "all credits together cannot reach this cap",
            label="never reached",
            secondary=[Label(span=each.span, text="at most once in its period") for each in clauses[:6]],
        )


def _most(
    credit: paid.Credit, months: int | None, fee: paid.Fee | None, fee_months: int | None
) -> Fraction | None:
    """Return the most that a clause pays for one period of its target; None if nothing limits it."""
    bands, more = Fraction(0), Fraction(0)
    for term in credit.terms:
        worth = _in_money(term.pays, fee, max(months or 1, fee_months or 1), fee_months)
        if worth is None or (isinstance(term, paid.PerMiss) and term.each_miss):
            return None
        if isinstance(term, paid.Repeated):
            more += worth
        else:
            bands = max(bands, worth)
    return bands + more


def _in_money(
    amount: paid.Amount, fee: paid.Fee | None, months: int | None, fee_months: int | None
) -> Fraction | None:
    """Return points, or minor units of money; a share of the fee is of the fees of so many months."""
    unit, size = amount_unit(amount)
    if unit != "fee":
        return size
    if fee is None or not months or not fee_months:
        return None
    return size * fee.money.value.minor * Fraction(months, fee_months)
