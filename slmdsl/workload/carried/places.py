"""Where on a desk an open ticket goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from slmdsl.events.vocabulary import Phase
from slmdsl.workload.plan import NONE

if TYPE_CHECKING:
    from slmdsl.workload.plan import Steps, Streams


class Place(NamedTuple):
    """Where a ticket goes on: a step, and in which phase.

    Attributes:
        step: of the plan; `number` is its place in the stream.
        number: as above.
        phase: NEW or ACTIVE: it queues; WAIT_CUSTOMER or WAIT_SUPPLIER: it waits on.
        is_changed: whether it comes to this phase only now.
        group: to which it comes only now, -1 if it is there already.
        is_fresh: whether it begins to stand so only now.
    """

    step: int
    number: int
    phase: int
    is_changed: bool
    group: int
    is_fresh: bool


NOWHERE: Final = Place(NONE, NONE, 0, is_changed=False, group=NONE, is_fresh=True)


IN_HAND: Final = "_in_hand"
"""Behind a step's name: where what that step's people have begun and not finished lies, as `slm fit` writes it."""


def place_of_ticket(
    streams: Streams, steps: Steps, stream: int, group: int, phase: Phase, *, in_hand: bool = False
) -> Place:
    """Return where a ticket of a stream goes on that a group has in some phase; NOWHERE if its stream does nothing.

    A ticket that waits for a supplier waits on in a step with a wait: of its group, or else of nobody who works. All
    others go on in the first worked step of their group, or else where their stream starts; those that wait for
    what the stream has no wait for wait no longer. What somebody has `in_hand` already goes on in the step that the
    stream has for that, if it has one.
    """
    own = range(int(streams.first_step[stream]), int(streams.end_step[stream]))
    first, start = own.start, int(streams.start[stream])
    waits = [step for step in own if steps.waits[step] >= 0]
    if phase == Phase.WAIT_SUPPLIER:
        here = [step for step in waits if group >= 0 and steps.group[step] == group]
        step = next(iter(here or [step for step in waits if not steps.is_worked[step]]), NONE)
        if step >= 0:
            return Place(step, step - first, phase, is_changed=False, group=NONE, is_fresh=False)
    worked = [step for step in own if steps.is_worked[step]]
    if not worked:
        if not waits:
            return NOWHERE
        step = start if start in waits else waits[0]
        is_new = phase != Phase.WAIT_SUPPLIER
        return Place(step, step - first, Phase.WAIT_SUPPLIER, is_changed=is_new, group=NONE, is_fresh=True)
    mine = [step for step in worked if group >= 0 and steps.group[step] == group]
    step = mine[0] if mine else start if start in worked else worked[0]
    aside = f"{steps.names[step]}{IN_HAND}"
    if in_hand and phase == Phase.ACTIVE:
        step = next((each for each in worked if steps.names[each] == aside), step)
    comes_to = int(steps.group[step]) if steps.group[step] != group else NONE
    goes_on = phase in (Phase.NEW, Phase.ACTIVE) or (
        phase == Phase.WAIT_CUSTOMER and streams.customer_wait[stream] >= 0
    )
    return Place(
        step,
        step - first,
        phase if goes_on else Phase.ACTIVE,
        is_changed=not goes_on,
        group=comes_to,
        is_fresh=not goes_on or (comes_to >= 0 and phase != Phase.WAIT_CUSTOMER),
    )
