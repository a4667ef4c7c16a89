"""Rules that are bound once for many logs: simulated years with the same dictionaries come by the thousand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slmdsl.rules.binding import bind, words_of
from slmdsl.rules.from_contract import ticket_rules, units_judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.ticket_rules import TicketRules
    from slmdsl.rules.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bindings:
    """The rules of some agreements on tickets and their units, and what they were last bound to.

    Several threads may judge by the same bindings: what they bind is the same, whoever comes first.

    Attributes:
        whole: the rules on tickets.
        units: those on each sort of units.
        as_of_us: the instant of judgement.
        from_us: from when on periods are told of; by default from a log's first opening on.
        lists_misses: whether counting tells which tickets missed a limit.
    """

    whole: TicketRules
    units: tuple[TicketRules, ...]
    as_of_us: int
    from_us: int | None
    lists_misses: bool
    _kept: dict[Unit, BoundRules] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls,
        contract: Contract,
        agreements: Sequence[str],
        as_of_us: int,
        *,
        from_us: int | None = None,
        lists_misses: bool = False,
    ) -> Bindings:
        """Return the rules of the named agreements, not bound to anything yet."""
        units = units_judged(contract, agreements)
        return cls(
            whole=ticket_rules(contract, agreements),
            units=tuple(ticket_rules(contract, agreements, unit=unit) for unit in units),
            as_of_us=as_of_us,
            from_us=from_us,
            lists_misses=lists_misses,
        )

    def bound(self, rules: TicketRules, log: EventLog, from_us: int | None) -> BoundRules:
        """Return rules of these bound to a log, as they were bound before if its dictionaries are the same.

        Args:
            rules: `whole`, or one of `units`.
            log: of tickets, or of these units.
            from_us: no clock starts before it, and periods are told of from then on; None: from the first clock on.
        """
        tickets = log.ticket_columns
        if from_us is None:
            return bind(rules, log, as_of_us=self.as_of_us)
        kept = self._kept.get(rules.unit)
        if kept is None or kept.from_us != from_us or words_of(tickets, kept.per_columns) != kept.words:
            kept = bind(rules, log, as_of_us=self.as_of_us, from_us=from_us)
            self._kept[rules.unit] = kept
        return kept
