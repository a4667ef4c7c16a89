"""Whatever stands in a document's fields arrives as text: no markup, no formula, no code, in no format."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pypdf import PdfReader

from slmdsl.cli.answers.results import csv_safe
from slmdsl.report.document.formats import rendered
from slmdsl.report.document.records import record_of
from slmdsl.report.document.words import one_line
from tests.documents import of_texts, without_chinese
from tests.sheets import read

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title></head><body onload=alert(1)>",
    "<!-- --> <![CDATA[ ]]> <?php ?>",
    "&lt;script&gt; &amp; &#60;b&#62;",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "[x](javascript:alert(1)) ![y](http://a.test/b.png)",
    "| a | b |\n| - | - |",
    "```\ncode\n```",
    "# heading\n\n- item\n1. item\n> quote\n---\n===",
    "    indented code",
    "*bold* _italic_ ~struck~ `code` **x** __y__",
    "<https://a.test> https://a.test www.a.test a@b.test",
    '#panic() #read("/etc/hosts") #import "@preview/x:1.0.0"',
    "$x^2$ @label <label> = heading\n+ item\n/ term: x",
    '\\#\\$\\* \\u{41} "; #emph[x] ]]]}}}',
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\x1b[31mred\x07\x00",
    "\u202eright to left\u2066",
    "\ud800 half a pair",
    "a" * 5000,
    "服务水平 <b>协议</b>",
)
ANY = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(min_size=1, max_size=40),
    st.text(alphabet="<>&\"'`|*_[](){}#$@\\/!~=+-:.;% \n\tab1é服\x00\u202e", min_size=1, max_size=40),
).filter(one_line)  # a text of blanks is none, and what is not there cannot be found
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


class Page(HTMLParser):
    """The elements and attributes of a page but those that depend on a text's letters, and its texts."""

    def __init__(self, content):
        super().__init__()
        self.elements, self.texts = [], [""]
        self._is_mark = False
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self._is_mark = dict(attrs).get("class") == "mark"
        if tag == "wbr" or self._is_mark:
            return
        self.elements.append((tag, sorted(attrs)))
        self.texts.append("")

    def handle_endtag(self, tag):
        if not self._is_mark:
            self.texts.append("")
        self._is_mark = False

    def handle_data(self, data):
        if not self._is_mark:
            self.texts[-1] += data


def texts_of(nest):
    if isinstance(nest, str):
        yield nest
    elif isinstance(nest, dict):
        for key, each in nest.items():
            yield key
            yield from texts_of(each)
    elif isinstance(nest, list):
        for each in nest:
            yield from texts_of(each)


PLAIN = of_texts("x", picture=False)
SHAPE = [token.type for token in MARKDOWN.parse(rendered([PLAIN], ".md").decode())]
ELEMENTS = Page(rendered([PLAIN], ".html")).elements


@given(ANY)
def test_in_a_page(text):
    page = Page(rendered([of_texts(text, picture=False)], ".html"))
    assert page.elements == ELEMENTS
    expected = one_line(text)
    found = sum(one_line(each).endswith(expected) for each in page.texts)
    assert found >= 30


@given(ANY)
def test_in_markdown(text):
    tokens = MARKDOWN.parse(rendered([of_texts(text, picture=False)], ".md").decode())
    shape = [token.type for token in tokens]
    assert shape == SHAPE
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special", "strong_open", "strong_close", "hardbreak", "softbreak"}
    said = [
        "".join(child.content for child in token.children) for token in tokens if token.children is not None
    ]
    expected = one_line(text)
    assert sum(one_line(each).endswith(expected) for each in said) >= 20


@given(ANY)
def test_in_a_workbook(text):
    found = read(rendered([of_texts(text, picture=False)], ".xlsx"))
    cells = [each for rows in found.values() for row in rows for each in row]
    assert {kind for kind, _ in cells} == {"s"}
    assert not [each for _, each in cells if each[:1] in set("=+-@\t\r")]
    assert sum(each.endswith(one_line(text)) for _, each in cells) >= 20


@given(ANY)
def test_in_json(text):
    content = rendered([of_texts(text)], ".json")
    assert content.count(b"\n") == 1
    found = list(texts_of(json.loads(content)))
    assert sum(each == text for each in found) >= 40
    assert json.loads(content)["documents"][0] == record_of(of_texts(text))


@given(ANY)
def test_in_csv(text):
    frame = pl.DataFrame({"text": [text.encode("utf-8", "replace").decode()]})
    written = csv_safe(frame).write_csv()
    (_, (cell,)) = csv.reader(io.StringIO(written.replace("\r", " "), newline=""))
    assert cell[:1] not in set("=+-@\t\r") or not cell


def in_print(text):
    reader = PdfReader(io.BytesIO(rendered([of_texts(text, picture=False)], ".pdf")))
    words = "".join(page.extract_text() for page in reader.pages)
    return "".join(each for each in words if not each.isspace() and each != "\u200b")


def test_in_a_print():
    texts = [each for each in HOSTILE if each.isascii() and each.isprintable() and len(each) < 100]
    found = in_print("   ".join(texts))
    assert len(texts) > 12
    for text in texts:
        assert found.count("".join(text.split())) >= 5, text


@without_chinese
@settings(max_examples=6)
@given(ANY)
def test_a_print_is_made_of_any_text(text):
    assert in_print(text) or not one_line(text)


@pytest.mark.parametrize("text", HOSTILE[:9])
def test_in_a_picture(text):
    page = Page(rendered([of_texts(text)], ".html"))
    names = {tag for tag, _ in page.elements}
    assert names <= {tag for tag, _ in ELEMENTS} | {
        "figure",
        "figcaption",
        "svg",
        "g",
        "path",
        "text",
        "rect",
        "line",
        "tspan",
    }
    assert not [name for _, attrs in page.elements for name, _ in attrs if name.startswith("on")]
    labels = [dict(attrs)["aria-label"] for tag, attrs in page.elements if tag == "svg"]
    assert labels == [one_line(text)]
