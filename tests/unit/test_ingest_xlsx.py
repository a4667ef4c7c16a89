"""Workbooks: dates, numbers and rows as the sheet shows them, and what hostile files meet."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from slmdsl.ingest import IngestError, Limits, dry_run, ingest, suggest
from tests.ingest_plans import column, plan

FACTS = {
    "ticket": "Number",
    "kind": column(constant="incident"),
    "service": column(constant="desk"),
    "priority": "Priority",
    "opened": "Opened",
}


def book(path, sheets, **options):
    """Write sheets of rows by another library; dates get a format, rows start at 0."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy hh:mm", **options}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, list(row))


def tickets(folder, rows, *, sheet=None, facts=None, **more):
    options = () if sheet is None else (("sheet", sheet),)
    path = folder / "tickets.xlsx"
    if rows is not None:
        book(path, {"Sheet": rows})
    return ingest([plan(path.name, "tickets", facts or FACTS, options=options, **more)], root=folder)


HEADER = ("Number", "Priority", "Opened")
EIGHT = datetime(2027, 3, 1, 8, 0)


class TestWhatIsRead:
    def test_dates_numbers_texts_and_the_rows_of_the_sheet(self, tmp_path):
        rows = [
            (),
            HEADER,
            (4711, "P1", EIGHT),
            (),
            (4712, 2, "soon"),
            (None, "P1", EIGHT),
            ("4713", True, datetime(2027, 7, 1, 10, 20, 30, 250_000)),
        ]
        log = tickets(tmp_path, rows, zone="Europe/Amsterdam")
        found = log.tickets.select("ticket", "priority", "opened").rows()
        assert [tuple(map(str, row)) for row in found] == [
            ("4711", "P1", "2027-03-01 07:00:00+00:00"),
            ("4713", "true", "2027-07-01 08:20:30.250000+00:00"),
        ]
        assert {one.row: one.reason for one in log.refusals} == {
            5: "opened cannot be read as a time such as 2027-03-31T17:30:00",
            6: "ticket is missing",
        }
        assert (log.intakes[0].rows_in, log.intakes[0].rows_taken) == (4, 2)

    def test_dates_among_texts_are_read_in_the_columns_format(self, tmp_path):
        facts = FACTS | {"opened": column("Opened", form="%d/%m/%Y %H:%M")}
        log = tickets(tmp_path, [HEADER, (1, "P1", EIGHT), (2, "P1", "13/03/2027 09:30")], facts=facts)
        assert [str(one) for one in log.tickets["opened"]] == [
            "2027-03-01 08:00:00+00:00",
            "2027-03-13 09:30:00+00:00",
        ]

    def test_the_epoch_of_1904_and_the_days_before_march_1900(self, tmp_path):
        early = datetime(1900, 2, 28)
        rows = [HEADER, (1, "P1", EIGHT), (2, "P1", datetime(1904, 1, 2))]
        book(tmp_path / "tickets.xlsx", {"Sheet": rows}, date_1904=True)
        assert tickets(tmp_path, None).tickets["opened"].dt.year().to_list() == [2027, 1904]
        found = tickets(tmp_path, [HEADER, (1, "P1", early), (2, "P1", datetime(1900, 3, 1))])
        assert found.tickets["opened"].dt.date().cast(str).to_list() == ["1900-02-28", "1900-03-01"]

    def test_formats_of_numbers_that_are_dates_and_that_are_not(self, tmp_path):
        formats = {
            "d mmm yyyy": "day",
            "[$-409]d/m/yy h:mm AM/PM;@": "day",
            "mmmm": "day",
            "yyyy\\-mm\\-dd": "day",
            '0.0" days"': "number",
            "[h]:mm:ss": "number",
            "[Red]0.00": "number",
            "General": "number",
            "h:mm": "clock",
        }
        with xlsxwriter.Workbook(tmp_path / "tickets.xlsx") as made:
            sheet = made.add_worksheet()
            sheet.write_row(0, 0, ["Number", *formats])
            for place, form in enumerate(formats, 1):
                number = 0.375 if formats[form] == "clock" else 46082.5
                sheet.write_number(1, place, number, made.add_format({"num_format": form}))
            sheet.write(1, 0, 1)
        facts = {"ticket": "Number", "opened": "mmmm"}
        fields = {f"f{place}": column(form) for place, form in enumerate(formats)}
        found = ingest([plan("tickets.xlsx", "tickets", facts, fields=fields)], root=tmp_path).tickets.row(
            0, named=True
        )
        shown = {"day": "2026-03-01 12:00:00.000000", "number": "46082.5", "clock": "09:00:00"}
        assert {form: found[f"f{place}"] for place, form in enumerate(formats)} == {
            form: shown[kind] for form, kind in formats.items()
        }

    def test_a_sheet_is_chosen_by_name(self, tmp_path):
        sheets = {
            "2026": [HEADER, (1, "P1", EIGHT)],
            "2027": [HEADER, (2, "P1", EIGHT)],
            "Bücher & mehr": [HEADER],
        }
        book(tmp_path / "tickets.xlsx", sheets)
        assert tickets(tmp_path, None).tickets["ticket"].to_list() == ["1"]
        assert tickets(tmp_path, None, sheet="2027").tickets["ticket"].to_list() == ["2"]
        assert len(tickets(tmp_path, None, sheet="Bücher & mehr").tickets) == 0

    def test_errors_of_formulas_cost_their_row_unless_they_mean_missing(self, tmp_path):
        with xlsxwriter.Workbook(tmp_path / "tickets.xlsx") as made:
            sheet = made.add_worksheet()
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, (1, "P1", "2027-03-01"))
            sheet.write_row(2, 0, (2, None, "2027-03-01"))
            sheet.write_formula(2, 1, "=NA()", None, "#N/A")
            sheet.write_formula(1, 1, '="P"&1', None, "P1")
        log = tickets(tmp_path, None)
        assert [(one.row, one.reason) for one in log.refusals] == [(3, '"Priority" holds the error #N/A')]
        found = tickets(tmp_path, None, missing=("#N/A",))
        assert found.tickets["priority"].to_list() == ["P1", None]

    def test_outages_and_surveys(self, tmp_path):
        late = datetime(2027, 3, 1, 9, 0)
        sheets = {
            "2027": [
                ("Start", "End", "Service", "Planned", "Share"),
                (EIGHT, late, "Mail", "yes", 0.25),
                (EIGHT, None, "Tills", "no", None),
                (late, EIGHT, "Mail", "no", 1),
                (EIGHT, late, "Fax", "no", 1),
                (EIGHT, late, "Mail", "no", 1.5),
            ],
            "Stars": [("When", "Ticket", "Stars"), (late, 4711, 4), (late, 4712, "many")],
        }
        book(tmp_path / "book.xlsx", sheets)
        facts = {
            "start": "Start",
            "end": "End",
            "service": column("Service", cases={"Mail": "email", "Tills": "till"}),
            "planned": column("Planned", cases={"yes": "true", "*": "false"}),
            "share": "Share",
        }
        outages = plan("book.xlsx", "outages", facts, options=(("sheet", "2027"),))
        stars = {"at": "When", "ticket": "Ticket", "score": "Stars"}
        survey = plan("book.xlsx", "feedback", stars, name="survey", options=(("sheet", "Stars"),))
        log = ingest([outages, survey], root=tmp_path)
        assert log.outages.select("service", "planned", "share").rows() == [
            ("email", True, 0.25),
            ("till", False, 1.0),
        ]
        assert log.outages["end"].null_count() == 1
        assert log.feedback["score"].to_list() == [4.0]
        assert {(one.source, one.row): one.reason for one in log.refusals} == {
            ("export", 4): "it ends before it starts",
            ("export", 5): 'service in "Service": no line matches "Fax"',
            ("export", 6): "share lies outside 0 .. 1",
            ("survey", 3): "score is no number",
        }
        assert [one.rows_in for one in log.intakes] == [5, 2]

    def test_many_rows(self, tmp_path):
        rows = [HEADER, *((number, f"P{number % 4 + 1}", EIGHT) for number in range(25_000))]
        assert len(tickets(tmp_path, rows).ticket_columns) == 25_000

    def test_dry_run_and_suggestion(self, tmp_path):
        book(tmp_path / "desk export.xlsx", {"Open": [HEADER, (1, "P1", EIGHT), (2, "P2", EIGHT)]})
        seen = dry_run(plan("desk export.xlsx", "tickets", FACTS), root=tmp_path)
        assert (seen.rows, seen.rows_refused) == (2, 0)
        assert suggest(tmp_path / "desk export.xlsx").splitlines() == [
            "source desk_export {",
            '  read      "desk export.xlsx" sheet "Open"',
            "  timezone  UTC  # the zone in which the times are written",
            '  ticket    "Number"',
            "  kind      incident  # or request, problem, change",
            "  service   my_service  # a declared service",
            '  opened    "Opened"',
            '  priority  "Priority" as {',
            '    "P1" P1',
            '    "P2" P2',
            "  }",
            "}",
        ]


BOOK = '<workbook xmlns:r="r"><sheets><sheet name="Sheet" sheetId="1" r:id="k"/></sheets></workbook>'
LINKS = '<Relationships><Relationship Id="k" Type="x/worksheet" Target="worksheets/one.xml"/></Relationships>'
SHEET = (
    "<worksheet><sheetData><row><c t='inlineStr'><is><t>Number</t></is></c><c t='inlineStr'><is><t>Opened</t></is>"
    "</c></row>{}</sheetData></worksheet>"
)


def made(folder, sheet, **parts):
    """Write a workbook part by part."""
    content = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/worksheets/one.xml": sheet,
    } | {name.replace("__", "/"): text for name, text in parts.items()}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            if text is not None:
                archive.writestr(name, text)
    (folder / "tickets.xlsx").write_bytes(held.getvalue())


LEAST = {"ticket": "Number", "opened": "Opened"}


def refused(folder, **more):
    with pytest.raises(IngestError) as failure:
        ingest([plan("tickets.xlsx", "tickets", LEAST, **more)], root=folder)
    (found,) = failure.value.diagnostics
    return found.code


class TestHostile:
    def test_cells_at_the_corners_cost_nothing(self, tmp_path):
        rows = (
            "<row r='2'><c r='A2'><v>1</v></c><c r='B2' t='str'><v>2027-03-01</v></c></row>"
            "<row r='1048576'><c r='XFD1048576'><v>5</v></c></row>"
        )
        made(tmp_path, SHEET.format(rows))
        log = ingest([plan("tickets.xlsx", "tickets", LEAST)], root=tmp_path)
        assert log.tickets["ticket"].to_list() == ["1"]
        assert [one.row for one in log.refusals] == [1_048_576]

    def test_prefixes_and_rich_texts(self, tmp_path):
        texts = (
            "<x:sst xmlns:x='m'><x:si><x:r><x:rPr/><x:t>47</x:t></x:r><x:r><x:t>11</x:t></x:r>"
            "<x:rPh sb='0'><x:t>yon</x:t></x:rPh></x:si><x:si/></x:sst>"
        )
        rows = (
            "<x:row xmlns:x='m'><x:c t='s'><x:v>0</x:v></x:c><x:c t='d'><x:v>2027-03-01T08:00:00</x:v></x:c></x:row>"
            "<row><c t='inlineStr'><is><t>a_x0041_b_xD800_</t></is></c><c><f>1+1</f></c></row>"
        )
        made(tmp_path, SHEET.format(rows), xl__sharedStrings__xml=None, **{"xl/sharedStrings.xml": texts})
        log = ingest([plan("tickets.xlsx", "tickets", LEAST)], root=tmp_path)
        assert log.tickets["ticket"].to_list() == ["4711"]
        assert log.refusals[0].reason == "opened is missing"

    @pytest.mark.parametrize(
        "rows",
        [
            "<row r='5'/><row r='5'/>",
            "<row r='1048577'/>",
            "<row r='x'/>",
            "<row r='99999999999999999999'/>",
            "<row><c r='XFE2'><v>1</v></c></row>",
            "<row><c r='2'><v>1</v></c></row>",
            "<row><c r='AAAAAAAA2'><v>1</v></c></row>",
            "<row><c t='s'><v>0</v></c></row>",
            "<row><c t='s'><v>-1</v></c></row>",
            "<row><c/>",
        ],
    )
    def test_sheets_that_cannot_be(self, tmp_path, rows):
        made(tmp_path, SHEET.format(rows))
        assert refused(tmp_path) == "SLM555"

    def test_cells_that_cannot_be(self, tmp_path):
        made(tmp_path, SHEET.format("<row><c><v>1</v></c><c><v>one</v></c></row>"))
        log = ingest([plan("tickets.xlsx", "tickets", LEAST)], root=tmp_path)
        assert log.refusals[0].reason == '"Opened" holds one, which is no number'

    @pytest.mark.parametrize(
        "part", ["xl/workbook.xml", "xl/worksheets/one.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
    )
    def test_a_document_type_in_any_part_is_refused(self, tmp_path, part):
        laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
        made(tmp_path, SHEET.format(""), **{part: laughs})
        assert refused(tmp_path) == "SLM560"

    @pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/one.xml", "xl/sharedStrings.xml"])
    def test_deep_nesting_in_any_part_is_refused(self, tmp_path, part):
        made(tmp_path, SHEET.format(""), **{part: "<a>" * 300})
        assert refused(tmp_path) == "SLM561"

    @pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/one.xml", "xl/sharedStrings.xml"])
    def test_a_bomb_in_any_part_is_refused(self, tmp_path, part):
        made(tmp_path, SHEET.format(""), **{part: "<a>" + " " * (40 << 20)})
        assert refused(tmp_path) == "SLM553"

    def test_a_directory_that_lies_about_sizes_is_refused(self, tmp_path):
        made(tmp_path, SHEET.format("") + " " * (40 << 20))
        path = tmp_path / "tickets.xlsx"
        content = bytearray(path.read_bytes())
        at = content.rfind(b"PK\x01\x02")
        content[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
        path.write_bytes(content)
        assert refused(tmp_path) == "SLM555"

    def test_a_large_directory_is_refused(self, tmp_path):
        made(tmp_path, SHEET.format(""))
        assert refused_with(tmp_path, Limits(footer_bytes=100)) == "SLM553"

    def test_long_texts_are_refused(self, tmp_path):
        limits = Limits(record_bytes=10_000)
        made(tmp_path, SHEET.format(f"<row><c t='str'><v>{'x ' * 10_000}</v></c></row>"))
        assert refused_with(tmp_path, limits) == "SLM553"
        text = f"<sst><si><t>{'x ' * 10_000}</t></si></sst>"
        made(tmp_path, SHEET.format(""), **{"xl/sharedStrings.xml": text})
        assert refused_with(tmp_path, limits) == "SLM553"
        assert refused_with(tmp_path, Limits(strings_bytes=10_000)) == "SLM553"

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"Number;Opened\n",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000),
            b"PK\x05\x06" + bytes(18),
            b"PK\x05\x06" + b"\xff" * 18,
            b"PK\x03\x04" + bytes(100),
        ],
    )
    def test_what_is_no_workbook_is_refused(self, tmp_path, content):
        (tmp_path / "tickets.xlsx").write_bytes(content)
        assert refused(tmp_path) in {"SLM555", "SLM553"}
        with pytest.raises(IngestError):
            suggest(tmp_path / "tickets.xlsx")

    def test_a_damaged_workbook_is_refused(self, tmp_path):
        book(tmp_path / "whole.xlsx", {"Sheet": [HEADER, *((n, "P1", EIGHT) for n in range(500))]})
        whole = (tmp_path / "whole.xlsx").read_bytes()
        for cut in range(100, len(whole), 700):
            (tmp_path / "tickets.xlsx").write_bytes(whole[:cut] + b"\x5a" * 40 + whole[cut + 40 :])
            try:
                ingest([plan("tickets.xlsx", "tickets", FACTS)], root=tmp_path)
            except IngestError as failure:
                assert failure.diagnostics[0].code in {"SLM555", "SLM553", "SLM562", "SLM554"}  # noqa: PT017 - some are read

    def test_sheets_that_are_not_there(self, tmp_path):
        made(tmp_path, SHEET.format(""))
        assert refused(tmp_path, options=(("sheet", "Shet"),)) == "SLM562"
        made(tmp_path, SHEET.format(""), **{"xl/workbook.xml": "<workbook/>"})
        assert refused(tmp_path) == "SLM562"
        made(tmp_path, None)
        assert refused(tmp_path) == "SLM555"
        made(tmp_path, "<worksheet/>")
        assert refused(tmp_path) == "SLM555"
        made(tmp_path, SHEET.format(""), **{"xl/workbook.xml": None})
        assert refused(tmp_path) == "SLM555"
        outside = LINKS.replace("worksheets/one.xml", "../../../../etc/passwd")
        made(tmp_path, SHEET.format(""), **{"xl/_rels/workbook.xml.rels": outside})
        assert refused(tmp_path) == "SLM555"

    def test_columns_and_options(self, tmp_path):
        made(tmp_path, SHEET.format("").replace("Opened", "Number"))
        with pytest.raises(IngestError) as failure:
            ingest([plan("tickets.xlsx", "tickets", LEAST)], root=tmp_path)
        assert [found.code for found in failure.value.diagnostics] == ["SLM555", "SLM554"]
        assert refused(tmp_path, options=(("delimiter", ";"),)) == "SLM558"


def refused_with(folder, limits):
    with pytest.raises(IngestError) as failure:
        ingest([plan("tickets.xlsx", "tickets", LEAST)], root=folder, limits=limits)
    return failure.value.diagnostics[0].code
