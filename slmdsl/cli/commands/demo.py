"""`slm demo`: the whole story on shipped data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slmdsl.base.shipped import shipped
from slmdsl.cli.answers.demo_files import write_contents, write_for_people
from slmdsl.cli.answers.facts import read_log
from slmdsl.cli.answers.machine import dumped
from slmdsl.cli.answers.results import write_results, write_study
from slmdsl.cli.asking.options import At, Folder, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import project
from slmdsl.cli.asking.study_runs import run_study
from slmdsl.cli.asking.talks_runs import AS_SAID, opening, run_talks
from slmdsl.cli.asking.wishes import Wanted, setting
from slmdsl.cli.commands.evaluate import print_verdicts
from slmdsl.cli.terminal import on_paper

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One agreement judged on one source.

    `explained` is a target of which a missed ticket is explained; `reported` a report and its period.
    """

    title: str
    source: str
    sla: str
    explained: str | None
    reported: tuple[str, str] | None


ACTS = (
    Act(
        title="A service desk: 24,918 real tickets of a ServiceNow instance, judged by an SLA written for them",
        source="servicenow",
        sla="service_desk",
        explained="p2_fix",
        reported=("monthly", "2016-05"),
    ),
    Act(
        title="Web sites: the real up/down samples of a monitor, judged by availability targets",
        source="monitor",
        sla="editions",
        explained=None,
        reported=None,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One scenario of a shipped project, simulated a few times."""

    title: str
    project: str
    scenario: str
    replications: int


WHAT_IF = WhatIf(
    title="Before it is signed: a year of a company's service desk, simulated; what chance has each promise?",
    project="acme",
    scenario="today",
    replications=4,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talks:
    """One agreement of a shipped project, negotiated."""

    title: str
    project: str
    sla: str


TALKS = Talks(
    title="In the negotiation: which promises of an agreement hold, what can be offered instead, and what it costs",
    project="starter",
    sla="shop_it",
)


def demo(*, out: Folder = Path("demo"), as_json: Json = False, at: At) -> int:
    """Judge two shipped real logs, report, simulate a year of a worked company, negotiate; write it all to `demo/`.

    Example: slm demo --out demo

    Args:
        out: The folder to write to.
        as_json: Answer in JSON, for programs: the files written for each act.
        at: The terminal.
    """
    folder = shipped("models") / "demo"
    spec = project(folder)
    written = {act.sla: _play(act, spec, out / act.sla, at, quiet=as_json) for act in ACTS}
    written[WHAT_IF.project] = _simulate(WHAT_IF, out / WHAT_IF.project, at, quiet=as_json)
    written[TALKS.project] = _negotiate(TALKS, out / TALKS.project, at, quiet=as_json)
    titles = [*(act.title for act in ACTS), WHAT_IF.title, TALKS.title]
    page = write_contents(out, dict(zip(titles, written.values(), strict=True)))
    written["contents"] = [page]
    if as_json:
        at.write(dumped({name: [str(file) for file in files] for name, files in written.items()}))
    else:
        at.say()
        at.say(
            f"The agreements are in {folder}, {folder.parent / WHAT_IF.project} and {folder.parent / TALKS.project};"
            f" the results are in {out}: open {page}."
        )
    return 0


def _play(act: Act, spec: Spec, out: Path, at: Terminal, *, quiet: bool) -> list[Path]:
    from slmdsl.api import evaluate  # noqa: PLC0415 - lazy at the door

    log = read_log(spec, [act.source], at)
    with at.working("Judging"):
        verdicts = evaluate(spec, log, sla=act.sla)
    files = write_results(verdicts, log, out)
    missed = None if act.explained is None else _first_missed(verdicts, act.explained)
    words = None if missed is None else _explained(spec, log, missed, out)
    if not quiet:
        at.say(act.title)
        at.say()
        zone = ZoneInfo(spec.contract.agreements[act.sla].zone)
        print_verdicts(verdicts, log, spec, zone, at)
        at.say()
        if words is not None:
            at.say(f"Why was ticket {missed} a miss? `slm explain` answers:")
            at.say(words)
    if act.reported is not None:
        files += write_for_people(spec, log, act.sla, *act.reported, out, at)
    return files if words is None else [*files, out / "explained.txt"]


def _simulate(act: WhatIf, out: Path, at: Terminal, *, quiet: bool) -> list[Path]:
    """Simulate a scenario, and write its tables and the log of its first replication."""
    from slmdsl.cli.tables.study_tables import print_study  # noqa: PLC0415 - lazy at the door: numpy

    spec = project(shipped("models") / act.project)
    began = perf_counter()
    study = run_study(spec, setting(spec, act.scenario, Wanted(replications=act.replications)), at)
    if study.interrupted:
        raise KeyboardInterrupt
    seconds = perf_counter() - began
    files = write_study(study, out)
    log = study.log(act.scenario)
    log.to_parquet(out / "log.parquet")
    if not quiet:
        at.say(act.title)
        at.say()
        print_study(study, seconds, at)
        at.say()
        at.say(
            f"The log of the first of these years has {len(log.ticket_columns):,} tickets, like a real one."
        )
    return [*files, out / "log.parquet"]


def _negotiate(act: Talks, out: Path, at: Terminal, *, quiet: bool) -> list[Path]:
    """Negotiate an agreement, and write what is printed."""
    from slmdsl.cli.tables.talks_tables import print_talks  # noqa: PLC0415 - lazy at the door: numpy
    from slmdsl.report.language import ENGLISH  # noqa: PLC0415 - lazy at the door

    spec = project(shipped("models") / act.project)
    talks = run_talks(spec, act.sla, *opening(spec, act.sla, AS_SAID), at)
    if talks.interrupted:
        raise KeyboardInterrupt
    out.mkdir(parents=True, exist_ok=True)
    file = out / "negotiation.txt"
    with file.open("w", encoding="utf-8") as stream:
        print_talks(talks, replace(at, out=on_paper(stream)), ENGLISH)
    if not quiet:
        at.say()
        at.say(act.title)
        at.say()
        print_talks(talks, at, ENGLISH)
    return [file]


def _first_missed(verdicts: Verdicts, target: str) -> str | None:
    """Return the first ticket that missed a target after a change of phase or two, so that there is a clock to read."""
    import polars as pl  # noqa: PLC0415 - lazy at the door

    missed = verdicts.tickets.filter(
        (pl.col("target") == target) & (pl.col("met") == False) & (pl.col("paused") > pl.duration(hours=1))  # noqa: E712 - polars
    )
    return missed["ticket"][0] if missed.height else None


def _explained(spec: Spec, log: EventLog, ticket: str, out: Path) -> str:
    from slmdsl.api import explain  # noqa: PLC0415 - lazy at the door

    words = explain(spec, log, ticket=ticket).text()
    (out / "explained.txt").write_text(words, encoding="utf-8")
    return words
