"""The columns of logs as kernels read them: one set of types, contiguous, and not to be written."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from slmdsl.events.log import EventLog

_COLUMNS: dict[str, tuple[str, type[np.generic]]] = {
    "opened_us": ("ticket_columns.opened_us", np.int64),
    "responded_us": ("ticket_columns.responded_us", np.int64),
    "resolved_us": ("ticket_columns.resolved_us", np.int64),
    "closed_us": ("ticket_columns.closed_us", np.int64),
    "kind": ("ticket_columns.kind.codes", np.int32),
    "service": ("ticket_columns.service.codes", np.int32),
    "customer": ("ticket_columns.customer.codes", np.int32),
    "priority": ("ticket_columns.priority.codes", np.int32),
    "group": ("ticket_columns.group.codes", np.int32),
    "first_event": ("ticket_columns.first_event", np.int64),
    "next_event": ("event_columns.next_event", np.int64),
    "at_us": ("event_columns.at_us", np.int64),
    "seq": ("event_columns.seq", np.int32),
    "type": ("event_columns.type", np.int8),
    "phase": ("event_columns.phase", np.int8),
    "event_priority": ("event_columns.priority", np.int32),
    "event_group": ("event_columns.group", np.int32),
    "role": ("event_columns.actor_role", np.int8),
    "public": ("event_columns.public", np.int8),
    "actor": ("event_columns.actor.codes", np.int32),
    "reason": ("event_columns.reason.codes", np.int32),
}


def read_columns(log: EventLog, names: Iterable[str]) -> dict[str, npt.NDArray[Any]]:
    """Return columns of a log's tickets (shape n) and events (shape m) by the names that kernels call them.

    Raises:
        KeyError: if there is no column of such a name.
    """
    return {
        name: read_column(attrgetter(path)(log), kind) for name in names for path, kind in [_COLUMNS[name]]
    }


def read_column(found: npt.NDArray[Any], kind: type[np.generic]) -> npt.NDArray[Any]:
    """Return a column in the one form that kernels are compiled for: contiguous, and not to be written."""
    view = np.ascontiguousarray(found, dtype=kind).view()
    view.flags.writeable = False
    return view
