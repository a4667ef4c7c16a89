"""What differs between a target and the target that takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slmdsl.contract.changes import directions as of
from slmdsl.contract.changes.change import Change, Direction
from slmdsl.contract.changes.hours import HoursCompared, hours_compared
from slmdsl.contract.changes.meaning import meaning
from slmdsl.contract.model.agreements import Ageing, LongestOutage, Restore, Share, Statistic, Within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slmdsl.contract.model.agreements import Target

Days = tuple[int, int]
"""From one instant to another: in which calendars are compared."""

_ABSENT: Final = object()
_MAINTENANCE: Final = {"counts": 2, "excluded": 1, "up": 1}
_UNKNOWN: Final = {"up": 0, None: 1, "down": 2}
_LONGEST: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aspect:
    """One thing that a target says: where it stands, what it is worth, and which way a change of it points."""

    key: str
    weight: int
    points: Callable[[Any, Any, Target], Direction]
    where: str = "form"
    field: str = ""

    def value(self, target: Target) -> object:
        holder = target if self.where == "target" else getattr(target, self.where)
        return getattr(holder, self.field or self.key, _ABSENT)


def _other(_old: object, _new: object, _target: Target) -> Direction:
    return Direction.OTHER


def _limit(old: Any, new: Any, target: Target) -> Direction:  # noqa: ANN401 - dated limits
    at_least = isinstance(target.form, LongestOutage) and not target.form.at_most
    return of.dated(old, new, of.limits(Direction.TIGHTER if at_least else Direction.LOOSER))


def _goal(old: Any, new: Any, target: Target) -> Direction:  # noqa: ANN401 - dated numbers
    at_most = getattr(target.form, "at_most", False)
    return of.dated(old, new, of.numbers(Direction.LOOSER if at_most else Direction.TIGHTER))


def _small_numbers(old: tuple[int, int] | None, new: tuple[int, int] | None, _target: Target) -> Direction:
    mine, theirs = old or (0, 0), new or (0, 0)
    found = (of.numbers(Direction.LOOSER)(one, other) for one, other in zip(mine, theirs, strict=True))
    return of.together(each for each in found if each is not None)


def _services(old: tuple[str, ...], new: tuple[str, ...], _target: Target) -> Direction:
    return of.names(old, new) or Direction.OTHER


def _larger(direction: Direction) -> Callable[[Any, Any, Target], Direction]:
    return lambda old, new, _target: of.by_size(old, new, direction)


def _ranked(ranks: dict[Any, int]) -> Callable[[Any, Any, Target], Direction]:
    """Return the direction of words, the higher being the harder."""
    return lambda old, new, _target: of.by_size(ranks[old], ranks[new], Direction.TIGHTER)


def _older_than(old: Any, new: Any, target: Target) -> Direction:  # noqa: ANN401 - durations or None
    mine, theirs = (0 if each is None else each.wall_us for each in (old, new))
    return of.by_size(mine, theirs, Direction.LOOSER if target.form.at_most else Direction.TIGHTER)  # type: ignore[union-attr] # an ageing


def _data_loss(old: int | None, new: int | None, _target: Target) -> Direction:
    mine, theirs = (_LONGEST * _LONGEST if each is None else each for each in (old, new))
    return of.by_size(mine, theirs, Direction.LOOSER)


def _per(old: str | None, new: str | None, _target: Target) -> Direction:
    if old is None:
        return Direction.TIGHTER
    return Direction.LOOSER if new is None else Direction.OTHER


def _pauses(old: frozenset[Any], new: frozenset[Any], _target: Target) -> Direction:
    return Direction.LOOSER if old < new else Direction.TIGHTER if new < old else Direction.OTHER


def _stops(old: Any, new: Any, target: Target) -> Direction:  # noqa: ANN401 - marks and phases
    ends = {"resolved": 0, "closed": 1}
    if isinstance(target.form, Share):
        return Direction.OTHER
    if str(old) in ends and str(new) in ends:
        return of.by_size(ends[str(old)], ends[str(new)], Direction.TIGHTER)
    return Direction.OTHER


_OF_FORMS: Final = (
    _Aspect(key="limit", weight=85, points=_limit),
    _Aspect(key="goal", weight=85, points=_goal),
    _Aspect(key="at_most", weight=88, points=_other),
    _Aspect(key="measure", weight=88, points=_other),
    _Aspect(key="statistic", weight=80, points=_other, field="word"),
    _Aspect(key="quantile", weight=80, points=_other),
    _Aspect(key="population", weight=75, points=lambda old, new, _target: of.populations(old, new)),
    _Aspect(key="condition", weight=75, points=_other),
    _Aspect(key="older_than", weight=70, points=_older_than),
    _Aspect(key="services", weight=75, points=_services),
    _Aspect(key="outages", weight=75, points=_other),
    _Aspect(key="service", weight=75, points=_other),
    _Aspect(key="metric", weight=75, points=_other),
    _Aspect(key="unit", weight=75, points=_other),
    _Aspect(key="method", weight=65, points=_other),
    _Aspect(key="slices", weight=60, points=_other),
    _Aspect(key="data_loss", weight=80, points=_data_loss, field="data_loss_us"),
    _Aspect(key="maintenance", weight=62, points=_ranked(_MAINTENANCE)),
    _Aspect(key="unknown", weight=58, points=_ranked(_UNKNOWN)),
    _Aspect(key="small_numbers", weight=55, points=_small_numbers),
)
_OF_TARGETS: Final = (
    _Aspect(key="period", weight=60, points=_other, where="target"),
    _Aspect(key="counted", weight=45, points=_other, where="target"),
    _Aspect(key="per", weight=58, points=_per, where="target"),
    _Aspect(key="minimum", weight=52, points=_larger(Direction.LOOSER), where="target"),
)
_OF_CLOCKS: Final = (
    _Aspect(key="starts", weight=64, points=_other, where="clock"),
    _Aspect(key="responds", weight=64, points=_other, where="clock"),
    _Aspect(key="stops", weight=64, points=_stops, where="clock"),
    _Aspect(key="pauses", weight=64, points=_pauses, where="clock"),
    _Aspect(key="reopened", weight=50, points=_other, where="clock"),
    _Aspect(key="reprioritised", weight=50, points=_other, where="clock"),
    _Aspect(key="deadline", weight=8, points=_other, where="clock"),
)
_NOT_OF = {"response": "stops", "resolution": "responds", "fulfilment": "responds"}
"""What of a clock a measure never asks for."""


def target_changes(old: Target, new: Target, days: Days) -> Iterator[Change]:
    """Yield what a target says otherwise than the one that it replaces.

    Where the meaning differs and nothing that is known here does, the whole rule is given as changed, so that no
    difference is lost.
    """
    found = False
    for change in _changes(old, new, days):
        found = True
        yield change
    if not found and meaning(old.form) != meaning(new.form):
        yield _change(old, new, "rule", 60, old, new, Direction.OTHER)


def _changes(old: Target, new: Target, days: Days) -> Iterator[Change]:
    if type(old.form) is not type(new.form):
        yield _change(old, new, "form", 90, old, new, Direction.OTHER)
        aspects: tuple[_Aspect, ...] = _OF_TARGETS
    else:
        aspects = (*_OF_FORMS, *_OF_TARGETS, *_clock_aspects(new))
    for aspect in aspects:
        before, now = aspect.value(old), aspect.value(new)
        if before is not _ABSENT and now is not _ABSENT and meaning(before) != meaning(now):
            direction = aspect.points(before, now, new)
            yield _change(old, new, aspect.key, aspect.weight, before, now, direction)
    yield from _hours(old, new, days)


def _clock_aspects(target: Target) -> tuple[_Aspect, ...]:
    measure = getattr(target.form, "measure", None)
    if isinstance(target.form, Share):
        # Its tickets are those that are resolved in the period: by the clock of a resolution.
        return tuple(each for each in _OF_CLOCKS if each.key in {"stops", "reopened"})
    if measure is None:
        return ()
    return tuple(each for each in _OF_CLOCKS if each.key != _NOT_OF.get(measure))


def _hours(old: Target, new: Target, days: Days) -> Iterator[Change]:
    """Yield a change of the calendar on which limits are counted; other forms count in the hours of services."""
    counts = isinstance(new.form, Within | Statistic | Restore | Ageing)
    if not counts or meaning(old.calendar) == meaning(new.calendar):
        return
    compared = hours_compared(old.calendar, new.calendar, *days)
    direction = _hours_direction(compared, new)
    yield _change(old, new, "hours", 66, compared.old, compared.new, direction)


def _hours_direction(compared: HoursCompared, target: Target) -> Direction:
    """Return what other hours do to a limit: in longer ones hours pass sooner, and the days of business days do not."""
    limit = getattr(target.form, "limit", None)
    in_days = limit is not None and any(each.duration.business_days for _, each, _ in limit.values)
    if in_days or (isinstance(target.form, Ageing) and not target.form.at_most):
        return Direction.OTHER
    return hours_direction(compared, Direction.TIGHTER)


def hours_direction(compared: HoursCompared, longer: Direction) -> Direction:
    """Return `longer` where a calendar is open whenever it was and more, its reverse where it is open less."""
    if bool(compared.old.alone_us) == bool(compared.new.alone_us):
        return Direction.OTHER
    return longer if compared.new.alone_us else longer.reverse


def _change(
    old: Target, new: Target, aspect: str, weight: int, before: object, now: object, direction: Direction
) -> Change:
    return Change(
        agreement=new.agreement,
        target=new.name,
        aspect=aspect,
        old=before,
        new=now,
        direction=direction,
        weight=weight,
        old_target=old,
        new_target=new,
        old_span=old.span,
        new_span=new.span,
    )


def same_promise(old: Target, new: Target) -> bool:
    """Return whether two targets differ in nothing but their names."""
    return meaning(old) == meaning(new)
