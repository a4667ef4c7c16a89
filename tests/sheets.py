"""Workbooks as their own XML has them."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _parsed(content):
    return ET.fromstring(content)  # noqa: S314 - what was just written


def read(content):
    """Return the cells of a workbook as its XML has them: sheets by name, rows of (kind, text)."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = [each.get("name") for each in _parsed(book.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]
        texts = [
            "".join(part.text or "" for part in each.iter(f"{SHEET}t"))
            for each in _parsed(book.read("xl/sharedStrings.xml"))
        ]
        found = {}
        for number, name in enumerate(names, 1):
            root = _parsed(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not list(root.iter(f"{SHEET}f")), "there are no formulas"
            found[name] = [
                [
                    (each.get("t", "n"), texts[int(value.text)] if each.get("t") == "s" else value.text)
                    for each in row
                    if (value := each.find(f"{SHEET}v")) is not None
                ]
                for row in root.iter(f"{SHEET}row")
            ]
    return found
