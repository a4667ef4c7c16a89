"""Documents as prints: heads on every page, shapes for every character, words for those who cannot see them."""

from __future__ import annotations

import io

import pytest
import typst
from pypdf import PdfReader

from slmdsl.report.document import fonts
from slmdsl.report.document.fonts import fonts_for
from slmdsl.report.document.formats import FormatError, rendered
from tests.documents import CHINESE, every_block, of_texts, without_chinese


def pages_of(*documents):
    reader = PdfReader(io.BytesIO(rendered(documents, ".pdf")))
    return reader, [page.extract_text().replace("\u200b", "").replace("\xa0", " ") for page in reader.pages]


def only_those_that_come_along(monkeypatch):
    monkeypatch.setattr(typst, "Fonts", lambda own=typst.Fonts: own(include_system_fonts=False))


@pytest.fixture(scope="module")
def english():
    return pages_of(every_block("en"))


def test_pages_are_a4_and_counted(english):
    reader, texts = english
    assert len(texts) >= 3
    for number, page in enumerate(reader.pages, 1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert f"Page {number} of {len(texts)}" in texts[number - 1]
    assert all("Service report for March 2027 – Acme Retail, by Shop IT" in text for text in texts[1:])


def test_a_table_has_its_heads_on_each_page(english):
    _, texts = english
    heads = ["late by" in text for text in texts if "INC00400" in text]
    assert heads == [True, True]


def test_a_print_says_what_a_document_says(english):
    whole = " ".join(" ".join(english[1]).split())
    for words in (
        "✗ 91.3 %",
        "✓ met",
        "! 11",
        "20 more, not shown here",
        "Place and date",
        "zone data 2026f",
    ):
        assert words in whole


def test_a_print_can_be_read_out(english):
    reader, _ = english
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata.title == "Service report for March 2027"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


@without_chinese
def test_a_print_in_chinese_has_its_characters():
    _, texts = pages_of(every_block("zh"))
    assert CHINESE["kept"] in "".join("".join(texts).split("\n"))
    assert f"第 1 页，共 {len(texts)} 页" in texts[0]


@without_chinese
def test_two_languages_are_counted_through():
    reader, texts = pages_of(every_block("en"), every_block("zh"))
    first = next(number for number, text in enumerate(texts) if CHINESE["summary"] in text)
    assert f"Page {first} of {len(texts)}" in texts[first - 1]
    assert f"第 {first + 1} 页，共 {len(texts)} 页" in texts[first]
    assert CHINESE["title"] not in texts[first - 1]
    assert CHINESE["title"] in texts[first + 1]
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_a_print_takes_no_font_of_the_system(monkeypatch):
    only_those_that_come_along(monkeypatch)
    _, texts = pages_of(every_block("en"))
    assert "✗ 91.3 %" in " ".join("".join(texts).split())


def test_chinese_without_a_font_is_said(monkeypatch):
    only_those_that_come_along(monkeypatch)
    with pytest.raises(FormatError, match=r"no installed font has the characters .+ and \d+ more") as caught:
        rendered([every_block("zh")], ".pdf")
    assert "fonts-noto-cjk" in caught.value.help


def test_a_character_without_a_shape_is_spelled(monkeypatch):
    only_those_that_come_along(monkeypatch)
    _, texts = pages_of(of_texts("a \U0001f600 b", picture=False))
    assert "a [U+1F600] b" in " ".join("".join(texts).split())


def test_fonts_are_tried_in_order():
    installed = typst.Fonts().fonts()
    chosen, without = fonts_for("Promise", installed)
    assert without == frozenset()
    assert chosen[-1].startswith("DejaVu")
    _, without = fonts_for("Promise \U000f0000", installed)
    assert without == {"\U000f0000"}


def test_the_characters_of_a_font_are_read():
    found = [font for font in typst.Fonts().fonts() if font.path is not None]
    if not found:
        pytest.skip("no font is installed")
    for font in found[:20]:
        characters = fonts._characters(font.path, font.index)
        assert "\uffff" not in characters
        assert "A" in characters or "\U0001d49c" in characters or not characters


@pytest.mark.parametrize("content", [b"", b"ttcf", b"\0\1\0\0\0\0", b"\0\1\0\0\0\1" + b"\xff" * 30])
def test_a_broken_font_has_none(tmp_path, content):
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    assert fonts._characters(str(path), 0) == frozenset()
    assert fonts._characters(str(tmp_path / "absent.ttf"), 0) == frozenset()
