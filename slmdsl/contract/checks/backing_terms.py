"""How long backing lasts, when its clocks stand still, and what its stays add up to."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import Duration
from slmdsl.contract import codes
from slmdsl.contract.checks.backing import clash
from slmdsl.contract.checks.chain import Chain, level_of_tickets
from slmdsl.contract.checks.promises import agreements, comparable, size
from slmdsl.contract.from_tree.reading import last
from slmdsl.contract.model.agreements import Within
from slmdsl.events.vocabulary import Phase
from slmdsl.syntax.tree.agreements import Valid
from slmdsl.syntax.tree.clocks import Pauses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.spec import Contract

_HANDED_ON: Final = frozenset((Phase.WAIT_SUPPLIER, Phase.WAIT_INTERNAL))
"""Waiting for others who have promises of their own."""


def backing_terms(draft: Draft) -> Iterator[Diagnostic]:
    """Backing that ends before the promise, pauses where the promise does not, or adds up to more than its limit."""
    contract = draft.contract
    chain = Chain(contract)
    valid = {agreement.name: last(draft.reading.body(block), Valid) for block, agreement in agreements(draft)}
    for agreement in contract.agreements.values():
        if agreement.kind != "sla" and not chain.is_backed(agreement):
            continue
        told: set[str] = set()
        used: set[str] = set()
        for target, behind in chain.behind(agreement):
            used.update(each.agreement for each in behind)
            yield from _pauses(target, behind, draft, told)
            yield from _stays(target, behind, contract)
        yield from _ends_early(
            agreement, [each for each in chain.below(agreement) if each.name in used], valid
        )


def _ends_early(
    agreement: Agreement, below: Sequence[Agreement], valid: dict[str, Valid | None]
) -> Iterator[Diagnostic]:
    """Yield agreements that back one for a part of its time only, and that no other of the same party continues."""
    mine = valid[agreement.name]
    if mine is None or mine.first > mine.last:
        return
    for each in below:
        theirs = valid[each.name]
        if theirs is None or theirs.first > theirs.last:
            continue
        beside = [valid[one.name] for one in below if one.promiser == each.promiser and one.kind == each.kind]
        gap = _first_gap(mine, beside)
        if gap is not None and not theirs.first <= mine.first <= mine.last <= theirs.last:
            yield codes.BACKING_ENDS.at(
                mine.span,
                f"`{agreement.name}` is not backed by `{each.name}` on {gap}",
                label="the promise",
                secondary=[Label(span=theirs.span, text="what backs it")],
                help=f"let `{each.name}` be valid {mine.first} .. {mine.last}, or say what follows it",
            )


def _first_gap(mine: Valid, beside: Sequence[Valid | None]) -> date | None:
    """Return the first day of one range that no other covers; a range that is not said covers every day."""
    day = mine.first
    for each in sorted((one for one in beside if one is not None), key=lambda one: one.first):
        if each.first <= day <= each.last:
            if each.last >= mine.last:
                return None
            day = each.last + timedelta(days=1)
    return None if None in beside else day


def _pauses(target: Target, behind: Sequence[Target], draft: Draft, told: set[str]) -> Iterator[Diagnostic]:
    """Yield, once for each agreement, pauses of a clock behind a promise during which the promise's clock runs."""
    if not isinstance(target.form, Within):
        return
    handed_on = _HANDED_ON if len({each.agreement for each in behind}) > 1 else frozenset()
    for each in behind:
        extra = each.clock.pauses - target.clock.pauses - handed_on
        if extra and each.agreement not in told and clash(target, each, draft.contract) is None:
            told.add(each.agreement)
            phases = " and ".join(f"`{phase.word}`" for phase in sorted(extra))
            yield codes.BACKING_PAUSES.at(
                target.limit_span,
                f"the clock of `{target.qualified}` runs where that of `{each.qualified}` pauses",
                label=f"runs while {phases}",
                secondary=[
                    Label(span=each.limit_span, text="backs it"),
                    Label(span=_pause_span(each, draft), text=f"pauses while {phases}"),
                ],
                help=f"time in {phases} uses up {_limit_words(target.form)} here, and nothing there",
            )


def _limit_words(form: Within) -> str:
    return f"the {form.limit.values[0][1].duration}"


def _pause_span(target: Target, draft: Draft) -> Span:
    """Return where the pauses of a target's clock are said."""
    for block in draft.reading.of_kind("clock"):
        if block.name.text == target.clock.name:
            said = last(draft.reading.body(block), Pauses)
            if said is not None:
                return said.span
    return target.clock.span


def _stays(target: Target, behind: Sequence[Target], contract: Contract) -> Iterator[Diagnostic]:
    """Yield a limit that the stays of one ticket with several teams may exceed, though each team keeps its own."""
    form = target.form
    if not isinstance(form, Within) or form.measure not in ("resolution", "fulfilment"):
        return
    limit = form.limit.values[0][1].duration
    for priority in form.population.priorities or (None,):
        stays = list(_shortest(target, behind, priority, contract).values())
        total = sum(_size_of(each) for each in stays)
        if len(stays) > 1 and total > size(limit) and all(_size_of(each) <= size(limit) for each in stays):
            yield _add_up(target, limit, stays, total, contract)
            return


def _shortest(
    target: Target, behind: Sequence[Target], priority: str | None, contract: Contract
) -> dict[str, Target]:
    """Return the shortest promise of each team for its stays with the tickets of a priority."""
    found: dict[str, Target] = {}
    for each in behind:
        agreement = contract.agreements[each.agreement]
        judged = each.form.population.priorities if isinstance(each.form, Within) else ()
        other = priority not in judged if priority else bool(judged)
        if agreement.stays is None or agreement.promiser is None or not _adds_up(target, each):
            continue
        best = found.get(agreement.promiser)
        if not (other and judged) and (best is None or _size_of(each) < _size_of(best)):
            found[agreement.promiser] = each
    return found


def _add_up(
    target: Target, limit: Duration, stays: Sequence[Target], total: Fraction | int, contract: Contract
) -> Diagnostic:
    summed = Duration(business_days=Fraction(total)) if limit.business_days else Duration(us=int(total))
    return codes.STAYS_ADD_UP.at(
        target.limit_span,
        f"a ticket of `{target.qualified}` may stay longer with its teams than it may last",
        label=f"{limit} in all",
        secondary=[
            Label(
                span=each.limit_span,
                text=f"for each stay with `{contract.agreements[each.agreement].promiser}`",
            )
            for each in stays
        ],
        help=f"one stay with each of them may take {summed}",
    )


def _adds_up(target: Target, backing: Target) -> bool:
    """Whether a limit behind a promise is of the same tickets in the same unit on the same calendar."""
    one, other = level_of_tickets(target), level_of_tickets(backing)
    if one is None or other is None or not isinstance(backing.form, Within):
        return False
    mine, theirs = one.limit.values[0][1], other.limit.values[0][1]
    return (
        target.calendar == backing.calendar
        and comparable(mine.duration, theirs.duration)
        and not (mine.end_of_day or theirs.end_of_day)
    )


def _size_of(target: Target) -> Fraction | int:
    level = level_of_tickets(target)
    return 0 if level is None else size(level.limit.values[0][1].duration)
