"""Clauses that select nothing: exclusions, services that are not covered, conditions that contradict themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import Duration, Ratio
from slmdsl.contract import codes
from slmdsl.contract.checks.foundations import Foundations
from slmdsl.contract.checks.promises import agreements, promises
from slmdsl.contract.from_tree.reading import last
from slmdsl.contract.model.agreements import (
    Availability,
    LongestOutage,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
)
from slmdsl.syntax.tree import populations
from slmdsl.syntax.tree.agreements import Covers, ExcludeOutages, ExcludeTickets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Agreement, OutageSelection, Population, Target
    from slmdsl.syntax.tree.common import Ref

_Atom = populations.Compare | populations.In | populations.IsMissing | populations.IsKnown

_COUNTS: Final = ("reopenings", "reassignments")
"""Facts of every ticket that are never below zero."""


def idle_exclusions(draft: Draft) -> Iterator[Diagnostic]:
    """Exclusions of what no target of their agreement judges."""
    foundations = Foundations(draft.contract.services)
    for block, agreement in agreements(draft):
        body = draft.reading.body(block)
        said = [each for each in body if isinstance(each, ExcludeTickets | ExcludeOutages)]
        by_span = {each.span: each for each in agreement.exclusions}
        for each in said if block.whole and agreement.targets else ():
            built = by_span.get(each.span)
            if built is None:
                continue
            if built.outages is not None:
                hit = any(_hits_outages(built.outages, target, foundations) for target in agreement.targets)
            else:
                hit = any(_hits_tickets(built.population, target) for target in agreement.targets)
            if not hit:
                yield codes.IDLE_EXCLUSION.at(
                    each.span,
                    f"no target of `{agreement.name}` judges what this takes out",
                    label="takes out nothing",
                    secondary=_nearest(built.population, agreement),
                )


def _nearest(population: Population | None, agreement: Agreement) -> list[Label]:
    """Return labels of the targets on tickets, or of availability, that might have been meant."""
    alike = [each for each in agreement.targets if (_population(each) is None) == (population is None)]
    return [
        Label(span=each.limit_span, text="judges other tickets" if population else "judges others")
        for each in alike[:3]
    ]


def _population(target: Target) -> Population | None:
    found: Population | None = getattr(target.form, "population", None)
    return found


def _hits_tickets(excluded: Population | None, target: Target) -> bool:
    judged = _population(target)
    if excluded is None or judged is None:
        return False
    return excluded.kind == judged.kind and all(
        not mine or not theirs or not set(mine).isdisjoint(theirs)
        for mine, theirs in (
            (excluded.priorities, judged.priorities),
            (excluded.requests, judged.requests),
            (excluded.services, judged.services),
        )
    )


def _hits_outages(excluded: OutageSelection, target: Target, foundations: Foundations) -> bool:
    form = target.form
    if isinstance(form, OutageCount):
        services = form.outages.services
    elif isinstance(form, Availability | LongestOutage | Restore):
        services = form.services
    else:
        return False
    if not excluded.services or not services:
        return True
    below = foundations.of_all(services)
    return any(name in below or name.partition(".")[0] in below for name in excluded.services) or any(
        name.partition(".")[0] in excluded.services for name in below
    )


def not_covered(draft: Draft) -> Iterator[Diagnostic]:
    """Targets on services that their agreement does not cover."""
    contract = draft.contract
    foundations = Foundations(contract.services)
    for block, agreement in agreements(draft):
        covers = last(draft.reading.body(block), Covers)
        if covers is None:
            continue
        names = set(draft.reading.names(covers.what))
        known = names | foundations.of_all(sorted(names))
        if len(names) < len(covers.what) or not block.whole:
            continue
        for target in agreement.targets:
            named = [
                each
                for each in _services(target)
                if each.partition(".")[0] not in known and each not in known
            ]
            if named:
                yield codes.NOT_COVERED.at(
                    target.limit_span,
                    f"`{agreement.name}` does not cover `{named[0]}`",
                    label=f"`{target.name}` is about `{named[0]}`",
                    secondary=[Label(span=covers.span, text="what it covers")],
                    help=f"add `{named[0]}` to `covers`, or leave it out of the target",
                )


def _services(target: Target) -> Sequence[str]:
    form = target.form
    if isinstance(form, SampledMetric):
        return (form.service,)
    if isinstance(form, OutageCount):
        return form.outages.services
    if isinstance(form, Score):
        return ()
    population = _population(target)
    found: Sequence[str] = population.services if population else getattr(form, "services", ())
    return found


def contradictory_conditions(draft: Draft) -> Iterator[Diagnostic]:
    """Conditions that no ticket or outage can meet."""
    for node, _ in draft.nodes(populations.Population, populations.Outages):
        if node.condition is not None:
            yield from _contradictions(node.condition, draft)


def _contradictions(condition: populations.Condition, draft: Draft) -> Iterator[Diagnostic]:
    """Look into each branch of a condition; what stands below `not` is left aside."""
    pending = [condition]
    while pending:
        each = pending.pop()
        if isinstance(each, populations.Or):
            pending.extend(each.parts)
            continue
        facts: dict[str, _Known] = {}
        for part in _conjuncts(each):
            if isinstance(part, populations.Or):
                pending.append(part)
            elif not isinstance(part, populations.Not | populations.And):
                name = draft.reading.name(part.field) or part.field.text
                before = facts.setdefault(name, _Known(at_least=Fraction(0) if name in _COUNTS else None))
                clash = before.add(part)
                if clash is not None:
                    yield _never(part, clash, name)
                    return


def _conjuncts(condition: populations.Condition) -> Iterator[populations.Condition]:
    pending = [condition]
    while pending:
        each = pending.pop()
        if isinstance(each, populations.And):
            pending.extend(reversed(each.parts))
        else:
            yield each


def _never(part: populations.Condition, before: Span | str, name: str) -> Diagnostic:
    return codes.CONTRADICTS_ITSELF.at(
        part.span,
        f"no `{name}` meets this condition",
        label="never holds" if isinstance(before, str) else "and this",
        secondary=() if isinstance(before, str) else [Label(span=before, text="this")],
        help=before
        if isinstance(before, str)
        else "`or` takes either; `in (a, b)` takes one of several values",
    )


@dataclass(slots=True)
class _Known:
    """What the conditions so far say of one field."""

    at_least: Fraction | None = None
    at_most: Fraction | None = None
    open_below: bool = False
    open_above: bool = False
    values: set[object] | None = None
    refused: set[object] = field(default_factory=set)
    missing: bool | None = None
    place: Span | None = None

    def add(
        self, part: populations.Compare | populations.In | populations.IsMissing | populations.IsKnown
    ) -> Span | str | None:
        """Take a condition in; return the place, or the reason, of what it contradicts."""
        wanted_missing = isinstance(part, populations.IsMissing)
        if self.missing is not None and self.missing != wanted_missing:
            return self.place or part.span
        self.missing = wanted_missing
        contradicts = False
        if isinstance(part, populations.In):
            contradicts = self._narrow({_value(each) for each in part.values})
        elif isinstance(part, populations.Compare):
            contradicts = self._compare(part.operator, _value(part.value))
        before, self.place = self.place, part.span
        if not contradicts:
            return None
        return before or "it is a count, and never below 0"

    def _narrow(self, values: set[object]) -> bool:
        self.values = values if self.values is None else self.values & values
        return not self._possible()

    def _possible(self) -> bool:
        if self.values is None:
            return self._range_is_open()
        return any(self._fits(each) for each in self.values - self.refused)

    def _fits(self, value: object) -> bool:
        if not isinstance(value, Fraction):
            return True
        low, high = self.at_least, self.at_most
        above = low is None or value > low or (value == low and not self.open_below)
        return above and (high is None or value < high or (value == high and not self.open_above))

    def _range_is_open(self) -> bool:
        low, high = self.at_least, self.at_most
        if low is None or high is None or low < high:
            return True
        return low == high and not (self.open_below or self.open_above)

    def _compare(self, operator: str, value: object) -> bool:
        if operator == "=":
            return self._narrow({value})
        if operator == "!=":
            self.refused.add(value)
            return self.values is not None and not self._possible()
        if not isinstance(value, Fraction):
            return False
        if operator in (">", ">=") and (self.at_least is None or value >= self.at_least):
            strict = operator == ">" or (value == self.at_least and self.open_below)
            self.at_least, self.open_below = value, strict
        if operator in ("<", "<=") and (self.at_most is None or value <= self.at_most):
            strict = operator == "<" or (value == self.at_most and self.open_above)
            self.at_most, self.open_above = value, strict
        return not self._possible()


def _value(operand: populations.Operand) -> object:
    """Return what a field is compared with: a number as a fraction, a bare word and a string alike."""
    value = operand.text if isinstance(operand, populations.Word) else operand.value
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, Ratio):
        return value.value
    if isinstance(value, Duration):
        return ("duration", value)
    return value.casefold() if isinstance(value, str) else value


def unmapped_fields(draft: Draft) -> Iterator[Diagnostic]:
    """Fields that a target is split by and that no source of tickets gives."""
    sources = [each for each in draft.contract.sources.values() if each.form in ("tickets", "events")]
    if not sources:
        return
    given = {name for each in sources for name in (*each.fields, *each.facts)}
    declared = dict(_declared(draft))
    for promise in promises(draft):
        per: Ref | None = promise.said.per
        name = draft.reading.name(per) if per else None
        if per is None or name is None or name not in declared or name in given:
            continue
        yield codes.UNMAPPED_FIELD.at(
            per.span,
            f"no source gives `{name}`",
            label="every ticket would be without it",
            secondary=[
                Label(span=declared[name], text="declared here"),
                Label(span=sources[0].span, text="a source of tickets"),
            ],
            help=f'say which column it is: `field {name} "..."`',
        )


def _declared(draft: Draft) -> Iterator[tuple[str, Span]]:
    for name, symbols in draft.names.fields.items():
        yield name, symbols[0].span
