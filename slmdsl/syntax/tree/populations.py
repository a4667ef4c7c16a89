"""Which tickets: populations, `where` conditions, and conditions on the whole desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slmdsl.syntax.tree.common import Literal, Node, Ref, Text

if TYPE_CHECKING:
    from slmdsl.base.units import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Node):
    """A bare word that a field is compared with: `force_majeure`."""

    text: str


Operand = Word | Text | Literal[Any]
"""A literal is a number (Fraction), a Ratio, a Duration or a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Node):
    """`reopenings > 0`: `operator` is one of = != < <= > >=."""

    field: Ref
    operator: str
    value: Operand


@dataclass(frozen=True, slots=True, kw_only=True)
class In(Node):
    """`channel in ("web", phone)`."""

    field: Ref
    values: tuple[Operand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsMissing(Node):
    """`channel is missing`."""

    field: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class IsKnown(Node):
    """`channel is known`."""

    field: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class And(Node):
    """Two or more conditions that must all hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or(Node):
    """Two or more conditions of which one must hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    """`not ...`."""

    part: Condition


Condition = Compare | In | IsMissing | IsKnown | And | Or | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Population(Node):
    """`P1, P2 incidents in till where channel = phone`.

    `kind` is incident, request, problem or change. `names` are priorities or requests; which, is resolved later. Empty
    tuples mean any. `open` and `older_than` belong to `open incidents older than 30 days`.
    """

    names: tuple[Ref, ...]
    kind: Literal[str]
    services: tuple[Ref, ...]
    condition: Condition | None
    open: bool = False
    older_than: Literal[Duration] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages(Node):
    """`outages of till`, `outages in wan where cause = fire`."""

    services: tuple[Ref, ...]
    condition: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTickets(Node):
    """`open P1 incidents > 2`."""

    population: Population
    operator: str
    count: Literal[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog(Node):
    """`backlog of desk > 60`."""

    team: Ref
    operator: str
    count: Literal[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageLasts(Node):
    """`outage of email lasts 20 min`."""

    service: Ref
    duration: Literal[Duration]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Node):
    """`declared major_incident`."""

    flag: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Node):
    """Desk conditions joined by `and`."""

    parts: tuple[DeskCondition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Node):
    """Desk conditions joined by `or`."""

    parts: tuple[DeskCondition, ...]


DeskCondition = OpenTickets | Backlog | OutageLasts | Declared | AllOf | AnyOf
