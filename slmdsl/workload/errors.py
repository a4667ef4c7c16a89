"""A model that cannot be compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slmdsl.base.diagnostics import Diagnostic


class UncompilableError(ValueError):
    """A scenario cannot be compiled; `diagnostics` say why, each with its place in the text.

    Most of what cannot be simulated is found by a check; this is what is left: sizes, and models built by hand.
    """

    def __init__(self, *diagnostics: Diagnostic) -> None:
        self.diagnostics = diagnostics
        super().__init__("; ".join(one.message for one in diagnostics))

    def __reduce__(self) -> tuple[type[UncompilableError], tuple[Diagnostic, ...]]:
        """Say how it is made again in another process."""
        return type(self), self.diagnostics
