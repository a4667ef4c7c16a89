"""Read a table or the rows of a query, in batches as the database hands them out; nothing is written."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from slmdsl.base.suggest import one_of
from slmdsl.ingest.addresses import address_of
from slmdsl.ingest.cells import batch_of
from slmdsl.ingest.codes import BAD_OPTION, NO_TABLE, NOT_INSTALLED, SQL_ERROR, TOO_LARGE
from slmdsl.ingest.limits import IngestError, check_file
from slmdsl.ingest.postgres_rows import postgres_rows
from slmdsl.ingest.sql_rows import SqlError, from_table
from slmdsl.ingest.sqlite_rows import sqlite_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from slmdsl.contract.model.sources import SourcePlan
    from slmdsl.ingest.batches import Batch
    from slmdsl.ingest.limits import Limits
    from slmdsl.ingest.sql_rows import SqlRows

_ROWS = 10_000
_OPTIONS = ("table", "query")


@contextlib.contextmanager
def sql_rows(plan: SourcePlan, root: Path, limits: Limits) -> Iterator[SqlRows]:
    """Run a source's query. Raises IngestError for what keeps it from being run or read to its end."""
    query = _query(plan)
    address = address_of(plan, root)
    try:
        if address.path is None:
            with postgres_rows(address, query) as rows:
                yield rows
            return
        # The name of a file that stands in the environment is not shown.
        check_file(address.path, plan.span, plan.path, limits, tell=plan.path.startswith("sqlite:"))
        with sqlite_rows(address.path, query, limits) as rows:
            yield rows
    except SqlError as wrong:
        raise IngestError([SQL_ERROR.at(plan.span, f"`{plan.path}`: {wrong}")]) from None
    except ImportError as absent:
        message = f"`{plan.path}` is a PostgreSQL database, and what reads it is not installed: {absent}"
        help_ = 'install it with `pip install "slmdsl[postgres]"`'
        raise IngestError([NOT_INSTALLED.at(plan.span, message, help=help_)]) from absent


def sql_batches(
    rows: SqlRows, wanted: Sequence[str], missing: Sequence[str], plan: SourcePlan, limits: Limits
) -> Iterator[Batch]:
    """Yield the rows, numbered in the order in which they come."""
    places = [rows.names.index(name) for name in wanted]
    first = 1
    while found := rows.fetch(_ROWS):
        columns = list(zip(*found, strict=True))
        yield batch_of(wanted, [columns[place] for place in places], first, missing=missing, share=0.0)
        first += len(found)
        if first > limits.rows:
            message = f"`{plan.path}` has more than {limits.rows} rows"
            raise IngestError([TOO_LARGE.at(plan.span, message)])
    yield batch_of(wanted, [()] * len(wanted), first)


def _query(plan: SourcePlan) -> str:
    wrong = [name for name, _ in plan.options if name not in _OPTIONS]
    if wrong:
        raise IngestError([BAD_OPTION.at(plan.span, f"a database has no {one_of(wrong)}")])
    told = dict(plan.options)
    if len(plan.options) != 1 or not next(iter(told.values())).strip():
        message = f"`{plan.path}` is a database: say either its table or a query"
        help_ = f'such as `read "{plan.path}" table "incidents"`'
        raise IngestError([NO_TABLE.at(plan.span, message, help=help_)])
    return told["query"] if "query" in told else from_table(told["table"])
