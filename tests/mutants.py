"""Every way to change one thing in a value of the contract's model: the worked-out neighbours of an agreement.

The walk goes by the fields of the dataclasses, so a field that is added is changed too, unless it is named in `SILENT`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from slmdsl.base.spans import Span
from slmdsl.base.units import Duration, Money
from slmdsl.calendars.plan import CalendarPlan, Window
from slmdsl.contract.model.agreements import Dated
from slmdsl.contract.model.clocks import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = (Clock, CalendarPlan)
"""Said once and used in many places: they change everywhere at once."""

NOT_SAID = {
    # what is kept of the text itself, beside what it means
    "Population.words",
    "OutageSelection.words",
    "Statistic.word",
    "SampledMetric.word",
    "Target.sentence",
    "Band.words",
    "TicketExample.words",
    "LevelExample.words",
    "LevelExample.level_words",
    "EscalationRule.words",
    "EscalationRule.step",
    # what an example says is held against its rule, and the document says what the rule makes of it
    "LevelExample.credits",
    "LevelExample.outcome",
    # names that nothing refers to in a document
    "Clock.name",
    "Clock.title",
    "Escalation.name",
    "Escalation.title",
    "Target.agreement",
    "Agreement.name",
    "RequestType.name",
    "Service.name",
    "Party.name",
    "PriorityMatrix.name",
    # a title stands for it
    "Ref.to",
    # whom else a service is for, no customer needs to know
    "Service.customers",
}

STAYS = (None, "per_stay", "over_stays")

# A statistic and a share are counted when resolved, and a count when opened, if nothing is said.
COUNTED = {
    "Within": (None, "opened", "resolved"),
    "Statistic": (None, "opened"),
    "Share": (None, "opened"),
    "Count": (None, "resolved"),
}

OTHERS: dict[str, tuple[Any, ...] | Callable[[Any], tuple[Any, ...]]] = {
    "Compare.operator": ("=", "!=", "<", "<=", ">", ">="),
    "Agreement.promiser": ("globex", "apps", None),
    "Agreement.receiver": ("acme", "other", None),
    "Availability.services": (("till",), ("mail", "till")),
    "LongestOutage.services": (("till",), ("mail", "till")),
    "Restore.services": (("till",), ("mail", "till")),
    "Agreement.zone": ("Europe/Amsterdam", "Asia/Kolkata"),
    "CalendarPlan.zone": ("Europe/Amsterdam", "Asia/Kolkata"),
    "MaintenanceWindow.zone": ("Europe/Amsterdam", "Asia/Kolkata"),
    "Agreement.escalation": ("ladder", None),
    "Agreement.version": ("2.1", "3.0", None),
    "Agreement.supersedes": lambda each: ("2.0", "1.9", None) if each.version else (),
    "Agreement.month_overflow": lambda each: ("clamp", "spill") if each.month_day > 28 else (),
    "Agreement.month_day": (1, 2, 16, 30, 31),
    "Target.per": ("site", "channel", None),
    "Target.minimum": (0, 3, 12, 30, 50),
    "Target.counted": lambda each: COUNTED.get(type(each.form).__name__, ()),
    "LevelExample.target": lambda each: ("by_web",) if each.target == "reopened" else ("fix",),
    "CreditClause.target": lambda each: ("up",) if each.target == "later" else ("later",),
    "Within.small_numbers": (None, (1, 20), (2, 20), (1, 30)),
    "Restore.data_loss_us": (None, 1_000_000),
    "Population.kind": ("incident", "request", "problem", "change"),
    "ExampleEvent.what": ("active", "public_reply", "closed"),
    "Every.unit": ("week", "month", "quarter", "year"),
    "Duty.party": ("customer", "provider", "supplier", "team"),
    "Availability.unknown": (None, "up", "down"),
    "LongestOutage.unknown": (None, "up", "down"),
    "Party.contacts": ((("", "new@globex.example"),), (("lead", "duty@globex.example"),)),
    "PriorityMatrix.urgencies": (("high", "none"),),
    "PriorityMatrix.impacts": (("widespread", "none"),),
    "PriorityMatrix.cells": ((("P1", "P2"), ("P2", "P4")),),
    "ClosedYearly.month": (11, 12),
    "ClosedYearly.windows": (None, (Window(0, 1_000_000),)),
    "Availability.method": ("minutes", "events", "user_minutes"),
    "MaintenanceWindow.weekdays": lambda each: () if each.dates or each.month_day else ((0,), (5,)),
    "MaintenanceWindow.nth": lambda each: (1, 2, -1, None) if each.nth else (),
    "MaintenanceWindow.month_day": lambda each: (3, 15) if each.month_day else (),
    "SampledMetric.metric": ("answer_ms", "load_ms"),
    "Repetition.of": (None, 6, 8),
    "Assumption.reason": (None, "Another clause"),
    "Repeat.times": (None, 2, 3),
    "OpenTickets.older_than": (None, Duration(days=Fraction(2))),
    "Service.owner": ("apps", "desk", None),
    "Service.criticality": ("high", "low", None),
    "RequestType.owner": ("apps", "desk", None),
    "RequestType.service": ("mail", "till", None),
    "Party.users": (None, 12, 1_850),
    "Agreement.stays": lambda each: (
        STAYS if any(hasattr(one.form, "population") for one in each.targets) else ()
    ),
    "Ageing.older_than": (None, Duration(days=Fraction(2)), Duration(business_days=Fraction(30))),
    "CreditPlan.none_until": (None, date(2027, 4, 1), date(2027, 6, 1)),
    "Share.condition": (None,),
    "Population.condition": (None,),
    "CalendarPlan.holidays": (("BE",), ("NL", "BE"), ()),
    "CalendarPlan.title": lambda each: ("Other hours",) if each.title else (),
    "CalendarPlan.business_days": (None, frozenset({0, 1, 2, 3}), frozenset(range(5))),
}
"""The values that a field may have, where its type does not tell; some depend on what they belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A neighbour of a value: the field that differs, of which form, how, and the value."""

    field: str
    form: str
    how: str
    value: Any


def mutants(value: Any, *, within: str = "", form: str = "") -> Iterator[Mutant]:
    """Yield the neighbours of a value; `within` is the field that it is the value of, `form` that of its target."""
    if isinstance(value, (Span, *SHARED)):
        return
    if isinstance(value, Dated):
        yield from _dated(value, within, form)
    elif is_dataclass(value) and not isinstance(value, Duration | Money | Window):
        yield from of_fields(value, form=form)
    elif isinstance(value, tuple):
        yield from _tuple(value, within, form)
    else:
        for other in _neighbours(value):
            yield Mutant(field=within, form=form, how=f"{value} -> {other}", value=other)


def of_fields(value: Any, *, form: str = "") -> Iterator[Mutant]:
    """Yield what changes one field of a dataclass, at any depth."""
    name = type(value).__name__
    hints = hints_of(type(value))
    for each in fields(value):
        place = f"{name}.{each.name}"
        now = getattr(value, each.name)
        if isinstance(now, Span) or place in NOT_SAID:
            continue
        inner = (
            form_name(now) if place == "Target.form" else form_name(value.form) if name == "Target" else form
        )
        others = OTHERS.get(place)
        options = others(value) if callable(others) else others or literals(hints.get(each.name))
        found = [Mutant(field=place, form=inner, how=f"{now} -> {o}", value=o) for o in options if o != now]
        if (others is None and not options) or is_dataclass(now):
            found += mutants(now, within=place, form=inner)
        for mutant in found:
            with suppress(ValueError):  # such as a calendar without a Sunday, which there is not
                yield replace(mutant, value=replace(value, **{each.name: mutant.value}))


def form_name(form: Any) -> str:
    """Return what a form is called, an availability with its method."""
    return type(form).__name__ + (f" by {form.method}" if hasattr(form, "method") else "")


def _dated(value: Dated[Any], within: str, form: str) -> Iterator[Mutant]:
    for place, (begins, each, span) in enumerate(value.values):
        kept = list(value.values)
        for mutant in mutants(each, within=within, form=form):
            kept[place] = (begins, mutant.value, span)
            yield replace(mutant, value=Dated(values=tuple(kept)))
        if begins is not None:
            kept[place] = (begins + timedelta(days=31), each, span)
            yield Mutant(field=within, form=form, how="later", value=Dated(values=tuple(kept)))
    changed = next(iter(mutants(value.values[0][1], within=within, form=form))).value
    more = (*value.values, (date(2027, 11, 1), changed, value.values[0][2]))
    yield Mutant(field=within, form=form, how="changes once more", value=Dated(values=more))


def _tuple(value: tuple[Any, ...], within: str, form: str) -> Iterator[Mutant]:
    for place, each in enumerate(value):
        for mutant in mutants(each, within=within, form=form):
            yield replace(mutant, value=(*value[:place], mutant.value, *value[place + 1 :]))
    if value and not all(isinstance(each, int) for each in value):
        yield Mutant(field=within, form=form, how=f"one less than {len(value)}", value=value[:-1])


def _neighbours(value: Any) -> list[Any]:
    if value is None:
        return []
    kind = next((kind for kind in _BESIDE if isinstance(value, kind)), None)
    if kind is None:
        msg = f"nobody knows what is beside a {type(value).__name__}"
        raise TypeError(msg)
    return [each for each in _BESIDE[kind](value) if each != value]


_BESIDE: dict[type, Callable[[Any], list[Any]]] = {
    bool: lambda value: [not value],
    Enum: lambda value: list(type(value)),
    int: lambda value: [value + 3],
    Fraction: lambda value: [value * Fraction(9, 10) if value else Fraction(1, 10)],
    str: lambda value: [f"{value}_otherwise"],
    datetime: lambda value: [value + timedelta(minutes=1)],
    date: lambda value: [value + timedelta(days=1)],
    frozenset: lambda value: [frozenset(sorted(value)[1:])],
    Duration: lambda value: [
        Duration(us=value.us + 60_000_000),
        Duration(business_days=value.business_days + 1 + value.days),
    ],
    Money: lambda value: [replace(value, minor=value.minor + 100), replace(value, currency="USD")],
    Window: lambda value: [Window(value.start_us, value.end_us - 60_000_000)],
}


def literals(hint: Any) -> tuple[Any, ...]:
    """Return the options of a field whose type is a Literal, with None where it is optional."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    options = [option for part in get_args(hint) for option in literals(part)]
    return (*options, None) if options and type(None) in get_args(hint) else tuple(options)


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields, what its module imports for types alone included."""
    names: dict[str, Any] = {}
    for module in list(sys.modules.values()):
        if module is not None and module.__name__.startswith(
            ("slmdsl.contract.", "slmdsl.syntax.tree", "slmdsl.base")
        ):
            names |= {key: each for key, each in vars(module).items() if isinstance(each, type)}
    names |= {"date": date, "datetime": datetime, "Fraction": Fraction, "Phase": Any, "Literal": Literal}
    hints = {}
    for base in reversed(kind.__mro__):
        for key, said in getattr(base, "__annotations__", {}).items():
            try:
                hints[key] = eval(said, names | vars(sys.modules[base.__module__]))  # noqa: S307 - our own annotations
            except NameError:
                hints[key] = Any
    return hints


def substituted(whole: Any, old: Any, new: Any) -> Any:
    """Return a value in which each part equal to `old` is `new`."""
    if isinstance(whole, type(old)) and whole == old:
        return new
    if is_dataclass(whole) and not isinstance(whole, type | Span | Duration | Money | Window):
        parts = {each.name: substituted(getattr(whole, each.name), old, new) for each in fields(whole)}
        changed = {key: each for key, each in parts.items() if each is not getattr(whole, key)}
        return replace(whole, **changed) if changed else whole
    if isinstance(whole, tuple):
        found = tuple(substituted(each, old, new) for each in whole)
        return found if any(a is not b for a, b in zip(found, whole, strict=True)) else whole
    if isinstance(whole, Mapping):
        return {key: substituted(each, old, new) for key, each in whole.items()}
    return whole


def shared_parts(whole: Any) -> list[Any]:
    """Return the clocks and calendars in a value, each once."""
    found: list[Any] = []

    def look(part: Any) -> None:
        if isinstance(part, SHARED) and part not in found:
            found.append(part)
        if is_dataclass(part) and not isinstance(part, type | Span):
            for each in fields(part):
                look(getattr(part, each.name))
        elif isinstance(part, tuple):
            for each in part:
                look(each)

    look(whole)
    return found
