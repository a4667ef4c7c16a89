"""Proposed source blocks: what they guess, and that they can be read back."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest

from slmdsl.ingest import IngestError, suggest
from slmdsl.syntax.parse import parse
from tests.ingest_plans import DATA


def block(folder, name, text):
    (folder / name).write_text(text)
    return checked(folder / name)


def checked(path):
    text = suggest(path)
    assert parse(text, "proposed.slm").diagnostics == ()
    return text


def statements(text):
    """The statements without their layout and comments."""
    return [
        " ".join(line.split("  #")[0].split())
        for line in text.splitlines()
        if not line.strip().startswith("#")
    ]


def test_servicenow():
    text = statements(checked(DATA / "servicenow-incidents" / "incident_event_log.csv.gz"))
    for line in (
        "source incident_event_log {",
        'read "incident_event_log.csv.gz"',
        'missing "", "?"',
        'ticket "number"',
        'at "sys_updated_at" format "%d/%m/%Y %H:%M"',
        'opened "opened_at" format "%d/%m/%Y %H:%M"',
        'resolved "resolved_at" format "%d/%m/%Y %H:%M"',
        '"1 - Critical" P1',
        '"4 - Low" P4',
        '"Awaiting User Info" wait_customer',
        '"Awaiting Vendor" wait_supplier',
        '"Resolved" resolved',
        'group "assignment_group"',
    ):
        assert line in text, line


def test_a_monitor():
    text = statements(checked(DATA / "uptime-digital-editions" / "status_samples.csv.gz"))
    assert 'samples at "observed_at"' in text
    assert "timezone from data" in text
    assert 'metric up "state" as {' in text
    assert '"up" 1' in text
    assert '"down" 0' in text


def test_jira_like(tmp_path):
    rows = "".join(
        f"P-{n};Bug;{['Highest', 'High', 'Medium', 'Low', 'Lowest'][n % 5]};Done;01/Feb/27 {n % 12 + 1}:05 PM;\n"
        for n in range(20)
    )
    text = statements(
        block(tmp_path, "9 issues.csv", "Issue key;Issue Type;Priority;Status;Created;Resolved\n" + rows)
    )
    assert text[0] == "source source_9_issues {"
    assert 'read "9 issues.csv" delimiter ";"' in text
    assert 'ticket "Issue key"' in text
    assert 'opened "Created" format "%d/%b/%y %I:%M %p"' in text
    assert text[text.index('priority "Priority" as {') + 1 :][:5] == [
        '"Highest" P1',
        '"High" P2',
        '"Medium" P3',
        '"Low" P4',
        '"Lowest" P5',
    ]


def test_day_and_month_in_doubt_are_said(tmp_path):
    text = block(tmp_path, "t.csv", "id,opened\nA,01/02/2027 10:00\n")
    assert "# or %m/%d/%Y %H:%M: the first rows fit both" in text
    assert 'format "%m/%d/%Y' in block(tmp_path, "t.csv", "id,opened\nA,01/22/2027 10:00\n")


def test_json_lines_and_parquet(tmp_path):
    line = {"ticket": 1, "created_at": "2027-01-04T10:00:00Z", "nested": {"a": 1}}
    text = statements(block(tmp_path, "t.jsonl", json.dumps(line) + "\nbroken\n"))
    assert 'opened "created_at"' in text
    assert not any("nested" in one for one in text)
    frame = pl.DataFrame({"ticket": ["A"], "opened": [datetime(2027, 1, 4, tzinfo=UTC)], "tags": [["x"]]})
    frame.write_parquet(tmp_path / "t.parquet")
    assert 'opened "opened"' in statements(checked(tmp_path / "t.parquet"))


def test_odd_texts_are_quoted(tmp_path):
    text = block(tmp_path, "t.csv", 'id,at,status\nA,2027-01-04,"a ""b"" \\c"\nA,2027-01-04,new\n')
    assert '"a \\"b\\" \\\\c"' in text


def test_an_empty_table_still_gives_a_block(tmp_path):
    assert 'read "t.csv"' in statements(block(tmp_path, "t.csv", "a,b\n"))


@pytest.mark.parametrize("name", ["t.xlsx", "t.txt"])
def test_other_files_are_told_apart(tmp_path, name):
    (tmp_path / name).write_text("x")
    with pytest.raises(IngestError):
        suggest(tmp_path / name)


@pytest.mark.parametrize(
    ("header", "row", "lines"),
    [
        (
            "Ticket-Nr.;Status;Erstellt am;Gelöst am;Priorität;Bearbeitergruppe;Anwendung",
            "4711;wartet auf Kunde;01.03.2027 08:00;02.03.2027 09:00;hoch;Netze;Mail",
            {'ticket    "Ticket-Nr."', 'opened    "Erstellt am" format "%d.%m.%Y %H:%M"', '"hoch" P1'},
        ),
        (
            "工单号;状态;创建时间;解决时间;优先级;处理组;业务系统",
            "4711;已解决;2027-03-01 08:00;2027-03-02 09:00;高;网络组;邮件",
            {
                'ticket    "工单号"',
                'opened    "创建时间"',
                'resolved  "解决时间"',
                '"高" P1',
                'group     "处理组"',
            },
        ),
    ],
)
def test_headers_in_german_and_chinese(tmp_path, header, row, lines):
    (tmp_path / "a.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    found = {line.strip() for line in suggest(tmp_path / "a.csv").splitlines()}
    assert lines <= found


def test_a_book_of_outages(tmp_path):
    (tmp_path / "book.csv").write_text("Start,End,Service\n01.03.2027 08:00,01.03.2027 09:00,Mail\n")
    assert suggest(tmp_path / "book.csv").splitlines()[3:5] == [
        '  outages   from "Start" format "%d.%m.%Y %H:%M" to "End" format "%d.%m.%Y %H:%M"',
        '  service   "Service" as { * my_service }  # a line for each service you declare',
    ]
