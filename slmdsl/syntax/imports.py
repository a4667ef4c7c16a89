"""Files that belong together: imports followed, each file read once, none from outside of the project's root.

Nothing here opens a file: what exists and what it holds is asked of a `Folder`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from slmdsl.base.diagnostics import Diagnostic, Fix, in_order
from slmdsl.base.spans import Span
from slmdsl.base.suggest import nearest
from slmdsl.syntax import codes, limits
from slmdsl.syntax.parse import Parsed, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slmdsl.base.diagnostics import Code
    from slmdsl.syntax.tree.file import File, Import


class Folder(Protocol):
    """The project's root, as its files are seen from inside. Paths are relative to it, with `/`, and hold no `..`."""

    def real(self, path: str) -> str | None:
        """Return the path, inside the root, of the regular file that `path` leads to through any links.

        None: there is no such file, or it lies outside of the root, or is a folder or device.
        """

    def read(self, path: str) -> bytes:
        """Return up to `limits.FILE_BYTES + 1` bytes of a file for which `real` answered with `path`.

        Raises:
            OSError: the file cannot be read.
        """

    def neighbours(self, folder: str) -> tuple[str, ...]:
        """Return the names of the `.slm` files in a folder inside the root (`""` is the root itself)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The files that were asked for and all that they import, in the order of reading.

    Files are named by their path relative to the root. `imports[name]` are the files that a file imports itself.
    `asked` are the paths that were given. `diagnostics` are those of all files and of the imports between them.
    """

    files: tuple[Parsed, ...]
    imports: Mapping[str, tuple[str, ...]]
    asked: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def trees(self) -> tuple[File, ...]:
        """The trees of all files."""
        return tuple(parsed.tree for parsed in self.files)

    @property
    def visible(self) -> Mapping[str, frozenset[str]]:
        """The files whose declarations each file may use: itself and all it imports, directly or not."""
        return _Views(self.imports)


class _Views(Mapping[str, frozenset[str]]):
    """What each file sees, found when asked for: a chain of thousands of files sees millions of pairs."""

    def __init__(self, imports: Mapping[str, tuple[str, ...]]) -> None:
        self._imports = imports

    def __getitem__(self, name: str) -> frozenset[str]:
        seen = {name}
        pending = [name]
        while pending:
            fresh = [each for each in self._imports[pending.pop()] if each not in seen]
            seen.update(fresh)
            pending.extend(fresh)
        return frozenset(seen)

    def __iter__(self) -> Iterator[str]:
        return iter(self._imports)

    def __len__(self) -> int:
        return len(self._imports)


def follow_imports(paths: Iterable[str], folder: Folder) -> Linked:
    """Read `paths`, which are relative to the root, and what they import.

    A path that cannot be read is a diagnostic, as is every mistake in a file.
    """
    loader = _Loader(folder)
    asked = tuple(dict.fromkeys(loader.ask(path) for path in paths))
    loader.follow()
    loader.find_circles()
    return Linked(
        files=tuple(loader.files.values()),
        imports={name: tuple(each) for name, each in loader.imports.items()},
        asked=asked,
        diagnostics=in_order(loader.all_diagnostics()),
    )


class _Loader:
    """Reads files breadth first and notes which file imports which."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._pending: list[str] = []
        self._diagnostics: list[Diagnostic] = []
        self.files: dict[str, Parsed] = {}
        self.imports: dict[str, dict[str, Span]] = {}

    def all_diagnostics(self) -> list[Diagnostic]:
        return [*self._diagnostics, *(each for parsed in self.files.values() for each in parsed.diagnostics)]

    def ask(self, path: str) -> str:
        """Read a file that was asked for by name, and return its real path."""
        place = Span(path, 0, 0, 1, 1)
        if any(character < " " for character in path):
            self._report(codes.NO_SUCH_FILE, Span("<path>", 0, 0, 1, 1), f"{path!r} names no file")
            return path
        real = self._folder.real(path)
        if real is None:
            self._report(codes.NO_SUCH_FILE, place, f"there is no file `{path}`")
            return path
        self._read(real, place)
        return real

    def follow(self) -> None:
        """Read what is imported, until nothing is left."""
        while self._pending:
            path = self._pending.pop(0)
            for each in self.files[path].tree.imports:
                self._import(path, each)

    def _import(self, path: str, statement: Import) -> None:
        span = statement.path.span
        target = self._target(path, statement)
        if target is None:
            return
        real = self._folder.real(target)
        if real is None:
            self._missing(span, path, statement.path.value, target)
        elif real in self.imports[path]:
            self._report(codes.DOUBLE_IMPORT, span, f"`{statement.path.value}` is imported already")
        elif self._read(real, span):
            self.imports[path][real] = span

    def _target(self, path: str, statement: Import) -> str | None:
        """Return the path that an import means, relative to the root, or None if it may not be imported."""
        wanted = statement.path.value
        refusal = _refusal(wanted)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted)) if not refusal else ""
        if not refusal and (target == ".." or target.startswith("../")):
            refusal = "it leads out of the project"
        if refusal:
            message = f"`{_printable(wanted)}` cannot be imported: {refusal}"
            fixes = _forward(statement) if "\\" in wanted else ()
            advice = "imports are paths below the project's root, with `/`, relative to this file"
            self._report(
                codes.FOREIGN_IMPORT, span=statement.path.span, message=message, help=advice, fixes=fixes
            )
            return None
        return target

    def _missing(self, span: Span, path: str, wanted: str, target: str) -> None:
        names = self._folder.neighbours(posixpath.dirname(target))
        near = nearest(posixpath.basename(target), names)
        here = posixpath.dirname(wanted)
        fixes = [
            Fix(span=span, replacement=f'"{posixpath.join(here, name)}"', description=f"import `{name}`")
            for name in near
        ]
        advice = f"did you mean `{posixpath.join(here, near[0])}`?" if near else ""
        message = f"there is no file `{_printable(wanted)}` beside `{path}`"
        self._report(codes.NO_SUCH_FILE, span, message, help=advice, fixes=fixes)

    def _read(self, path: str, asked_at: Span) -> bool:
        """Read one file, once; False if there is no room for it."""
        if path in self.files:
            return True
        if len(self.files) >= limits.FILES:
            self._report(codes.TOO_MANY_FILES, asked_at, f"a project may have {limits.FILES:_} files")
            return False
        self.files[path] = parse(self._text(path, asked_at), path)
        self.imports[path] = {}
        self._pending.append(path)
        return True

    def _text(self, path: str, asked_at: Span) -> str:
        """Return a file's text, or nothing when it has none that can be read."""
        try:
            content = self._folder.read(path)
        except OSError as error:
            self._report(codes.UNREADABLE, asked_at, f"`{path}` cannot be read: {error.strerror or error}")
            return ""
        if len(content) > limits.FILE_BYTES:
            message = f"`{path}` is larger than {limits.FILE_BYTES // 1024} KiB"
            self._report(
                codes.TOO_LARGE,
                Span(path, 0, 0, 1, 1),
                message,
                help="split it into files that import each other",
            )
            return ""
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            before = content[: error.start].decode("utf-8").replace("\r\n", "\n")
            line = before.count("\n") + 1
            column = len(before) - (before.rfind("\n") + 1) + 1
            place = Span(path, len(before), len(before), line, column)
            message = f"`{path}` is not UTF-8 text: byte {content[error.start]:#04x} belongs to no character"
            self._report(codes.NOT_TEXT, place, message, help="save the file as UTF-8")
            return ""

    def find_circles(self) -> None:
        """Report each circle of imports once, at the import that closes it."""
        done: set[str] = set()
        for start in self.files:
            trail: list[str] = []
            stack = [(start, iter(self.imports[start]))] if start not in done else []
            trail.extend(path for path, _ in stack)
            while stack:
                path, rest = stack[-1]
                following = next(rest, None)
                if following is None:
                    done.add(path)
                    stack.pop()
                    trail.pop()
                elif following in trail:
                    self._circle([*trail[trail.index(following) :], following])
                elif following not in done:
                    stack.append((following, iter(self.imports[following])))
                    trail.append(following)

    def _circle(self, circle: list[str]) -> None:
        span = self.imports[circle[-2]][circle[-1]]
        if len(circle) == 2:  # noqa: PLR2004 - a file and itself
            message = f"`{circle[0]}` imports itself"
        else:
            message = f"files import each other in a circle: {' -> '.join(circle)}"
        self._report(codes.IMPORT_CIRCLE, span, message)

    def _report(
        self,
        code: Code,
        span: Span,
        message: str,
        *,
        help: str = "",  # noqa: A002 - as in Code.at
        fixes: Iterable[Fix] = (),
    ) -> None:
        self._diagnostics.append(code.at(span, message, help=help or (), fixes=fixes))


_DRIVE: Final = re.compile(r"[A-Za-z]:")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_LONGEST: Final = 1_000


def _refusal(wanted: str) -> str:
    """Say why no file may be imported by this path; empty when there is no reason."""
    reasons = (
        (not wanted.strip(), "it names no file"),
        (len(wanted) > _LONGEST, f"it is longer than {_LONGEST} characters"),
        (any(not character.isprintable() for character in wanted), "it has characters that cannot be seen"),
        (bool(_DRIVE.match(wanted)) and len(wanted) > 1 and wanted[1] == ":", "it names a drive"),
        (bool(_SCHEME.match(wanted)), "it is an address, not a path"),
        ("\\" in wanted, "folders are separated by `/`"),
        (wanted.startswith("/"), "it starts at the top of the file system"),
        (wanted.startswith("~"), "it starts in a home folder"),
        ("$" in wanted or "*" in wanted or "?" in wanted, "variables and wildcards are not filled in"),
        (bool(_ENCODED.search(wanted)), "percent-encoding is not read"),
        (wanted != wanted.strip(), "it starts or ends with a space"),
        (not wanted.endswith(".slm"), "files of the language end in `.slm`"),
        (any(_DEVICES.fullmatch(part) for part in wanted.split("/")), "it names a device"),
        (
            any(part.startswith(".") and part not in {".", ".."} for part in wanted.split("/")),
            "hidden files are not read",
        ),
    )
    return next((reason for found, reason in reasons if found), "")


def _printable(wanted: str) -> str:
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in wanted
    )
    longest = 80
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def _forward(statement: Import) -> tuple[Fix, ...]:
    replacement = statement.path.value.replace("\\", "/")
    return (
        Fix(span=statement.path.span, replacement=f'"{replacement}"', description=f"write `{replacement}`"),
    )
