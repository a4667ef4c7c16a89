"""Conformance cases in Markdown: how they are read, run and compared. `tests/spec/README.md` says how to write one."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

import slmdsl as slm
from tests.docs.markdown import fences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.docs.markdown import Fence

FACTS = ("tickets", "events", "samples", "outages", "feedback")
VERDICTS = ("verdict", "excerpt", "budgets", "alerts", "escalations", "exclusions", "credits", "totals")
KEYS = ("sla", "target", "part", "period", "ticket", "unit", "cycle")

_TIMES = {"opened", "responded", "resolved", "closed", "at", "start", "end", "announced"}
_TYPES = (
    dict.fromkeys(_TIMES, pl.Datetime("us", "UTC"))
    | dict.fromkeys(("seq", "reopenings", "reassignments"), pl.Int32)
    | dict.fromkeys(("value", "share", "score"), pl.Float64)
    | dict.fromkeys(("public", "planned"), pl.Boolean)
    | {"data_loss": pl.Duration("us")}
)
_TRUTHS = {"true": True, "false": False}
_USUAL = {"kind": "incident", "service": "mail", "priority": "P1"}
_UNITS = {
    "d": "days",
    "h": "hours",
    "min": "minutes",
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One heading with its fences; `shared` is the text of the file's own `slm` blocks."""

    title: str
    shared: str
    blocks: tuple[Fence, ...]

    def block(self, language: str) -> Fence | None:
        """Return the block of a language, of which a case has at most one."""
        found = [each for each in self.blocks if each.language == language]
        assert len(found) <= 1, f"{self.title}: more than one `{language}`"
        return found[0] if found else None

    @property
    def spec(self) -> str:
        """The case's own text; what the file shares stands behind it, so that lines are counted from its fence."""
        own = self.block("slm")
        return f"{own.text if own else ''}\n{self.shared}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone that the blocks of facts name, in which times without an offset are read and times are printed."""
        named = {each.name for each in self.blocks if each.language in FACTS}
        assert len(named) <= 1, f"{self.title}: facts in several zones"
        return ZoneInfo(next(iter(named), "") or "UTC")


def cases_of(text: str) -> list[Case]:
    """Return the cases of a file: one for each heading of the second level."""
    headings = list(re.finditer(r"^## (.+)$", text, re.MULTILINE))
    starts = [each.start() for each in headings]
    found = fences(text)
    shared = "\n".join(each.text for each in found if each.language == "slm" and each.start < starts[0])
    return [
        Case(
            title=heading[1],
            shared=shared,
            blocks=tuple(each for each in found if heading.start() < each.start < end),
        )
        for heading, end in zip(headings, [*starts[1:], len(text)], strict=True)
    ]


def computed(case: Case, folder: Path) -> dict[Fence, str]:
    """Return what each expecting block of a case should say; one that agrees keeps its own words."""
    path = folder / "case.slm"
    path.write_text(case.spec, encoding="utf-8")
    spec, diagnostics = slm.check(path)
    listed = case.block("diagnostics")
    if listed is not None:
        lines = case.spec.removesuffix(case.shared).count("\n")
        found = (
            f"{each.code} {each.span.line}:{each.span.column}\n"
            for each in diagnostics
            if each.span.line < lines
        )
        return {listed: "".join(found)}
    errors = [f"{each.span.place} {each.code} {each.message}" for each in diagnostics if each.is_error]
    assert not errors, f"{case.title}: {errors}"
    expecting = [each for each in case.blocks if each.language in VERDICTS]
    assert expecting, f"{case.title}: expects nothing"
    log = facts_of(case)
    return {block: _settled(case, block, spec, log) for block in expecting}


def facts_of(case: Case) -> slm.EventLog:
    """Return what happened in a case."""
    frames = {each: _frame(case, each) for each in FACTS if case.block(each)}
    tickets, events = frames.pop("tickets", None), frames.pop("events", None)
    return slm.EventLog.from_frames(tickets=tickets, events=events, **frames)


def judged_at(case: Case) -> list[datetime | None]:
    """Return as of when each expecting block of a case is judged; None: the log's last instant."""
    blocks = [each for each in case.blocks if each.language in VERDICTS]
    return [_instant(each.name, case.zone) if each.name else None for each in blocks]


def _settled(case: Case, block: Fence, spec: slm.Spec, log: slm.EventLog) -> str:
    """Judge as of the instant that a block names, and return the block as it should read."""
    as_of = _instant(block.name, case.zone) if block.name else None
    verdicts = slm.evaluate(spec, log, as_of=as_of)
    wanted = _rows(block.text)
    header = _cells(block.text.splitlines()[0])
    frame = _answer(verdicts, block.language, header)
    actual = frame.select(header).rows()
    if block.language == "excerpt":
        key = [place for place, name in enumerate(header) if name in KEYS]
        named = {tuple(row[header[place]] for place in key) for row in wanted}
        actual = [row for row in actual if tuple(_said(row[place], case.zone) for place in key) in named]
    expected = [tuple(row.values()) for row in wanted]
    rows = [
        [
            cell if cell is not None and agrees(cell, value, case.zone) else _said(value, case.zone)
            for cell, value in zip(cells, row, strict=True)
        ]
        for row, cells in zip(actual, _padded(expected, len(actual), len(header)), strict=True)
    ]
    if rows == list(map(list, expected)):
        return block.text
    return "".join(", ".join(row).rstrip() + "\n" for row in [header, *rows])


def _answer(verdicts: slm.Verdicts, language: str, header: list[str]) -> pl.DataFrame:
    """Return the frame that a block expects rows of."""
    if language == "totals":
        return verdicts.credit_totals
    if language in ("credits", "budgets", "alerts", "escalations", "exclusions"):
        return getattr(verdicts, language)
    return verdicts.tickets if "ticket" in header else verdicts.targets


def _padded(rows: list[tuple[str, ...]], count: int, width: int) -> list[tuple[str | None, ...]]:
    none: tuple[str | None, ...] = (None,) * width
    return [*rows[:count], *[none] * (count - len(rows))]


def _frame(case: Case, language: str) -> pl.DataFrame:
    block = case.block(language)
    assert block is not None
    rows = _rows(block.text)
    if language == "tickets":
        rows = [_USUAL | row for row in rows]
    names = list(rows[0])
    readers = {name: partial(_read, name, case.zone) for name in names}
    return pl.DataFrame(
        {name: [readers[name](row[name]) for row in rows] for name in names},
        schema={name: _TYPES.get(name, pl.String) for name in names},
    )


def _read(name: str, zone: ZoneInfo, cell: str) -> Any:
    kind = _TYPES.get(name, pl.String)
    readers: dict[object, Callable[[str], Any]] = {
        pl.Int32: int,
        pl.Float64: float,
        pl.Boolean: _TRUTHS.__getitem__,
        pl.Duration("us"): _duration,
        pl.String: str,
    }
    return readers.get(kind, partial(_instant, zone=zone))(cell) if cell else None


def _rows(text: str) -> list[dict[str, str]]:
    header, *rows = text.splitlines()
    names = _cells(header)
    return [dict(zip(names, _cells(row), strict=True)) for row in rows if row]


def _cells(line: str) -> list[str]:
    (cells,) = csv.reader(io.StringIO(line), skipinitialspace=True)
    return [cell.strip() for cell in cells]


def _instant(text: str, zone: ZoneInfo) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def agrees(cell: str, value: object, zone: ZoneInfo) -> bool:
    """Whether an expected cell says a value: instants and durations as such, numbers up to the digits written.

    `3/4` is exact, and so are decimals with less than six digits.
    """
    if value is None or not cell:
        return value is None and not cell
    if isinstance(value, datetime):
        return _instant(cell, zone) == value
    if isinstance(value, timedelta):
        return _duration(cell) == value
    if isinstance(value, float):
        slack = 5e-7 if re.search(r"\.\d{6}", cell) else 1e-12
        return abs(Fraction(cell.replace("_", "")) - Fraction(value)) <= slack * max(1, abs(value))
    return cell == _said(value, zone)


def _duration(text: str) -> timedelta:
    parts = re.findall(r"(-?\d+) ([a-z]+)", text)
    assert " ".join(map(" ".join, parts)) == text, f"`{text}` is no duration such as `1 h 30 min`"
    return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in parts), timedelta())


def _said(value: object, zone: ZoneInfo) -> str:
    """Return a value as a computed cell says it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        local = value.astimezone(zone).isoformat(sep=" ").removesuffix("+00:00" if zone.key == "UTC" else "")
        return re.sub(r"(:\d\d):00(?![.:\d])", r"\1", local, count=1)
    if isinstance(value, timedelta):
        return " ".join(_said_parts(value // timedelta(microseconds=1))) or "0 min"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").removesuffix(".")
    return str(value)


def _said_parts(rest_us: int) -> Iterable[str]:
    for unit, size in (("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("us", 1)):
        count, rest_us = divmod(rest_us, size)
        if count:
            yield f"{count} {unit}"
