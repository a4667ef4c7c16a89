"""`slm diff`: what two texts promise differently, for whom, and what that does to the chance of keeping it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from slmdsl.base.render_github import notice
from slmdsl.cli.asking.options import At, File, Json, Name  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import named, project, seen_from_here, simulable
from slmdsl.cli.asking.study_runs import refusals, run_study, without_overload
from slmdsl.cli.asking.wishes import AS_SAID, Wanted, setting
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.contract.changes.change import Change
    from slmdsl.report.changes.document import Compared
    from slmdsl.report.changes.effects import Effects
    from slmdsl.report.language import Language


def diff(
    old: Path,
    new: Path,
    /,
    *,
    sla: Annotated[Name | None, Parameter(help="Compare this agreement alone.")] = None,
    simulate: Annotated[
        Name | None,
        Parameter(metavar="EXPERIMENT", help="Simulate this with both texts, with the same luck."),
    ] = None,
    wanted: Wanted = AS_SAID,
    form: Annotated[
        Literal["text", "github"],
        Parameter(name="--format", help="For people, or as notices beside the lines of a pull request."),
    ] = "text",
    lang: Literal["en", "zh"] = "en",
    out: Annotated[
        File | None, Parameter(help="Write it to this file: .html, .pdf, .md, .xlsx or .json.")
    ] = None,
    as_json: Json = False,
    at: At,
) -> int:
    """Say what NEW promises otherwise than OLD, the heaviest changes first: tighter or looser, and for whom.

    Ends with 0 where nothing changes, and with 1 where something does.

    Example: slm diff signed/ proposed/

    Example: slm diff signed/ proposed/ --simulate negotiation --out changes.html

    Args:
        old: A file or a folder: what was promised.
        new: Another one: what is promised instead.
        sla: An agreement.
        simulate: A scenario or an experiment of both texts.
        wanted: What is wanted of it otherwise than the text says.
        form: For whom.
        lang: The language of the words.
        out: A file.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    if out is not None:
        from slmdsl.cli.answers.documents import refuse_suffix  # noqa: PLC0415 - lazy at the door

        refuse_suffix(out)
    before, now = (simulable(each) if simulate else project(each) for each in (old, new))
    changes = _changes(before, now, sla)
    effects = None if simulate is None else _effects(before, now, simulate, wanted, at)
    from slmdsl.report.changes.document import Compared  # noqa: PLC0415 - as above
    from slmdsl.report.language import LANGUAGES  # noqa: PLC0415 - as above

    contracts = (before.contract, now.contract)
    compared = Compared(old=str(old), new=str(new), changes=changes, contracts=contracts, effects=effects)
    if form == "github":
        _github(compared, now, LANGUAGES[lang], at)
    else:
        _document(compared, LANGUAGES[lang], out, at, as_json=as_json)
    return 1 if changes else 0


def _document(compared: Compared, say: Language, out: Path | None, at: Terminal, *, as_json: bool) -> None:
    """Write, print or hand over what changes as a document."""
    from slmdsl.report.changes.document import changes_document  # noqa: PLC0415 - lazy at the door

    document = changes_document(compared, say)
    if out is not None:
        from slmdsl.cli.answers.documents import write_documents  # noqa: PLC0415 - as above

        write_documents([document], out, at)
    elif as_json:
        from slmdsl.report.document.formats import rendered  # noqa: PLC0415 - as above

        at.write(rendered([document], ".json").decode())
    else:
        from slmdsl.cli.tables.document_tables import print_document  # noqa: PLC0415 - as above

        print_document(document, at)


def _changes(before: Spec, now: Spec, sla: str | None) -> tuple[Change, ...]:
    """Return what differs. Raises UsageError where neither text has the agreement."""
    from slmdsl.contract.changes.compared import changes_of  # noqa: PLC0415 - lazy at the door: numpy

    if sla is not None and sla not in before.contract.agreements:
        named("agreement", sla, now.contract.agreements)
    return changes_of(before.contract, now.contract, sla=sla)


def _effects(before: Spec, now: Spec, name: str, wanted: Wanted, at: Terminal) -> Effects:
    """Simulate both texts. Raises UsageError where they cannot be compared."""
    from slmdsl.report.changes.effects import Effects  # noqa: PLC0415 - lazy at the door
    from slmdsl.study.compared.texts import effects  # noqa: PLC0415 - as above

    asked = [setting(each, name, wanted) for each in (before, now)]
    old, new = ((each.first, each.last, each.seed) for each in asked)
    if old != new:
        msg = f"`{name}` runs over other days or with another seed in the two texts"
        raise UsageError(msg, "say `--horizon FIRST..LAST --seed N` for both")
    studies = []
    for spec, each in zip((before, now), asked, strict=True):
        with refusals(spec):
            studies.append(run_study(spec, each, at, overloaded=without_overload(spec, each)))
    if any(each.interrupted for each in studies):
        raise KeyboardInterrupt
    return Effects(
        experiment=name,
        first=asked[1].first,
        last=asked[1].last,
        replications=max((tally.replications for tally in studies[1].tallies.values()), default=0),
        frame=effects(*studies),
    )


def _github(compared: Compared, now: Spec, say: Language, at: Terminal) -> None:
    """Print a notice for each change, beside the new text; what is gone stands beside its agreement."""
    from slmdsl.report.changes.document import change_words  # noqa: PLC0415 - lazy at the door

    for change in compared.changes:
        if change.new_span is not None:
            span, texts = seen_from_here(now, change.new_span)
        else:
            agreement = compared.contracts[1].agreements.get(change.agreement)
            if agreement is None:
                at.write(f"::notice ::{change_words(change, say)}\n")
                continue
            span, texts = seen_from_here(now, agreement.span)
        at.write(
            notice(span, f"{change.agreement}: {change.direction.value}", change_words(change, say), texts)
        )
