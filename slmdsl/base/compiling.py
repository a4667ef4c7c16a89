"""Who is told that kernels are being compiled, without loading what compiles them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_listeners: list[Callable[[bool], None]] = []


@contextmanager
def told_of_compiling(listener: Callable[[bool], None]) -> Iterator[None]:
    """Call `listener` with True when a kernel begins to be compiled meanwhile, and with False when it is done.

    Kernels whose machine code is kept from before are read, which nobody is told of. Kernels that others call are
    compiled within these: calls come in pairs, one within the other, from any thread.

    >>> with told_of_compiling(print):
    ...     tell_of_compiling(begins=True)
    True
    """
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell_of_compiling(*, begins: bool) -> None:
    """Tell whoever listens that a kernel begins to be compiled, or is done."""
    for listener in tuple(_listeners):
        listener(begins)
