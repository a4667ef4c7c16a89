"""The span of a period that is named, whatever its length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.report.service.failures import ReportError
from slmdsl.report.service.span import span_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.agreements import Agreement

_DAY: Final = len("2027-03-31")
_MONTH: Final = len("2027-03")
_YEAR: Final = len("2027")


def period_of(
    agreements: Sequence[Agreement], label: str | None, known_us: int
) -> tuple[int | None, int | None]:
    """Return from when to when a period is, half-open, over all agreements in force then; None: all of the log.

    Raises:
        ReportError: there is no such period, or no agreement is in force then.

    For example `period_of([contract.agreements["acme_gold"]], "2027-Q1", log.last_us)`.
    """
    if label is None:
        return None, None
    if not agreements:
        msg = "no agreement is declared, so nothing says when a period begins"
        raise ReportError(msg, "leave `--period` away")
    found = span_of(agreements, _unit(label), label, known_us)
    return min(each.from_us for each in found.stretches.values()), found.to_us


def _unit(label: str) -> str:
    if "Q" in label:
        return "quarter"
    if "W" in label:
        return "week"
    return {_DAY: "day", _YEAR: "year"}.get(len(label), "month")
