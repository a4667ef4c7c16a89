"""What the demo writes beside tables: documents for people, and a page that links to everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from slmdsl.api import Spec
    from slmdsl.cli.terminal import Terminal
    from slmdsl.events.log import EventLog

_WORDS: Final = {
    "report.html": "The service report of the month, in English and Chinese",
    "report.pdf": "The same report as a print",
    "agreement.html": "The agreement as a document to sign",
    "targets.csv": "Verdicts per target and period",
    "tickets.parquet": "Verdicts per ticket, with the clause",
    "explained.txt": "Why one ticket was a miss",
    "summary.csv": "The chance of every promise",
    "log.parquet": "The log of one simulated year, like a real one",
    "negotiation.txt": "What can be promised, and the counter-offer",
}
"""What the files hold that people look at first; the others are named only."""


def write_for_people(
    spec: Spec, log: EventLog, sla: str, report: str, period: str, out: Path, at: Terminal
) -> list[Path]:
    """Write the service report of a period and the agreement that it reports on; return the files."""
    from slmdsl.api import document  # noqa: PLC0415 - lazy at the door
    from slmdsl.api import report as report_of  # noqa: PLC0415 - as above
    from slmdsl.report.document.formats import rendered  # noqa: PLC0415 - as above

    with at.working("Reporting"):
        reported = report_of(spec, log, report, period=period).documents
        contents = {
            "report.html": rendered(reported, ".html"),
            "report.pdf": rendered(reported[:1], ".pdf"),
            "agreement.html": rendered([document(spec, sla)], ".html"),
        }
    for name, content in contents.items():
        (out / name).write_bytes(content)
    return [out / name for name in contents]


def write_contents(out: Path, chapters: Mapping[str, Sequence[Path]]) -> Path:
    """Write `index.html`, which links to the files of each chapter, and return it."""
    from slmdsl.report.contents_page import Chapter, Linked, contents_page  # noqa: PLC0415 - lazy at the door

    made = [
        Chapter(
            title=title,
            files=tuple(
                Linked(path=file.relative_to(out).as_posix(), words=_WORDS.get(file.name, file.name))
                for file in sorted(files, key=lambda file: file.name not in _WORDS)
            ),
        )
        for title, files in chapters.items()
    ]
    page = out / "index.html"
    page.write_bytes(contents_page("slmdsl: the demo", "What `slm demo` wrote, the documents first.", made))
    return page
