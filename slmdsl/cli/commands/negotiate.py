"""`slm negotiate`: what can be promised of an agreement that is asked, and what instead."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from slmdsl.cli.app import INTERRUPTED
from slmdsl.cli.failures import UsageError
from slmdsl.cli.machine import dumped
from slmdsl.cli.offer_files import refuse_writing, write_offer
from slmdsl.cli.options import At, File, Flag, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.project import broken, project
from slmdsl.cli.study_runs import refusals, without_overload
from slmdsl.cli.talks_runs import AS_SAID, Terms, opening, run_talks

if TYPE_CHECKING:
    from slmdsl.api import Spec


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
    spec = _measured(project(path))
    if write is not None:
        refuse_writing(write, spec.root, force=force)
    setting, wanted = opening(spec, sla, terms)
    if not anyway:
        without_overload(spec, setting)
    with refusals(spec):
        talks = run_talks(spec, sla, setting, wanted, at, terms, staff=not no_staff)
    wrote = write is not None and write_offer(
        talks, write, spec, _command(path, sla, terms, no_staff=no_staff)
    )
    if as_json:
        from slmdsl.cli.talks_records import talks_record  # noqa: PLC0415 - lazy at the door: numpy

        at.write(dumped(talks_record(talks, lang) | {"written": str(write) if wrote else None}))
    else:
        from slmdsl.cli.talks_tables import print_talks  # noqa: PLC0415 - lazy at the door: numpy
        from slmdsl.report.language import LANGUAGES  # noqa: PLC0415 - lazy at the door

        print_talks(talks, at, LANGUAGES[lang])
        if write is not None:
            at.say()
            at.say(f"wrote {write}" if wrote else f"nothing to offer instead, so {write} is not written")
    return INTERRUPTED if talks.interrupted else 0


def _command(path: Path, sla: str, terms: Terms, *, no_staff: bool) -> str:
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
    return shlex.join(["slm", "negotiate", str(path), sla, *options, *(["--no-staff"] if no_staff else [])])


def _measured(spec: Spec) -> Spec:
    """Return a spec whose `empirical` distributions have their values."""
    from slmdsl.ingest import IngestError  # noqa: PLC0415 - lazy at the door
    from slmdsl.ingest.empirical import with_measured  # noqa: PLC0415 - lazy at the door

    try:
        return replace(spec, contract=with_measured(spec.contract, spec.root))
    except IngestError as error:
        raise broken(spec, error.diagnostics) from error
