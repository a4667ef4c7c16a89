"""Rows of a PostgreSQL server, by a cursor that the server keeps, in a transaction that only reads."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from slmdsl.ingest.cells import Unreadable
from slmdsl.ingest.sql_rows import SqlError, SqlRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import psycopg
    from psycopg.abc import Buffer

    from slmdsl.ingest.addresses import Address

_SECONDS = 10

# What a source takes as text: other types have no plain Python value, or one that says less than their text.
_AS_TEXT = ("numeric", "uuid", "json", "jsonb", "inet", "cidr", "interval", "time", "timetz", "money", "oid")


@contextlib.contextmanager
def postgres_rows(address: Address, query: str) -> Iterator[SqlRows]:
    """Run a query. Raises SqlError for what the server says, ImportError without psycopg."""
    import psycopg  # noqa: PLC0415 - an extra, which only those who use it need

    try:
        with _connected(address) as connection, connection.cursor(name="slm") as cursor:
            cursor.execute(query.encode())
            names = tuple(column.name for column in cursor.description or ())

            def fetch(most: int) -> Sequence[tuple[object, ...]]:
                try:
                    return cursor.fetchmany(most)
                except psycopg.Error as wrong:
                    raise SqlError(_told(wrong, address)) from None

            yield SqlRows(names=names, fetch=fetch)
    except psycopg.Error as wrong:
        # `from None`: the driver's own errors may carry the address.
        raise SqlError(_told(wrong, address)) from None


def _connected(address: Address) -> psycopg.Connection[tuple[object, ...]]:
    import psycopg  # noqa: PLC0415 - as above

    connection = psycopg.connect(address.url, connect_timeout=_SECONDS, application_name="slmdsl")
    connection.read_only = True
    # Instants come with the offset of the session, and days in one order.
    connection.execute("set time zone 'UTC'")
    connection.execute("set datestyle to 'ISO, YMD'")
    _register(connection)
    return connection


def _register(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Say how values are taken: instants that Python does not have (infinity, BC) cost their row, not the query."""
    from psycopg.adapt import Loader  # noqa: PLC0415 - as above
    from psycopg.types.string import TextLoader  # noqa: PLC0415 - as above

    class InstantLoader(Loader):
        """A time stamp, or why it is none."""

        def load(self, data: Buffer) -> datetime | Unreadable:
            return _instant(bytes(data).decode())

    class DayLoader(Loader):
        """A date, or why it is none."""

        def load(self, data: Buffer) -> date | Unreadable:
            return _day(bytes(data).decode())

    for name in _AS_TEXT:
        connection.adapters.register_loader(name, TextLoader)
    for name in ("timestamp", "timestamptz"):
        connection.adapters.register_loader(name, InstantLoader)
    connection.adapters.register_loader("date", DayLoader)


def _instant(text: str) -> datetime | Unreadable:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return Unreadable(text, f"holds {text}, which is no time")
    return read if read.tzinfo is None else read.astimezone(UTC)


def _day(text: str) -> date | Unreadable:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return Unreadable(text, f"holds {text}, which is no date")


def _told(wrong: psycopg.Error, address: Address) -> str:
    return " ".join(address.hidden(str(wrong)).split())
