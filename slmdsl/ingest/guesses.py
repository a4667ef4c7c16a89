"""What columns and values are likely to mean, by their names in common exports and by what they look like."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.ingest.sniff import Sniffed

# For each fact the names of its column, the likeliest first, compared without case and punctuation. They are those
# of ServiceNow, Jira, XES and common monitors, and those of exports in German and Chinese.
FACTS = {
    "ticket": "number ticket ticketid ticketnumber incidentid incidentnumber issuekey key caseid "
    "caseconceptname case requestid id ticketnummer ticketnr vorgangsnummer störungsnummer "
    "meldungsnummer nummer nr 工单号 工单编号 事件编号 单号 编号",
    "state": "incidentstate state status conceptname ticketstatus zustand bearbeitungsstatus 状态 工单状态",
    "at": "sysupdatedat sysupdatedon updated updatedat timetimestamp timestamp changedat eventtime at time "
    "date zeitstempel geändertam aktualisiertam zeitpunkt 更新时间 变更时间 时间",
    "opened": "openedat opened opentime created createdat createdon syscreatedon syscreatedat reported "
    "openeddate creationdate eröffnetam eröffnet erstelltam erstellt angelegtam gemeldetam erfasstam "
    "eingangsdatum 创建时间 提交时间 开单时间 报告时间 打开时间",
    "responded": "respondedat responded firstresponse firstresponseat firstassignment acknowledgedat acknowledged "
    "erstreaktion ersteantwort reagiertam angenommenam 响应时间 首次响应时间 受理时间",
    "resolved": "resolvedat resolved resolvedtime resolutiondate resolutiontime solvedat fixedat gelöstam gelöst "
    "behobenam erledigtam lösungszeitpunkt 解决时间 修复时间 恢复时间",
    "closed": "closedat closed closetime closeddate geschlossenam geschlossen abgeschlossenam 关闭时间 结单时间",
    "priority": "priority severity impact urgency priorität prio dringlichkeit schweregrad 优先级 严重程度 紧急程度",
    "group": "assignmentgroup group team orggroup supportgroup assignedgroup gruppe bearbeitergruppe "
    "supportgruppe zuständigegruppe 处理组 支持组 受理组 组",
    "actor": "sysupdatedby updatedby actor orgresource author user bearbeiter geändertvon benutzer 处理人 操作人 "
    "更新人",
    "service": "service servicename businessservice cmdbci cinameaff ciname product component project site "
    "monitor name target dienst geschäftsservice anwendung produkt standort 服务 业务系统 系统 产品 应用",
    "start": "start starttime startedat started begin outagestart downsince beginn von 开始时间 开始",
    "end": "end endtime endedat ended finish outageend upagain ende bis 结束时间 结束",
    "sampled": "observedat timestamp time checkedat at date sampledat zeitstempel zeitpunkt gemessenam datum "
    "采样时间 监测时间 时间",
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
    (r"cancel|reject|withdrawn|declin|duplicate|storniert|abgelehnt|取消|拒绝|撤销", "cancelled"),
    (
        r"(await|wait|pend|hold).*(user|customer|caller|client|request)|(wart|rückfrage).*(kunde|anwender|melder)",
        "wait_customer",
    ),
    (r"(等待|待).*(用户|客户)", "wait_customer"),
    (r"(await|wait|pend|hold).*(vendor|supplier|third|3rd|provider|partner)", "wait_supplier"),
    (r"wart.*(lieferant|hersteller|extern)|(等待|待).*(供应商|厂商|第三方)", "wait_supplier"),
    (r"schedul|planned", "scheduled"),
    (r"await|wait|pend|hold|block|wartet|wartend|zurückgestellt|挂起|等待", "wait_internal"),
    (r"resol|solved|fixed|done|restored|gelöst|behoben|erledigt|已解决|已恢复", "resolved"),
    (r"clos|complete|geschlossen|关闭|结单|已完成", "closed"),
    (
        r"^new$|^open$|to ?do|backlog|created|logged|queued|registered|^neu$|^offen$|erfasst|^新建|待处理|待受理",
        "new",
    ),
)

_RANKS = (
    r"critical|highest|blocker|urgent|emergency|kritisch|dringend|紧急|特急",
    r"very high|high|major|hoch|高",
    r"medium|moderate|normal|average|mittel|中|普通",
    r"^(?!.*lowest).*low|minor|niedrig|gering|低",
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
