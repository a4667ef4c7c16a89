"""`slm explain`: why a ticket met or missed its targets."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from slmdsl.base.display import visible
from slmdsl.base.units import from_us
from slmdsl.cli.answers.facts import chosen_sources, read_log, zone_of
from slmdsl.cli.answers.machine import dumped, records
from slmdsl.cli.asking.options import At, Json, Name, Sources, Time  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import named, project
from slmdsl.cli.asking.reading import instant_us
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from slmdsl.api import Spec
    from slmdsl.events.log import EventLog

Credits = Annotated[bool, Parameter(name="--credits", negative="", show_default=False)]
"""Whether credits are explained, not a ticket."""


def explain(
    path: Path,
    ticket: str | None = None,
    /,
    *,
    sources: Sources = (),
    as_of: Time | None = None,
    credits_: Credits = False,
    period: Name | None = None,
    as_json: Json = False,
    at: At,
) -> int:
    """Say why a ticket met or missed its targets: the clause, its line, and each step of the clock.

    With `--credits`, say how credits came about: of an agreement (`acme_gold`) or target (`acme_gold.mail_up`), or all.

    Example: slm explain models/acme INC00003 --source desk_export

    Args:
        path: A file, or a folder with all its .slm files.
        ticket: The ticket's number, as the source has it; with --credits an agreement or target, by default all.
        sources: A source that tells what happened; named again for each further one.
        as_of: What is known at this time, by default the last that the sources tell.
        credits_: Explain credits instead of a ticket.
        period: Only the credits of this period, such as 2027-03.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    if ticket is None and not credits_:
        msg = "no ticket is named"
        raise UsageError(msg, "name one, or ask for `--credits`")
    spec = project(path)
    if credits_ and ticket is not None:
        named("agreement or target", ticket, _judged(spec))
    log = read_log(spec, chosen_sources(spec, sources), at)
    instant = None if as_of is None else from_us(instant_us(as_of, zone_of(spec)))
    if ticket is None or credits_:
        at.write(_credits(spec, log, instant, ticket, period, as_json=as_json))
    else:
        at.write(_ticket(spec, log, instant, ticket, as_json=as_json))
    return 0


def _judged(spec: Spec) -> dict[str, object]:
    """Return agreements and their targets by the names by which credits can be asked for."""
    agreements = spec.contract.agreements
    targets = {target.qualified: target for each in agreements.values() for target in each.targets}
    return {**agreements, **targets}


def _ticket(spec: Spec, log: EventLog, as_of: datetime | None, ticket: str, *, as_json: bool) -> str:
    from slmdsl.api import explain as explained  # noqa: PLC0415 - lazy at the door

    try:
        explanation = explained(spec, log, ticket=ticket, as_of=as_of)
    except KeyError:
        msg = f"the log has no ticket `{ticket}`"
        raise UsageError(msg, f"it was read from {', '.join(each.file for each in log.intakes)}") from None
    return explanation.json() if as_json else explanation.text()


def _credits(
    spec: Spec, log: EventLog, as_of: datetime | None, name: str | None, period: str | None, *, as_json: bool
) -> str:
    from slmdsl.api import evaluate  # noqa: PLC0415 - lazy at the door
    from slmdsl.evaluate.credits.frames import credit_frame, total_frame  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.credit_lines import chosen, credit_lines  # noqa: PLC0415 - lazy at the door

    account = chosen(evaluate(spec, log, as_of=as_of).credit_account, name, period)
    if as_json:
        frames = {"credits": credit_frame(account.credits), "credit_totals": total_frame(account.totals)}
        return dumped({key: records(frame) for key, frame in frames.items()})
    return "".join(f"{visible(line)}\n" for line in credit_lines(account))
