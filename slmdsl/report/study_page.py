"""A study as a page that stands alone, with its pictures beside it as SVG and PNG."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slmdsl import __version__
from slmdsl.base.display import visible
from slmdsl.base.units import DAY
from slmdsl.report.charts.of_study import READING_ORDER, charts_of, found_by
from slmdsl.report.charts.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.spec import Contract
    from slmdsl.report.study_tables import Table
    from slmdsl.study.running.study import Study

_TEMPLATES: Final = Path(__file__).with_name("pages")
_ASSUMED: Final = (
    "Judged are the periods that lie wholly within these days. Intervals are over replications, never over single"
    " tickets or periods."
)
_NAMED: Final = 8
"""So many scenarios are named in the heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture in a page: its name and SVG that is safe as it is."""

    name: str
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a study's page says. All but the pictures is text, and is escaped when it is written."""

    name: str
    heading: tuple[str, ...]
    answers: tuple[str, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    footer: tuple[str, ...]


def write_page(
    study: Study, folder: Path, answers: Sequence[str], *, contract: Contract | None = None
) -> list[Path]:
    """Write `index.html` and each picture of a study as SVG and PNG.

    The same study gives the same bytes. The page loads nothing, not even its pictures.

    Args:
        study: what was run.
        folder: where to; it is made if it is not there, and files of these names in it are replaced.
        answers: what the study says, a sentence each.
        contract: what the study was run from, for the limits that the text asks for.

    Returns:
        The files written, the page first.

    Raises:
        MissingExtraError: where the libraries for pictures are not installed; nothing is written then.
        OSError: where the folder cannot be written.

    For example `write_page(run, Path("out"), ["All promises are kept."], contract=spec.contract)`.
    """
    charts = charts_of(study, contract)
    # Loaded by those alone who ask for pictures, as the libraries are that it needs.
    from slmdsl.report.charts.images import png_of, svg_of  # noqa: PLC0415

    drawn = {name: svg_of(charts[name], name) for name in READING_ORDER if name in charts}
    page = page_of(study, answers, drawn)
    files = {"index.html": page.encode()}
    for name, svg in drawn.items():
        files[f"{name}.svg"] = svg.encode()
        files[f"{name}.png"] = png_of(svg)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def page_of(study: Study, answers: Sequence[str], pictures: dict[str, str]) -> str:
    """Return a study's page as HTML; `pictures` are SVG by name, as `svg_of` makes them."""
    # Needed for pages alone.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    from slmdsl.report.charts.cast import cast_of  # noqa: PLC0415 - loads polars
    from slmdsl.report.study_tables import tables_of  # noqa: PLC0415 - as above

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    cast = cast_of(study.summary, study.points, list(study.tallies), found_by(study))
    page = Page(
        name=visible(study.setting.name),
        heading=tuple(map(visible, heading(study))),
        answers=tuple(map(visible, answers)),
        tables=tables_of(study, cast),
        pictures=tuple(Picture(name=name, svg=svg) for name, svg in pictures.items()),
        footer=(
            _ASSUMED,
            f"Made by slmdsl {__version__}. Each picture is also a file of its own, as SVG and PNG.",
        ),
    )
    return environment.get_template("study.html.j2").render(page=page)


def heading(study: Study) -> list[str]:
    """Say what was run: scenarios, days, replications, seed."""
    setting = study.setting
    names = list(study.tallies)
    bases = study.variants["base"].unique(maintain_order=True).to_list()
    named = ", ".join(bases[:_NAMED]) + (f" and {len(bases) - _NAMED} more" if len(bases) > _NAMED else "")
    what = counted(len(names), "scenario") if len(names) == len(bases) else f"{len(names):,} variants of"
    done = [tally.replications for tally in study.tallies.values()]
    each = (
        f"{min(done):,} to {max(done):,} replications"
        if min(done) < max(done)
        else counted(max(done), "replication")
    )
    run = (
        f"{setting.first} to {setting.last}",
        f"{each}{' each' if len(names) > 1 else ''}",
        f"warm-up {setting.warm_up_us / DAY:g} days",
        f"seed {setting.seed}",
        f"intervals at {100 * float(setting.confidence):.3g} %",
        f"slmdsl {__version__}",
    )
    lines = [f"{what}{':' if len(names) == len(bases) else ''} {named}", ", ".join(run)]
    if study.interrupted:
        lines.append("Interrupted before all replications were done: this is what they say so far.")
    return lines
