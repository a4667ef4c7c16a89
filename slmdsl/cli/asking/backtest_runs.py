"""A back-test for a command: what is tested, with a bar, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from slmdsl.base.local_time import local_date
from slmdsl.cli.asking.options import Flag  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.reading import instant_us
from slmdsl.cli.asking.study_runs import COMPILING, refusals
from slmdsl.cli.asking.wishes import WORDS, Seed
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.events.log import EventLog
    from slmdsl.report.language import LanguageCode
    from slmdsl.study.backtest.forms import Backtest

_LAST_DAY: Final = date(2199, 11, 30)


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Testing:
    """What a fit is held against."""

    test: Annotated[
        Flag,
        Parameter(
            help="Fit on what comes before `--until`, simulate from then on, and compare with what happened."
        ),
    ] = False
    to: Annotated[
        str | None,
        Parameter(
            metavar="DATE",
            help="The last day of the test: by default as long as tickets come and agreements hold, 13 weeks at most.",
        ),
    ] = None
    replications: Annotated[
        int | None,
        Parameter(metavar="N", help="How often the tested days are simulated, by default 100 times."),
    ] = None
    seed: Seed = None


UNTESTED: Final = Testing()


def refuse_testing(testing: Testing, until: str | None) -> None:
    """Refuse what cannot be tested. Raises UsageError."""
    if not testing.test:
        said = {"--to": testing.to, "--replications": testing.replications, "--seed": testing.seed}
        idle = next((name for name, value in said.items() if value is not None), None)
        if idle is not None:
            msg = f"`{idle}` is about a test, and none is wanted"
            raise UsageError(msg, "say `--test --until DATE`, or leave it away")
        return
    if until is None:
        msg = "`--test` has to know up to when the log is fitted on"
        raise UsageError(msg, "say `--until 2027-05-01`: from that day on it is tested")
    if testing.replications is not None and testing.replications < 1:
        msg = f"`--replications {testing.replications}` says nothing"
        raise UsageError(msg, "say 1 or more; 100 are enough for ranges")
    if testing.seed is not None and not 0 <= testing.seed < WORDS:
        msg = f"`--seed {testing.seed}` is out of range"
        raise UsageError(msg, f"a seed is a number from 0 to {WORDS - 1}")


def run_backtest(
    spec: Spec, log: EventLog, testing: Testing, until: str, source: str, draws: int, at: Terminal
) -> Backtest:
    """Run a back-test, with a bar.

    Raises:
        UsageError: there is nothing to fit or to test on.
        BrokenSpecError: the model cannot be simulated.
    """
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - lazy at the door

    from slmdsl.study.backtest.backtesting import REPLICATIONS, SEED, backtested  # noqa: PLC0415 - as above
    from slmdsl.study.backtest.forms import BacktestError  # noqa: PLC0415 - as above
    from slmdsl.study.backtest.truth import zone_of  # noqa: PLC0415 - as above
    from slmdsl.study.fit.fitting import FitError  # noqa: PLC0415 - as above

    zone = ZoneInfo(zone_of(spec.contract))
    try:
        with refusals(spec), at.working("Testing", at_first=COMPILING) as progress:
            return backtested(
                spec.contract,
                spec.texts,
                log,
                until=local_date(zone, instant_us(until, zone)),
                to=None if testing.to is None else _day(testing.to),
                replications=REPLICATIONS if testing.replications is None else testing.replications,
                seed=SEED if testing.seed is None else testing.seed,
                source=source,
                draws=draws,
                progress=progress,
            )
    except (BacktestError, FitError) as error:
        raise UsageError(str(error), *([error.help] if error.help else [])) from error


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        msg = f"`--to {text}` is no day"
        raise UsageError(msg, "write it as 2027-05-31") from error
    if day > _LAST_DAY:
        msg = f"`--to {text}` is out of range"
        raise UsageError(msg, f"say a day until {_LAST_DAY}")
    return day


def say_backtest(
    test: Backtest, lang: LanguageCode, report: Path | None, at: Terminal, *, as_json: bool
) -> None:
    """Print a back-test, or hand it to programs; write it as a document to a file, where one is named."""
    from slmdsl.report.backtest_document import backtest_document  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.language import LANGUAGES  # noqa: PLC0415 - as above

    document = backtest_document(test, LANGUAGES[lang])
    if as_json:
        from slmdsl.report.document.formats import rendered  # noqa: PLC0415 - as above

        at.write(rendered([document], ".json").decode())
    else:
        from slmdsl.cli.tables.document_tables import print_document  # noqa: PLC0415 - as above

        print_document(document, at)
    if report is not None:
        from slmdsl.cli.answers.documents import write_documents  # noqa: PLC0415 - as above

        write_documents([document], report, at)
