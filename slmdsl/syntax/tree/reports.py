"""`report` and `improvement`: what is shown to whom, what is being improved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.syntax.tree.common import Literal, Node, Ref

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOf(Node):
    """`of acme_gold`."""

    agreements: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEvery(Node):
    """`every month`."""

    unit: Literal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows(Node):
    """`shows summary, targets, trend`."""

    parts: tuple[Literal[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages(Node):
    """`language en, zh`."""

    codes: tuple[Literal[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closes(Node):
    """`closes acme_gold.p2_fix`."""

    targets: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Node):
    """`due 2027-06-30`."""

    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Expects(Node):
    """`expects today with ...`: a scenario and edits of it, which are statements of `scenario`."""

    scenario: Ref
    edits: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Node):
    """`status planned`: planned, running, done or dropped."""

    status: Literal[str]
