"""The event log: what happened, or what was simulated, as coded columns and as frames made from them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.events.parts import LogParts

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventLog(LogParts):
    """Everything that is known about what happened: tickets, events, samples, outages, feedback; and what was refused.

    Build one with `slmdsl.ingest` or `EventLog.from_frames`; simulated logs have the same form. The `*_columns`
    are the coded arrays; `tickets`, `events`, `samples`, `outages`, `feedback`, `refused`, `contradicted`,
    `tallied` are the same as polars frames, made when first asked for. `refusals` and `contradictions` list the
    first rows of each source (at most LISTED); `tallies` count them all.
    """

    _frames: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def from_frames(
        cls,
        tickets: object = None,
        events: object = None,
        *,
        samples: object = None,
        outages: object = None,
        feedback: object = None,
    ) -> EventLog:
        """Build a log from frames with the columns of the tables `tickets`, `events`, `samples`, `outages`, `feedback`.

        A frame is a polars frame, anything with an Arrow stream (pyarrow, pandas, DuckDB), or a dict of columns.
        `tickets` needs `ticket kind service priority opened`, and is left out of a log without any; its unknown columns
        become fields. `events` needs
        `ticket at type`. Naive datetimes are UTC. Facts and events are made consistent: the last resolved (closed)
        event beats a differing `resolved` (`closed`) column, which is listed in `contradictions`.

        Raises ValueError, naming the column, for a missing column, a wrong type, an unknown word, a ticket without
        id or `opened`, a ticket named twice, an event of a ticket that is not there, an instant outside the years
        1900 to 2199, and an outage that ends before it starts.

        >>> from datetime import datetime
        >>> one = {"ticket": ["A"], "kind": ["incident"], "service": ["email"], "priority": ["P1"]}
        >>> EventLog.from_frames(one | {"opened": [datetime(2027, 1, 4, 9)]}).tickets.height
        1
        """
        from slmdsl.events.from_frames import parts_from_frames  # noqa: PLC0415 - polars is loaded when frames are

        return log_of(parts_from_frames(tickets, events, samples=samples, outages=outages, feedback=feedback))

    @classmethod
    def from_parquet(cls, path: str | Path) -> EventLog:
        """Read a log that `to_parquet` wrote. Raises ValueError for any other file."""
        from slmdsl.events.parquet import read_parts  # noqa: PLC0415 - polars is loaded when frames are

        return log_of(read_parts(path))

    def to_parquet(self, path: str | Path) -> None:
        """Write the whole log to one parquet file; `slmdsl.events.parquet` says how other tools read it."""
        from slmdsl.events.parquet import write_parts  # noqa: PLC0415 - polars is loaded when frames are

        write_parts(self, path)

    @property
    def tickets(self) -> pl.DataFrame:
        """One row per ticket: the table `tickets`, with one text column for each field."""
        return self._frame("tickets")

    @property
    def events(self) -> pl.DataFrame:
        """One row per event, each ticket's in the order in which they apply: the table `events`."""
        return self._frame("events")

    @property
    def samples(self) -> pl.DataFrame:
        """One row per measured value: the table `samples`, with `hold`, how long it holds."""
        return self._frame("samples")

    @property
    def outages(self) -> pl.DataFrame:
        """One row per outage: the table `outages`."""
        return self._frame("outages")

    @property
    def feedback(self) -> pl.DataFrame:
        """One row per score: the table `feedback`."""
        return self._frame("feedback")

    @property
    def refused(self) -> pl.DataFrame:
        """The rows that were not taken: `source file row reason` (at most LISTED per source, see `tallied`)."""
        return self._frame("refused")

    @property
    def contradicted(self) -> pl.DataFrame:
        """The rows whose facts disagree with another: `source file row reason` (at most LISTED per source)."""
        return self._frame("contradicted")

    @property
    def tallied(self) -> pl.DataFrame:
        """How many rows were refused, contradicted or ignored, for each reason: `source file fate reason rows`."""
        return self._frame("tallied")

    def _frame(self, name: str) -> pl.DataFrame:
        from slmdsl.events.frames import frame_of  # noqa: PLC0415 - polars is loaded when frames are

        if name not in self._frames:
            self._frames[name] = frame_of(self, name)
        return self._frames[name]

    @property
    def last_us(self) -> int:
        """The last instant that the log knows of, NO_TIME if it is empty: the default `as of`."""
        columns = (
            self.ticket_columns.opened_us,
            self.ticket_columns.responded_us,
            self.ticket_columns.resolved_us,
            self.ticket_columns.closed_us,
            self.event_columns.at_us,
            self.sample_columns.at_us,
            self.outage_columns.start_us,
            self.outage_columns.end_us,
            self.feedback_columns.at_us,
        )
        return max((int(np.max(column)) for column in columns if len(column)), default=NO_TIME)


def log_of(parts: LogParts) -> EventLog:
    """Return the log that is made of `parts`."""
    return EventLog(**{part.name: getattr(parts, part.name) for part in fields(LogParts)})
