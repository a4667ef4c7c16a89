"""Verdicts and studies as files: small tables as csv, large ones as parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import polars as pl

    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.study.running.study import Study

_FORMULA = r"^[=+\-@\t\r]"
TABLES: Final = (
    "summary",
    "variants",
    "points",
    "differences",
    "periods",
    "credits",
    "missed",
    "tickets",
    "desk",
    "waiting",
    "utilisation",
    "escalations",
    "outages",
    "contingencies",
    "costs",
)
"""The tables of a study, in the order in which they are written."""


def study_tables(study: Study) -> dict[str, pl.DataFrame]:
    """Return the tables of a study by name, as they are written and answered to programs."""
    return {name: getattr(study, name) for name in TABLES}


def write_study(study: Study, folder: Path) -> list[Path]:
    """Write the tables of a study to `folder`, made if need be, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = study_tables(study)
    written = [folder / f"{name}.csv" for name in tables]
    for path, frame in zip(written, tables.values(), strict=True):
        csv_safe(frame).write_csv(path)
    return written


def refuse_project(folder: Path) -> None:
    """Refuse to write results among the files of a project. Raises UsageError."""
    if any(folder.glob("*.slm")):
        msg = f"`--out {folder}` has .slm files: what is written there could replace the files beside them"
        raise UsageError(msg, "name another folder, which is made if need be")


def refuse_replacing(folder: Path, names: Iterable[str]) -> None:
    """Refuse to replace files of the names that are to be written. Raises UsageError."""
    found = next((name for name in names if (folder / name).exists()), None)
    if found is not None:
        msg = f"`--out {folder}` has a file `{found}` that no study wrote, and it would be replaced"
        raise UsageError(msg, "name another folder, which is made if need be")


def write_results(verdicts: Verdicts, log: EventLog, folder: Path) -> list[Path]:
    """Write the tables of an evaluation to `folder`, made if need be, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    small = {
        "targets": verdicts.targets,
        "credits": verdicts.credits,
        "credit_totals": verdicts.credit_totals,
        "escalations": verdicts.escalations,
        "budgets": verdicts.budgets,
        "alerts": verdicts.alerts,
        "exclusions": verdicts.exclusions,
        "refused": log.refused,
        "contradicted": log.contradicted,
        "tallied": log.tallied,
    }
    written = [folder / "tickets.parquet"]
    verdicts.tickets.write_parquet(written[0])
    for name, frame in small.items():
        written.append(folder / f"{name}.csv")
        csv_safe(frame).write_csv(written[-1])
    return written


def csv_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` fit for csv: instants in ISO 8601, lengths of time in seconds, no text that runs as a formula."""
    import polars as pl  # noqa: PLC0415 - whoever has a frame has loaded it
    from polars import selectors  # noqa: PLC0415 - as above

    texts = pl.col(pl.String)
    quoted = pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts)
    instants = selectors.datetime().dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    seconds = selectors.duration().dt.total_microseconds() / 1_000_000
    return frame.with_columns(quoted.name.keep(), instants, seconds)
