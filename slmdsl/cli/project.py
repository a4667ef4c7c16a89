"""The agreements that a command works on, and the names in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from slmdsl.base.suggest import nearest, one_of
from slmdsl.cli.failures import BrokenSpecError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from slmdsl.api import Spec

T = TypeVar("T")

_MOST_NAMES = 12


def project(path: Path) -> Spec:
    """Return the agreements at `path`. Raises BrokenSpecError for errors in them; warnings are `slm check`'s."""
    from slmdsl.api import check  # noqa: PLC0415 - lazy at the door

    spec, diagnostics = check(path)
    if any(diagnostic.is_error for diagnostic in diagnostics):
        raise BrokenSpecError(diagnostics, spec.texts)
    return spec


def named(kind: str, name: str, known: Mapping[str, T]) -> T:
    """Return what is called `name`. Raises UsageError, with the names that there are, if nothing is."""
    if name in known:
        return known[name]
    near = nearest(name, known)
    if near:
        hint = f"did you mean `{near[0]}`?"
    elif known:
        names = [f"`{each}`" for each in list(known)[:_MOST_NAMES]]
        hint = f"there is {one_of(names)}".replace(" or ", " and ")
    else:
        hint = f"no {kind} is declared there"
    msg = f"no {kind} is called `{name}`"
    raise UsageError(msg, hint)
