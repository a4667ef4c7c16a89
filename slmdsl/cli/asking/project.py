"""The agreements that a command works on, and the names in them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from slmdsl.base.suggest import nearest
from slmdsl.cli.failures import BrokenSpecError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from slmdsl.api import Spec
    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span

T = TypeVar("T")

_MOST_NAMES = 12


def project(path: Path) -> Spec:
    """Return the agreements at `path`. Raises BrokenSpecError for errors in them; warnings are `slm check`'s."""
    from slmdsl.api import check  # noqa: PLC0415 - lazy at the door

    spec, diagnostics = check(path)
    if any(diagnostic.is_error for diagnostic in diagnostics):
        raise broken(spec, diagnostics)
    return spec


def simulable(path: Path) -> Spec:
    """Return the agreements at `path` with the values of their `empirical` distributions.

    Raises BrokenSpecError for errors in them, and for files of values that cannot be read.
    """
    from slmdsl.ingest import IngestError  # noqa: PLC0415 - lazy at the door
    from slmdsl.ingest.empirical import with_measured  # noqa: PLC0415 - lazy at the door

    spec = project(path)
    try:
        return replace(spec, contract=with_measured(spec.contract, spec.root))
    except IngestError as error:
        raise broken(spec, error.diagnostics) from error


def broken(spec: Spec, diagnostics: Iterable[Diagnostic]) -> BrokenSpecError:
    """Return the failure of a command for which these findings are too many."""
    return BrokenSpecError(*from_here(spec, diagnostics))


def from_here(spec: Spec, diagnostics: Iterable[Diagnostic]) -> tuple[list[Diagnostic], dict[str, str]]:
    """Return diagnostics and texts with files named as seen from the current folder, not from the project's root.

    So an editor or a code host finds them, and two projects may be checked at once.
    """
    folder = _way_to(spec.root)
    texts = {_seen(name, folder): text for name, text in spec.texts.items()}
    return [_moved(diagnostic, folder) for diagnostic in diagnostics], texts


def seen_from_here(spec: Spec, span: Span) -> tuple[Span, dict[str, str]]:
    """Return a place and the texts with files named as seen from the current folder."""
    folder = _way_to(spec.root)
    texts = {_seen(name, folder): text for name, text in spec.texts.items()}
    return replace(span, file=_seen(span.file, folder)), texts


def _way_to(root: Path) -> str:
    try:
        return os.path.relpath(root)
    except ValueError:  # on another drive
        return str(root)


def _seen(name: str, folder: str) -> str:
    return name if folder == os.curdir or name.startswith("<") else f"{folder}/{name}".replace(os.sep, "/")


def _moved(diagnostic: Diagnostic, folder: str) -> Diagnostic:
    def moved(span: Span) -> Span:
        return replace(span, file=_seen(span.file, folder))

    return replace(
        diagnostic,
        span=moved(diagnostic.span),
        secondary=tuple(replace(label, span=moved(label.span)) for label in diagnostic.secondary),
        fixes=tuple(replace(fix, span=moved(fix.span)) for fix in diagnostic.fixes),
    )


def named(kind: str, name: str, known: Mapping[str, T]) -> T:
    """Return what is called `name`. Raises UsageError, with the names that there are, if nothing is."""
    if name in known:
        return known[name]
    near = [each for each in known if each.endswith(f".{name}")] or nearest(name, known)
    if near:
        hint = f"did you mean `{near[0]}`?"
    elif known:
        names = ", ".join(f"`{each}`" for each in list(known)[:_MOST_NAMES])
        hint = f"declared: {names}{', ...' if len(known) > _MOST_NAMES else ''}"
    else:
        hint = f"no {kind} is declared"
    msg = f"no {kind} is called `{name}`"
    raise UsageError(msg, hint)
