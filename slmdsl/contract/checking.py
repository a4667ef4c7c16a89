"""The door of this room: files in, the contract and everything that is wrong with it out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from slmdsl.base.collector import uncollected
from slmdsl.base.diagnostics import in_order
from slmdsl.contract import codes
from slmdsl.contract.checks.all_checks import CHECKS
from slmdsl.contract.draft import Draft
from slmdsl.contract.from_tree.files import contract
from slmdsl.contract.from_tree.reading import Reading
from slmdsl.contract.inherit import bodies, hand_down, lineages, loads_of_scenarios
from slmdsl.contract.names import table_of
from slmdsl.contract.resolve import resolve
from slmdsl.contract.views import Views
from slmdsl.syntax import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.model.spec import Contract
    from slmdsl.syntax.tree.file import File

_MODELS: Final = frozenset(("load", "profile", "staff"))
_LACKING: Final = frozenset(
    each.number
    for each in (
        codes.NO_FACTS,
        codes.STAFF_NEVER_WORKS,
        codes.NOBODY_IN_TIME,
        codes.NOT_SIMULATED,
        codes.MORE_WORK_THAN_STAFF,
        codes.NEVER_REACHED,
        codes.WORK_FOR_NOBODY,
        codes.IDLE_PREEMPTION,
        codes.ON_CALL_FOR_NOBODY,
        codes.IDLE_ON_CALL,
        codes.EDITS_NOTHING,
        codes.NOT_IN_SCENARIOS,
        codes.OTHER_STREAM,
        codes.NO_WORK,
    )
)
"""What is found where loads or staff lack something."""

_NO_TEXTS: Mapping[str, str] = MappingProxyType({})


@uncollected()
def check(
    files: Iterable[File],
    *,
    texts: Mapping[str, str] = _NO_TEXTS,
    visible: Mapping[str, Iterable[str]] | None = None,
    as_of: date | None = None,
) -> tuple[Contract, tuple[Diagnostic, ...]]:
    """Resolve and check all files of a project.

    Nothing in the text makes it raise. What makes no sense has its finding and is left out of the contract, so a
    contract with errors is good for showing and completing, not for judging.

    Args:
        files: the trees of the project's files; what they import is among them, or was reported as missing.
        texts: the files' normalised texts by name, from which clauses are quoted.
        visible: the files that each file sees, itself among them; by default they follow from the imports' paths.
        as_of: the day on which rehearsals and reviews are judged; by default the first day of each `valid`.

    Returns:
        The contract, and the findings by place.

    >>> from slmdsl.syntax.parse import parse
    >>> spec, findings = check([parse('provider globex "Globex" {\\n}\\n', "a.slm").tree])
    >>> list(spec.parties), findings
    (['globex'], ())
    """
    ordered = tuple(files)
    names = table_of(ordered, Views(ordered, visible))
    parents, circles = lineages(ordered, names)
    hand_down(ordered, names, parents)
    resolved, misnamed = resolve(ordered, names, loads_of_scenarios(ordered, names, parents))
    whole_bodies, cut = bodies(ordered, parents)
    reading = Reading(
        blocks=tuple(block for file in ordered for block in file.declarations),
        bodies=whole_bodies,
        resolved=resolved,
        sources=texts,
    )
    draft = Draft(
        files=ordered, names=names, reading=reading, contract=contract(ordered, reading), as_of=as_of
    )
    found = [each for one_check in CHECKS for each in one_check(draft)]
    return draft.contract, _listed(in_order([*circles, *misnamed, *cut, *_sure(found, reading)]))


def _sure(found: list[Diagnostic], reading: Reading) -> Iterator[Diagnostic]:
    """Yield what is found for sure: what a model lacks may stand in a line of it that could not be read."""
    is_read = all(block.whole for block in reading.blocks if block.keyword in _MODELS)
    return (each for each in found if is_read or each.code not in _LACKING)


def _listed(found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Return the first findings of each file, errors before all others, and a finding that says so where it is cut."""
    by_file: dict[str, list[Diagnostic]] = {}
    for each in found:
        by_file.setdefault(each.span.file, []).append(each)
    kept: list[Diagnostic] = []
    for alike in by_file.values():
        errors_first = sorted(alike, key=lambda each: not each.is_error)
        kept += errors_first[: limits.ERRORS]
        if len(alike) > limits.ERRORS:
            message = f"there are more findings: {limits.ERRORS} are listed"
            kept.append(codes.MORE_FINDINGS.at(errors_first[limits.ERRORS - 1].span, message))
    return in_order(kept)
