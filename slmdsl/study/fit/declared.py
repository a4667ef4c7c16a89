"""What a project declares, without what one of its files does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.contract.model.spec import Contract

T = TypeVar("T")


def without_file(contract: Contract, file: str) -> Contract:
    """Return a contract without the parties, people, profiles, loads, scenarios and experiments of a file."""

    def others(declared: Mapping[str, T]) -> dict[str, T]:
        return {name: each for name, each in declared.items() if each.span.file != file}  # type: ignore[attr-defined]

    return replace(
        contract,
        parties=others(contract.parties),
        staff=others(contract.staff),
        profiles=others(contract.profiles),
        loads=others(contract.loads),
        scenarios=others(contract.scenarios),
        experiments=others(contract.experiments),
        declarations=tuple(each for each in contract.declarations if each.span.file != file),
    )
