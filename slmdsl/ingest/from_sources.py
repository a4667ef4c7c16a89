"""From the sources of a spec to one event log: the whole way on one screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.events.build import parts_of_tickets
from slmdsl.events.frames import ticket_ids
from slmdsl.events.log import log_of
from slmdsl.events.parts import LogParts
from slmdsl.events.vocabulary import KINDS
from slmdsl.ingest.join import joined_tickets
from slmdsl.ingest.limits import LIMITS, IngestError
from slmdsl.ingest.measured import feedback_of, outages_of, samples_of
from slmdsl.ingest.rows import Rows, Vocabulary, read_rows
from slmdsl.ingest.told import told_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from slmdsl.contract.model.sources import SourcePlan
    from slmdsl.events.log import EventLog
    from slmdsl.ingest.ledger import Ledger
    from slmdsl.ingest.limits import Limits


def ingest(
    plans: Sequence[SourcePlan],
    *,
    root: Path,
    known_groups: Mapping[str, tuple[str, ...]] | None = None,
    kinds: Iterable[str] = (),
    progress: Callable[[str, float], None] | None = None,
    limits: Limits = LIMITS,
) -> EventLog:
    """Read sources and join them on the ticket.

    Args:
        plans: the sources, the most believed first.
        root: the project's folder; no file outside it is read. A plan's `base` is relative to it, or absolute.
        known_groups: for each team, the patterns of the group names it is known as.
        kinds: the declared requests' names, which are kinds of ticket beside incident, request, problem, change.
        progress: called with a source's name and the share of its file that has been read, 0 to 1.
        limits: how large files may be.

    Returns:
        The log. Rows that were not taken are in `refusals` (the first ones) and `tallies` (all, counted);
        `intakes` has the sums of each source.

    Raises:
        IngestError: a source cannot be read at all; its `diagnostics` say why, of all sources at once.
    """
    vocabulary = Vocabulary(kinds=frozenset({*KINDS, *kinds}), teams=dict(known_groups or {}))
    read: list[tuple[Rows, Ledger]] = []
    failures: list[IngestError] = []
    for plan in plans:
        try:
            read.append(read_rows(plan, root, vocabulary, limits=limits, progress=progress))
        except IngestError as failure:
            failures.append(failure)
    if failures:
        raise IngestError(one for failure in failures for one in failure.diagnostics)
    # Handed over for good, so that rows are let go of when what they tell has been gathered.
    return _log([read.pop(0) for _ in range(len(read))], vocabulary)


def _log(read: list[tuple[Rows, Ledger]], vocabulary: Vocabulary) -> EventLog:
    ledgers = [ledger for _, ledger in read]
    _count_strange_groups(read, vocabulary)
    of_tickets = [one for one in read if one[0].plan.form in ("tickets", "events")]
    read = [one for one in read if one[0].plan.form not in ("tickets", "events")]
    parts = _with_tickets(of_tickets, vocabulary)
    samples = samples_of([rows for rows, _ in read if rows.plan.form == "samples"], vocabulary)
    outages = outages_of([rows for rows, _ in read if rows.plan.form == "outages"], vocabulary)
    scores = [one for one in read if one[0].plan.form == "feedback"]
    feedback = feedback_of(
        [rows for rows, _ in scores],
        [ledger for _, ledger in scores],
        ticket_ids(parts.ticket_columns.ids),
        parts.ticket_columns.service,
        vocabulary,
    )
    whole = replace(
        parts,
        sample_columns=samples,
        outage_columns=outages,
        feedback_columns=feedback,
        refusals=tuple(one for ledger in ledgers for one in ledger.refusals),
        contradictions=tuple(one for ledger in ledgers for one in ledger.contradictions)
        + parts.contradictions,
        tallies=tuple(one for ledger in ledgers for one in ledger.tallies) + parts.tallies,
        intakes=tuple(ledger.intake for ledger in ledgers),
    )
    return log_of(whole)


def _with_tickets(read: list[tuple[Rows, Ledger]], vocabulary: Vocabulary) -> LogParts:
    if not read:
        return LogParts()
    told = []
    while read:
        rows, ledger = read.pop(0)
        told.append(told_by(rows, ledger, vocabulary))
        del rows  # they are as large as what is told of them
    facts = joined_tickets(told, vocabulary)
    return parts_of_tickets(
        facts.opening, facts.times, facts.events, listing=facts.listing, trusted=facts.trusted
    )


def _count_strange_groups(read: list[tuple[Rows, Ledger]], vocabulary: Vocabulary) -> None:
    """Count the rows of each group name that no team is known as."""
    words = list(vocabulary.dictionary("group").codes)
    for rows, ledger in read:
        if "group" not in rows.words or not vocabulary.strange_groups:
            continue
        codes = rows.words["group"]
        held = np.bincount(codes[codes >= 0])
        for code in np.flatnonzero(held).tolist():
            if words[code] in vocabulary.strange_groups:
                ledger.count("unknown group", words[code], int(held[code]))
