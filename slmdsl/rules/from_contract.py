"""From a contract to the compiled rules of its targets on tickets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slmdsl.contract.model.agreements import Ageing, Count, Share, Statistic, Within
from slmdsl.contract.model.catalogue import PartyRole
from slmdsl.contract.model.clocks import Mark
from slmdsl.events.vocabulary import Phase
from slmdsl.rules.ticket_rules import (
    CountedBy,
    Selection,
    TicketExclusion,
    TicketForm,
    TicketRules,
    TicketTarget,
    Track,
)
from slmdsl.rules.units import WHOLE, UnitKind, unit_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from typing import TypeGuard

    from slmdsl.calendars import CalendarPlan
    from slmdsl.contract.model.agreements import Agreement, Exclusion, Form, Population, Target
    from slmdsl.contract.model.clocks import Clock
    from slmdsl.contract.model.spec import Contract
    from slmdsl.rules.units import Unit

    TicketFormPlan = Within | Statistic | Share | Count | Ageing

NOBODY = "stays count, but nobody in `between` promises, so no group is known"
MIXED_UNITS = "a statistic whose limit changes between clock time and business days is not evaluated yet"

_FORMS = {
    Within: (TicketForm.WITHIN, CountedBy.DECIDED),
    Statistic: (TicketForm.STATISTIC, CountedBy.STOPPED),
    Share: (TicketForm.SHARE, CountedBy.STOPPED),
    Count: (TicketForm.COUNT, CountedBy.OPENED),
    Ageing: (TicketForm.COUNT, CountedBy.OPENED),
}
_COUNTED = {"decided": CountedBy.DECIDED, "opened": CountedBy.OPENED, "resolved": CountedBy.STOPPED}


def ticket_rules(
    contract: Contract, agreements: Iterable[str] | None = None, *, unit: Unit = WHOLE
) -> TicketRules:
    """Compile the targets on tickets (or on these units of them) of the named agreements, of all by default.

    Targets on availability, samples and scores are other rooms' business and are passed over, and so are those on
    other units.
    """
    names = contract.agreements if agreements is None else agreements
    compiler = _Compiler(contract=contract, unit=unit)
    for name in names:
        compiler.add(contract.agreements[name])
    return compiler.rules()


def units_judged(contract: Contract, agreements: Iterable[str] | None = None) -> tuple[Unit, ...]:
    """Return each unit smaller than a ticket that targets of the named agreements judge, once."""
    names = contract.agreements if agreements is None else agreements
    found = (
        unit_of(contract, contract.agreements[name], target.form, target.clock)
        for name in names
        for target in contract.agreements[name].targets
        if is_ticket_form(target.form) and not _reason_to_leave_out(contract.agreements[name], target.form)
    )
    return tuple(dict.fromkeys(unit for unit in found if unit.kind is not UnitKind.TICKET))


def is_ticket_form(form: Form) -> TypeGuard[TicketFormPlan]:
    """Whether a target of this form judges tickets."""
    return isinstance(form, Within | Statistic | Share | Count | Ageing)


@dataclass(slots=True, kw_only=True)
class _Compiler:
    contract: Contract
    unit: Unit
    targets: list[TicketTarget] = field(default_factory=list)
    exclusions: list[TicketExclusion] = field(default_factory=list)
    left_out: list[tuple[Target, str]] = field(default_factory=list)
    tracks: dict[Track, int] = field(default_factory=dict)
    families: dict[Hashable, int] = field(default_factory=dict)
    calendars: dict[CalendarPlan, int] = field(default_factory=dict)

    def add(self, agreement: Agreement) -> None:
        for target in agreement.targets:
            form = target.form
            if not is_ticket_form(form):
                continue
            reason = _reason_to_leave_out(agreement, form)
            if reason:
                self.left_out.append((target, reason))
            elif unit_of(self.contract, agreement, form, target.clock) == self.unit:
                self.targets.append(self.compiled(agreement, target, form))
        self.exclusions += [
            self.excluded(agreement, exclusion, exclusion.population)
            for exclusion in agreement.exclusions
            if exclusion.population is not None
        ]

    def compiled(self, agreement: Agreement, target: Target, form: TicketFormPlan) -> TicketTarget:
        kind, usually = _FORMS[type(form)]
        track = _place(self.tracks, _track(agreement, self.unit.clock(target.clock), form))
        return TicketTarget(
            target=target,
            agreement=agreement,
            form=kind,
            counted=_COUNTED[target.counted] if target.counted else usually,
            track=track,
            calendar=_place(self.calendars, target.calendar),
            family=_place(self.families, _family_key(agreement, target, form, track)),
            selection=self.selection(agreement, form.population),
            condition=form.population.condition,
            numerator=form.condition if isinstance(form, Share) else None,
        )

    def excluded(self, agreement: Agreement, exclusion: Exclusion, population: Population) -> TicketExclusion:
        return TicketExclusion(
            agreement=agreement.name,
            exclusion=exclusion,
            selection=Selection(
                kinds=self.kinds(population),
                services=frozenset(population.services),
                priorities=frozenset(population.priorities),
            ),
            condition=population.condition,
        )

    def selection(self, agreement: Agreement, population: Population) -> Selection:
        """Which tickets a target judges: of its services, else of those that the agreement covers."""
        covered = frozenset(agreement.services)
        return Selection(
            kinds=self.kinds(population),
            services=frozenset(population.services) or covered,
            covered_kinds=frozenset() if population.services else covered & self.contract.requests.keys(),
            customers=self.customers(agreement),
            priorities=frozenset(population.priorities),
        )

    def kinds(self, population: Population) -> frozenset[str]:
        if population.requests:
            return frozenset(population.requests)
        requests = self.contract.requests if population.kind == "request" else ()
        return frozenset((population.kind, *requests))

    def customers(self, agreement: Agreement) -> frozenset[str]:
        """The names in data of the customer that receives; tickets of an inner agreement are of any customer."""
        party = self.contract.parties.get(agreement.receiver or "")
        if party is None or party.role is not PartyRole.CUSTOMER:
            return frozenset()
        return frozenset((party.name, party.title) if party.title else (party.name,))

    def rules(self) -> TicketRules:
        return TicketRules(
            targets=tuple(self.targets),
            tracks=tuple(self.tracks),
            calendars=tuple(self.calendars),
            exclusions=tuple(self.exclusions),
            left_out=tuple(self.left_out),
            unit=self.unit,
        )


def _place(places: dict[Hashable, int] | dict[Track, int] | dict[CalendarPlan, int], key: Hashable) -> int:
    return places.setdefault(key, len(places))  # type: ignore[arg-type] # each caller's key fits its dict


def _reason_to_leave_out(agreement: Agreement, form: TicketFormPlan) -> str:
    if agreement.stays is not None and agreement.promiser is None:
        return NOBODY
    if isinstance(form, Statistic):
        units = {bool(limit.duration.business_days) for _, limit, _ in form.limit.values}
        return MIXED_UNITS if len(units) > 1 else ""
    return ""


def _track(agreement: Agreement, clock: Clock, form: TicketFormPlan) -> Track:
    is_response = isinstance(form, Within | Statistic) and form.measure == "response"
    return Track(
        is_response=is_response,
        starts=clock.starts,
        stops=clock.responds if is_response else clock.stops,
        pauses=clock.pauses,
        zone=None if isinstance(clock.starts, Mark | Phase) else agreement.zone,
    )


def _family_key(agreement: Agreement, target: Target, form: TicketFormPlan, track: int) -> Hashable:
    if isinstance(form, Within):
        clock = target.clock
        return (agreement.name, form.measure, track, clock.reopened, clock.reprioritised)
    return target.qualified
