"""What was told to whom: steps of escalations and alerts that fired."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One message or action: a row of `Verdicts.escalations`.

    `rule` is the line of the escalation or alert in words, `step` its place in its block, from 1, `to` whom or what it
    reached. `ticket` is None for what concerns the whole desk or a service. `at_us` is UTC microseconds, `clause` the
    line that says so.
    """

    ticket: str | None
    agreement: str
    rule: str
    step: int
    at_us: int
    to: str
    clause: str
