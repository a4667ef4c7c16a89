"""Which stream of a load would have brought a ticket, by what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from slmdsl.contract.model.work import Stream
    from slmdsl.workload.carried.open_tickets import OpenTickets


class Matched(NamedTuple):
    """By ticket: the stream that brings the like of it (-1: none), and if none does, why."""

    streams: list[int]
    reasons: list[str]


def matched(streams: Sequence[Stream], priorities: Collection[str], tickets: OpenTickets) -> Matched:
    """Return which streams would have brought tickets.

    It is the first stream of the kind whose mixes have the service and the priority, else the first that has the
    service. What is not known of a ticket does not stand in the way, and neither does a mix that is not said.

    Args:
        streams: of the load.
        priorities: those that tickets of the desk may have.
        tickets: what a log says of them.
    """
    found: dict[tuple[str | None, ...], tuple[int, str]] = {}
    answers = list[tuple[int, str]]()
    for row in range(len(tickets)):
        last = int(tickets.standing.priority[row])
        priority = tickets.priority.values[last] if last >= 0 else None
        facts = tickets.kind.word(row), tickets.service.word(row), priority
        if facts not in found:
            found[facts] = _match(streams, priorities, *facts)
        answers.append(found[facts])
    return Matched([stream for stream, _ in answers], [reason for _, reason in answers])


def _match(
    streams: Sequence[Stream],
    priorities: Collection[str],
    kind: str | None,
    service: str | None,
    priority: str | None,
) -> tuple[int, str]:
    of_kind = [number for number, stream in enumerate(streams) if stream.kind == kind]
    if not of_kind:
        return -1, f"the load brings no {kind or 'tickets of no kind'}"
    serving = [number for number in of_kind if _brings(streams[number], service)]
    if not serving:
        return -1, f"the load brings no {kind} in `{service}`"
    if priority is not None and priority not in priorities:
        return -1, f"the load brings no {kind} of priority `{priority}`"
    urgent = (number for number in serving if _has_priority(streams[number], service, priority))
    return next(urgent, serving[0]), ""


def _brings(stream: Stream, service: str | None) -> bool:
    return service is None or not stream.services or any(part.name == service for part in stream.services)


def _has_priority(stream: Stream, service: str | None, priority: str | None) -> bool:
    if priority is None or not stream.priorities:
        return True
    said = [mix for mix in stream.priorities if mix.service == service]
    usual = [mix for mix in stream.priorities if mix.service is None]
    return any(part.name == priority for mix in said or usual for part in mix.shares)
