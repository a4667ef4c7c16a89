"""What columns and values are likely to mean, by their names in common exports and by what they look like."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.ingest.sniff import Sniffed

# For each fact the names of its column, the likeliest first, compared without case and punctuation. They are those
# of ServiceNow, Jira, XES and common monitors.
FACTS = {
    "ticket": "number ticket ticketid ticketnumber incidentid incidentnumber issuekey key caseid caseconceptname "
    "case requestid id",
    "state": "incidentstate state status conceptname ticketstatus",
    "at": "sysupdatedat sysupdatedon updated updatedat timetimestamp timestamp changedat eventtime at time date",
    "opened": "openedat opened opentime created createdat createdon syscreatedon syscreatedat reported openeddate "
    "creationdate",
    "responded": "respondedat responded firstresponse firstresponseat firstassignment acknowledgedat acknowledged",
    "resolved": "resolvedat resolved resolvedtime resolutiondate resolutiontime solvedat fixedat",
    "closed": "closedat closed closetime closeddate",
    "priority": "priority severity impact urgency",
    "group": "assignmentgroup group team orggroup supportgroup assignedgroup",
    "actor": "sysupdatedby updatedby actor orgresource author user",
    "service": "service servicename businessservice cmdbci cinameaff ciname product component project site monitor "
    "name target",
    "sampled": "observedat timestamp time checkedat at date sampledat",
}

_MARKS = ("?", "NULL", "null", "N/A", "n/a", "NA", "-", "None", "none", "nan", "NaN", "#N/B")

_DATES = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%d/%b/%y",
    "%d %b %Y",
    "%d-%b-%Y",
)
_CLOCKS = (
    " %H:%M",
    " %H:%M:%S",
    " %I:%M %p",
    " %I:%M:%S %p",
    " %H:%M:%S.%f",
    " %H:%M %z",
    " %H:%M:%S %z",
    "",
)
_TWINS = {"%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y"}
_LOOKED_AT = 300

_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[T ].*(?:Z|[+-]\d{2}:?\d{2})")

_PHASES = (
    (r"cancel|reject|withdrawn|declin|duplicate", "cancelled"),
    (r"(await|wait|pend|hold).*(user|customer|caller|client|request)", "wait_customer"),
    (r"(await|wait|pend|hold).*(vendor|supplier|third|3rd|provider|partner)", "wait_supplier"),
    (r"schedul|planned", "scheduled"),
    (r"await|wait|pend|hold|block", "wait_internal"),
    (r"resol|solved|fixed|done|restored", "resolved"),
    (r"clos|complete", "closed"),
    (r"^new$|^open$|to ?do|backlog|created|logged|queued|registered", "new"),
)

_RANKS = (
    r"critical|highest|blocker|urgent|emergency",
    r"very high|high|major",
    r"medium|moderate|normal|average",
    r"^(?!.*lowest).*low|minor",
    r"lowest|trivial|planning|none",
)


def column_for(names: str, columns: Sequence[str]) -> str | None:
    """Return the first column whose name, without case and punctuation, is one of `names`."""
    plain = {re.sub(r"[\W_]+", "", column).lower(): column for column in reversed(columns)}
    return next((plain[name] for name in names.split() if name in plain), None)


def marks_in(seen: Sniffed) -> tuple[str, ...]:
    """Return the marks of missing values that the file uses."""
    found = {text for texts in seen.columns.values() for text in texts}
    return tuple(mark for mark in _MARKS if mark in found)


def with_offsets(texts: Sequence[str]) -> bool:
    """Whether these are ISO times with offsets."""
    return bool(texts) and all(_OFFSET.fullmatch(text) for text in texts[:_LOOKED_AT])


def format_of(texts: Sequence[str], marks: Sequence[str]) -> tuple[str | None, str]:
    """Return the strptime format of these texts (None for ISO 8601), and what is in doubt about it."""
    some = [text.strip() for text in texts if text not in marks][:_LOOKED_AT]
    if not some or all(_is_iso(text) for text in some):
        return None, "" if some else "no values seen"
    for date in _DATES:
        for clock in _CLOCKS:
            if all(_fits(text, date + clock) for text in some):
                twin = _TWINS.get(date)
                doubt = (
                    f"or {twin}{clock}: the first rows fit both" if twin and _fit(some, twin + clock) else ""
                )
                return date + clock, doubt
    return None, f"its form is not known: say it with format, such as for {some[0]}"


def _fit(texts: Sequence[str], form: str) -> bool:
    return all(_fits(text, form) for text in texts)


def _fits(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only whether it can be read matters
    except ValueError:
        return False
    return True


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def phase_for(state: str) -> str:
    """Return the phase that a state's name suggests; `active` where it suggests none."""
    folded = state.lower()
    return next((phase for pattern, phase in _PHASES if re.search(pattern, folded)), "active")


def priorities_for(values: Sequence[str]) -> list[tuple[str, str]]:
    """Return values with P1, P2, ... in the order that their numbers or words suggest."""
    ranked = sorted(values, key=_rank)
    return [(text, f"P{place}") for place, text in enumerate(ranked, 1)]


def _rank(value: str) -> tuple[int, int, str]:
    number = re.search(r"\d+", value)
    if number is not None:
        return 0, min(int(number[0][:9]), 10**9), value
    folded = value.lower()
    matches = (place for place, pattern in enumerate(_RANKS) if re.search(pattern, folded))
    return 1, next(matches, len(_RANKS)), value
