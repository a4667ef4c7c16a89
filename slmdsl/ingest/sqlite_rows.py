"""Rows of a SQLite file, which is opened for reading alone."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from slmdsl.ingest.cells import Unreadable
from slmdsl.ingest.sql_rows import SqlError, SqlRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from slmdsl.ingest.limits import Limits

_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)


@contextlib.contextmanager
def sqlite_rows(path: Path, query: str, limits: Limits) -> Iterator[SqlRows]:
    """Run a query on a file. Raises SqlError for one that does more than read, and for what SQLite says."""
    with contextlib.closing(_opened(path, limits)) as connection:
        try:
            cursor = connection.execute(query)
        except (sqlite3.Error, sqlite3.Warning) as wrong:
            raise SqlError(_told(wrong)) from wrong
        if cursor.description is None:
            msg = "the query returns no rows"
            raise SqlError(msg)

        def fetch(most: int) -> Sequence[tuple[object, ...]]:
            try:
                return cursor.fetchmany(most)
            except sqlite3.Error as wrong:
                raise SqlError(_told(wrong)) from wrong

        yield SqlRows(names=tuple(name for name, *_ in cursor.description), fetch=fetch)


def tables_of(path: Path, limits: Limits) -> list[str]:
    """Return the names of a file's tables and views. Raises SqlError for what is no database."""
    query = "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by name"
    with sqlite_rows(path, query, limits) as rows:
        return [str(name) for (name,) in rows.fetch(limits.columns)]


def _opened(path: Path, limits: Limits) -> sqlite3.Connection:
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        connection.execute("pragma query_only = on")
        connection.execute("pragma trusted_schema = off")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.record_bytes)
        connection.set_authorizer(_authorised)
        connection.text_factory = _decoded
    except sqlite3.Error as wrong:
        if connection is not None:
            connection.close()
        raise SqlError(_told(wrong)) from wrong
    return connection


def _told(wrong: Exception) -> str:
    """Return what SQLite says, in the field's words where its own are of no help."""
    if "not authorized" in str(wrong) or "prohibited" in str(wrong):
        return f"a source only reads ({wrong})"
    return str(wrong)


def _authorised(action: int, *_: object) -> int:
    """Allow what a query needs to read: no other file, no setting, no writing."""
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _decoded(raw: bytes) -> object:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Unreadable("", "is not UTF-8")
