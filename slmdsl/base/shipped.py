"""Where the grammar and the reference models lie: inside an installed package, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(kind: Literal["grammar", "models"], package: Path = _PACKAGE) -> Path:
    """Return the folder of `kind` that belongs to this copy of slmdsl; it need not be the current folder's.

    A wheel carries it as `slmdsl/_data/<kind>`; a checkout, editable or bare, has it at its top.
    `package` is the folder of the package, for those who ask about another copy.

    Raises:
        FileNotFoundError: the copy is incomplete; both places are named.

    >>> shipped("grammar").name
    'grammar'
    """
    places = (package / "_data" / kind, package.parent / kind)
    for place in places:
        if place.is_dir():
            return place
    msg = f"slmdsl is incomplete: neither {places[0]} nor {places[1]} is a folder"
    raise FileNotFoundError(msg)
