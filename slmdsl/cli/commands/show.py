"""`slm show`: what a declaration really means, in plain words."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - read by cyclopts
from typing import TYPE_CHECKING, Literal

from rich.padding import Padding
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.cli.answers.machine import dumped
from slmdsl.cli.asking.options import At, Json  # noqa: TC001 - read by cyclopts
from slmdsl.cli.asking.project import named, project
from slmdsl.cli.terminal import READABLE

if TYPE_CHECKING:
    from slmdsl.cli.terminal import Terminal
    from slmdsl.report.show import Meaning


def show(
    path: Path, name: str | None = None, /, *, lang: Literal["en", "zh"] = "en", as_json: Json = False, at: At
) -> int:
    """Say what a declaration means in plain words, worked out from what was understood, not from the text.

    Example: slm show models/acme acme_gold.p1_fix

    Args:
        path: A file, or a folder with all its .slm files.
        name: A declaration such as `office`, or a target such as `acme_gold.p1_fix`; everything without it.
        lang: The language of the words.
        as_json: Answer in JSON, for programs.
        at: The terminal.
    """
    from slmdsl.report.language import LANGUAGES  # noqa: PLC0415 - lazy at the door
    from slmdsl.report.show import meanings  # noqa: PLC0415 - lazy at the door

    spec = project(path)
    every = {meaning.name: meaning for meaning in meanings(spec.contract, spec.texts, LANGUAGES[lang])}
    chosen = list(every.values()) if name is None else _chosen(name, every)
    if as_json:
        at.write(dumped([_record(meaning) for meaning in chosen]))
    else:
        for place, meaning in enumerate(chosen):
            _print(meaning, at, first=place == 0)
    return 0


def _chosen(name: str, every: dict[str, Meaning]) -> list[Meaning]:
    """Return what is called `name`, and an agreement's targets with it."""
    own = named("declaration", name, every)
    return [own, *(meaning for other, meaning in every.items() if other.startswith(f"{name}."))]


def _record(meaning: Meaning) -> dict[str, object]:
    return {
        "kind": meaning.kind,
        "name": meaning.name,
        "title": meaning.title,
        "clause": meaning.clause,
        "sentences": list(meaning.sentences),
    }


def _print(meaning: Meaning, at: Terminal, *, first: bool) -> None:
    if not first:
        at.say()
    title = f'  "{visible(meaning.title)}"' if meaning.title else ""
    at.out.print(
        Text.assemble(f"{meaning.kind} ", (meaning.name, "bold"), title, (f"  {meaning.clause}", "dim")),
        soft_wrap=True,
    )
    for sentence in meaning.sentences:
        at.show(Padding(Text(visible(sentence)), (0, 0, 0, 2)), width=min(READABLE, at.out.width))
