"""Every check, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft

CHECKS: tuple[Callable[[Draft], Iterable[Diagnostic]], ...] = ()
