"""A study as files: its tables as csv, its pictures and page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.cli.answers.results import TABLES, refuse_project, refuse_replacing, write_study

if TYPE_CHECKING:
    from pathlib import Path

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.study.running.study import Study


def refuse_folder(folder: Path) -> None:
    """Refuse a folder that is a project, or in which a study would replace what none wrote. Raises UsageError."""
    from slmdsl.report.charts.of_study import READING_ORDER  # noqa: PLC0415 - lazy at the door: numpy
    from slmdsl.study.kept.journal import NAME  # noqa: PLC0415 - as above

    refuse_project(folder)
    if not (folder / NAME).exists():
        pictures = (f"{name}.{kind}" for name in READING_ORDER for kind in ("svg", "png"))
        refuse_replacing(folder, (*(f"{name}.csv" for name in TABLES), "index.html", *pictures))


def write_all(study: Study, spec: Spec, folder: Path, at: Terminal) -> str:
    """Write tables, pictures and `index.html` of a study, and return in words what was written.

    Without the libraries for pictures the tables are written all the same, and how to get those is said.
    """
    from slmdsl.report.answers import answers_of  # noqa: PLC0415 - lazy at the door: numpy
    from slmdsl.report.charts.needed import MissingExtraError  # noqa: PLC0415 - as above
    from slmdsl.report.study_page import write_page  # noqa: PLC0415 - as above

    tables = f"{len(write_study(study, folder))} tables (csv)"
    if not any(tally.replications for tally in study.tallies.values()):
        return f"wrote {tables} to {folder}"
    try:
        with at.working("Drawing"):
            drawn = write_page(study, folder, answers_of(study), contract=spec.contract)
    except MissingExtraError as error:
        at.warn(
            f"no pictures and no index.html, for `{error.library}` is not installed; the tables are complete",
            error.help,
        )
        return f"wrote {tables} to {folder}"
    pictures = sum(each.suffix == ".svg" for each in drawn)
    return f"wrote {tables}, {pictures} pictures (svg, png) and index.html to {folder}"
