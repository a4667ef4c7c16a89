"""The resolved and checked model of everything declared."""

from __future__ import annotations

from slmdsl.contract.checking import check

__all__ = ["check"]
