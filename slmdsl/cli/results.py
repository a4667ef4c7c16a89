"""Verdicts and studies as files: small tables as csv, large ones as parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.study.study import Study

_FORMULA = r"^[=+\-@\t\r]"


def study_tables(study: Study) -> dict[str, pl.DataFrame]:
    """Return the tables of a study by name, as they are written and answered to programs."""
    return {
        "summary": study.summary,
        "variants": study.variants,
        "points": study.points,
        "differences": study.differences,
        "periods": study.periods,
        "credits": study.credits,
        "missed": study.missed,
        "tickets": study.tickets,
        "desk": study.desk,
        "waiting": study.waiting,
        "utilisation": study.utilisation,
        "escalations": study.escalations,
        "outages": study.outages,
        "contingencies": study.contingencies,
        "costs": study.costs,
    }


def write_study(study: Study, folder: Path) -> list[Path]:
    """Write the tables of a study to `folder`, made if need be, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = study_tables(study)
    written = [folder / f"{name}.csv" for name in tables]
    for path, frame in zip(written, tables.values(), strict=True):
        csv_safe(frame).write_csv(path)
    return written


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
