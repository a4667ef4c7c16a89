"""Python's garbage collector, held while trees grow."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the collector: a tree has no cycles, and walking it while it grows takes a third of the time.

    >>> with uncollected():
    ...     gc.isenabled()
    False
    """
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()
