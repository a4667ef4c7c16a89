"""Which targets may judge a ticket, worked out once for each class of kinds, services, customers and priorities.

Words that no target tells apart are of one class, so that the table stays small however many services a desk has.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from slmdsl.events.columns import Tickets
    from slmdsl.rules.ticket_rules import Selection, TicketTarget

    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


class Dispatch(NamedTuple):
    """Rows of targets by the classes of a ticket's kind, service, customer and priority.

    `*_class` has an entry for each code, shifted by one so that entry 0 is a missing word. `class_counts` holds how
    many classes services, customers and priorities have; the last class of priorities stands for "it changed". Row
    `((kind * services + service) * customers + customer) * priorities + priority` has the targets
    `listed[first_listed[row] : first_listed[row + 1]]`, those of a track side by side, and in it those of a family.
    """

    kind_class: Int64
    service_class: Int64
    customer_class: Int64
    priority_class: Int64
    class_counts: Int64
    first_listed: Int64
    listed: Int64


def dispatch_of(targets: Sequence[TicketTarget], tickets: Tickets) -> Dispatch:
    """Return the table for logs with the dictionaries of `tickets`."""
    selections = [target.selection for target in targets]
    kinds = membership((s.kinds for s in selections), tickets.kind.values)
    covered = membership((s.covered_kinds for s in selections), tickets.kind.values, empty_is_any=False)
    kind_class, of_kind = _classes(np.concatenate([kinds, covered]))
    service_class, of_service = _classes(membership((s.services for s in selections), tickets.service.values))
    customer_class, of_customer = _classes(customer_membership(selections, tickets))
    priority_class, of_priority = _classes(priority_membership(selections, tickets))
    changed = np.ones((1, len(targets)), dtype=np.bool_)
    of_priority = np.concatenate([of_priority, changed])
    order = np.array(
        sorted(range(len(targets)), key=lambda t: (targets[t].track, targets[t].family, t)), dtype=np.int64
    )
    rows = [
        order[(kind[: len(targets)] & (service | kind[len(targets) :]) & customer & priority)[order]]
        for kind, service, customer, priority in product(of_kind, of_service, of_customer, of_priority)
    ]
    return Dispatch(
        kind_class=kind_class,
        service_class=service_class,
        customer_class=customer_class,
        priority_class=priority_class,
        class_counts=np.array([len(of_service), len(of_customer), len(of_priority)], dtype=np.int64),
        first_listed=np.cumsum([0, *map(len, rows)], dtype=np.int64),
        listed=np.concatenate([np.zeros(0, np.int64), *rows]),
    )


def membership(sets: Iterable[frozenset[str]], words: Sequence[str], *, empty_is_any: bool = True) -> Bools:
    """Return whether each set (rows) has each word; column 0 is a missing word, which only "any" has."""
    return np.array(
        [
            [
                not chosen and empty_is_any,
                *(word in chosen or (not chosen and empty_is_any) for word in words),
            ]
            for chosen in sets
        ],
        dtype=np.bool_,
    ).reshape(-1, len(words) + 1)


def customer_membership(selections: Iterable[Selection], tickets: Tickets) -> Bools:
    """Return whose tickets are judged; a ticket without customer is anybody's."""
    found = membership((s.customers for s in selections), tickets.customer.values)
    found[:, 0] = True
    return found


def priority_membership(selections: Iterable[Selection], tickets: Tickets) -> Bools:
    """Return which priorities (columns) each selection means; a missing priority is meant by "any" only."""
    return membership((s.priorities for s in selections), tickets.priority.values)


def _classes(members: Bools) -> tuple[Int64, Bools]:
    """Return each column's class, and what each class is a member of (shape classes x rows)."""
    distinct, classes = np.unique(members.T, axis=0, return_inverse=True)
    return classes.reshape(-1).astype(np.int64), distinct


def may_be_judged(dispatch: Dispatch, tickets: Tickets, reprioritised: Bools) -> Bools:
    """Return which of n tickets any target may judge by their kind, service, customer and priorities (shape n).

    Args:
        dispatch: the table for the dictionaries of `tickets`.
        tickets: the tickets.
        reprioritised: whether their priority ever changes (shape n).
    """
    services, customers, priorities = dispatch.class_counts
    rows = dispatch.kind_class[tickets.kind.codes + 1] * services
    rows = (rows + dispatch.service_class[tickets.service.codes + 1]) * customers
    rows = (rows + dispatch.customer_class[tickets.customer.codes + 1]) * priorities
    of_priority = dispatch.priority_class[tickets.priority.codes + 1]
    rows += np.where(reprioritised, priorities - 1, of_priority)
    return np.asarray(np.diff(dispatch.first_listed)[rows] > 0)
