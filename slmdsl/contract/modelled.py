"""Which targets a simulation has no facts for: they are reported as not modelled, never as kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.concerned import rests_on
from slmdsl.contract.model.agreements import (
    Availability,
    LongestOutage,
    OutageCount,
    Restore,
    SampledMetric,
    Score,
    Within,
)
from slmdsl.contract.model.clocks import Mark
from slmdsl.contract.model.risks import Outage
from slmdsl.contract.scenarios import streams_of
from slmdsl.syntax.tree.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slmdsl.contract.model.agreements import Population, Target
    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.work import Load, RaisedTickets, Stream

_FACTS = frozenset(("kind", "service", "priority", "customer", "group", "reopenings", "reassignments"))
"""What conditions may ask of a simulated ticket."""


def unmodelled(what_if: WhatIf) -> dict[str, str]:
    """Return which targets of a scenario's agreements nothing is simulated for, and why, by qualified name."""
    found = (
        (target.qualified, _reason(target, what_if))
        for name in what_if.agreements
        for target in what_if.contract.agreements[name].targets
    )
    return {name: reason for name, reason in found if reason}


def _reason(target: Target, what_if: WhatIf) -> str:
    form = target.form
    if found := beyond_simulation(target):
        return found
    if isinstance(form, Score):
        given = any(each.feedback is not None and each.feedback.share > 0 for each in what_if.load.streams)
        return "" if given else "the load has no feedback"
    if isinstance(form, Availability | LongestOutage | OutageCount | Restore):
        return _outages(target, what_if)
    return _tickets(target, what_if)


def beyond_simulation(target: Target) -> str:
    """Return why no simulation at all has the facts of a target; nothing for one that some load gives the facts of."""
    form = target.form
    if isinstance(form, SampledMetric):
        return "nothing is measured in a simulation"
    if isinstance(form, Restore) and form.data_loss_us is not None:
        return "no data is lost in a simulation"
    if isinstance(form, Availability) and form.method == "events":
        return "no events are counted in a simulation"
    measure, population = getattr(form, "measure", None), getattr(form, "population", None)
    if measure in ("next_reply", "updates"):
        return "simulated customers do not write"
    if measure == "response" and isinstance(form, Within) and target.clock.responds == Mark.ACKNOWLEDGED:
        return "nobody acknowledges a ticket in a simulation"
    if population is None:
        return ""
    unknown = sorted((_asked(population) | ({target.per} if target.per else set())) - _FACTS)
    return f"simulated tickets have no `{unknown[0]}`" if unknown else ""


def _outages(target: Target, what_if: WhatIf) -> str:
    form = target.form
    named = form.outages.services if isinstance(form, OutageCount) else getattr(form, "services", ())
    down = breaking(what_if)
    if down and not named:
        return ""
    safe = [name for name in named if down.isdisjoint(rests_on(name, what_if.contract))]
    if safe or not down:
        return f"nothing in the load or the risks takes {safe[0] if safe else 'anything'} down"
    return ""


def breaking(what_if: WhatIf) -> set[str]:
    """Return the services and components that may go down."""
    load = what_if.load
    down = {name for each in load.failing for name in each.components}
    down.update(part.name for each in load.causes for part in each.takes)
    down.update(
        name
        for risk in what_if.risks
        if any(isinstance(each, Outage) for each in risk.impacts)
        for name in risk.affects
    )
    return down


def _tickets(target: Target, what_if: WhatIf) -> str:
    measure, population = getattr(target.form, "measure", None), getattr(target.form, "population", None)
    if population is None:
        return ""
    if (
        measure == "response"
        and target.clock.responds == Mark.PUBLIC_REPLY
        and not _is_answered(what_if, population)
    ):
        return "nobody replies to a ticket: no step of the load `answers`"
    is_brought = brings(what_if.load, population, what_if.contract.requests)
    return "" if is_brought else f"the load brings no {population.words}"


def _is_answered(what_if: WhatIf, population: Population) -> bool:
    found = streams_of(what_if.load, population, what_if.contract.requests)
    return not found or any(step.answers is not None for each in found for step in each.steps)


def _asked(population: Population) -> set[str]:
    if population.condition is None:
        return set()
    fields = (getattr(node, "field", None) for node in walk(population.condition))
    return {field.text for field in fields if field is not None}


def brings(load: Load, population: Population, requests: Mapping[str, object]) -> bool:
    """Whether a load brings tickets of some kind, service and priority; `requests` are the declared ones."""
    return any(
        _meets(population.services, services_of(load, stream))
        and _meets(population.priorities, priorities_of(load, stream))
        for stream in streams_of(load, population, requests)
    )


def _meets(wanted: tuple[str, ...], there: set[str]) -> bool:
    return not wanted or not there.isdisjoint(wanted)


def services_of(load: Load, stream: Stream) -> set[str]:
    """Return the services that tickets of a stream may be about."""
    found = {each.name for each in stream.services if each.share > 0}
    return found.union(*(each.services for each in _raised(load, stream)))


def priorities_of(load: Load, stream: Stream) -> set[str]:
    """Return the priorities that tickets of a stream may have."""
    found = {each.name for mix in stream.priorities for each in mix.shares if each.share > 0}
    return found.union(*(each.priorities for each in _raised(load, stream)))


def _raised(load: Load, stream: Stream) -> Iterator[RaisedTickets]:
    return (each for cause in load.causes for each in cause.raises if each.stream == stream.name)
