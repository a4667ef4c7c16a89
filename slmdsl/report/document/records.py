"""A document as lists, dicts and plain values: what programs are handed, and what a user's own template sees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import singledispatch
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.units import Money, from_us, minor_digits, to_us
from slmdsl.report.document.tree import (
    Block,
    Bullets,
    Cell,
    Document,
    Figures,
    Paragraph,
    Picture,
    Section,
    Signatures,
    Table,
    Trace,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

FORM: Final = "slmdsl.documents/1"
"""Names the form that is described in DESIGN.md; a change that breaks readers counts it up."""


def json_of(documents: Sequence[Document]) -> bytes:
    """Return documents as one line of JSON, keys always in the same order."""
    whole = {"form": FORM, "documents": [record_of(document) for document in documents]}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n"
    # Half of a pair of surrogates is no character; JSON can escape it, and UTF-8 cannot say it.
    return text.encode("utf-8", "backslashreplace")


def record_of(document: Document) -> dict[str, Any]:
    """Return a document as dicts and lists. Instants are ISO 8601 in UTC, lengths of time integer microseconds.

    A `Fraction` is `{"numerator", "denominator", "number"}`, a `Decimal` its digits as text, `Money`
    `{"currency", "minor", "amount"}`; what is infinite or no number is null.
    """
    return {
        "kind": document.kind,
        "title": document.title,
        "language": document.language,
        "heading": list(document.heading),
        "sections": [_section(section) for section in document.sections],
        "provenance": [{"label": label, "text": text} for label, text in document.provenance],
        "facts": plain_value(document.facts),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "blocks": [_block(block) for block in section.blocks],
        "sections": [_section(each) for each in section.sections],
    }


@singledispatch
def _block(block: Block) -> dict[str, Any]:
    msg = f"there is no block {type(block).__name__}"
    raise TypeError(msg)


@_block.register(Paragraph)
def _(block: Paragraph) -> dict[str, Any]:
    return {"kind": "paragraph", "text": block.text, "tone": block.tone}


@_block.register(Bullets)
def _(block: Bullets) -> dict[str, Any]:
    return {"kind": "bullets", "numbered": block.numbered, "items": list(block.items)}


@_block.register(Figures)
def _(block: Figures) -> dict[str, Any]:
    figures = [{"label": figure.label, "note": figure.note} | _cell(figure.cell) for figure in block.figures]
    return {"kind": "figures", "key": block.key, "figures": figures}


@_block.register(Table)
def _(block: Table) -> dict[str, Any]:
    keys = [column.key for column in block.columns]
    return {
        "kind": "table",
        "key": block.key,
        "caption": block.caption,
        "note": block.note,
        "shown": block.shown,
        "columns": [{"key": each.key, "head": each.head, "align": each.align} for each in block.columns],
        "rows": [dict(zip(keys, map(_cell, row), strict=True)) for row in block.rows],
    }


@_block.register(Picture)
def _(block: Picture) -> dict[str, Any]:
    return {
        "kind": "picture",
        "key": block.key,
        "caption": block.caption,
        "alt": block.alt,
        "chart": plain_value(block.chart),
    }


@_block.register(Signatures)
def _(block: Signatures) -> dict[str, Any]:
    return {
        "kind": "signatures",
        "parties": [{"name": name, "role": role} for name, role in block.parties],
        "place_and_date": block.place_and_date,
        "signature": block.signature,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    """Return a cell, with a tone and a trace where it has any; the unit of a length of time is `us` here."""
    unit = "us" if isinstance(cell.value, timedelta) else cell.unit
    record: dict[str, Any] = {"text": cell.text, "value": plain_value(cell.value), "unit": unit}
    if cell.tone != "plain":
        record["tone"] = cell.tone
    if cell.trace is not None:
        record["trace"] = _trace(cell.trace)
    return record


def _trace(trace: Trace) -> dict[str, Any]:
    return {
        "clause": trace.clause,
        "target": trace.target,
        "period": trace.period,
        "tickets": list(trace.tickets),
    }


def plain_value(value: object) -> Any:  # noqa: ANN401 - as many forms as there are values
    """Return a value, or a nest of them, in JSON's types.

    >>> plain_value(Fraction(1, 8)), plain_value(timedelta(seconds=2)), plain_value(Decimal("0.10"))
    ({'numerator': 1, 'denominator': 8, 'number': 0.125}, 2000000, '0.10')
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if isfinite(value) else None
        case Fraction():
            return {"numerator": value.numerator, "denominator": value.denominator, "number": float(value)}
        case Decimal():
            return f"{value:f}"
        case Money():
            return {"currency": value.currency, "minor": value.minor, "amount": f"{_amount(value):f}"}
        case datetime() | date() | timedelta():
            return _time(value)
        case Mapping():
            return {str(key): plain_value(each) for key, each in value.items()}
        case list() | tuple():
            return [plain_value(each) for each in value]
    msg = f"a document cannot hold a {type(value).__name__}"
    raise TypeError(msg)


def _time(value: date | timedelta) -> str | int:
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, datetime):
        return from_us(to_us(value)).replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat()


def _amount(money: Money) -> Decimal:
    return Decimal(money.minor).scaleb(-minor_digits(money.currency))
