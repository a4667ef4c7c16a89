"""A document as values: sections of paragraphs, figures, tables and pictures, each figure with what it rests on.

Whoever writes one knows nothing of formats; each format is a module beside this one that reads it. All texts are text:
a format escapes them. The same document gives the same bytes in every format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    from fractions import Fraction

    from slmdsl.base.units import Money
    from slmdsl.contract.model.reports import LanguageCode

    Value = str | int | float | bool | Fraction | Decimal | Money | date | datetime | timedelta | None

Tone = Literal["plain", "good", "bad", "warning", "quiet"]
"""What a figure or a paragraph means to the reader; never shown by colour alone."""

Alignment = Literal["words", "figures"]
"""Words stand at the left, figures at the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a figure rests on.

    Attributes:
        clause: `file:line` of the text that says what is counted.
        target: the qualified name of the promise.
        period: as in `verdicts.targets`.
        tickets: ids of the tickets that make the figure, in order; empty where no tickets do.
    """

    clause: str | None = None
    target: str | None = None
    period: str | None = None
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A figure or words: `text` is for people, in the document's language; `value` with `unit` for programs.

    `unit` is such as `percent`, `tickets`, `seconds`, `EUR`; a share is a value of 0 to 1 with the unit `ratio`.
    """

    text: str
    value: Value = None
    unit: str | None = None
    tone: Tone = "plain"
    trace: Trace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A sentence or several."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list; `numbered` where its items are referred to."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key figure with its label: `Tickets` `1,204`."""

    label: str
    cell: Cell
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Key figures beside each other."""

    key: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column. `key` is its name for programs; `width` is its share of a printed line, 0: as it needs."""

    key: str
    head: str
    align: Alignment = "words"
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells, one for each column. `key` is unique in the document; `shown` rows are for people, 0: all of them.

    Where `shown` cuts, people are told how many more there are; workbooks and JSON have every row.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    shown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart as Vega-Lite. `alt` says in words what it shows; `key` is unique in the document."""

    key: str
    caption: str
    alt: str
    chart: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Lines to sign on, one for each party: name and role."""

    parties: tuple[tuple[str, str], ...]
    place_and_date: str
    signature: str


Block = Paragraph | Bullets | Figures | Table | Picture | Signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, what stands below it, and sections within it. `key` is unique in the document."""

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document in one language.

    Attributes:
        kind: such as `report`, `agreement`, `gaps` or `fit`.
        language: of its texts.
        heading: lines below the title: for whom, which period.
        provenance: what the document was made from, as label and words: version, hashes, zone data.
        facts: further facts for programs alone, by name; JSON has them beside the sections.
    """

    kind: str
    title: str
    language: LanguageCode
    heading: tuple[str, ...]
    sections: tuple[Section, ...]
    provenance: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Yield every block in reading order."""
        for section in self.sections:
            yield from _blocks(section)

    def tables(self) -> Iterator[Table]:
        """Yield every table in reading order."""
        return (each for each in self.blocks() if isinstance(each, Table))


def _blocks(section: Section) -> Iterator[Block]:
    yield from section.blocks
    for each in section.sections:
        yield from _blocks(each)
