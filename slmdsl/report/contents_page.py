"""A page that links to the files of a folder, by chapter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from slmdsl.base.display import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAGES: Final = Path(__file__).with_name("pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A file, by its path from the page's folder with slashes, and what it holds."""

    path: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Files that belong together."""

    title: str
    files: tuple[Linked, ...]


def contents_page(title: str, words: str, chapters: Sequence[Chapter]) -> bytes:
    """Return a page of links that stands alone; what it links to lies beside it.

    >>> page = contents_page("Results", "Of March.", [Chapter(title="A", files=(Linked(path="a b.csv", words="<a>"),))])
    >>> b'<a href="a%20b.csv">&lt;a&gt;</a>' in page
    True
    """
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    shown = [
        {
            "title": visible(each.title),
            "files": [{"path": quote(file.path), "words": visible(file.words)} for file in each.files],
        }
        for each in chapters
    ]
    page = environment.get_template("contents.html.j2")
    return page.render(title=visible(title), words=visible(words), chapters=shown).encode()
