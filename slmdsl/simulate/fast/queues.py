"""Who waits: for each group, priority and readiness to be called a pairing heap of tickets by (due, number).

Source: M. Fredman, R. Sedgewick, D. Sleator, R. Tarjan, "The pairing heap", Algorithmica 1 (1986): its links
stand in the tickets themselves, so that queues of any length take no room of their own and any ticket can leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.kernels import kernel_function, kernel_part
from slmdsl.workload.plan import BY_DEADLINE, BY_PRIORITY

if TYPE_CHECKING:
    from slmdsl.simulate.fast.tables import Desk, Table

ELSEWHERE, QUEUED, PICKED_UP = range(3)
"""Where a ticket stands: in a queue, in an agent's hands, or neither."""


@kernel_part
def class_of(desk: Desk, group: int, priority: int, can_be_called: int) -> int:
    """Return the row of the heap for tickets of a priority (-1: none) in a group."""
    priorities: int = desk.called.shape[1]
    mine = priority if priority >= 0 else priorities - 1
    return (int(group) * priorities + int(mine)) * 2 + int(can_be_called)


@kernel_part
def _less(tickets: Table, one: int, other: int) -> bool:
    a, b = tickets[one], tickets[other]
    return bool(a.due < b.due or (a.due == b.due and a.number < b.number))


@kernel_part
def _melded(tickets: Table, one: int, other: int) -> int:
    """Return the root of two heaps made one; neither root has neighbours."""
    if _less(tickets, other, one):
        one, other = other, one
    root, child = tickets[one], tickets[other]
    child.after = root.child
    if root.child >= 0:
        tickets[root.child].before = other
    child.before = one
    root.child = other
    return one


@kernel_part
def _paired(tickets: Table, first: int) -> int:
    """Return the root of one heap made of the heaps whose roots are neighbours from `first` on."""
    done = -1
    while first >= 0:
        one, other = first, int(tickets[first].after)
        first = -1
        tickets[one].after = -1
        if other >= 0:
            first = int(tickets[other].after)
            tickets[other].after = -1
            one = _melded(tickets, one, other)
        tickets[one].after = done
        done = one
    root = -1
    while done >= 0:
        one, done = done, int(tickets[done].after)
        tickets[one].after = -1
        root = one if root < 0 else _melded(tickets, root, one)
    tickets[root].before = -1
    return root


@kernel_function
def insert(tickets: Table, classes: Table, where: int, ticket: int) -> None:
    """Put a ticket into the heap `where`."""
    mine, heap = tickets[ticket], classes[where]
    mine.child, mine.after, mine.before = -1, -1, -1
    heap.head = ticket if heap.head < 0 else _melded(tickets, int(heap.head), ticket)


@kernel_function
def remove(tickets: Table, classes: Table, where: int, ticket: int) -> None:
    """Take a ticket out of the heap `where`."""
    mine, heap = tickets[ticket], classes[where]
    rest = _paired(tickets, int(mine.child)) if mine.child >= 0 else -1
    if heap.head == ticket:
        heap.head = rest
        return
    before, after = tickets[mine.before], mine.after
    if before.child == ticket:
        before.child = after
    else:
        before.after = after
    if after >= 0:
        tickets[after].before = mine.before
    if rest >= 0:
        heap.head = _melded(tickets, int(heap.head), rest)


@kernel_part
def join(desk: Desk, ticket: int, group: int) -> None:
    """Let a ticket wait in a group's queue, with the key that it has."""
    mine, its = desk.tickets[ticket], desk.groups[group]
    priority = desk.priority[ticket]
    mine.can_be_called = 0
    if its.has_on_call and desk.called[group, priority]:
        mine.can_be_called = desk.clock[0].now >= mine.queued + its.on_call_after
    mine.stands = QUEUED
    its.waiting += 1
    insert(desk.tickets, desk.classes, class_of(desk, group, priority, mine.can_be_called), ticket)


@kernel_part
def leave(desk: Desk, ticket: int, group: int) -> None:
    """Take a ticket out of a group's queue."""
    mine = desk.tickets[ticket]
    mine.stands = ELSEWHERE
    desk.groups[group].waiting -= 1
    where = class_of(desk, group, desk.priority[ticket], mine.can_be_called)
    remove(desk.tickets, desk.classes, where, ticket)


@kernel_part
def _weight(discipline: int, desk: Desk, ticket: int) -> int:
    if discipline == BY_PRIORITY:
        priority = desk.priority[ticket]
        return int(priority if priority >= 0 else desk.called.shape[1])
    return int(desk.tickets[ticket].due if discipline == BY_DEADLINE else 0)


@kernel_part
def is_before(desk: Desk, its: Table, one: int, other: int) -> bool:
    """Whether a ticket has a lesser key in a group's queue than another."""
    a, b = _weight(its.first_discipline, desk, one), _weight(its.first_discipline, desk, other)
    if a == b:
        a, b = _weight(its.second_discipline, desk, one), _weight(its.second_discipline, desk, other)
    if a == b:
        a, b = desk.tickets[one].number, desk.tickets[other].number
    return bool(a < b)


@kernel_part
def first_waiting(desk: Desk, group: int, is_rostered: int) -> int:
    """Return the ticket of the least key that those on duty may pick up, -1 for none.

    While the roster is empty these are the tickets for which an on-call agent may be called.
    """
    its, priorities, found = desk.groups[group], desk.called.shape[1], -1
    where = int(group) * priorities * 2
    for k in range(where, where + 2 * priorities):
        head = int(desk.classes[k].head)
        if head >= 0 and (is_rostered or (k & 1)) and (found < 0 or is_before(desk, its, head, found)):
            found = head
    return found
