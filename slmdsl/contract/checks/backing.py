"""Whether promises to customers are backed by what teams and suppliers promise."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import Ratio
from slmdsl.contract import codes
from slmdsl.contract.checks.promises import PAIRS_AT_MOST, comparable, size
from slmdsl.contract.model.agreements import Availability, Statistic, Within
from slmdsl.contract.model.catalogue import NeedsAll, NeedsOne

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Agreement, Population, Target
    from slmdsl.contract.model.catalogue import Need, Service
    from slmdsl.contract.model.spec import Contract

_BEHIND_AT_MOST: Final = 200
"""Agreements that are looked at behind one."""

_NAMED_AT_MOST: Final = 6
"""Targets that one warning points at; the others are counted."""


def backed(draft: Draft) -> Iterator[Diagnostic]:
    """Targets of SLAs that no OLA or contract backs, or whose backing promises less."""
    contract = draft.contract
    rests_on = _Foundations(contract.services)
    supporters = _supporters(contract)
    for agreement in contract.agreements.values():
        if agreement.kind == "sla":
            behind = [target for each in _behind(agreement, supporters) for target in each.targets]
            at_most = PAIRS_AT_MOST // (len(agreement.targets) or 1)
            alone: list[Target] = []
            for target in agreement.targets:
                backing = [each for each in behind[:at_most] if _backs(each, target, rests_on)]
                if not backing and isinstance(target.form, Within | Statistic | Availability):
                    alone.append(target)
                for each in backing:
                    yield from _weaker(target, each, contract)
            if alone:
                yield _not_backed(agreement, alone)


def _behind(agreement: Agreement, supporters: Mapping[str, list[Agreement]]) -> list[Agreement]:
    """Return the agreements that support one, directly or through others."""
    found: dict[str, Agreement] = {}
    pending = [agreement.name]
    while pending and len(found) < _BEHIND_AT_MOST:
        for each in supporters.get(pending.pop(), ()):
            if each.name not in found and each is not agreement:
                found[each.name] = each
                pending.append(each.name)
    return list(found.values())


def _supporters(contract: Contract) -> Mapping[str, list[Agreement]]:
    found: dict[str, list[Agreement]] = defaultdict(list)
    for each in contract.agreements.values():
        for name in each.supports:
            found[name].append(each)
    return found


def _backs(backing: Target, target: Target, rests_on: _Foundations) -> bool:
    """Whether one target speaks of a part of what another promises."""
    one, other = backing.form, target.form
    if isinstance(one, Availability) and isinstance(other, Availability):
        return any(rests_on.of(name) & set(one.services) for name in other.services)
    if isinstance(one, Within | Statistic) and isinstance(other, Within | Statistic):
        return one.measure == other.measure and _share_tickets(one.population, other.population)
    return False


def _share_tickets(one: Population, other: Population) -> bool:
    """Whether two populations can have tickets in common; services are left aside, since tickets pass among them."""
    return one.kind == other.kind and all(
        not mine or not theirs or not mine.isdisjoint(theirs)
        for mine, theirs in (
            (set(one.priorities), other.priorities),
            (set(one.requests), other.requests),
        )
    )


class _Foundations:
    """What services rest on: themselves, what they need, and what that needs."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services: Final = services
        self._known: Final[dict[str, frozenset[str]]] = {}

    def of(self, name: str) -> frozenset[str]:
        """Return a service or component and everything that it rests on."""
        if name not in self._known:
            found, pending = {name}, [name]
            while pending:
                service = self._services.get(pending.pop())
                for each in _leaves(service.needs) if service else ():
                    if each not in found:
                        found.add(each)
                        pending.append(each)
            self._known[name] = frozenset(found)
        return self._known[name]


def _leaves(need: Need | None) -> Iterator[str]:
    if isinstance(need, NeedsOne):
        yield need.name
    elif need is not None:
        for part in need.parts:
            yield from _leaves(part)


def _not_backed(agreement: Agreement, alone: Sequence[Target]) -> Diagnostic:
    count = "1 target" if len(alone) == 1 else f"{len(alone)} targets"
    more = len(alone) - _NAMED_AT_MOST
    return codes.NOT_BACKED.at(
        agreement.span,
        f"no OLA or contract backs {count} of `{agreement.name}`",
        label="promised to the customer",
        secondary=[Label(span=each.limit_span, text="backed by nothing") for each in alone[:_NAMED_AT_MOST]],
        help=(
            f"an `ola` or `contract` backs it that says `supports {agreement.name}`",
            *((f"and {more} more",) if more > 0 else ()),
        ),
    )


def _weaker(target: Target, backing: Target, contract: Contract) -> Iterator[Diagnostic]:
    """Compare two targets of one form, number by number, where no calendar is needed to compare them."""
    one, other = target.form, backing.form
    words = ""
    if isinstance(one, Within) and isinstance(other, Within) and target.calendar == backing.calendar:
        words = _weaker_within(one, other, _who(backing, contract))
    if isinstance(one, Availability) and isinstance(other, Availability):
        promised, given = one.goal.values[0][1], other.goal.values[0][1]
        if given < promised:
            words = f"what is up for {Ratio(given)} cannot carry {Ratio(promised)}"
    if words:
        yield codes.WEAKER_BACKING.at(
            target.limit_span,
            f"`{target.qualified}` promises more than `{backing.qualified}` backs",
            label="promised to the customer",
            secondary=[Label(span=backing.limit_span, text=f"what {_who(backing, contract)} promises")],
            help=words,
        )


def _weaker_within(one: Within, other: Within, who: str) -> str:
    limit, allowed = one.limit.values[0][1].duration, other.limit.values[0][1].duration
    goal, given = one.goal.values[0][1], other.goal.values[0][1]
    if not comparable(limit, allowed):
        return ""
    if size(allowed) > size(limit):
        where = " or ".join(f"`{name}`" for name in other.population.services)
        tickets = f"tickets in {where}" if where else "tickets"
        return f"{tickets} can use up the whole {limit} at {who}"
    if given < goal:
        return f"{Ratio(given)} in time there cannot carry {Ratio(goal)} in time here"
    return ""


def _who(backing: Target, contract: Contract) -> str:
    kind = contract.agreements[backing.agreement].kind
    return {"ola": "the team", "contract": "the supplier"}.get(kind, "the other")


def above_needs(draft: Draft) -> Iterator[Diagnostic]:
    """Availability promised above the product of what the needed services are promised."""
    contract = draft.contract
    promised = _promised_to_us(contract)
    if not promised:
        return
    paper = _Paper(contract.services, promised)
    for agreement in contract.agreements.values():
        for target in agreement.targets if agreement.kind == "sla" else ():
            if isinstance(target.form, Availability):
                yield from _above(target, target.form, paper, promised)


def _promised_to_us(contract: Contract) -> dict[str, tuple[Fraction, Target]]:
    """Return the best availability that an OLA or contract promises of each service."""
    found: dict[str, tuple[Fraction, Target]] = {}
    for agreement in contract.agreements.values():
        for target in agreement.targets if agreement.kind != "sla" else ():
            for name in target.form.services if isinstance(target.form, Availability) else ():
                goal = target.form.goal.values[0][1] if isinstance(target.form, Availability) else Fraction(1)
                if name not in found or goal > found[name][0]:
                    found[name] = (goal, target)
    return found


def _above(
    target: Target, form: Availability, paper: _Paper, promised: Mapping[str, tuple[Fraction, Target]]
) -> Iterator[Diagnostic]:
    goal = form.goal.values[0][1]
    level = Fraction(1)
    for name in form.services:
        level *= paper.level(name)
    parts = sorted({name for each in form.services for name in paper.parts(each)})
    # A single promise below the goal is said by the comparison of the two (SLM412).
    if level < goal and len(parts) > 1 and min(promised[name][0] for name in parts) >= goal:
        yield codes.ABOVE_NEEDS.at(
            target.limit_span,
            f"`{target.qualified}` promises more than what its services need is promised",
            label="promised to the customer",
            secondary=[
                Label(span=promised[name][1].limit_span, text=f"`{name}`: {Ratio(promised[name][0])}")
                for name in parts
            ],
            help=f"on paper all of it together is up {float(level):.4%} of the time",
        )


class _Paper:
    """Availability by the product rule, from what is promised of the parts; what nobody promises counts as up."""

    def __init__(
        self, services: Mapping[str, Service], promised: Mapping[str, tuple[Fraction, Target]]
    ) -> None:
        self._services: Final = services
        self._promised: Final = promised
        self._levels: Final[dict[str, Fraction]] = {}
        self._parts: Final[dict[str, frozenset[str]]] = {}

    def level(self, name: str) -> Fraction:
        """Return the availability of a service by what its needs are promised."""
        self._settle(name)
        return self._levels[name]

    def parts(self, name: str) -> frozenset[str]:
        """Return the promised services that a level was made of."""
        self._settle(name)
        return self._parts[name]

    def _settle(self, root: str) -> None:
        """Work out `root` after what it needs, without recursion; a circle counts as up once."""
        pending = [(root, False)]
        begun: set[str] = set()
        while pending:
            name, ready = pending.pop()
            if name in self._levels:
                continue
            if ready:
                self._work_out(name)
            elif name not in begun:
                begun.add(name)
                pending.append((name, True))
                service = self._services.get(name)
                leaves = [] if name in self._promised or service is None else list(_leaves(service.needs))
                pending.extend((each, False) for each in leaves)

    def _work_out(self, name: str) -> None:
        service = self._services.get(name)
        if name in self._promised:
            self._levels[name], self._parts[name] = self._promised[name][0], frozenset((name,))
        elif service is None or service.needs is None:
            self._levels[name], self._parts[name] = Fraction(1), frozenset()
        else:
            empty: frozenset[str] = frozenset()
            self._levels[name] = self._of_need(service.needs)
            self._parts[name] = empty.union(
                *(self._parts.get(each, empty) for each in _leaves(service.needs))
            )

    def _of_need(self, need: Need) -> Fraction:
        if isinstance(need, NeedsOne):
            return self._levels.get(need.name, Fraction(1))
        levels = [self._of_need(each) for each in need.parts]
        return _at_least(len(levels) if isinstance(need, NeedsAll) else need.least, levels)


def _at_least(least: int, levels: Sequence[Fraction]) -> Fraction:
    """Return the chance that at least so many of independent parts are up."""
    chances = [Fraction(1)]
    for level in levels:
        up = [Fraction(0), *(chance * level for chance in chances)]
        down = [*(chance * (1 - level) for chance in chances), Fraction(0)]
        chances = [a + b for a, b in zip(up, down, strict=True)]
    return sum(chances[max(least, 0) :], Fraction(0))
