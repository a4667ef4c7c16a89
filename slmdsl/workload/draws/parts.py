"""How the functions of drawing are compiled; with NUMBA_DISABLE_JIT=1 they stay the plain Python that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from numba import njit
from numba.extending import register_jitable

if TYPE_CHECKING:
    from collections.abc import Callable

Part = TypeVar("Part", bound="Callable[..., Any]")

# numba's type hints leave these options out.
_njit: Any = njit
_register: Any = register_jitable


def draw_part(part: Part) -> Part:
    """Compile a function of drawing for the types that it is first called with."""
    compiled: Part = _njit(nogil=True, error_model="numpy")(part)
    return compiled


def called_by_parts(function: Part) -> Part:
    """Let compiled functions call one that stays plain Python for everybody else: its source is compiled for them."""
    same: Part = _register(nogil=True, error_model="numpy")(function)
    return same
