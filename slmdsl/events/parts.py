"""Everything that an event log is made of: what its builders return and its frames are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slmdsl.events.columns import Events, Feedback, Outages, Samples, Tickets

if TYPE_CHECKING:
    from slmdsl.events.intake import Intake, Refusal, Tally


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogParts:
    """The columns of a log, and what became of the rows that they were read from; see `slmdsl.EventLog`."""

    ticket_columns: Tickets = field(default_factory=Tickets.empty)
    event_columns: Events = field(default_factory=Events.empty)
    sample_columns: Samples = field(default_factory=Samples.empty)
    outage_columns: Outages = field(default_factory=Outages.empty)
    feedback_columns: Feedback = field(default_factory=Feedback.empty)
    refusals: tuple[Refusal, ...] = ()
    contradictions: tuple[Refusal, ...] = ()
    tallies: tuple[Tally, ...] = ()
    intakes: tuple[Intake, ...] = ()
