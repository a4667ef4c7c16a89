"""What differs between a service as it was offered and as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.changes.change import Change, Direction
from slmdsl.contract.changes.hours import hours_compared
from slmdsl.contract.changes.meaning import meaning
from slmdsl.contract.changes.targets import hours_direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.changes.targets import Days
    from slmdsl.contract.model.catalogue import Service


def service_changes(old: Service, new: Service, days: Days) -> Iterator[Change]:
    """Yield what a service says otherwise than before: its hours, what it needs, its maintenance."""

    def change(aspect: str, weight: int, before: object, now: object, direction: Direction) -> Change:
        return Change(
            agreement=new.name,
            target=None,
            aspect=aspect,
            old=before,
            new=now,
            direction=direction,
            weight=weight,
            old_span=old.span,
            new_span=new.span,
        )

    if meaning(old.hours) != meaning(new.hours):
        compared = hours_compared(old.hours, new.hours, *days)
        yield change(
            "service_hours", 67, compared.old, compared.new, hours_direction(compared, Direction.WIDER)
        )
    if meaning(old.maintenance) != meaning(new.maintenance):
        yield change("maintenance_windows", 40, old.maintenance, new.maintenance, Direction.OTHER)
    if (meaning(old.needs), old.components) != (meaning(new.needs), new.components):
        yield change("needs", 36, old.needs, new.needs, Direction.OTHER)
