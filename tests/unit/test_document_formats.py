"""Documents in every format: all that they say, in the same bytes each time."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from slmdsl.base.units import Money
from slmdsl.cli.answers.documents import write_documents
from slmdsl.cli.failures import UsageError
from slmdsl.cli.tables.document_tables import print_document
from slmdsl.cli.terminal import Terminal, on_paper
from slmdsl.report.charts import needed
from slmdsl.report.document import pdf, workbook
from slmdsl.report.document.formats import SUFFIXES, FormatError, rendered
from slmdsl.report.document.markdown import escaped
from slmdsl.report.document.numbers import as_number
from slmdsl.report.document.page import breakable
from slmdsl.report.document.records import plain_value
from slmdsl.report.document.tree import (
    Bullets,
    Cell,
    Column,
    Document,
    Figure,
    Figures,
    Paragraph,
    Picture,
    Section,
    Signatures,
    Table,
)
from slmdsl.report.document.words import marked, one_line, shown_rows
from tests.documents import CHINESE, ENGLISH, every_block, of_texts, without_chinese
from tests.sheets import read

BOTH = (every_block("en"), every_block("zh"))


class Tags(HTMLParser):
    def __init__(self, content):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture(scope="module")
def page():
    return rendered(BOTH, ".html")


@pytest.fixture(scope="module")
def sheets():
    return read(rendered(BOTH, ".xlsx"))


@pytest.mark.parametrize(
    "suffix", [pytest.param(each, marks=without_chinese if each == ".pdf" else ()) for each in SUFFIXES]
)
def test_the_same_documents_give_the_same_bytes(suffix):
    assert rendered(BOTH, suffix) == rendered((every_block("en"), every_block("zh")), suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_document_is_one_in_every_format(suffix):
    empty = Document(kind="report", title="", language="en", heading=(), sections=())
    assert rendered([empty], suffix)


def test_no_other_format_is_there():
    assert SUFFIXES == (".html", ".pdf", ".md", ".xlsx", ".json")
    with pytest.raises(FormatError, match=r"no format `\.docx`") as caught:
        rendered(BOTH, ".docx")
    assert ".pdf" in caught.value.help


# ---- JSON


def test_json_has_values_units_and_what_they_rest_on():
    whole = json.loads(rendered([every_block("en")], ".json"))
    assert whole["form"] == "slmdsl.documents/1"
    (document,) = whole["documents"]
    summary, targets, tickets, _ = document["sections"]
    figures = next(each for each in summary["blocks"] if each["kind"] == "figures")["figures"]
    assert [each["value"] for each in figures] == [
        1204,
        11,
        {"numerator": 49981, "denominator": 50000, "number": 0.99962},
        {"currency": "EUR", "minor": 144000, "amount": "1440.00"},
    ]
    row = targets["blocks"][0]["rows"][0]
    assert row["attained"] == {
        "text": "91.3 %",
        "value": {"numerator": 913, "denominator": 1000, "number": 0.913},
        "unit": "ratio",
        "tone": "bad",
        "trace": {
            "clause": "shop.slm:41",
            "target": "shop.p1_first_response",
            "period": "2027-03",
            "tickets": ["INC1", "INC2"],
        },
    }
    rows = tickets["blocks"][0]["rows"]
    assert len(rows) == 60  # every row, though 40 are shown
    assert rows[1]["opened"]["value"] == "2027-03-02T22:01:00Z"
    assert (rows[1]["late"]["value"], rows[1]["late"]["unit"]) == (120_000_000, "us")
    assert document["facts"]["period"] == {"first": "2027-03-01", "last": "2027-03-31"}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (float("nan"), None),
        (float("inf"), None),
        (0.1, 0.1),
        (Decimal("1E+2"), "100"),
        (Fraction(1, 3), {"numerator": 1, "denominator": 3, "number": 1 / 3}),
        (Money(currency="JPY", minor=5), {"currency": "JPY", "minor": 5, "amount": "5"}),
        (date(2027, 1, 2), "2027-01-02"),
        (datetime(2027, 1, 2, 1, tzinfo=timezone(timedelta(hours=2))), "2027-01-01T23:00:00Z"),
        (timedelta(seconds=-1), -1_000_000),
        ({"a": (1, [Decimal(2)])}, {"a": [1, ["2"]]}),
    ],
)
def test_a_value_is_plain(value, plain):
    assert plain_value(value) == plain


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x"])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(TypeError, match="cannot hold"):
        plain_value(value)


def test_an_instant_has_a_zone():
    with pytest.raises(ValueError, match="no time zone"):
        plain_value(datetime(2027, 1, 1))


# ---- Markdown


def test_markdown_reads_like_a_document():
    text = rendered([every_block("en", missed=41)], ".md").decode()
    assert text.startswith("# Service report for March 2027\n\nAcme Retail, by Shop IT\\\n1 to 31 March")
    assert "\n✗ First response to priority 1 incidents: 91.3 %" in text
    assert "| p1_first_response | ≥ 95 % | ✗ 91.3 % | 88.1–93.9 |" in text
    assert "1. Two more people on call from April on\n2. " in text
    assert "\n1 more, not shown here\n" in text
    assert f"**Picture: Tickets a week**\n\n{ENGLISH['alt']}" in text
    assert "| Acme Retail GmbH (customer) |  |  |" in text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a|b", "a\\|b"),
        ("`x` <b> [y](z) *i* ~s~", "\\`x\\` \\<b\\> \\[y\\](z) \\*i\\* \\~s\\~"),
        ("first_reply _i_", "first_reply \\_i\\_"),
        ("https://a.b www.c.d", "https\\://a.b www\\.c.d"),
        ("a\nb", "a b"),
        ("&amp; $x$", "\\&amp; \\$x\\$"),
    ],
)
def test_markdown_is_escaped(text, safe):
    assert escaped(text) == safe


# ---- the page


def test_a_page_has_one_heading_and_names_its_languages(page):
    found = Tags(page)
    assert [tag for tag, _ in found.tags].count("h1") == 1
    assert [each["lang"] for tag, each in found.tags if tag == "article"] == ["en", "zh"]
    texts = "".join(found.texts)
    for words in (ENGLISH, CHINESE):
        assert one_line(words["title"]) in texts
        assert words["quiet"] in texts


def test_a_page_loads_nothing_and_runs_nothing(page):
    found = Tags(page)
    assert not {"script", "link", "img", "iframe", "object", "base"} & {tag for tag, _ in found.tags}
    links = [each.get("href", "") for _, each in found.tags if "href" in each]
    assert links
    assert all(link.startswith("#") for link in links)
    assert b"url(http" not in page
    policy = next(each["content"] for _, each in found.tags if "http-equiv" in each)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_ids_are_unique_and_links_lead_somewhere(page):
    found = Tags(page)
    ids = [each["id"] for _, each in found.tags if "id" in each]
    assert len(ids) == len(set(ids))
    for _, each in found.tags:
        for name in ("aria-labelledby", "href"):
            assert name not in each or each[name].removeprefix("#") in ids


def test_tables_and_pictures_say_what_they_are(page):
    found = Tags(page)
    count = [tag for tag, _ in found.tags].count
    assert count("table") == count("caption") == count("thead") == 4
    assert all(each["scope"] in {"col", "row"} for tag, each in found.tags if tag == "th")
    assert count("figure") == count("figcaption") == 2
    assert [each["aria-label"] for tag, each in found.tags if tag == "svg"] == [
        ENGLISH["alt"],
        CHINESE["alt"],
    ]


def test_a_tone_is_told_without_its_colour(page):
    said = [each["aria-label"] for _, each in Tags(page).tags if each.get("class") == "mark"]
    assert {"good", "not good", "watch this", "达标", "未达标", "需要关注"} == set(said)


def test_two_documents_of_a_language_and_keys_that_are_no_names():
    table = every_block("en").sections[1].blocks[0]
    keys = ("a b", "a/b", "a-b", "”")
    sections = tuple(Section(key=key, title=key) for key in keys)
    document = Document(
        kind="x",
        title="x",
        language="en",
        heading=(),
        sections=(*sections, Section(key="t", title="t", blocks=(table,))),
    )
    ids = [each["id"] for _, each in Tags(rendered([document, document], ".html")).tags if "id" in each]
    assert len(ids) == len(set(ids))
    assert not [each for each in ids if " " in each]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("incident.first_reply", "incident.<wbr>first_<wbr>reply"),
        ("short.name", "short.name"),
        ("x" * 30, f"{'x' * 12}<wbr>{'x' * 12}<wbr>{'x' * 6}"),
        ("<b>" + "y" * 13, f"&lt;b&gt;{'y' * 9}<wbr>{'y' * 4}"),
        ("99 % of", "99\u00a0% of"),
        ("服务" * 20, "服务" * 20),
    ],
)
def test_long_words_can_be_broken(text, html):
    assert str(breakable(text)) == html


def test_only_so_many_rows_are_shown():
    document = every_block("en", missed=41)
    table = list(document.tables())[-1]
    assert len(shown_rows(table)) == 40
    assert "1 more, not shown here" in "".join(Tags(rendered([document], ".html")).texts)


# ---- the workbook


def test_a_workbook_has_a_sheet_for_each_table_with_every_row(sheets):
    assert list(sheets) == [
        "Summary en",
        "Each target in March en",
        "Tickets that missed a limit en",
        "概要 zh",
        "三月各项目标 zh",
        "超出时限的工单 zh",
    ]
    assert len(sheets["Tickets that missed a limit en"]) == 61
    assert sheets["Summary en"][0] == [("s", ENGLISH["title"])]


def test_figures_are_numbers_and_texts_are_texts(sheets):
    row = sheets["Each target in March en"][1]
    assert row[0] == ("s", "p1_first_response")
    assert row[2] == ("n", "0.913")
    assert row[6] == ("s", "✗ missed")
    ticket = sheets["Tickets that missed a limit en"][2]
    assert [kind for kind, _ in ticket] == ["s", "s", "n", "n", "s"]
    assert float(ticket[2][1]) == pytest.approx(
        (datetime(2027, 3, 2, 22, 1) - datetime(1899, 12, 30)) / timedelta(days=1)
    )
    assert float(ticket[3][1]) == pytest.approx(2 / 1440)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_a_formula_arrives_as_text(text):
    found = read(rendered([of_texts(text, picture=False)], ".xlsx"))
    cells = [each for rows in found.values() for row in rows for each in row]
    assert {kind for kind, _ in cells} == {"s"}
    assert ("s", f"'{text.strip()}") in cells
    assert not [each for _, each in cells if re.match(r"[=+\-@\t\r]", each)]


@pytest.mark.parametrize(
    ("cell", "number", "form"),
    [
        (Cell(text="91.30 %", value=Fraction(913, 1000), unit="ratio"), 0.913, "0.00%"),
        (Cell(text="91.3 %", value=91.3, unit="percent"), 91.3, '0.0" %"'),
        (Cell(text="1,204", value=1204), 1204, "#,##0"),
        (Cell(text="about 1.25", value=Decimal("1.25")), 1.25, "#,##0.00"),
        (Cell(text="some", value=1.5), 1.5, "General"),
        (Cell(text="", value=Money(currency="EUR", minor=1250)), 12.5, '"EUR" #,##0.00'),
        (Cell(text="", value=Money(currency="JPY", minor=1250)), 1250, '"JPY" #,##0'),
        (Cell(text="", value=date(1900, 3, 1)), 61, "yyyy-mm-dd"),
        (Cell(text="", value=datetime(2027, 1, 1, 12, tzinfo=UTC)), 46388.5, "yyyy-mm-dd hh:mm:ss"),
        (Cell(text="", value=timedelta(hours=36)), 1.5, "[h]:mm:ss"),
        (Cell(text="12.0 h", value=43_200, unit="seconds"), 0.5, "[h]:mm:ss"),
        (Cell(text="12.0", value=43_200_000_000, unit="us"), 0.5, "[h]:mm:ss"),
    ],
)
def test_a_workbook_counts(cell, number, form):
    found = as_number(cell)
    assert (found.value, found.form) == (number, form)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "7",
        10**15,
        float("nan"),
        float("-inf"),
        Decimal("NaN"),
        Decimal("1E+40"),
        date(1900, 2, 28),
        datetime(1899, 1, 1, tzinfo=UTC),
        timedelta(seconds=-1),
        Money(currency="EUR", minor=10**15),
        Money(currency='"', minor=1),
    ],
)
def test_what_a_workbook_cannot_count_stays_text(value):
    assert as_number(Cell(text="x", value=value)) is None


def test_sheets_have_names_that_a_workbook_may_have():
    captions = (
        "a/b:c*d?e[f]\\g",
        "A B C D E F G",
        "'quoted'",
        "''twice''",
        "",
        "History",
        "x" * 40,
        "y" * 31,
    )
    column = Column(key="c", head="c")
    blocks = tuple(
        Table(
            key=f"table number {number}" + "z" * 30,
            caption=caption,
            columns=(column,),
            rows=((Cell(text="1"),),),
        )
        for number, caption in enumerate(captions)
    )
    document = Document(
        kind="x", title="x", language="en", heading=(), sections=(Section(key="s", title="s", blocks=blocks),)
    )
    names = list(read(rendered([document], ".xlsx")))
    assert len({name.lower() for name in names}) == 9
    for name in names:
        assert 0 < len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)


def test_a_table_that_no_sheet_can_hold_is_refused(monkeypatch):
    monkeypatch.setattr(workbook, "_MOST_ROWS", 30)
    with pytest.raises(FormatError, match="60 rows") as caught:
        rendered([every_block("en")], ".xlsx")
    assert ".json" in caught.value.help


# ---- what is not installed


@pytest.mark.parametrize(
    ("module", "library", "suffix"),
    [(pdf, "typst", ".pdf"), (workbook, "xlsxwriter", ".xlsx"), (needed, "altair", ".html")],
)
def test_a_library_that_is_absent_is_named(monkeypatch, module, library, suffix):
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == library else object())
    with pytest.raises(FormatError, match=f"`{library}`, which is not installed") as caught:
        rendered(BOTH, suffix)
    assert caught.value.help == "pip install slmdsl[report]"


# ---- the terminal and files


@pytest.fixture
def at():
    return Terminal(out=on_paper(io.StringIO()), err=on_paper(io.StringIO()))


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh", CHINESE)])
def test_a_document_is_printed(at, language, words):
    print_document(every_block(language), at)
    shown = at.out.file.getvalue()
    for key in ("title", "kept", "quiet", "targets_caption", "alt", "place"):
        assert re.sub(r"\s", "", words[key]) in re.sub(r"\s", "", shown)
    assert f"✗ {words['missed'][:5]}" in shown
    assert "✗ 91.3 %" in shown
    assert "INC0040039" in shown
    assert "INC0040040" not in shown


def test_a_text_cannot_steer_the_terminal(at):
    print_document(of_texts("\x1b[31m[bold]x"), at)
    assert "\x1b" not in at.out.file.getvalue()
    assert "[bold]x" in at.out.file.getvalue()


def test_documents_are_written(at, tmp_path):
    out = tmp_path / "reports" / "march.md"
    write_documents(BOTH, out, at)
    assert out.read_bytes() == rendered(BOTH, ".md")
    assert at.out.file.getvalue() == f"wrote {out}\n"


def test_a_template_is_read_from_a_file(at, tmp_path):
    own = tmp_path / "own.j2"
    own.write_text("<h1>{{ document.title }} ü</h1>", encoding="utf-8")
    write_documents([every_block("en")], tmp_path / "own.html", at, template=own)
    assert (tmp_path / "own.html").read_text(encoding="utf-8") == "<h1>Service report for March 2027 ü</h1>"


@pytest.mark.parametrize(
    ("name", "template", "words"),
    [
        ("a.docx", None, "names no format"),
        ("", None, "is a folder"),
        ("a.html", b"{{ nope }}", "own.j2: line 1: 'nope' is undefined"),
        ("a.html", b"\xff", "is not text in UTF-8"),
        ("a.html", b"x" * (1 << 20) + b"x", "more than a template needs"),
        ("a.pdf", b"x", "makes a page"),
    ],
)
def test_what_cannot_be_written_is_said(at, tmp_path, name, template, words):
    own = None
    if template is not None:
        own = tmp_path / "own.j2"
        own.write_bytes(template)
    with pytest.raises(UsageError, match=re.escape(words)) as caught:
        write_documents(BOTH, tmp_path / name, at, template=own)
    assert caught.value.help
    assert not [each for each in Path(tmp_path).iterdir() if each != own]


def test_a_mark_is_not_said_twice():
    assert marked("✗ missed", "bad") == "✗ missed"
    assert marked("missed", "bad") == "✗ missed"
    assert marked("", "bad") == ""
    assert marked("12", "quiet") == "12"


# ---- what is hardly there

DEEP = Section(key="deep", title="8")
for depth in range(7, 0, -1):
    DEEP = Section(key=f"deep {depth}", title=str(depth), sections=(DEEP,))
EDGES = {
    "a table without rows": Table(key="t", caption="t", columns=(Column(key="c", head="c"),), rows=()),
    "a table without columns": Table(key="t", caption="t", columns=(), rows=()),
    "a table without words": Table(
        key="t", caption="", columns=(Column(key="c", head=""),), rows=((Cell(text="", tone="bad"),),)
    ),
    "no bullets": Bullets(items=()),
    "a bullet without words": Bullets(items=("",)),
    "no figures": Figures(key="f", figures=()),
    "a figure without words": Figures(key="f", figures=(Figure(label="", cell=Cell(text="")),)),
    "a paragraph without words": Paragraph(text=""),
    "no parties": Signatures(parties=(), place_and_date="", signature=""),
    "a party without words": Signatures(parties=(("", ""),), place_and_date="", signature=""),
    "a picture without words": Picture(
        key="p", caption="", alt="", chart={"data": {"values": [{"x": 1}]}, "mark": "bar", "encoding": {}}
    ),
    "sections in sections": DEEP,
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("case", EDGES)
def test_what_is_hardly_there_is_rendered(suffix, case, at):
    edge = EDGES[case]
    section = edge if isinstance(edge, Section) else Section(key="s", title="", blocks=(edge,))
    document = Document(
        kind="x", title="x", language="en", heading=("",), sections=(section,), provenance=(("", ""),)
    )
    assert rendered([document], suffix)
    print_document(document, at)
