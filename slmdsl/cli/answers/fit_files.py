"""The files of a fitted model: within the project, never over others, and only what reads and checks well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.cli.failures import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from slmdsl.api import Spec
    from slmdsl.study.fit.model import LoadModel


def refuse_model(file: Path, root: Path, *, force: bool, draws: bool) -> None:
    """Refuse a file that could not be read with the project, and one that would be overwritten, its draws too."""
    if file.suffix != ".slm":
        msg = f"{file}: a model is written to a file that ends in `.slm`"
        raise UsageError(msg, "say `--out load.slm`")
    if file.is_dir():
        msg = f"{file} is a folder"
        raise UsageError(msg, "name a file in it")
    if not file.parent.is_dir():
        msg = f"{file}: there is no folder {file.parent}"
        raise UsageError(msg, "make it first, or write elsewhere")
    if file.resolve().parent != root.resolve():
        # Read by itself, a file in a folder of the project has that folder as its root.
        where = "outside of" if not file.resolve().is_relative_to(root.resolve()) else "in a folder of"
        msg = f"{file} is {where} the project, whose files it could not import"
        raise UsageError(msg, f"write to {root} itself")
    for each in (file, draws_file(file)) if draws else (file,):
        if (each.exists() or each.is_symlink()) and not force:
            msg = f"{each} is there already"
            raise UsageError(msg, "write to another file, or say `--force` to replace it")


def draws_file(file: Path) -> Path:
    """Return where the draws of a model stand: `load.draws.csv` beside `load.slm`."""
    return file.with_name(f"{file.stem}.draws.csv")


def write_model(model: LoadModel, file: Path, spec: Spec) -> list[Path]:
    """Write a model and its draws, and return the files; they stay as they were, or away, if they had errors.

    Raises:
        UsageError: the file would have errors where it stands.
    """
    own = file.resolve().relative_to(spec.root.resolve()).as_posix()
    draws = draws_file(file)
    contents = {file: model.to_slm(file=own, draws=None if model.draws is None else draws.name)}
    if model.draws is not None:
        contents[draws] = model.draws.to_csv()
    before = {each: each.read_bytes() if each.exists() else None for each in contents}
    wrong: str | None = None
    try:
        for each, text in contents.items():
            each.write_text(text, encoding="utf-8", newline="\n")
        wrong = _wrong(file)
    finally:
        if wrong != "":
            _restore(before)
    if not wrong:
        return list(contents)
    msg = f"{file} would have errors: {wrong}"
    raise UsageError(msg, "please report this with the command")


def _restore(before: Mapping[Path, bytes | None]) -> None:
    """Give files the contents that they had, and remove those that were not there."""
    for each, old in before.items():
        if old is None:
            each.unlink(missing_ok=True)
        else:
            each.write_bytes(old)


def _wrong(file: Path) -> str:
    """Return the first error of a file with all that it imports; nothing where there is none."""
    from slmdsl.api import check  # noqa: PLC0415 - lazy at the door

    _, found = check(file)
    return next((f"{each.code}: {each.message}" for each in found if each.is_error), "")
