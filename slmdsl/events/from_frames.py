"""Build an event log from frames: `EventLog.from_frames`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from slmdsl.base.suggest import nearest, one_of
from slmdsl.base.units import EARLIEST_US, LATEST_US, NO_TIME
from slmdsl.events.build import Listing, Measured, Opening, parts_of_tickets
from slmdsl.events.chains import EventRows
from slmdsl.events.columns import HOLD_DEFAULT, HOLD_UNTIL_NEXT, Coded, Feedback, Outages, Samples
from slmdsl.events.completion import Times
from slmdsl.events.vocabulary import EVENT_TYPE_OF, PHASE_OF, ROLE_OF, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from slmdsl.events.columns import Float64, Int8, Int32, Int64
    from slmdsl.events.parts import LogParts

_TICKETS = {
    *("ticket", "kind", "service", "priority", "opened", "responded", "resolved", "closed"),
    *("reopenings", "reassignments", "customer", "group"),
}

_NO_TICKETS = pl.DataFrame(
    schema=dict.fromkeys(("ticket", "kind", "service", "priority"), pl.String)
    | {"opened": pl.Datetime("us", "UTC")}
)


def parts_from_frames(
    tickets: object, events: object, *, samples: object, outages: object, feedback: object
) -> LogParts:
    """Build the parts of a log; see `EventLog.from_frames`."""
    told = _Table("tickets", _NO_TICKETS if tickets is None else _as_frame("tickets", tickets))
    happened = _Table("events", _as_frame("events", events))
    ids = told.column("ticket", needed=True, filled=True)
    if ids.is_duplicated().any():
        msg = f"tickets.ticket names `{ids.filter(ids.is_duplicated())[0]}` more than once"
        raise ValueError(msg)
    priority, event_priority = coded(told.column("priority", needed=True), happened.column("priority"))
    group, event_group = coded(told.column("group"), happened.column("group"))
    opening = Opening(
        ids=ids,
        kind=coded(told.column("kind", needed=True))[0],
        service=coded(told.column("service", needed=True))[0],
        priority=priority,
        customer=coded(told.column("customer"))[0],
        group=group,
        fields={name: coded(told.as_text(name))[0] for name in told.frame.columns if name not in _TICKETS},
        reopenings=told.counts("reopenings"),
        reassignments=told.counts("reassignments"),
    )
    times = Times(
        opened_us=told.times("opened", needed=True, filled=True),
        responded_us=told.times("responded"),
        resolved_us=told.times("resolved"),
        closed_us=told.times("closed"),
    )
    rows = _events(happened, ids, event_priority.codes, event_group.codes)
    # A ticket's contradictions are listed with its row in the frame.
    listing = Listing.of_rows("tickets", np.arange(1, len(ids) + 1))
    return parts_of_tickets(
        opening,
        times,
        rows,
        listing=listing,
        measured=Measured(
            samples=_samples(_Table("samples", _as_frame("samples", samples))),
            outages=_outages(_Table("outages", _as_frame("outages", outages))),
            feedback=_feedback(_Table("feedback", _as_frame("feedback", feedback)), ids),
        ),
    )


def _as_frame(name: str, given: object) -> pl.DataFrame:
    if given is None:
        return pl.DataFrame()
    if isinstance(given, pl.LazyFrame):
        return given.collect()
    if isinstance(given, (pl.DataFrame, dict)) or hasattr(given, "__arrow_c_stream__"):
        try:
            return pl.DataFrame(given)
        except (TypeError, pl.exceptions.PolarsError) as mixed:
            msg = f"{name} is no frame: {str(mixed).splitlines()[0]}"
            raise ValueError(msg) from mixed
    msg = f"{name} is a {type(given).__name__}, not a frame: give a polars frame, an Arrow stream or a dict of columns"
    raise ValueError(msg)


class _Table:
    """A given frame, read column by column with the checks that name the column."""

    def __init__(self, name: str, frame: pl.DataFrame) -> None:
        self.name = name
        self.frame = frame

    def column(self, name: str, *, needed: bool = False, filled: bool = False) -> pl.Series:
        """Return a text column; all null where the frame has none and it is not needed."""
        found = self._found(name, needed=needed, filled=filled)
        if found.dtype in (pl.Categorical, pl.Enum, pl.Null):
            return found.cast(pl.String)
        if found.dtype != pl.String:
            raise self._wrong(name, "text", found)
        return found

    def as_text(self, name: str) -> pl.Series:
        """Return a column of any plain type as text: a field."""
        found = self._found(name)
        if found.dtype.is_nested() or found.dtype in (pl.Object, pl.Binary):
            raise self._wrong(name, "text, numbers, booleans or dates", found)
        return found.cast(pl.String)

    def times(self, name: str, *, needed: bool = False, filled: bool = False) -> Int64:
        """Return a column of datetimes in microseconds UTC; naive ones are UTC."""
        found = self._found(name, needed=needed, filled=filled)
        if found.dtype == pl.Null:
            return np.full(len(found), NO_TIME, np.int64)
        if found.dtype != pl.Datetime:
            raise self._wrong(name, "datetimes", found)
        told = found.dt.timestamp("us")
        beyond = told.filter((told < EARLIEST_US) | (told >= LATEST_US))
        if len(beyond):
            msg = f"{self.name}.{name} lies outside the years 1900 to 2199 in {len(beyond)} of {len(found)} rows"
            raise ValueError(msg)
        return told.fill_null(NO_TIME).cast(pl.Int64).to_numpy(writable=True)

    def counts(self, name: str) -> Int32 | None:
        """Return a column of whole numbers, none if the frame has none; null is 0."""
        if name not in self.frame.columns:
            return None
        found = self._found(name)
        if found.dtype.is_float():  # as pandas writes whole numbers of which some are missing
            found = found.fill_nan(None)
            whole = bool((found == found.round()).fill_null(value=True).all())
        else:
            whole = found.dtype.is_integer() or found.dtype == pl.Null
        if not whole:
            raise self._wrong(name, "whole numbers", found)
        counted = found.cast(pl.Int32, strict=False)
        if counted.null_count() > found.null_count():
            raise self._wrong(name, "whole numbers of 32 bits", found)
        return counted.fill_null(0).to_numpy(writable=True)

    def numbers(self, name: str, *, needed: bool = False, default: float = np.nan) -> Float64:
        """Return a column of numbers."""
        found = self._found(name, needed=needed, filled=needed)
        if not (found.dtype.is_numeric() or found.dtype == pl.Null):
            raise self._wrong(name, "numbers", found)
        return found.cast(pl.Float64).fill_null(default).to_numpy(writable=True)

    def lengths(self, name: str) -> Int64:
        """Return a column of lengths of time in microseconds, NO_TIME where missing."""
        found = self._found(name)
        if found.dtype not in (pl.Null, pl.Duration):
            raise self._wrong(name, "durations", found)
        lengths = found.cast(pl.Duration("us")).cast(pl.Int64)
        if negative := int((lengths < 0).sum()):
            msg = f"{self.name}.{name} is less than nothing in {negative} of {len(found)} rows"
            raise ValueError(msg)
        return lengths.fill_null(NO_TIME).to_numpy(writable=True)

    def truths(self, name: str, *, missing: int) -> Int8:
        """Return a column of booleans as 1, 0 or `missing`."""
        found = self._found(name)
        if found.dtype not in (pl.Boolean, pl.Null):
            raise self._wrong(name, "booleans", found)
        return found.cast(pl.Boolean).cast(pl.Int8).fill_null(missing).to_numpy(writable=True)

    def members(self, name: str, known: Mapping[str, int], *, needed: bool = False) -> Int8:
        """Return a column of words of a closed set as their codes."""
        found = self.column(name, needed=needed, filled=needed)
        strange = found.filter(found.is_not_null() & ~found.is_in(list(known)))
        if len(strange):
            meant = nearest(strange[0], known)
            msg = f"{self.name}.{name}: `{strange[0]}` is not one of {one_of(meant or known)}"
            raise ValueError(msg)
        codes = found.replace_strict(
            list(known), [int(code) for code in known.values()], default=None, return_dtype=pl.Int8
        )
        return codes.fill_null(UNKNOWN).to_numpy(writable=True)

    def _found(self, name: str, *, needed: bool = False, filled: bool = False) -> pl.Series:
        if name in self.frame.columns:
            found = _without_type_if_empty(self.frame.get_column(name).rechunk())
            if filled and found.null_count():
                msg = f"{self.name}.{name} is missing in {found.null_count()} of {len(found)} rows"
                raise ValueError(msg)
            return found
        if needed and self.frame.width:
            near = nearest(name, self.frame.columns)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            msg = f"{self.name} has no column `{name}`{hint}"
            raise ValueError(msg)
        return pl.Series(name, [None] * self.frame.height, dtype=pl.Null)

    def _wrong(self, name: str, wanted: str, found: pl.Series) -> ValueError:
        return ValueError(f"{self.name}.{name} must hold {wanted}, not {found.dtype}")


def _without_type_if_empty(found: pl.Series) -> pl.Series:
    """Return a column of nothing but missing values without a type: pandas gives it any, such as numbers."""
    missing = found.fill_nan(None) if found.dtype.is_float() else found
    nothing = len(found) > 0 and missing.null_count() == len(found)
    return pl.Series(found.name, [None] * len(found), dtype=pl.Null) if nothing else found


def coded(*columns: pl.Series) -> tuple[Coded, ...]:
    """Return text columns as codes over one dictionary, in the order of the alphabet."""
    dictionary = pl.concat([column.unique() for column in columns]).drop_nulls().unique().sort()
    values = tuple(dictionary.to_list())
    kind = pl.Enum(dictionary)
    return tuple(
        Coded(
            codes=column.cast(kind).to_physical().cast(pl.Int32).fill_null(UNKNOWN).to_numpy(writable=True),
            values=values,
        )
        for column in columns
    )


def _places(named: pl.Series, ids: pl.Series) -> pl.Series:
    """Return each named ticket's place in `ids`, null where the name is missing or not there."""
    places = pl.DataFrame({"ticket": ids, "place": np.arange(len(ids))})
    return pl.DataFrame({"ticket": named}).join(places, on="ticket", how="left", maintain_order="left")[
        "place"
    ]


def _events(table: _Table, ids: pl.Series, priority: Int32, group: Int32) -> EventRows:
    count = table.frame.height
    named = table.column("ticket", needed=True, filled=True)
    places = _places(named, ids)
    if places.null_count():
        lost = named.filter(places.is_null())
        msg = f"events.ticket: {len(lost)} rows are of tickets that `tickets` does not have, such as `{lost[0]}`"
        raise ValueError(msg)
    seq = table.counts("seq")
    return EventRows(
        ticket=places.cast(pl.Int64).to_numpy(writable=True),
        at_us=table.times("at", needed=True, filled=True),
        seq=np.arange(count, dtype=np.int32) if seq is None else seq,
        type=table.members("type", EVENT_TYPE_OF, needed=True),
        phase=table.members("phase", PHASE_OF),
        priority=priority,
        group=group,
        actor=coded(table.column("actor"))[0],
        actor_role=table.members("actor_role", ROLE_OF),
        public=table.truths("public", missing=UNKNOWN),
        reason=coded(table.column("reason"))[0],
        target=coded(table.column("target"))[0],
    )


def _samples(table: _Table) -> Samples:
    service, metric = (
        coded(table.column(name, needed=True, filled=True))[0] for name in ("service", "metric")
    )
    at_us, value = table.times("at", needed=True, filled=True), table.numbers("value", needed=True)
    order = np.lexsort((at_us, metric.codes, service.codes))
    return Samples(
        service=Coded(codes=service.codes[order], values=service.values),
        metric=Coded(codes=metric.codes[order], values=metric.values),
        at_us=at_us[order],
        value=value[order],
        hold_us=_holds(table)[order],
    )


def _holds(table: _Table) -> npt.NDArray[np.int64]:
    """Read the column `hold` that `EventLog.samples` writes; the default where there is none."""
    known = {"default": HOLD_DEFAULT, "until next": HOLD_UNTIL_NEXT}
    column = table.column("hold").fill_null("default")
    lengths = {}
    for text in column.unique().to_list():
        if text in known:
            lengths[text] = known[text]
        elif text.endswith(" us") and text[:-3].isdecimal():
            lengths[text] = int(text[:-3])
        else:
            msg = f"samples.hold: `{text}` is neither `default`, `until next` nor microseconds such as `900000000 us`"
            raise ValueError(msg)
    held = column.replace_strict(list(lengths), list(lengths.values()), return_dtype=pl.Int64)
    return held.to_numpy(writable=True)


def _outages(table: _Table) -> Outages:
    start_us, end_us = table.times("start", needed=True, filled=True), table.times("end")
    if reversed_rows := int(np.count_nonzero((end_us != NO_TIME) & (end_us < start_us))):
        msg = f"outages.end is before outages.start in {reversed_rows} of {len(start_us)} rows"
        raise ValueError(msg)
    share = np.nan_to_num(
        table.numbers("share"), nan=1.0
    )  # not a number: pandas' way to say that it is missing
    if beyond := int(np.count_nonzero((share < 0) | (share > 1))):
        msg = f"outages.share lies outside 0 .. 1 in {beyond} of {len(share)} rows"
        raise ValueError(msg)
    return Outages(
        service=coded(table.column("service", needed=True, filled=True))[0],
        start_us=start_us,
        end_us=end_us,
        planned=table.truths("planned", missing=0),
        announced_us=table.times("announced"),
        cause=coded(table.column("cause"))[0],
        share=share,
        data_loss_us=table.lengths("data_loss"),
    )


def _feedback(table: _Table, ids: pl.Series) -> Feedback:
    places = _places(table.column("ticket"), ids)
    return Feedback(
        ticket=places.fill_null(UNKNOWN).cast(pl.Int64).to_numpy(writable=True),
        service=coded(table.column("service"))[0],
        at_us=table.times("at", needed=True, filled=True),
        score=table.numbers("score", needed=True),
    )
