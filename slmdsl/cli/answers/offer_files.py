"""The file that a negotiation writes: within the project, never over another, and only what reads and checks well."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from slmdsl import __version__
from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from slmdsl.api import Spec
    from slmdsl.base.spans import Span
    from slmdsl.study.negotiation.talks import Negotiation


def refuse_writing(file: Path, root: Path, *, force: bool) -> None:
    """Refuse a file that could not be read with the project, and one that would be overwritten."""
    if file.suffix != ".slm":
        msg = f"{file}: scenarios are written to files that end in `.slm`"
        raise UsageError(msg, "say `--write offer.slm`")
    if file.is_dir():
        msg = f"{file} is a folder"
        raise UsageError(msg, "name a file in it")
    if not file.parent.is_dir():
        msg = f"{file}: there is no folder {file.parent}"
        raise UsageError(msg, "make it first, or write elsewhere")
    if not file.resolve().is_relative_to(root.resolve()):
        msg = f"{file} is outside of the project, whose files could not import it"
        raise UsageError(msg, f"write to {root} or a folder in it")
    if file.exists() and not force:
        msg = f"{file} is there already"
        raise UsageError(msg, "write to another file, or say `--force` to replace it")


def write_offer(talks: Negotiation, file: Path, spec: Spec, command: str) -> str:
    """Write what a negotiation found to a file; return what its experiment is called, "" if there is nothing to write.

    It stays as it was, or away, if what was written had errors.

    Raises:
        UsageError: the file would have errors where it stands.
    """
    from slmdsl.report.offer_file import (  # noqa: PLC0415 - lazy at the door: numpy
        experiment_name,
        has_offer,
        offer_text,
    )

    if not has_offer(talks):
        return ""
    before = file.read_bytes() if file.exists() else None
    own = file.resolve().relative_to(spec.root.resolve()).as_posix()
    wrong = ""
    for files in _imports(talks, spec, own):
        text = offer_text(
            talks,
            command=command,
            version=__version__,
            imports=[_way(each, own) for each in files],
            taken=_taken(spec, own),
            file=own,
        )
        file.write_text(text, encoding="utf-8", newline="\n")
        wrong = _wrong(file)
        if not wrong:
            return experiment_name(_taken(spec, own))
    if before is None:
        file.unlink()
    else:
        file.write_bytes(before)
    msg = f"{file} would have errors: {wrong}"
    raise UsageError(msg, f"write it beside the scenario's own file, in {spec.root}")


def _imports(talks: Negotiation, spec: Spec, own: str) -> Iterator[tuple[str, ...]]:
    """Yield which files to import: the scenario's, or with it those of the agreement and its desk's staff."""
    contract = spec.contract
    scenario = contract.scenarios[talks.setting.variants[0].scenario].span.file
    yield (scenario,)
    spans: list[Span] = [contract.agreements[talks.agreement.name].span]
    spans += [each.span for each in contract.staff.values()]
    files = dict.fromkeys((scenario, *(each.file for each in spans)))
    yield tuple(each for each in files if each != own)


def _way(file: str, own: str) -> str:
    """Return a file of the project as another one imports it."""
    return posixpath.relpath(file, PurePosixPath(own).parent.as_posix())


def _taken(spec: Spec, own: str) -> Iterator[str]:
    """Yield the names that are declared in other files of the project."""
    yield from (each.name.text for each in spec.contract.declarations if each.span.file != own)


def _wrong(file: Path) -> str:
    """Return the first error of a file with all that it imports; nothing where there is none."""
    from slmdsl.api import check  # noqa: PLC0415 - lazy at the door

    _, found = check(file)
    return next((f"{each.code}: {each.message}" for each in found if each.is_error), "")
