"""Samples, outages and feedback from the rows of their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME, duration_us
from slmdsl.events.columns import Coded, Feedback, Outages, Samples
from slmdsl.events.vocabulary import UNKNOWN
from slmdsl.ingest.told import places_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import polars as pl

    from slmdsl.events.columns import Float64, Int32, Int64
    from slmdsl.ingest.ledger import Ledger
    from slmdsl.ingest.rows import Rows, Vocabulary


def samples_of(sources: Sequence[Rows], vocabulary: Vocabulary) -> Samples:
    """Return one sample for each row and metric that has a value, sorted by (service, metric, at); ties by row."""
    metrics = vocabulary.dictionary("metric")
    parts: list[tuple[npt.NDArray[np.generic], ...]] = []
    for rows in sources:
        for name, values in rows.numbers.items():
            told = ~np.isnan(values)
            count = int(told.sum())
            metric = np.full(count, metrics.code(name.removeprefix("metric:")), np.int32)
            hold_us = np.full(count, rows.plan.hold_us, np.int64)
            parts.append((rows.words["service"][told], metric, rows.times["at"][told], values[told], hold_us))
    if not parts:
        return Samples.empty()
    service, metric, at_us, value, hold_us = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((at_us, metric, service))
    return Samples(
        service=vocabulary.dictionary("service").coded(service[order]),
        metric=metrics.coded(metric[order]),
        at_us=at_us[order],
        value=value[order],
        hold_us=hold_us[order],
    )


def outages_of(sources: Sequence[Rows], vocabulary: Vocabulary) -> Outages:
    """Return one outage for each row, in the order of their start."""
    if not sources:
        return Outages.empty()
    start_us = _times(sources, "start")
    order = np.argsort(start_us, kind="stable")
    planned = _words(sources, "planned")
    share = _numbers(sources, "share")
    return Outages(
        service=vocabulary.dictionary("service").coded(_words(sources, "service")[order]),
        start_us=start_us[order],
        end_us=_times(sources, "end")[order],
        planned=np.maximum(planned, 0).astype(np.int8)[order],
        announced_us=_times(sources, "announced")[order],
        cause=vocabulary.dictionary("cause").coded(_words(sources, "cause")[order]),
        share=np.where(np.isnan(share), 1.0, share)[order],
        data_loss_us=_lengths(sources, vocabulary)[order],
    )


def feedback_of(
    sources: Sequence[Rows], ledgers: Sequence[Ledger], ids: pl.Series, service: Coded, vocabulary: Vocabulary
) -> Feedback:
    """Return one score for each row. Without a service of its own, a score is of its ticket's service."""
    if not sources:
        return Feedback.empty()
    places: list[Int64] = []
    for rows, ledger in zip(sources, ledgers, strict=True):
        if not len(rows.ids):
            places.append(np.full(len(rows), -1, np.int64))
            continue
        place = places_in(rows.ids, ids)
        lost = (place < 0) & rows.ids.is_not_null().to_numpy()
        ledger.contradict(rows.row[lost], "its ticket is in no source of tickets")
        places.append(place)
    ticket, services = np.concatenate(places), _words(sources, "service")
    # -1 picks the appended UNKNOWN.
    of_ticket = np.append(service.codes, np.int32(UNKNOWN))[ticket]
    return Feedback(
        ticket=ticket,
        service=vocabulary.dictionary("service").coded(np.where(services < 0, of_ticket, services)),
        at_us=_times(sources, "at"),
        score=_numbers(sources, "score"),
    )


def _words(sources: Sequence[Rows], name: str) -> Int32:
    return np.concatenate([rows.words.get(name, np.full(len(rows), UNKNOWN, np.int32)) for rows in sources])


def _lengths(sources: Sequence[Rows], vocabulary: Vocabulary) -> Int64:
    """Return how much was lost, of words that have been accepted as lengths of time."""
    known = [duration_us(word) for word in vocabulary.dictionary("data_loss").codes]
    # The last place answers for code -1, a missing word.
    lengths = np.array([NO_TIME if each is None else each for each in known] + [NO_TIME], dtype=np.int64)
    return lengths[_words(sources, "data_loss")]


def _times(sources: Sequence[Rows], name: str) -> Int64:
    return np.concatenate([rows.times.get(name, np.full(len(rows), NO_TIME, np.int64)) for rows in sources])


def _numbers(sources: Sequence[Rows], name: str) -> Float64:
    return np.concatenate([rows.numbers.get(name, np.full(len(rows), np.nan)) for rows in sources])
