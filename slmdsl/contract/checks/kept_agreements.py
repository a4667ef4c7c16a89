"""Whether agreements, risks, contingencies and improvements are kept up to date and complete."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.promises import agreements
from slmdsl.contract.recurrence import Every
from slmdsl.syntax.tree.agreements import Between, Review
from slmdsl.syntax.tree.common import Owner
from slmdsl.syntax.tree.reports import Due, Status
from slmdsl.syntax.tree.risks import Accepted, Rehearse, Treatment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration

_ALIKE_AT_MOST: Final = 2
"""Agreements of one version that a later one is compared with."""


def parties(draft: Draft) -> Iterator[Diagnostic]:
    """Agreements without `between`."""
    for block, _ in agreements(draft):
        if block.whole and not _has(draft.reading.body(block), Between):
            yield codes.NO_PARTIES.at(
                block.name.span,
                f"`{block.name.text}` does not say who promises what to whom",
                label="no `between`",
                help="say `between PROVIDER and CUSTOMER`: the first promises, the second receives",
            )


def _has(body: tuple[Node, ...], *kinds: type[Node]) -> bool:
    return any(isinstance(each, kinds) for each in body)


def versions(draft: Draft) -> Iterator[Diagnostic]:
    """Versions of one agreement that are in force on the same day."""
    known = list(draft.contract.agreements.values())
    by_version: dict[object, list[Agreement]] = {}
    for each in known:
        by_version.setdefault(_line(each, each.version), []).append(each)
    for later in known:
        earlier_ones = by_version.get(_line(later, later.supersedes), []) if later.supersedes else []
        for earlier in earlier_ones[:_ALIKE_AT_MOST]:
            if later is not earlier and _both_in_force(earlier, later):
                yield codes.OVERLAPPING_VERSIONS.at(
                    later.span,
                    f"`{later.name}` supersedes `{earlier.name}` while that is still in force",
                    label=f"valid {later.valid_from} .. {later.valid_to}",
                    secondary=[
                        Label(span=earlier.span, text=f"valid {earlier.valid_from} .. {earlier.valid_to}")
                    ],
                    help="tickets of the days that both cover would be judged twice",
                )


def _line(agreement: Agreement, version: str | None) -> object:
    """Return what a version of an agreement is known by."""
    return agreement.kind, agreement.promiser, agreement.receiver, agreement.title or agreement.name, version


def _both_in_force(one: Agreement, other: Agreement) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_to or date.max, other.valid_to or date.max)


def risks(draft: Draft) -> Iterator[Diagnostic]:
    """Risks that nobody owns or treats."""
    for block in draft.reading.of_kind("risk"):
        body = draft.reading.body(block)
        if block.whole and not _has(body, Treatment, Accepted):
            yield codes.NO_TREATMENT.at(
                block.name.span,
                f"nothing is done about the risk `{block.name.text}`",
                label="no `treatment`",
                help='name a contingency, or say why not: `treatment accept "..."`',
            )
        if block.whole and not _has(body, Owner):
            yield codes.NO_OWNER.at(
                block.name.span, f"nobody owns the risk `{block.name.text}`", label="no `owner`"
            )


def contingencies(draft: Draft) -> Iterator[Diagnostic]:
    """Contingencies that were never rehearsed, or not lately."""
    today = _today(draft)
    for block in draft.reading.of_kind("contingency"):
        said = next((each for each in draft.reading.body(block) if isinstance(each, Rehearse)), None)
        if block.whole and (said is None or said.last is None):
            yield codes.NEVER_REHEARSED.at(
                said.span if said else block.name.span,
                f"`{block.name.text}` was never rehearsed",
                label="no date of a rehearsal" if said else "no `rehearse`",
                help="say `rehearse every 6 months, last 2026-09-14`",
            )
        elif said is not None and said.last is not None and today is not None:
            due = Every(count=said.every.count, unit=said.every.unit).after(said.last)
            if due < today:
                yield codes.REHEARSAL_OVERDUE.at(
                    said.span,
                    f"`{block.name.text}` should have been rehearsed by {due}",
                    label=f"last {said.last}",
                    help=f"judged on {today}",
                )


def _today(draft: Draft) -> date | None:
    """Return the day on which things are judged: as of, else the first day of the agreement that begins last."""
    begun = [each.valid_from for each in draft.contract.agreements.values() if each.valid_from]
    return draft.as_of or max(begun, default=None)


def ended(draft: Draft) -> Iterator[Diagnostic]:
    """Agreements to be reviewed that have ended, and improvements that are late; nobody's clock is read for it."""
    if draft.as_of is None:
        return
    for block, agreement in agreements(draft):
        if (
            agreement.valid_to
            and agreement.valid_to < draft.as_of
            and _has(draft.reading.body(block), Review)
        ):
            yield codes.AGREEMENT_ENDED.at(
                block.name.span,
                f"`{agreement.name}` ended on {agreement.valid_to}: its review is overdue",
                label=f"judged on {draft.as_of}",
            )
    for block in draft.reading.of_kind("improvement"):
        yield from _late(block, draft.as_of)


def _late(block: Declaration, today: date) -> Iterator[Diagnostic]:
    due = next((each for each in block.body if isinstance(each, Due)), None)
    status = next((each.status.value for each in block.body if isinstance(each, Status)), "planned")
    if due is not None and due.day < today and status in ("planned", "running"):
        yield codes.IMPROVEMENT_OVERDUE.at(
            due.span, f"`{block.name.text}` was due on {due.day} and is {status}", label=f"judged on {today}"
        )
