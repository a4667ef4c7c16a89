"""The open tickets with which scenarios start: from logs to what a setting holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slmdsl.contract.scenarios import what_if
from slmdsl.study.asked.setting import OpenStart
from slmdsl.workload.carried.open_tickets import open_tickets
from slmdsl.workload.horizon import simulated_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.study.asked.setting import Setting
    from slmdsl.workload.carried.open_tickets import OpenTickets


def sources_of(setting: Setting) -> tuple[str, ...]:
    """Return the sources with whose open tickets scenarios of a setting start, each once."""
    return tuple(dict.fromkeys(each.source for each in setting.opens))


def with_tickets(contract: Contract, setting: Setting, logs: Mapping[str, EventLog]) -> Setting:
    """Return a setting that holds the tickets of sources that are open when its scenarios begin.

    Args:
        contract: a contract without errors.
        setting: how scenarios are run.
        logs: what each source says, by its name.

    Raises:
        KeyError: a source is missing.
        UncompilableError: no calendar answers for the days of the setting.
    """
    found: dict[tuple[str, int], OpenTickets] = {}
    opens = list[OpenStart]()
    for each in setting.opens:
        key = each.source, _begins_us(contract, setting, each.scenario)
        if key not in found:
            found[key] = open_tickets(logs[each.source], key[1])
        opens.append(replace(each, tickets=found[key]))
    return replace(setting, opens=tuple(opens))


def with_open_tickets(contract: Contract, setting: Setting, log: EventLog, name: str = "the log") -> Setting:
    """Return a setting all of whose scenarios start with the tickets of a log that are open then, whatever they say.

    `name` is what the log is called in what a study says.
    """
    opens = tuple(OpenStart(scenario=each, source=name) for each in setting.scenarios)
    started = replace(setting, opens=opens, warm_up_us=0, empty=frozenset())
    return with_tickets(contract, started, {name: log})


def _begins_us(contract: Contract, setting: Setting, scenario: str) -> int:
    """Return when the simulated time of a scenario begins, in UTC microseconds."""
    time = simulated_time(
        what_if(contract, scenario),
        first=setting.first,
        last=setting.last,
        warm_up_us=0,
        tick_us=setting.tick_us,
    )
    return time.span_us[0]
