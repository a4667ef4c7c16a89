"""A project on disk: the one module of this room that touches the file system, and only reads.

What may be read is decided by `slmdsl.syntax.imports`, which sees a folder and no file system.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from slmdsl.base.collector import uncollected
from slmdsl.syntax import codes, limits
from slmdsl.syntax.imports import Linked, follow_imports

SUFFIX: Final = ".slm"
ROOT_MARK: Final = "slm.root"
"""A file of this name says that its folder is the root of what lies below; what it holds is for people."""


class DiskFolder:
    """A project's root on disk. Links are followed to where they lead, and never out of the root."""

    def __init__(self, root: Path) -> None:
        self.root: Final = Path(os.path.realpath(root))

    def real(self, path: str) -> str | None:
        """Return where `path` leads to, inside the root; None if it is no regular file there."""
        try:
            found = Path(os.path.realpath(self.root / path, strict=True))
            is_file = stat.S_ISREG(found.stat().st_mode)
        except (OSError, ValueError):  # nothing there, a circle of links, or a path that no system takes
            return None
        return (
            found.relative_to(self.root).as_posix() if is_file and found.is_relative_to(self.root) else None
        )

    def read(self, path: str) -> bytes:
        """Return a file's first bytes, one more than a file may have."""
        with (self.root / path).open("rb") as file:
            return file.read(limits.FILE_BYTES + 1)

    def neighbours(self, folder: str) -> tuple[str, ...]:
        """Return the names of the files of the language in a folder."""
        try:
            entries = sorted(os.scandir(self.root / folder), key=lambda entry: entry.name)
        except OSError:
            return ()
        return tuple(entry.name for entry in entries if entry.name.endswith(SUFFIX))

    def all_files(self) -> tuple[str, ...]:
        """Return the paths of all files of the language below the root, sorted, without hidden ones."""
        found: list[str] = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            here = PurePosixPath(Path(folder).relative_to(self.root).as_posix())
            seen = (name for name in names if name.endswith(SUFFIX) and not name.startswith("."))
            found.extend(str(here / name) for name in seen)
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Linked):
    """The files of a project and how they import each other; `root` is the folder that their names are relative to."""

    root: Path


@uncollected()  # not file by file: after each, all the trees before it would be walked
def load_files(path: Path) -> Project:
    """Read a file with all that it imports, or all `.slm` files of a folder.

    The root is the folder, or the folder of the file. Where an import leads out of it, and a folder further up is
    marked as a root by a file `slm.root`, the nearest such folder is. Nothing outside of the root is read.

    Raises:
        OSError: there is nothing at `path`.
    """
    real = path.resolve(strict=True)
    own = real if real.is_dir() else real.parent
    asked = DiskFolder(own).all_files() if real.is_dir() else (real.name,)
    linked = follow_imports(asked, DiskFolder(own))
    root = _marked_root(own) if _lead_out(linked) else own
    if root != own:
        below = PurePosixPath(own.relative_to(root).as_posix())
        linked = follow_imports((str(below / each) for each in asked), DiskFolder(root))
    return Project(
        root=root,
        files=linked.files,
        imports=linked.imports,
        asked=linked.asked,
        diagnostics=linked.diagnostics,
    )


def _lead_out(linked: Linked) -> bool:
    """Say whether an import was refused for its path: one that leads out of the root among them."""
    return any(each.code == codes.FOREIGN_IMPORT.number for each in linked.diagnostics)


def _marked_root(folder: Path) -> Path:
    """Return the nearest folder, from `folder` upward, that is marked as a root; `folder` if none is."""
    return next((each for each in (folder, *folder.parents) if (each / ROOT_MARK).is_file()), folder)
