"""What pictures need and a plain install lacks."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

LIBRARIES: Final = ("altair", "vl_convert")
HINT: Final = "pip install slmdsl[report]"


class MissingExtraError(ImportError):
    """A `library` is absent that an extra of slmdsl brings; `help` says how to get it."""

    def __init__(self, library: str) -> None:
        super().__init__(f"charts need `{library}`, which is not installed: {HINT}")
        self.library, self.help = library, HINT


def need_libraries() -> None:
    """Raise MissingExtraError unless all that pictures need is installed."""
    for library in LIBRARIES:
        if find_spec(library) is None:
            raise MissingExtraError(library)
