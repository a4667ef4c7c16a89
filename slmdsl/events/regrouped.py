"""A log in which groups go by other names, as when a model says which team a word of an export stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.events.columns import Coded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.events.log import EventLog


def regrouped(log: EventLog, names: Mapping[str, str]) -> EventLog:
    """Return a log in which each group that has another name goes by it; several may become one.

    Args:
        log: tickets and events whose groups share a dictionary, as those of every log do.
        names: by the group's name in the log, the one that it is to have.

    For example `regrouped(log, {"Group 70": "network"}).tickets["group"]`.
    """
    old = log.ticket_columns.group.values
    if not any(names.get(each, each) != each for each in old):
        return log
    values = tuple(dict.fromkeys(names.get(each, each) for each in old))
    place = {name: code for code, name in enumerate(values)}
    codes = np.array([*(place[names.get(each, each)] for each in old), -1], np.int32)
    tickets, events = log.ticket_columns, log.event_columns
    return replace(
        log,
        ticket_columns=replace(tickets, group=Coded(codes=codes[tickets.group.codes], values=values)),
        event_columns=replace(events, group=codes[events.group]),
    )
