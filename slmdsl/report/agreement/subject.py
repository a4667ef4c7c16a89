"""What a document is about: an agreement with all that it names, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.contract.model.agreements import (
    Availability,
    LongestOutage,
    OutageCount,
    Restore,
    SampledMetric,
)
from slmdsl.contract.model.catalogue import NeedsOne
from slmdsl.report.agreement.drafts import refer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.calendars import CalendarPlan
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.catalogue import Need
    from slmdsl.contract.model.spec import Contract
    from slmdsl.report.language import Language
    from slmdsl.syntax.tree.file import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An agreement, the contract that it stands in, and the language in which it is said."""

    contract: Contract
    agreement: Agreement
    say: Language

    def block(self, name: str) -> Declaration | None:
        """Return what was declared under a name, for its prose."""
        return next((each for each in self.contract.declarations if each.name.text == name), None)

    def prose(self, name: str) -> list[str]:
        """Return the paragraphs of prose that stand in a declaration."""
        block = self.block(name)
        text = block.prose.value if block is not None and block.prose is not None else ""
        return [" ".join(each.split()) for each in text.split("\n\n") if each.strip()]

    def called(self, name: str | None) -> str:
        """Return a party, service, request or agreement with its title: `Service desk (desk)`."""
        for things in (
            self.contract.parties,
            self.contract.services,
            self.contract.requests,
            self.contract.agreements,
        ):
            title = str(getattr(things.get(name or ""), "title", "") or "")
            if title:
                return self.say.say("agreement.called", title=title, name=name)
        return name or ""

    def hours(self, plan: CalendarPlan) -> str:
        """Return a calendar's name with the number of the clause that describes it."""
        key = f"agreement.hours_{'always' if plan.name == 'always' else 'of'}"
        return self.say.say(key, calendar=plan.name, clause=refer(hours_key(self, plan)))

    @property
    def covers(self) -> tuple[str, ...]:
        """What the agreement covers, as far as anything depends on it.

        An agreement that backs others covers what they do, which decides nothing where its targets all name services.
        """
        named = all(services_of(target) for target in self.agreement.targets)
        return () if self.agreement.supports and named else self.agreement.services

    @property
    def judges_tickets(self) -> bool:
        """Whether any of its targets is about tickets."""
        return any(hasattr(target.form, "population") for target in self.agreement.targets)

    def covered_services(self) -> tuple[str, ...]:
        """Return the services that the agreement covers; where it says none, all that its targets name."""
        covered = [each for each in self.covers if each in self.contract.services]
        return tuple(dict.fromkeys(covered)) or self.named_services()

    def named_services(self) -> tuple[str, ...]:
        """Return the services that targets and exclusions name."""
        named = (name for target in self.agreement.targets for name in services_of(target))
        left_out = (
            name
            for each in self.agreement.exclusions
            for name in (
                each.outages.services if each.outages else each.population.services if each.population else ()
            )
        )
        whole = (_service_name(name, self) for name in (*named, *left_out))
        return tuple(dict.fromkeys(name for name in whole if name))

    def needed_services(self) -> tuple[str, ...]:
        """Return the services on which those covered rest, at any depth, and those that targets name beside them."""
        known = dict.fromkeys(self.covered_services())
        found: dict[str, None] = {}
        pending = [*self.named_services(), *known]
        while pending:
            name = pending.pop(0)
            if name not in known and name not in found:
                found[name] = None
            need = self.contract.services[name].needs
            below = (_service_name(each, self) for each in _needed(need))
            pending += [each for each in below if each and each not in known and each not in found]
        return tuple(found)


def hours_key(subject: Subject, plan: CalendarPlan) -> str:
    """Return the key of the chapter about a calendar."""
    plans = calendars_of(subject)
    return f"hours-{plans.index(plan) + 1}" if plan in plans else "hours"


def calendars_of(subject: Subject) -> tuple[CalendarPlan, ...]:
    """Return the calendars that the agreement counts by, each once: those of targets, then those of services."""
    of_targets = (target.calendar for target in subject.agreement.targets if uses_hours(target))
    of_services = (subject.contract.services[name].hours for name in subject.covered_services())
    return tuple(dict.fromkeys((*of_targets, *of_services)))


def uses_hours(target: Target) -> bool:
    """Return whether a target's calendar decides anything: time of tickets and outages, and the age of a backlog."""
    form = target.form
    if isinstance(form, Availability | LongestOutage | OutageCount | SampledMetric):
        return False
    if isinstance(form, Restore) or hasattr(form, "measure"):
        return True
    return getattr(form, "older_than", None) is not None


def services_of(target: Target) -> tuple[str, ...]:
    """Return the services and components that a target names."""
    form = target.form
    if isinstance(form, SampledMetric):
        return (form.service,)
    if isinstance(form, OutageCount):
        return form.outages.services
    if isinstance(form, Availability | LongestOutage | Restore):
        return form.services
    population = getattr(form, "population", None)
    return population.services if population is not None else ()


def _service_name(name: str, subject: Subject) -> str:
    """Return the service that a name is, or the one that a component is of; nothing for other names."""
    services = subject.contract.services
    return next((each for each in (name, name.partition(".")[0]) if each in services), "")


def _needed(need: Need | None) -> Iterable[str]:
    def names(part: Need) -> Iterator[str]:
        if isinstance(part, NeedsOne):
            yield part.name
        else:
            for each in part.parts:
                yield from names(each)

    return () if need is None else tuple(names(need))
