"""What a database hands out, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class SqlError(Exception):
    """What a database has against a query, without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlRows:
    """The rows of a query: the columns' names, and `fetch(most)` for the next rows, none at the end.

    `fetch` raises SqlError.
    """

    names: tuple[str, ...]
    fetch: Callable[[int], Sequence[tuple[object, ...]]]


def from_table(table: str) -> str:
    """Return the query for all rows of a table, which may be named with its schema.

    >>> from_table("desk.incidents")
    'select * from "desk"."incidents"'
    """
    quoted = ['"' + part.replace('"', '""') + '"' for part in table.split(".")]
    return f"select * from {'.'.join(quoted)}"  # noqa: S608 - quoted
