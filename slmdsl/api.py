"""The public functions, in order of use: load, check, ingest, evaluate, explain, simulate, negotiate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from slmdsl.base.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from fractions import Fraction

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.calendars import Calendar
    from slmdsl.contract.changes.change import Change
    from slmdsl.contract.model.reports import LanguageCode
    from slmdsl.contract.model.sources import SourcePlan
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.ingest import DryRun
    from slmdsl.report.document.tree import Document
    from slmdsl.report.explain import Explanation
    from slmdsl.report.service.whole import ServiceReport
    from slmdsl.simulate.runs import Engine
    from slmdsl.study.asked.setting import Setting, Wishes
    from slmdsl.study.fit.model import LoadModel
    from slmdsl.study.negotiation.talks import Negotiation
    from slmdsl.study.running.study import Study


T = TypeVar("T")


class SpecError(Exception):
    """The text has errors; `diagnostics` are all findings, `texts` the files' texts by name."""

    def __init__(self, diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]) -> None:
        errors = [each for each in diagnostics if each.is_error]
        first = f"{errors[0].span.place}: {errors[0].code}: {errors[0].message}"
        super().__init__(first if len(errors) == 1 else f"{first} (and {len(errors) - 1} more errors)")
        self.diagnostics = tuple(diagnostics)
        self.texts = texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Everything declared in a project, resolved and checked.

    `contract` is the resolved model, `texts` the files' texts by the names that diagnostics call them, `root` the
    folder that nothing is read above.
    """

    contract: Contract
    texts: Mapping[str, str]
    root: Path

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """The calendars by name, `always` among them, each computed when it is first asked for."""
        from slmdsl.calendars.by_name import CalendarsByName  # noqa: PLC0415 - lazy at the door: numpy

        return CalendarsByName(self.contract.calendars)

    @property
    def sources(self) -> Mapping[str, SourcePlan]:
        """The sources by name."""
        return self.contract.sources


def load(path: str | Path) -> Spec:
    """Read and check a file, or a folder with all its `.slm` files.

    Raises:
        SpecError: the text has errors.
        OSError: there is nothing readable at `path`.

    >>> from slmdsl.base.shipped import shipped
    >>> sorted(load(shipped("models") / "demo").contract.agreements)
    ['editions', 'service_desk']
    """
    spec, diagnostics = check(path)
    if any(each.is_error for each in diagnostics):
        raise SpecError(diagnostics, spec.texts)
    return spec


def check(path: str | Path, *, as_of: date | None = None) -> tuple[Spec, tuple[Diagnostic, ...]]:
    """Read a file or folder and find everything that is wrong in it. Never raises for what is in the text.

    Args:
        path: a file, or a folder with all its `.slm` files.
        as_of: the day on which something is overdue or not; by default the first day of each agreement.

    Returns:
        The spec, good for judging only without errors, and the findings by place.
    """
    from slmdsl.base.diagnostics import in_order  # noqa: PLC0415 - lazy at the door
    from slmdsl.contract.checking import check as check_files  # noqa: PLC0415 - lazy at the door
    from slmdsl.syntax.project import load_files  # noqa: PLC0415 - lazy at the door

    project = load_files(Path(path))
    texts = {parsed.source.file: parsed.text for parsed in project.files}
    trees = [parsed.tree for parsed in project.files]
    contract, findings = check_files(trees, texts=texts, visible=project.visible, as_of=as_of)
    found = in_order([*project.diagnostics, *findings])
    if any(each.examples for each in contract.agreements.values()) and not any(map(_is_error, found)):
        from slmdsl.evaluate.examples.running import run_examples  # noqa: PLC0415 - lazy at the door: numpy

        found = in_order([*found, *run_examples(contract)])
    return Spec(contract=contract, texts=texts, root=project.root), found


def ingest(
    spec: Spec, sources: str | Sequence[str], *, progress: Callable[[str, float], None] | None = None
) -> EventLog:
    """Read one source or several into an event log.

    Args:
        spec: a spec that declares the sources.
        sources: their names; tickets that several tell of are joined, the first being the most believed.
        progress: called with a source's name and the share of its file that was read.

    Raises:
        KeyError: no source has that name.
        IngestError: a source cannot be read at all; its `diagnostics` say why.
    """
    from slmdsl.ingest import ingest as ingest_plans  # noqa: PLC0415 - lazy at the door

    names = [sources] if isinstance(sources, str) else list(sources)
    parties = spec.contract.parties.values()
    return ingest_plans(
        [_named(spec.sources, name, "source") for name in names],
        root=spec.root,
        known_groups={party.name: party.known_as for party in parties if party.known_as},
        kinds=spec.contract.requests,
        progress=progress,
    )


def dry_run(spec: Spec, source: str) -> DryRun:
    """Say what becomes of a source's first rows, and read no more of it."""
    from slmdsl.ingest import dry_run as dry_run_plan  # noqa: PLC0415 - lazy at the door

    return dry_run_plan(_named(spec.sources, source, "source"), root=spec.root, kinds=spec.contract.requests)


def evaluate(spec: Spec, log: EventLog, *, as_of: datetime | None = None, sla: str | None = None) -> Verdicts:
    """Judge what happened by what was promised: a verdict per target and period.

    Args:
        spec: what was promised.
        log: what happened.
        as_of: judge what was known at this aware instant; by default the log's last.
        sla: judge this agreement alone.

    Raises:
        KeyError: no agreement is called `sla`.
        TypeError: `as_of` is no datetime.
        ValueError: `as_of` has no time zone.
    """
    from slmdsl.evaluate.from_log import evaluate as evaluate_log  # noqa: PLC0415 - lazy at the door

    if sla is not None:
        _named(spec.contract.agreements, sla, "agreement")
    return evaluate_log(
        spec.contract,
        log,
        as_of_us=None if as_of is None else _instant_us(as_of),
        agreements=None if sla is None else [sla],
    )


def explain(spec: Spec, log: EventLog, *, ticket: str, as_of: datetime | None = None) -> Explanation:
    """Say why a ticket met or missed its targets: clause, line, and each step of the clock.

    Raises:
        KeyError: the log has no such ticket.
        TypeError: `as_of` is no datetime.
        ValueError: `as_of` has no time zone.
    """
    from slmdsl.report.explain import explanation  # noqa: PLC0415 - lazy at the door

    ids = log.ticket_columns.ids
    row = next((row for row, each in enumerate(ids) if each == ticket), None)
    if row is None:
        msg = f"the log has no ticket `{ticket}`"
        raise KeyError(msg)
    return explanation(spec.contract, log, row, log.last_us if as_of is None else _instant_us(as_of))


def simulate(  # noqa: PLR0913 - all but two are keyword-only
    spec: Spec,
    name: str,
    *,
    horizon: tuple[date, date] | None = None,
    warm_up: timedelta | None = None,
    replications: int | None = None,
    seed: int | None = None,
    uncertainty: bool | None = None,
    open_tickets: EventLog | None = None,
    engine: Engine = "fast",
    workers: int | None = None,
    on: str | None = None,
    keep: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Study:
    """Simulate a scenario, or the scenarios of an experiment, and say how the promises fare.

    Args:
        spec: a spec without errors.
        name: of a scenario, or of an experiment, which says the rest (for a scenario: the first that names it, or any).
        horizon: the first and the last day that count, both included.
        warm_up: how long before them the simulation begins, by default 4 weeks.
        replications: how often each scenario is simulated, by default 40 times.
        seed: 0 (by default) to 2**32 - 1; the same seed and replication are the same luck in every scenario.
        uncertainty: whether each replication draws the loads' uncertain parameters anew.
        open_tickets: a log with whose tickets that are open on the first day every scenario starts, whatever it says.
        engine: `fast`, or `simpy`, the reference; the logs are the same.
        workers: how many replications run at a time, by default one for each processor; the result is the same.
        on: the scheduler of a Dask cluster that runs them instead, as in `tcp://10.0.0.1:8786`; the result is the same.
        keep: a file that keeps replications as they come, such as `runs.slmruns`.
        resume: go on from what that file has, rather than begin it anew.
        progress: called with what is known of a scenario, how many replications are done, and how many there are.

    Returns:
        The study; after Ctrl-C with what was done until then.

    Raises:
        slmdsl.study.asked.setting.SettingError: nothing is called `name`, or it cannot be run as it is wanted.
        slmdsl.workload.errors.UncompilableError: the model cannot be compiled; its `diagnostics` say why.
        slmdsl.ingest.IngestError: a file of measured values cannot be read; its `diagnostics` say why.
        slmdsl.study.kept.on_dask.ClusterError: the cluster cannot be used, or was lost.
        slmdsl.study.kept.journal.JournalError: the file to resume from is of another run.
        ValueError: it is to be resumed from no file.
    """
    from slmdsl.ingest.empirical import with_measured  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.asked.setting import setting_of  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.kept.places import Place, taken  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.running.study import studied  # noqa: PLC0415 - lazy at the door

    if resume and keep is None:
        msg = "resume=True goes on from a file: say keep=..., the one of the run that was stopped"
        raise ValueError(msg)
    wishes = _wishes(horizon, warm_up, replications, seed, uncertain=uncertainty)
    setting = _begun(spec, setting_of(spec.contract, name, wishes), open_tickets)
    contract = with_measured(spec.contract, spec.root)
    with taken(Place(workers=workers, on=on, keep=Path(keep) if keep else None, resume=resume)) as where:
        return studied(contract, setting, engine=engine, progress=progress, where=where)


def negotiate(  # noqa: PLR0913 - each is an option of the command
    spec: Spec,
    sla: str,
    *,
    scenario: str | None = None,
    chance: float | Fraction | None = None,
    horizon: tuple[date, date] | None = None,
    warm_up: timedelta | None = None,
    replications: int | None = None,
    seed: int | None = None,
    engine: Engine = "fast",
    workers: int | None = None,
    staff: bool = True,
    progress: Callable[[str, float, int], None] | None = None,
) -> Negotiation:
    """Say which targets of an agreement can be promised, what holds instead, and who would carry what is asked.

    Args:
        spec: a spec without errors.
        sla: the agreement that is asked for.
        scenario: in which one; by default the first of an experiment, or else of the text, that the agreement judges.
        chance: what each target is to have, above 0 and below 1; by default what a `find` of the text wants, or 0.9.
        horizon: the first and the last day that count, both included.
        warm_up: how long before them the simulation begins.
        replications: of each offer; by default 40, or as many as it takes to show the chance.
        seed: 0 to 2**32 - 1.
        engine: `fast`, or `simpy`, the reference.
        workers: how many replications run at a time, by default one for each processor; the result is the same.
        staff: whether more people are tried, which takes longest.
        progress: called with what is being tried, which share of that is done, and how many replications were run.

    Returns:
        The negotiation; after Ctrl-C with what was known by then.

    Raises:
        slmdsl.study.asked.setting.SettingError: for names that there are not, a scenario that is not judged by the
            agreement, and replications that are too few to show the chance.
        slmdsl.workload.errors.UncompilableError: the model cannot be compiled; its `diagnostics` say why.
        slmdsl.ingest.IngestError: a file of measured values cannot be read; its `diagnostics` say why.

    For example `negotiate(load("models/starter"), "shop_it").targets`.
    """
    from slmdsl.ingest.empirical import with_measured  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.asked.setting import setting_of  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.negotiation.opening import chance_wanted, negotiated_as, scenario_of  # noqa: PLC0415 - as above
    from slmdsl.study.negotiation.talks import negotiated  # noqa: PLC0415 - lazy at the door

    wanted = float(chance_wanted(spec.contract, sla) if chance is None else chance)
    wishes = _wishes(horizon, warm_up, replications, seed)
    setting = _begun(spec, setting_of(spec.contract, scenario_of(spec.contract, sla, scenario), wishes))
    return negotiated(
        with_measured(spec.contract, spec.root),
        sla,
        negotiated_as(setting, wanted, replications),
        wanted=wanted,
        engine=engine,
        workers=workers,
        staff=staff,
        told=progress,
    )


def diff(old: Spec, new: Spec, *, sla: str | None = None) -> tuple[Change, ...]:
    """Say what one text promises otherwise than another, the heaviest changes first.

    Args:
        old: what was promised.
        new: what is promised instead.
        sla: compare this agreement alone, called so in either text.

    Returns:
        What changed: of which promise, from what to what, and whether it is tighter, wider or dearer for the one who
        promises, or the reverse.

    Raises:
        KeyError: neither text has an agreement `sla`.

    >>> from slmdsl.base.shipped import shipped
    >>> starter = load(shipped("models") / "starter")
    >>> diff(starter, starter)
    ()
    """
    from slmdsl.contract.changes.compared import changes_of  # noqa: PLC0415 - lazy at the door

    if sla is not None and sla not in old.contract.agreements:
        _named(new.contract.agreements, sla, "agreement")
    return changes_of(old.contract, new.contract, sla=sla)


def fit(
    spec: Spec,
    log: EventLog,
    *,
    until: datetime | None = None,
    source: str = "",
    progress: Callable[[str, float], None] | None = None,
) -> LoadModel:
    """Fit a load model on what happened: how tickets arrive, how they flow, and who works them.

    Args:
        spec: what is declared: its teams, staff, calendars and services are used.
        log: what happened.
        until: fit on what was known before this aware instant; by default on all of it.
        source: what the log was read from, for the text of the model.
        progress: called with what is being done, and the share of all that is done.

    Returns:
        The model; its `to_slm()` is the text of a file.

    Raises:
        slmdsl.study.fit.fitting.FitError: the log has too few tickets or days; its `help` says what is missing.
        TypeError: `until` is no datetime.
        ValueError: `until` has no time zone.

    For example `fit(spec, ingest(spec, "desk_export")).to_slm()`.
    """
    from slmdsl.study.fit.fitting import fitted  # noqa: PLC0415 - lazy at the door

    until_us = None if until is None else _instant_us(until)
    return fitted(spec.contract, log, until_us=until_us, source=source, progress=progress)


def document(spec: Spec, name: str, *, language: LanguageCode = "en", backing: bool = False) -> Document:
    """Say an agreement as a document to sign, its sentences made from its rules and its examples computed.

    Args:
        spec: a spec without errors.
        name: of an SLA, an OLA or a supplier's contract.
        language: of the document, `en` or `zh`.
        backing: list the agreements that back it, too, which a customer need not see.

    Returns:
        Sections of numbered clauses; `slmdsl.report.document.formats.rendered` makes bytes of it.

    Raises:
        KeyError: no agreement is called `name`.

    For example `document(load("models/acme"), "acme_gold", language="zh")`.
    """
    from slmdsl import __version__  # noqa: PLC0415 - the package root names this module for types
    from slmdsl.report.agreement.document import agreement_document  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.language import LANGUAGES  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.provenance import provenance_of  # noqa: PLC0415 - lazy at the door

    agreement = _named(spec.contract.agreements, name, "agreement")
    made_from = provenance_of(spec.texts, [agreement], None, __version__).lines(LANGUAGES[language])
    return agreement_document(spec.contract, name, language, backing=backing, provenance=made_from)


def report(
    spec: Spec,
    log: EventLog,
    name: str,
    *,
    period: str | None = None,
    as_of: datetime | None = None,
    languages: Sequence[LanguageCode] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> ServiceReport:
    """Make a service report: a document for each language, judged as it stood at the end of the period.

    Args:
        spec: a spec without errors.
        log: what happened.
        name: of a report of the text.
        period: as `2027-03`, `2027-Q1`, `2027-W10`, `2027` or `2027-03-31`; by default the last one that is over.
        as_of: judge what was known at this aware instant instead (TypeError, ValueError for any other).
        languages: `en`, `zh`; by default those that the text asks for.
        progress: called with what is being done, and the share of all that is done.

    Returns:
        The report; its `documents` can be written in every format, and hold each figure with what it rests on.

    Raises:
        KeyError: no report has that name.
        slmdsl.report.service.failures.ReportError: no such period, nothing in force then, or an empty log.

    For example `report(spec, log, "monthly", period="2027-03").write("march.html")`.
    """
    from slmdsl import __version__  # noqa: PLC0415 - the package's root names this module for types
    from slmdsl.report.provenance import provenance_of  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.service.facts import facts_of  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.service.whole import report_of  # noqa: PLC0415 - lazy at the door

    asked = _named(spec.contract.reports, name, "report")
    as_of_us = None if as_of is None else _instant_us(as_of)
    facts = facts_of(spec.contract, asked, log, period=period, as_of_us=as_of_us, progress=progress)
    return report_of(facts, provenance_of(spec.texts, facts.agreements, log, __version__), languages)


def _wishes(
    horizon: tuple[date, date] | None,
    warm_up: timedelta | None,
    replications: int | None,
    seed: int | None,
    *,
    uncertain: bool | None = None,
) -> Wishes:
    from slmdsl.study.asked.setting import Wishes  # noqa: PLC0415 - lazy at the door

    warm_up_us = None if warm_up is None else warm_up // timedelta(microseconds=1)
    return Wishes(
        horizon=horizon, warm_up_us=warm_up_us, replications=replications, seed=seed, uncertain=uncertain
    )


def _begun(spec: Spec, setting: Setting, log: EventLog | None = None) -> Setting:
    """Return a setting with the open tickets with which it starts: those of a log, or of the sources that it names."""
    if log is None and not setting.opens:
        return setting
    from slmdsl.study.asked import opens  # noqa: PLC0415 - lazy at the door: numpy

    if log is not None:
        return opens.with_open_tickets(spec.contract, setting, log)
    logs = {name: ingest(spec, name) for name in opens.sources_of(setting)}
    return opens.with_tickets(spec.contract, setting, logs)


def _instant_us(as_of: object) -> int:
    from slmdsl.base.units import to_us  # noqa: PLC0415 - lazy at the door

    if not isinstance(as_of, datetime):
        msg = f"as_of is an aware datetime, such as datetime(2027, 4, 1, tzinfo=UTC), not {as_of!r}"
        raise TypeError(msg)
    return to_us(as_of)


def _is_error(found: Diagnostic) -> bool:
    return found.is_error


def _named(things: Mapping[str, T], name: str, kind: str) -> T:
    if name in things:
        return things[name]
    near = nearest(name, things)
    msg = f"no {kind} is called `{name}`" + (f"; did you mean `{near[0]}`?" if near else "")
    raise KeyError(msg)
