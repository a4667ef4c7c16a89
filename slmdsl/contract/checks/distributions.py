"""Distributions that make no sense, and business days that no calendar counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.contract import codes
from slmdsl.contract.from_tree.distributions import read_distribution
from slmdsl.syntax.tree import risks, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.distributions import Distribution

_TIMES: Final[dict[type[Node], tuple[str, ...]]] = {
    risks.ImpactLoad: ("duration",),
    risks.ImpactOutage: ("duration",),
    risks.ImpactStaff: ("duration",),
    work.Answers: ("duration",),
    work.Component: ("fails", "repaired"),
    work.GivesUp: ("after",),
    work.Lasts: ("duration",),
    work.Reopens: ("after",),
    work.StrikesEvery: ("interval",),
    work.Works: ("duration",),
}
_COUNTS: Final[dict[type[Node], str]] = {work.Burst: "size", work.Raises: "count"}


def distributions(draft: Draft) -> Iterator[Diagnostic]:
    """What makes no sense in a distribution, or fits twice."""
    for kind, attribute in _COUNTS.items():
        for node, _ in draft.nodes(kind):
            yield from read_distribution(getattr(node, attribute), counts=True).findings
    for waits, _ in draft.nodes(work.Waits, work.WaitsForCustomer):
        yield from read_distribution(waits.duration, counts=False).findings
    for kind, attributes in _TIMES.items():
        for node, _ in draft.nodes(kind):
            for attribute in attributes:
                yield from _plain_time(getattr(node, attribute))


def _plain_time(said: Distribution) -> Iterator[Diagnostic]:
    read = read_distribution(said, counts=False)
    yield from read.findings
    if read.distribution is not None and read.distribution.unit == "business_days":
        yield codes.NO_CALENDAR_FOR_DAYS.at(
            said.span,
            "no calendar counts business days here",
            label="says business days",
            help="say hours or days; only `waits` runs on a calendar",
        )
