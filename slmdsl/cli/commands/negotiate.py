"""`slm negotiate`: what can be promised of an agreement that is asked, and what instead."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from slmdsl.cli.answers.machine import dumped
from slmdsl.cli.answers.offer_files import refuse_writing, write_offer
from slmdsl.cli.app import INTERRUPTED
from slmdsl.cli.asking.beginning import begun
from slmdsl.cli.asking.options import At, File, Flag, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import simulable
from slmdsl.cli.asking.study_runs import refusals, without_overload
from slmdsl.cli.asking.talks_runs import AS_SAID, Terms, opening, run_talks
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.negotiation.talks import Negotiation


def negotiate(
    path: Path,
    sla: Annotated[str, Parameter(metavar="SLA")],
    /,
    *,
    terms: Terms = AS_SAID,
    no_staff: Flag = False,
    write: File | None = None,
    force: Flag = False,
    anyway: Flag = False,
    lang: Literal["en", "zh"] = "en",
    as_json: Json = False,
    at: At,
) -> int:
    """Say which targets of an agreement can be promised, what holds instead, what it costs, and who would carry it.

    Each target is wanted with a chance; what does not hold is made looser until it does, or carried by more people,
    and both are confirmed on replications with new luck. Ctrl-C prints what is known by then.

    Example: slm negotiate models/starter shop_it

    Example: slm negotiate models/starter shop_it --chance 95% --write models/starter/offer.slm

    Args:
        path: A file, or a folder with all its .slm files.
        sla: The agreement that is asked for.
        terms: In which scenario and how surely.
        no_staff: Try no more people, which takes longest.
        write: Write what was found as scenarios to this file, `.slm`, within the project.
        force: Write it even if there is such a file.
        anyway: Simulate even if a group has more work than its people can do.
        lang: The language of the answer.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    if terms.workers is not None and terms.workers < 1:
        msg = f"`--workers {terms.workers}` would simulate nothing"
        raise UsageError(msg, "say 1 or more, or leave it away for one on each processor")
    spec = simulable(path)
    if write is not None:
        refuse_writing(write, spec.root, force=force)
    setting, wanted = opening(spec, sla, terms)
    setting = begun(spec, setting, at)
    if not anyway:
        without_overload(spec, setting)
    with refusals(spec):
        talks = run_talks(spec, sla, setting, wanted, at, terms, staff=not no_staff)
    offered = _Offered(
        talks=talks, file=write, spec=spec, command=_command(path, sla, terms, staff=not no_staff)
    )
    _say(offered, lang, at, as_json=as_json)
    return INTERRUPTED if talks.interrupted else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offered:
    """A negotiation, and the file that it is to be written to."""

    talks: Negotiation
    file: Path | None
    spec: Spec
    command: str

    def write(self) -> str:
        """Write the file, if one is wanted and there is anything to write; return what its experiment is called."""
        return "" if self.file is None else write_offer(self.talks, self.file, self.spec, self.command)


def _say(offered: _Offered, lang: Literal["en", "zh"], at: Terminal, *, as_json: bool) -> None:
    """Print a negotiation and write its file: what was found is printed even if it cannot be written."""
    talks, file = offered.talks, offered.file
    if as_json:
        from slmdsl.cli.answers.talks_records import talks_record  # noqa: PLC0415 - lazy at the door: numpy

        written = None
        try:
            written = str(file) if offered.write() else None
        finally:
            at.write(dumped(talks_record(talks, lang) | {"written": written}))
        return
    from slmdsl.cli.tables.talks_tables import print_talks  # noqa: PLC0415 - lazy at the door: numpy
    from slmdsl.report.language import LANGUAGES  # noqa: PLC0415 - lazy at the door

    print_talks(talks, at, LANGUAGES[lang])
    if file is not None:
        experiment = offered.write()
        at.say()
        at.say(f"wrote {file}" if experiment else f"nothing to offer instead, so {file} is not written")
        if experiment:
            at.say(f"next: {shlex.join(['slm', 'simulate', str(file), experiment])}")


def _command(path: Path, sla: str, terms: Terms, *, staff: bool) -> str:
    """Return what would be typed for the same result."""
    said = {
        "scenario": terms.scenario,
        "chance": terms.chance,
        "replications": terms.replications,
        "seed": terms.seed,
        "horizon": terms.horizon,
        "warm-up": terms.warm_up,
    }
    options = [
        word for name, value in said.items() if value is not None for word in (f"--{name}", str(value))
    ]
    return shlex.join(["slm", "negotiate", str(path), sla, *options, *([] if staff else ["--no-staff"])])
