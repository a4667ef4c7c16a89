"""What of a declaration has meaning: all but its names for itself, its place and its spelling."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import Duration

if TYPE_CHECKING:
    from collections.abc import Hashable

_SPELLING: Final = frozenset({"span", "limit_span", "outcome_span", "level_span", "sentence", "level_words"})
_IN_ANY_ORDER: Final = frozenset({"priorities", "requests", "services"})
_OF_KINDS: Final[dict[str, frozenset[str]]] = {
    "CalendarPlan": frozenset({"name", "title"}),
    "Clock": frozenset({"name", "title", "calendar"}),
    "Target": frozenset({"name", "agreement"}),
    "EscalationRule": frozenset({"step", "words"}),
    **dict.fromkeys(
        ("Population", "OutageSelection", "Band", "TicketExample", "LevelExample"), frozenset({"words"})
    ),
}


def meaning(value: object) -> Hashable:
    """Return a value without spans, spelling and the names that calendars, clocks and targets have for themselves.

    Two values with the same meaning judge every log alike.
    """
    if isinstance(value, Duration):  # a bare day is 24 hours
        return ("business days", value.business_days) if value.business_days else ("time", value.wall_us)
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value).__name__
        left_out = _SPELLING | _OF_KINDS.get(kind, frozenset())
        return (
            kind,
            *(
                (each.name, _unordered(getattr(value, each.name)))
                if each.name in _IN_ANY_ORDER
                else (each.name, meaning(getattr(value, each.name)))
                for each in fields(value)
                if each.name not in left_out
            ),
        )
    if isinstance(value, tuple | list):
        return tuple(meaning(each) for each in value if not _is_span(each))
    if isinstance(value, set | frozenset):
        return tuple(sorted(map(str, value)))
    return value  # numbers, words, dates and enumerations


def _unordered(value: object) -> Hashable:
    """Return names whose order means nothing."""
    return tuple(sorted(map(str, value))) if isinstance(value, tuple) else meaning(value)


def _is_span(value: object) -> bool:
    return type(value).__name__ == "Span"
