"""Reports and improvements: what is shown to whom, and what is being improved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from slmdsl.base.spans import Span
    from slmdsl.base.units import Money
    from slmdsl.contract.model.studies import Edit

LanguageCode = Literal["en", "zh"]
PeriodUnit = Literal["day", "week", "month", "quarter", "year"]
Progress = Literal["planned", "running", "done", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a service report shows, of which agreements, how often.

    Attributes:
        agreements: names, in order; empty where the text says no `of`.
        every: how long a period of the report is.
        shows: the parts in the order of the text, words of `slmdsl.syntax.build.reports.PARTS`; empty: all of them.
        languages: in the order of the text, at least one.
    """

    name: str
    title: str
    agreements: tuple[str, ...]
    every: PeriodUnit
    shows: tuple[str, ...]
    languages: tuple[LanguageCode, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """`expects today with ...`: the scenario that an improvement starts from, and what it changes there."""

    scenario: str
    edits: tuple[Edit, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """An entry of the register of improvements.

    Attributes:
        closes: qualified names of the targets whose gap it is to close.
        owner: the party that answers for it.
        due: the day by which it is done; a test before and after looks at this day once it is `done`.
        cost: what it costs, once.
        expects: what it changes in the model, where the text says so.
    """

    name: str
    title: str
    closes: tuple[str, ...]
    owner: str | None
    due: date | None
    cost: Money | None
    expects: Expectation | None
    status: Progress
    span: Span
